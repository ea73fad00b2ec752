"""Today's list: who is due, in which order, what goes with them (R-FUP-01, R-FUP-04)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cadence.desk import at, call, follow_up, march

from guanxi.cadence.models import Task
from guanxi.cadence.operations.contacts import record_contact
from guanxi.cadence.queries.due import releasable, who_is_behind, worklist
from guanxi.customers.models import Customer, Intent
from guanxi.organization.models import User


def due(card, day, **values):
    """Put the follow-up of a card on a day; the list sorts by what the database holds."""
    Task.objects.open().follow_ups().filter(customer=card).update(due_on=march(day), **values)
    Customer.objects.filter(pk=card.pk).update(next_due_on=march(day))
    return card


def names(cast, day, **limits):
    return [item.customer.name for item in worklist(cast.lin, cast.store, march(day), **limits).items]


def task(card, kind=Task.Kind.CARE, day=2, **values):
    return Task.objects.create(
        customer=card, store=card.store, owner=card.owner, kind=kind, item="D7", source_rule="5.4",
        due_on=march(day), created_at=at(2), **values,
    )  # fmt: skip


def test_level_comes_before_lateness(cast, make_customer):
    for level in ("C", "N", "B", "O", "A", "H"):
        due(
            make_customer(cast.lin, name=level, level=level, imported=level == "O"), 2 if level in "OH" else 1
        )
    assert names(cast, 2) == ["O", "H", "A", "B", "C", "N"]


def test_within_a_level_the_latest_comes_first_then_tier_then_budget(cast, make_customer):
    for name, day, tier, budget in [
        ("no tier", 2, None, 900), ("second tier", 2, 2, 900), ("no budget", 2, 1, None),
        ("small budget", 2, 1, 100), ("large budget", 2, 1, 200), ("late", 1, None, None),
    ]:  # fmt: skip
        card = due(make_customer(cast.lin, name=name, level="A", tier=tier), day)
        Intent.objects.filter(customer=card).update(budget_max=budget and Decimal(budget))
    expected = ["late", "large budget", "small budget", "no budget", "second tier", "no tier"]
    assert names(cast, 2) == expected


def test_a_retry_planned_for_tomorrow_waits_until_then(cast, act, make_customer):
    """R-FUP-01: the due date stays, so tomorrow it is late as well."""
    card = due(make_customer(cast.lin, level="H"), 2)
    record_contact(act(cast.lin, at(2)), call(card, reached=False, content=""))
    assert follow_up(card).retry_on == march(3)
    assert names(cast, 2) == []
    tomorrow = worklist(cast.lin, cast.store, march(3)).items
    assert [(item.customer.pk, item.days_late) for item in tomorrow] == [(card.pk, 1)]


def test_tomorrow_adds_what_falls_due_then(cast, make_customer):
    due(make_customer(cast.lin, name="today", level="A"), 2)
    due(make_customer(cast.lin, name="tomorrow", level="B"), 3)
    due(make_customer(cast.lin, name="later", level="B"), 4)
    # What a new card still lacks is asked for the next day; here only follow-ups count.
    Task.objects.exclude(kind=Task.Kind.FOLLOW_UP).delete()
    assert names(cast, 2) == ["today"]
    assert names(cast, 3) == ["today", "tomorrow"]


def test_tasks_stand_with_their_customer_and_alone_at_the_end(cast, make_customer):
    both, only = due(make_customer(cast.lin, name="both"), 2), make_customer(cast.lin, name="only a task")
    for card in (only, both):
        task(card)
    task(both, Task.Kind.CARD)
    items = worklist(cast.lin, cast.store, march(2)).items
    assert [item.customer.name for item in items] == ["both", "only a task"]
    assert [len(item.tasks) for item in items] == [2, 1]
    assert items[1].follow_up is None


def test_the_counts_are_of_everything_not_of_what_is_shown(cast, act, make_customer):
    for day in (1, 1, 2):
        due(make_customer(cast.lin), day)
    found = worklist(cast.lin, cast.store, march(2), limit=1)
    assert (len(found.items), found.due, found.late) == (1, 3, 2)


def test_done_counts_customers_worked_on_today(cast, act, make_customer):
    """A try counts: the customer is off the list until the retry. What a sheet told does not."""
    reached, tried = make_customer(cast.lin), make_customer(cast.lin, last_contact_on=march(2))
    record_contact(act(cast.lin, at(2, 9)), call(reached))
    record_contact(act(cast.lin, at(2, 10)), call(reached))
    record_contact(act(cast.lin, at(2, 10)), call(tried, reached=False, content=""))
    assert worklist(cast.lin, cast.store, march(2)).done == 2
    assert worklist(cast.lin, cast.store, march(3)).done == 0


def test_the_list_is_ones_own(cast, make_customer):
    due(make_customer(cast.zhao), 1)
    assert names(cast, 2) == []


def test_an_item_knows_the_last_contact_the_evidence_and_the_month(cast, act, make_customer):
    card = make_customer(cast.lin, level="A", evidence={"TERMS"}, last_contact_on=march(1))
    record_contact(act(cast.lin, at(2)), call(card, content="第二次谈价格"))
    (item,) = worklist(cast.lin, cast.store, march(9)).items
    assert item.last is not None and item.last.content == "第二次谈价格"
    assert item.ticked == {"TERMS"}
    assert item.contacts_this_month == 2


@pytest.mark.parametrize("query", ["worklist", "behind", "releasable"])
def test_three_times_the_rows_take_no_more_queries(cast, act, make_customer, query):
    asked = {
        "worklist": lambda: worklist(cast.lin, cast.store, march(20)),
        "behind": lambda: who_is_behind(cast.ma, march(20)),
        "releasable": lambda: [card.owner for card in releasable(cast.ma, cast.store.playbook, march(20))],
    }[query]

    def cards(count):
        for _place in range(count):
            card = due(make_customer(cast.lin, level="H", evidence={"TERMS"}), 2)
            record_contact(act(cast.lin, at(2)), call(card))
            task(card)

    cards(2)
    asked()
    with CaptureQueriesContext(connection) as few:
        asked()
    cards(4)
    with CaptureQueriesContext(connection) as many:
        asked()
    assert len(many) == len(few)


def test_who_is_behind_puts_the_latest_first_and_keeps_those_who_left(cast, make_customer):
    for owner, day in [(cast.zhao, 2), (cast.lin, 1), (cast.lin, 2), (cast.wu, 1)]:
        due(make_customer(owner, level="A"), day)
    User.objects.filter(pk=cast.lin.pk).update(is_active=False)
    rows = who_is_behind(cast.ma, march(3))
    assert [(row.person.username, row.open, row.late) for row in rows] == [
        ("lin", 2, 2), ("zhao", 1, 1), ("wu", 1, 1),
    ]  # fmt: skip
    assert rows[0].late_by_level == {"A": 2}
    assert [row.person.username for row in who_is_behind(cast.chen, march(3))] == ["lin", "zhao"]


def test_cards_left_in_another_store_do_not_show_here(cast, make_customer):
    due(make_customer(cast.lin), 1)
    User.objects.filter(pk=cast.lin.pk).update(store=cast.other_store, team=None)
    assert who_is_behind(cast.gao, march(2)) == []


@pytest.mark.parametrize(
    ("level", "days", "proposed"),
    [("H", 3, False), ("H", 4, True), ("N", 4, True), ("A", 14, True), ("B", 29, False), ("O", 90, False)],
)
def test_the_last_step_of_the_ladder_proposes_reassignment(cast, make_customer, level, days, proposed):
    """R-FUP-04: H 4, A 14, B 30, C 60 days late; N as H; O never."""
    card = make_customer(cast.lin, level=level, imported=level == "O")
    due(card, 2)
    rows = releasable(cast.ma, cast.store.playbook, march(2) + timedelta(days=days))
    assert [row.pk for row in rows] == ([card.pk] if proposed else [])


def test_owners_and_supporters_are_never_released(cast, make_customer):
    for fields in ({"owner_kind": "OWN_SALE"}, {"is_vip_supporter": True}):
        due(make_customer(cast.lin, level="H", **fields), 2)
    assert not releasable(cast.ma, cast.store.playbook, march(31)).exists()
