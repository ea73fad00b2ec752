"""The customer list: each order walks every card once, filters say no to what they do not know."""

import base64
import json
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import MORNING

from guanxi.customers.models import Customer
from guanxi.customers.operations.cards import edit_card
from guanxi.customers.queries.filters import Filters
from guanxi.customers.queries.lists import SORTS, ListRefused, customer_page, level_counts

ON = MORNING.date()


@pytest.fixture(autouse=True)
def _morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def cards(cast, make_customer):
    """Thirteen cards in which names and dates repeat and some dates are missing."""
    made = [make_customer(cast.lin, name=name) for name in "王李王张李王张赵王李王张李"]
    for place, card in enumerate(made):
        days = [None, ON, ON, ON - timedelta(days=3)][place % 4]
        Customer.objects.filter(pk=card.pk).update(
            last_contact_on=days, next_due_on=[ON, None, ON + timedelta(days=1)][place % 3]
        )
    return made


def walk(actor, sort, limit):
    found, after = [], ""
    while True:
        page = customer_page(actor, Filters(), ON, sort=sort, after=after, limit=limit)
        found += page.rows
        if not page.after:
            return found
        assert len(page.rows) == limit
        after = page.after


@pytest.mark.parametrize("sort", sorted(SORTS))
@pytest.mark.parametrize("limit", [1, 2, 4, 5, 12, 13, 50])
def test_every_order_walks_all_cards_exactly_once(cast, cards, sort, limit):
    found = walk(cast.lin, sort, limit)
    assert sorted(card.pk for card in found) == [card.pk for card in cards]
    column, descending = SORTS[sort]
    values = [getattr(card, column) for card in found]
    dated = [value for value in values if value is not None]
    # Those without a date come last, whichever way the rest is turned.
    assert values == dated + [None] * (len(values) - len(dated))
    if column != "sorted_as":
        assert dated == sorted(dated, reverse=descending)


def test_a_card_that_moves_between_pages_does_not_repeat_the_others(cast, cards):
    first = customer_page(cast.lin, Filters(), ON, sort="next_due_on", limit=4)
    Customer.objects.filter(pk=first.rows[0].pk).update(next_due_on=None)
    rest = customer_page(cast.lin, Filters(), ON, sort="next_due_on", after=first.after)
    assert not {card.pk for card in rest.rows} & {card.pk for card in first.rows[1:]}


def cursor(*parts):
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


BAD = [
    "x", "é", "=", "W10", cursor(), cursor("name", "王", 1, 2), cursor("newest", None, "1"),
    cursor("newest", None, True), cursor("next_due_on", "2026-02-30", 1), cursor("next_due_on", 5, 1),
    base64.urlsafe_b64encode(b"[" * 5000).decode(), base64.urlsafe_b64encode(b"\xff\xfe").decode(),
]  # fmt: skip


@pytest.mark.parametrize("after", BAD)
@pytest.mark.parametrize("sort", ["newest", "next_due_on"])
def test_a_cursor_of_another_list_is_refused(cast, cards, sort, after):
    with pytest.raises(ListRefused):
        customer_page(cast.lin, Filters(), ON, sort=sort, after=after)


@pytest.mark.parametrize("name", [None, 5, "王\0", "\ud800"])
def test_a_name_no_card_can_have_is_refused(cast, cards, name):
    with pytest.raises(ListRefused):
        customer_page(cast.lin, Filters(), ON, sort="name", after=cursor("name", name, 1))


@pytest.mark.parametrize(
    "query",
    ["sort=phone", "sort=-newest", "after=x", "level=X", "level=h", "owner=lin", "owner=²", "source=%00",
     "source=AAA", "owner_kind=BOSS", "due=never", "confirmed=yes", "status=%00", "sort=name&after=" + BAD[4],
     "owner=" + "9" * 30, "owner=" + "9" * 5000],
)  # fmt: skip
def test_what_the_list_does_not_know_is_not_found(cast, cards, client_for, query):
    assert client_for(cast.lin).get(f"/customers/?{query}").status_code == 404


@pytest.mark.parametrize("sort", sorted(SORTS))
def test_the_page_leads_on_by_key(cast, client_for, make_customer, sort):
    for place in range(51):
        make_customer(cast.lin, name=f"客户{place:02}")
    client = client_for(cast.lin)
    first = client.get("/customers/", {"sort": sort, "source": "X"})
    url = first.context["page"]["next_url"]
    assert "source=X" in url and f"sort={sort}" in url
    second = client.get(f"/customers/{url}")
    shown = [row.pk for answer in (first, second) for row in answer.context["rows"]]
    assert len(shown) == len(set(shown)) == 51
    assert second.context["page"]["next_url"] == ""


def test_filters_narrow_and_counts_follow_the_other_filters(cast, make_customer):
    late, today = make_customer(cast.lin, level="A"), make_customer(cast.lin, level="B")
    none, zhao = make_customer(cast.lin, level="C", source_code="S"), make_customer(cast.zhao, level="A")
    for card, day in ((late, date(2026, 3, 1)), (today, ON), (none, None), (zhao, ON)):
        Customer.objects.filter(pk=card.pk).update(next_due_on=day, level_confirmed=card is not today)

    def found(actor=cast.chen, **filters):
        return {card.pk for card in customer_page(actor, Filters(**filters), ON).rows}

    assert found() == {late.pk, today.pk, none.pk, zhao.pk}
    assert found(due="late") == {late.pk}
    assert found(due="today") == {today.pk, zhao.pk}
    assert found(due="none") == {none.pk}
    assert found(level="A", owner=cast.zhao.pk) == {zhao.pk}
    assert found(source="S") == {none.pk}
    assert found(confirmed=False) == {today.pk}
    assert found(cast.wu, owner=cast.lin.pk) == set()
    counts = level_counts(cast.chen, Filters(level="A", owner=cast.lin.pk), ON)
    assert counts == {"A": 1, "B": 1, "C": 1}


def test_empty_filters_are_no_filters(cast, client_for):
    page = client_for(cast.lin).get("/customers/?due=&source=&owner_kind=&level=")
    assert page.context["is_filtered"] is False


@pytest.mark.parametrize("query", [f"sort={sort}" for sort in sorted(SORTS)] + [
    "level=B", "due=late", "due=today", "due=none", "source=X", "confirmed=no", "owner_kind=OWN_SALE", "status=INTENT",
])  # fmt: skip
def test_three_times_the_cards_take_no_more_queries(cast, client_for, make_customer, query):
    client = client_for(cast.chen)
    # The first request of a process asks once whether anybody has an account.
    client.get("/customers/")
    counted = []
    for more in (3, 6):
        for _place in range(more):
            make_customer(cast.lin)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/customers/?{query}")
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_names_stand_in_the_order_of_their_sound(cast, make_customer):
    """As in a Chinese dictionary: 曹 cáo before 丁 dīng before 王 wáng; 单 is shàn as a family name."""
    for name in ("王芳", "丁一", "单田", "曹启航", "Allen"):
        make_customer(cast.lin, name=name)
    page = customer_page(cast.lin, Filters(), ON, sort="name")
    assert [row.name for row in page.rows] == ["Allen", "曹启航", "丁一", "单田", "王芳"]


def test_a_new_name_moves_to_its_place(cast, act, make_customer):
    card = make_customer(cast.lin, name="曹启航")
    make_customer(cast.lin, name="丁一")
    edit_card(act(cast.lin), card.pk, version=card.version, values={"name": "赵启航"})
    page = customer_page(cast.lin, Filters(), ON, sort="name")
    assert [row.name for row in page.rows] == ["丁一", "赵启航"]
