"""The map as a page: drawn without script, told in a table, replayed, kept from others."""

import pytest
from tests.key_accounts.accounts import line, organisation, seed_map

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(cast, act, make_customer):
    return organisation(make_customer, cast.lin)


def test_the_map_says_what_the_seed_says(cast, act, account, client_for):
    people = seed_map(act(cast.lin), account)
    line(act(cast.lin), account, people["系统经理"], people["总监"], "0.6", note="同乡")
    page = client_for(cast.lin).get(f"/key-accounts/{account.pk}/").content.decode()
    assert page.count('class="box box-') == 5
    assert "+0.23" in page and "56.0%" not in page and "60.0%" in page and "0.0%" in page
    assert "同乡" in page
    assert page.count("R-KEY-01") == 4


def test_others_do_not_meet_it(cast, act, account, client_for):
    seed_map(act(cast.lin), account)
    assert client_for(cast.wu).get(f"/key-accounts/{account.pk}/").status_code == 404
    assert "甬锐" not in client_for(cast.wu).get("/key-accounts/").content.decode()
    assert "甬锐" in client_for(cast.chen).get("/key-accounts/").content.decode()


def test_a_persons_card_has_no_map(cast, make_customer, client_for):
    card = make_customer(cast.lin)
    assert client_for(cast.lin).get(f"/key-accounts/{card.pk}/").status_code == 404


def test_every_page_of_the_account_opens(cast, act, account, client_for):
    people = seed_map(act(cast.lin), account)
    client = client_for(cast.lin)
    person = people["系统经理"].pk
    for path in (
        "", "people/new/", "people/lines/", f"people/{person}/", f"people/{person}/marks/",
        f"people/{person}/departure/", f"people/{person}/ties/", "lines/", "circles/", "steps/", "facts/", "chart/",
        "?on=2026-02-01", f"?to={person}",
    ):  # fmt: skip
        assert client.get(f"/key-accounts/{account.pk}/{path}").status_code == 200, path
