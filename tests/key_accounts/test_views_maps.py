"""The map as a page: drawn without script, told in a table, replayed, kept from others."""

from fractions import Fraction

import pytest
from tests.key_accounts.accounts import SEED, drafts, line, organisation, seed_map

from guanxi.customers.models import Contact
from guanxi.key_accounts.models import KeyPerson
from guanxi.key_accounts.operations.people import add_people

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


def test_r_key_03_one_list_says_whom_to_move_and_what_it_adds(cast, act, account, client_for):
    seed_map(act(cast.lin), account)
    context = client_for(cast.lin).get(f"/key-accounts/{account.pk}/").context
    told = [(one.person.name, one.before, one.after, one.gain, one.is_best) for one in context["moves"]]
    assert told == [
        ("营销经理", "−", "=", Fraction(1, 13), False),
        ("销售经理", "=", "+", Fraction(1, 26), False),
        ("总监", "+", "*", 0, False),
        ("运维经理", "+", "*", Fraction(2, 13), True),
    ]


def test_the_step_that_adds_most_stands_below_an_order_that_does_not_name_it(cast, act, account, client_for):
    add_people(act(cast.lin), account.pk, drafts(SEED[:1]))
    moves = client_for(cast.lin).get(f"/key-accounts/{account.pk}/").context["moves"]
    assert [(one.before, one.after, one.gain, one.is_best) for one in moves] == [
        ("+", "*", 0, False),
        ("/0", "/1", Fraction(4, 16), True),
    ]


def test_a_map_nobody_rated_has_no_index(cast, act, account, client_for):
    Contact.objects.create(customer=account, name="邵丽")
    page = client_for(cast.lin).get(f"/key-accounts/{account.pk}/").content.decode()
    assert "50.0%" not in page and "0.00" not in page


def test_r_chn_02_the_list_says_how_many_key_links_it_leaves_out(cast, act, account, client_for):
    contacts = [Contact.objects.create(customer=account, name=f"人{n}") for n in range(7)]
    KeyPerson.objects.bulk_create(
        KeyPerson(contact=one, influence=1, known_since=act(cast.lin).on) for one in contacts
    )
    answer = client_for(cast.lin).get(f"/key-accounts/{account.pk}/")
    assert (len(answer.context["links"]), len(answer.context["told"].links)) == (5, 7)
    assert f"/customers/{account.pk}/forms/F-CHN-1.pdf" in answer.content.decode()


def test_the_pages_of_an_account_name_the_same_step(cast, act, account, client_for):
    """One box outside the chart does not hold the analysis at its first step."""
    seed_map(act(cast.lin), account)
    add_people(act(cast.lin), account.pk, drafts(("柳青：U 采购 K 经理 = /1",)))
    client = client_for(cast.lin)
    here, plan, review = (
        client.get(f"/key-accounts/{account.pk}/{path}").context for path in ("", "plan/", "review/")
    )
    assert [(step.number, step.done, step.is_done) for _label, step in here["method"]][:2] == [
        (1, 5, True), (2, 6, True),
    ]  # fmt: skip
    assert here["told"].step == plan["step"] == review["step"]
    assert here["told"].step.code == "CONTACT"


def test_a_warning_can_be_made_a_step(cast, act, account, client_for):
    people = seed_map(act(cast.lin), account)
    page = client_for(cast.lin).get(f"/key-accounts/{account.pk}/").content.decode()
    assert f"steps/?person={people['营销经理'].pk}&amp;goal=" in page


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


def test_organisations_nobody_mapped_are_told_apart(cast, act, account, make_customer, client_for):
    seed_map(act(cast.lin), account)
    plain = organisation(make_customer, cast.lin, name="别家", org_name="未画图公司")
    Contact.objects.create(customer=plain, name="何伟")
    client = client_for(cast.lin)
    mapped, every = (client.get(f"/key-accounts/{query}").content.decode() for query in ("", "?all=1"))
    assert "甬锐" in mapped and "未画图公司" not in mapped
    assert "甬锐" in every and "未画图公司" in every
    empty = organisation(make_customer, cast.lin, name="空", org_name="没有联系人公司")
    every = client.get("/key-accounts/?all=1").content.decode()
    assert "没有联系人公司" in every and every.count(f'href="/key-accounts/{empty.pk}/"') == 2
    assert client.get("/key-accounts/?after=x").status_code == 404


def test_the_name_of_the_card_is_offered_until_the_map_knows_it(cast, act, account, client_for):
    client, url = client_for(cast.lin), f"/key-accounts/{account.pk}/"
    assert client.get(url).context["unmapped_name"] == "甬锐模具"
    page = client.get(f"{url}people/new/?name=高洁").content.decode()
    assert 'value="高洁"' in page
    Contact.objects.create(customer=account, name="甬锐模具")
    assert client.get(url).context["unmapped_name"] == ""
