"""Merging from the customer page: find the other card, see both, one button, and the way back."""

import re

import pytest
import time_machine
from tests.cadence.desk import fresh, later
from tests.cast import MORNING

from guanxi.customers.models import CardMerge
from guanxi.customers.operations.cards import edit_card


@pytest.fixture(autouse=True)
def _morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def pair(cast, make_customer):
    return (
        make_customer(cast.lin, name="王芳", phone="13900000001", address="杭州", channel="T1", at=later(-9)),
        make_customer(cast.lin, name="王芳", phone="13900000002", address="宁波", level="A",
                      evidence={"CHOOSING_MODEL"}, at=later(-2), wechat="wangfang88"),
    )  # fmt: skip


def shown(page):
    """What the form would send: every hidden value, and the choice that is made."""
    body = page.content.decode()
    body = body[body.index('<form method="post" class="stack">') :]
    found = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', body))
    found |= dict(re.findall(r'<input type="hidden" name="(\w+)" id="[^"]*" value="([^"]*)"', body))
    found |= dict(re.findall(r'type="radio" class="[^"]*" name="(\w+)" value="(\w+)" checked', body))
    return found


def test_the_page_shows_both_cards_and_the_older_ones_values_ticked(cast, client_for, pair):
    older, newer = pair
    client = client_for(cast.lin)
    assert f"/customers/{older.pk}/merge/" in client.get(f"/customers/{older.pk}/").content.decode()
    choices = client.get(f"/customers/{newer.pk}/merge/").content.decode()
    assert f"/customers/{newer.pk}/merge/{older.pk}/" in choices
    for query in (older.customer_no, older.card_no, "wangf", "0001"):
        found = client.get(f"/customers/{newer.pk}/merge/", {"q": query}).content.decode()
        assert f"/customers/{newer.pk}/merge/{older.pk}/" in found, query
    page = client.get(f"/customers/{newer.pk}/merge/{older.pk}/")
    assert shown(page)["address"] == "kept"
    body = page.content.decode()
    assert "杭州" in body
    assert "宁波" in body
    assert "139****0002" in body
    assert "13900000002" not in body
    assert "wangfang88" not in body


def test_one_button_merges_and_the_card_tells_of_it_until_it_is_undone(cast, client_for, pair):
    older, newer = pair
    client = client_for(cast.lin)
    url = f"/customers/{newer.pk}/merge/{older.pk}/"
    answer = client.post(url, shown(client.get(url)) | {"address": "merged"})
    assert (answer.status_code, answer["Location"]) == (303, f"/customers/{older.pk}/")
    assert fresh(older).address == "宁波"
    page = client.get(f"/customers/{older.pk}/").content.decode()
    made = CardMerge.objects.get()
    assert f"/merges/{made.pk}/undo/" in page
    assert newer.customer_no in page
    # Old links lead on, for those who may see the card.
    assert client.get(f"/customers/{newer.pk}/")["Location"] == f"/customers/{older.pk}/"
    assert client_for(cast.wu).get(f"/customers/{newer.pk}/").status_code == 404
    assert client.post(f"/merges/{made.pk}/undo/").status_code == 303
    assert client.get(f"/customers/{newer.pk}/").status_code == 200


def test_a_card_saved_meanwhile_is_shown_again_as_it_stands(cast, act, client_for, pair):
    older, newer = pair
    client = client_for(cast.lin)
    url = f"/customers/{older.pk}/merge/{newer.pk}/"
    given = shown(client.get(url))
    edit_card(act(cast.chen), newer.pk, version=1, values={"address": "温州"})
    answer = client.post(url, given)
    assert answer.status_code == 409
    assert "温州" in answer.content.decode()
    assert not CardMerge.objects.exists()
    assert client.post(url, shown(answer)).status_code == 303


def test_an_undo_that_came_too_late_says_who_worked_on_the_card(cast, act, client_for, pair):
    older, newer = pair
    client = client_for(cast.lin)
    url = f"/customers/{older.pk}/merge/{newer.pk}/"
    client.post(url, shown(client.get(url)))
    edit_card(act(cast.chen), older.pk, version=fresh(older).version, values={"address": "温州"})
    page = client.get(f"/customers/{older.pk}/").content.decode()
    assert "/undo/" not in page
    assert "陈静" in page
    made = CardMerge.objects.get()
    client.post(f"/merges/{made.pk}/undo/")
    assert CardMerge.objects.get().undone_at is None


def test_a_card_out_of_reach_is_no_other_card(cast, make_customer, client_for, pair):
    older, _newer = pair
    colleagues = make_customer(cast.zhao, name="王芳")
    client = client_for(cast.lin)
    assert f"/merge/{colleagues.pk}/" not in client.get(f"/customers/{older.pk}/merge/").content.decode()
    for method in (client.get, client.post):
        assert method(f"/customers/{older.pk}/merge/{colleagues.pk}/").status_code == 404
        assert method(f"/customers/{older.pk}/merge/{older.pk}/").status_code == 404
