"""Whatever people do in whatever order, an open card has one open follow-up and tasks are unique."""

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cadence.desk import call, later

from guanxi.cadence.models import LevelChange, LossReport, Task
from guanxi.cadence.operations.contacts import record_contact
from guanxi.cadence.operations.levels import (
    decide_level_request,
    propose_downgrades,
    set_level,
    take_due_downgrades,
)
from guanxi.cadence.operations.losses import LossDraft, apply_for_loss, decide_loss, reactivate, withdraw_loss
from guanxi.customers.models import Customer
from guanxi.deals.models import Order
from guanxi.deals.operations.orders import OrderDraft, cancel_order, deliver, place_order
from guanxi.organization.refusals import Refused

LEVELS = st.sampled_from("HABCN")
EVIDENCE = st.none() | st.frozensets(st.sampled_from(["MODEL_COLOUR", "TERMS", "HAS_MEANS"]))
STEPS = st.one_of(
    st.tuples(st.just("contact"), st.booleans(), st.none() | LEVELS, EVIDENCE),
    st.tuples(st.just("level"), LEVELS, EVIDENCE, st.booleans()),
    st.tuples(
        st.sampled_from(["order", "cancel", "deliver", "apply", "withdraw", "reactivate", "night", "settle"])
    ),
    st.tuples(st.just("loss"), st.booleans()),
)


def step(act, cast, card, when, name, *how):
    lin, chen, ma, night = (
        act(cast.lin, when),
        act(cast.chen, when),
        act(cast.ma, when),
        act(None, when, store=cast.store),
    )
    order = Order.objects.filter(customer=card, state="OPEN").first()
    if name == "contact":
        record_contact(lin, call(card, reached=how[0], level=how[1], evidence=how[2], level_reason="谈得好"))
    elif name == "level":
        set_level(lin, card.pk, how[0], evidence=how[1], reason="谈得好", confirm=how[2])
    elif name == "order":
        place_order(lin, card.pk, OrderDraft())
    elif name == "cancel" and order:
        cancel_order(lin, order.pk, version=order.version, reason="变卦")
    elif name == "deliver" and order:
        deliver(lin, order.pk, version=order.version, delivered_on=lin.on, item={})
    elif name == "apply":
        apply_for_loss(lin, card.pk, LossDraft("REFUSED", "BRAND"))
    elif name == "withdraw":
        withdraw_loss(lin, card.pk)
    elif name == "reactivate":
        reactivate(lin, card.pk, level="B", reason="回来了")
    elif name == "night":
        propose_downgrades(night, [card.pk])
        take_due_downgrades(night)
    elif name == "settle":
        for change in LevelChange.objects.filter(customer=card, state="REQUESTED"):
            decide_level_request(chen, change.pk, approve=True)
    elif name == "loss":
        for report in LossReport.objects.pending().filter(customer=card):
            decide_loss(ma, report.pk, approve=how[0], called_back=True, note="属实")


phones = (str(number) for number in count(13700000001))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 40), STEPS), max_size=12))
@pytest.mark.django_db
def test_one_open_follow_up_per_open_card(cast, act, make_customer, steps):
    card = make_customer(cast.lin, level="N", phone=next(phones))
    day = 0
    for days, (name, *how) in steps:
        day += days
        when = later(day) + timedelta(minutes=10)
        with suppress(Refused):
            step(act, cast, card, when, name, *how)
        check(Customer.objects.get(pk=card.pk))


def check(card):
    tasks = Task.objects.filter(customer=card)
    follow_ups = tasks.open().follow_ups()
    assert follow_ups.count() == (1 if card.is_open else 0)
    if card.is_open:
        follow_up = follow_ups.get()
        assert card.next_due_on == follow_up.due_on
        assert follow_up.owner_id == card.owner_id
    else:
        assert card.next_due_on is None
        assert not tasks.open().filter(kind__in=["EVIDENCE", "CARD", "ORDER"]).exists()
    for kind in ("EVIDENCE", "CARD"):
        assert tasks.open().filter(kind=kind).count() <= 1
    derived = Counter(tasks.exclude(origin="").values_list("kind", "item", "origin"))
    assert max(derived.values(), default=1) == 1
    assert (card.intent_status == "ORDERED") == (card.level == "O")
    assert (card.level == "O") == Order.objects.filter(customer=card, state="OPEN").exists()
    for tick in Counter(
        card.evidence_ticks.filter(withdrawn_at__isnull=True).values_list("code", flat=True)
    ).values():
        assert tick == 1
