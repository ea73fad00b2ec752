"""From the value page to Today: calls once, in nobody's way, and taken back together (R-LOY-06, R-PRM-08)."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from tests.cast import MORNING, assemble
from tests.insights.ledger import UNTIL, make_cards, sell

from guanxi.cadence.models import Task
from guanxi.customers.models import Customer
from guanxi.insights.operations.calls import CallsRefused, ask_calls, take_calls_back
from guanxi.insights.operations.value_runs import make_run
from guanxi.organization.acts import Act
from guanxi.organization.models import AuditEntry


@pytest.fixture
def cards(cast, act):
    """Three of Lin's and one of Wu's, silent for 65 days at a cycle of 30."""
    found = make_cards(cast.store, [cast.lin, cast.lin, cast.lin, cast.wu], 4)
    for card in found:
        for days in (125, 95, 65):
            sell(card, UNTIL - timedelta(days=days), Decimal(100))
    make_run(act(None, store=cast.store), UNTIL)
    return found


def standing():
    return list(
        Task.objects.open()
        .filter(item="VALUE")
        .order_by("customer_id")
        .values_list("customer_id", "owner__username")
    )


def test_the_calls_stand_with_each_cards_consultant_and_say_why(cast, act, cards):
    asked = ask_calls(act(cast.ma), [card.pk for card in cards])
    assert (len(asked.tasks), asked.waiting, asked.left) == (4, 0, 0)
    assert standing() == [
        (cards[0].pk, "lin"),
        (cards[1].pk, "lin"),
        (cards[2].pk, "lin"),
        (cards[3].pk, "wu"),
    ]
    task = asked.tasks[0]
    assert (task.given_by, task.due_on, task.source_rule) == (cast.ma, MORNING.date(), "R-LOY-06")
    assert "3" in task.note and "30" in task.note and "66" in task.note
    assert AuditEntry.objects.filter(action="call_asked", actor=cast.ma).count() == 4


def test_who_stands_there_already_is_not_asked_for_twice(cast, act, cards):
    ask_calls(act(cast.lin), [cards[0].pk])
    asked = ask_calls(act(cast.ma), [cards[0].pk, cards[1].pk])
    assert (len(asked.tasks), asked.waiting) == (1, 1)
    assert len(standing()) == 2


def test_r_prm_08_who_refuses_every_channel_and_who_has_no_consultant_are_left(cast, act, cards):
    Customer.objects.filter(pk=cards[0].pk).update(opt_outs=["CALL", "SMS", "WECHAT", "MAIL"])
    Customer.objects.filter(pk=cards[1].pk).update(owner=None)
    asked = ask_calls(act(cast.ma), [card.pk for card in cards[:3]])
    assert ([task.customer_id for task in asked.tasks], asked.left) == ([cards[2].pk], 2)


def test_a_card_out_of_reach_refuses_the_whole_list(cast, act, cards):
    with pytest.raises(Customer.DoesNotExist):
        ask_calls(act(cast.lin), [card.pk for card in cards])
    assert standing() == []


@pytest.mark.parametrize("chosen", [[], range(1, 40)])
def test_nobody_and_too_many_are_refused(cast, act, cards, chosen):
    with pytest.raises(CallsRefused):
        ask_calls(act(cast.ma), list(chosen))


def test_undo_takes_back_what_was_asked_together_and_can_be_asked_again(cast, act, cards):
    ask_calls(act(cast.lin), [cards[0].pk])
    asked = ask_calls(act(cast.ma, MORNING + timedelta(minutes=1)), [cards[1].pk, cards[2].pk])
    assert take_calls_back(act(cast.ma), asked.tasks[1].pk) == 2
    assert standing() == [(cards[0].pk, "lin")]
    assert len(ask_calls(act(cast.ma, MORNING + timedelta(minutes=2)), [cards[1].pk]).tasks) == 1


def test_nobody_takes_back_what_another_asked_for(cast, act, cards):
    asked = ask_calls(act(cast.ma), [cards[0].pk])
    with pytest.raises(Task.DoesNotExist):
        take_calls_back(act(cast.chen), asked.tasks[0].pk)
    assert len(standing()) == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_open_one_call_each():
    cast = assemble()
    found = make_cards(cast.store, [cast.lin], 2)
    for card in found:
        sell(card, UNTIL - timedelta(days=65), Decimal(100))
    make_run(Act(by=None, at=MORNING, source="night", given_store=cast.store), UNTIL)
    start, failed = threading.Barrier(2), []

    def ask(user):
        try:
            start.wait(10)
            ask_calls(Act(by=user, at=MORNING), [card.pk for card in found])
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=[user]) for user in (cast.ma, cast.chen)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (failed, len(standing())) == ([], 2)


def test_from_the_value_page_to_ten_calls_in_today(cast, act, client_for):
    """A manager's walk: the page, the list with ten ticked, one tap, and they stand in the consultant's Today."""
    found = make_cards(cast.store, [cast.lin], 12)
    for card in found:
        for days in (125, 95, 65):
            sell(card, UNTIL - timedelta(days=days), Decimal(100))
    make_run(act(None, store=cast.store), UNTIL)
    with time_machine.travel(MORNING, tick=False):
        manager = client_for(cast.ma)
        assert "/insights/value/calls/" in manager.get("/insights/value/").content.decode()
        page = manager.get("/insights/value/calls/").content.decode()
        assert page.count(" checked") == 10
        ticked = [card.pk for card in found if f'value="{card.pk}" checked' in page]
        asked = {"customer": ticked, "form_key": "a" * 32}
        # Sent twice it acts once.
        assert [manager.post("/insights/value/calls/", asked).status_code for _ in range(2)] == [303, 303]
        assert len(standing()) == 10
        today = client_for(cast.lin).get("/today/").content.decode()
        assert sum(f'id="customer-{key}"' in today for key in ticked) == 10
