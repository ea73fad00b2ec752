"""Owner care after a delivery (handbook 5.4, 15.4)."""

from datetime import date

import pytest
from tests.cadence.desk import at, march

from guanxi.cadence.models import Task
from guanxi.care.operations import plan_care
from guanxi.care.rules import OwnedFacts, care_calls, in_year
from guanxi.playbooks.loader import load_pack

AUTO = load_pack("auto")


def calls(facts, first, last):
    return {(call.item, call.due_on) for call in care_calls(facts, first, last, AUTO)}


def test_5_4_the_first_two_months_after_delivery():
    facts = OwnedFacts(delivered_on=march(2), bought_on=date(2026, 2, 20))
    assert calls(facts, march(2), date(2026, 5, 2)) == {
        ("THANKS", march(2)),
        ("DAY_3", march(5)),
        ("WEEK", march(9)),
        ("DAY_30", date(2026, 4, 1)),
        ("FIRST_SERVICE", date(2026, 4, 24)),
    }


def test_5_4_a_known_first_service_date_wins():
    facts = OwnedFacts(delivered_on=march(2), first_service_due_on=date(2026, 6, 1))
    assert ("FIRST_SERVICE", date(2026, 5, 25)) in calls(facts, march(2), date(2026, 7, 1))


def test_5_4_insurance_anniversary_birthday_and_replacement():
    facts = OwnedFacts(date(2024, 3, 1), date(2024, 2, 20), None, date(2027, 3, 10), date(1990, 5, 20))
    assert calls(facts, date(2027, 1, 1), date(2027, 12, 31)) == {
        ("INSURANCE_30", date(2027, 2, 8)),
        ("INSURANCE_7", date(2027, 3, 3)),
        ("ANNIVERSARY", date(2027, 2, 20)),
        ("REPLACEMENT", date(2027, 2, 20)),
        ("BIRTHDAY", date(2027, 5, 20)),
    }


def test_15_4_29_february_is_kept_on_the_28th():
    assert in_year(date(2000, 2, 29), 2026) == date(2026, 2, 28)
    assert in_year(date(2000, 2, 29), 2028) == date(2028, 2, 29)
    assert ("BIRTHDAY", date(2026, 2, 28)) in calls(
        OwnedFacts(born_on=date(2000, 2, 29)), date(2026, 2, 1), march(1)
    )


def test_no_anniversary_in_the_year_of_purchase():
    assert calls(OwnedFacts(bought_on=march(2)), march(2), date(2027, 3, 2)) == {
        ("ANNIVERSARY", date(2027, 3, 2))
    }


@pytest.fixture
def owner(cast, make_customer):
    item = {"is_ours": True, "model": "汉", "delivered_on": march(2), "bought_on": march(1)}
    return make_customer(cast.lin, level="", owner_kind="OWN_SALE", owned=item, birth_date=date(1990, 3, 20))


def test_care_is_planned_once_however_often_it_is_derived(cast, act, owner):
    night = act(None, at(2, 1), store=cast.store)
    assert plan_care(night) == 5
    assert plan_care(night) == 0
    tasks = Task.objects.open().filter(customer=owner, kind="CARE")
    assert {(task.item, task.due_on) for task in tasks} == {
        ("THANKS", march(2)), ("DAY_3", march(5)), ("WEEK", march(9)), ("BIRTHDAY", march(20)),
        ("DAY_30", date(2026, 4, 1)),
    }  # fmt: skip
    assert {task.owner for task in tasks} == {cast.lin}
    assert plan_care(act(None, at(1, month=4), store=cast.store)) == 1


def test_care_of_the_last_week_is_made_up_older_is_not(cast, act, owner):
    night = act(None, at(12, 1), store=cast.store)
    plan_care(night)
    items = set(Task.objects.filter(kind="CARE").values_list("item", flat=True))
    assert items == {"DAY_3", "WEEK", "BIRTHDAY", "DAY_30"}


def test_care_is_for_the_store_and_for_owners(cast, act, owner, make_customer):
    make_customer(cast.lin, level="B", birth_date=date(1990, 3, 20))
    assert plan_care(act(None, at(2), store=cast.other_store)) == 0
    plan_care(act(None, at(2), store=cast.store))
    assert set(Task.objects.filter(kind="CARE").values_list("customer", flat=True)) == {owner.pk}


def test_who_refuses_every_channel_is_left_in_peace(cast, act, owner):
    """15.4, R-PRM-08."""
    owner.opt_outs = ["CALL", "SMS", "WECHAT", "MAIL"]
    owner.save()
    assert plan_care(act(None, at(2), store=cast.store)) == 0
    owner.opt_outs = ["CALL"]
    owner.save()
    assert plan_care(act(None, at(2), store=cast.store)) == 5
