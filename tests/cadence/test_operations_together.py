"""Two people at once, on real connections: one wins, the other is told, and nothing is counted twice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from tests.cadence.desk import call
from tests.cast import MORNING

from guanxi.cadence.models import Interaction, LossReport, Task
from guanxi.cadence.operations.contacts import record_contact
from guanxi.cadence.operations.losses import LossDraft, apply_for_loss, decide_loss
from guanxi.customers.models import Customer
from guanxi.customers.operations.cards import edit_card
from guanxi.deals.models import Order
from guanxi.deals.operations.orders import OrderDraft, OrderRefused, cancel_order, deliver, place_order
from guanxi.organization.refusals import StaleEdit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _on_real_transactions(transactional_db):
    """Named here so that the cast is written outside a test transaction."""


def at_once(*works):
    """Run each in a thread of its own, all starting together; the results or the errors, in order."""
    start = Barrier(len(works))

    def run(work):
        try:
            start.wait(10)
            return work()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(run, works))


def kinds(results):
    return sorted(type(result).__name__ for result in results)


def test_two_people_edit_the_same_card(cast, act, make_customer):
    card = make_customer(cast.lin)
    results = at_once(
        lambda: edit_card(act(cast.lin), card.pk, version=1, values={"address": "杭州"}),
        lambda: edit_card(act(cast.chen), card.pk, version=1, values={"address": "宁波"}),
    )
    assert kinds(results) == ["Customer", StaleEdit.__name__]
    assert Customer.objects.get(pk=card.pk).version == 2


def test_two_approvals_of_one_loss(cast, act, make_customer):
    card = make_customer(cast.lin)
    report = apply_for_loss(act(cast.lin), card.pk, LossDraft("REFUSED", "BRAND"))

    def approve(boss):
        return decide_loss(act(boss), report.pk, approve=True, called_back=True, note="属实")

    assert kinds(at_once(lambda: approve(cast.chen), lambda: approve(cast.ma))) == [
        "DoesNotExist",
        "LossReport",
    ]
    assert Task.objects.filter(customer=card, kind="SECOND").count() == 3
    assert card.level_changes.filter(to_level="L").count() == 1


def test_a_delivery_and_a_cancellation_at_once(cast, act, make_customer):
    order = place_order(act(cast.lin), make_customer(cast.lin, level="H").pk, OrderDraft())
    results = at_once(
        lambda: cancel_order(act(cast.lin), order.pk, version=1, reason="反悔"),
        lambda: deliver(act(cast.chen), order.pk, version=1, delivered_on=MORNING.date(), item={}),
    )
    assert kinds(results) == ["Order", StaleEdit.__name__]


def test_two_orders_at_once(cast, act, make_customer):
    card = make_customer(cast.lin, level="H")
    results = at_once(*[lambda: place_order(act(cast.lin), card.pk, OrderDraft()) for _ in range(3)])
    assert kinds(results) == ["Order", OrderRefused.__name__, OrderRefused.__name__]
    assert Order.objects.count() == 1
    assert Task.objects.filter(kind="ORDER").count() == 5


def test_an_order_and_the_approval_of_a_loss(cast, act, make_customer):
    """Whichever comes first, the card ends in one state and nobody waits for ever."""
    for _ in range(4):
        card = make_customer(cast.lin, level="B")
        report = apply_for_loss(act(cast.lin), card.pk, LossDraft("REFUSED", "BRAND"))
        results = at_once(
            lambda pk=card.pk: place_order(act(cast.lin), pk, OrderDraft()),
            lambda pk=report.pk: decide_loss(act(cast.chen), pk, approve=True, called_back=True, note="属实"),
        )
        report.refresh_from_db()
        card.refresh_from_db()
        ends = {
            ("CANCELLED", "O"): ["DoesNotExist", "Order"],
            ("APPROVED", "L"): ["LossReport", "OrderRefused"],
        }
        assert kinds(results) == ends[report.state, card.level]


def test_two_contacts_at_once_leave_one_follow_up(cast, act, make_customer):
    card = make_customer(cast.lin)
    results = at_once(
        lambda: record_contact(act(cast.lin), call(card, again=True)),
        lambda: record_contact(act(cast.chen), call(card, again=True)),
    )
    assert kinds(results) == ["Interaction", "Interaction"]
    assert Interaction.objects.count() == 2
    assert Task.objects.open().follow_ups().filter(customer=card).count() == 1


def test_two_applications_for_one_loss(cast, act, make_customer):
    card = make_customer(cast.lin)
    draft = LossDraft("REFUSED", "BRAND")
    results = at_once(*[lambda: apply_for_loss(act(cast.lin), card.pk, draft) for _ in range(2)])
    assert kinds(results) == ["LossRefused", "LossReport"]
    assert LossReport.objects.count() == 1
