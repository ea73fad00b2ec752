"""From the value page to Today: calls once, in nobody's way, and taken back together (R-LOY-06, R-PRM-08)."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from tests.cast import MORNING, assemble
from tests.insights.ledger import UNTIL, make_cards, sell, silent_cards

from guanxi.cadence.models import Interaction, Task
from guanxi.cadence.operations.contacts import ContactDraft, record_contact
from guanxi.cadence.queries.due import worklist
from guanxi.customers.models import Customer
from guanxi.insights.models import CustomerValue, ValueRun
from guanxi.insights.operations.calls import CallsRefused, ask_calls, take_calls_back
from guanxi.insights.operations.value_runs import make_run
from guanxi.insights.queries.advice import advised
from guanxi.insights.queries.calls import calls, rounds
from guanxi.insights.value_words import advice_of
from guanxi.organization.acts import Act
from guanxi.organization.models import AuditEntry


@pytest.fixture
def cards(cast, act):
    return silent_cards(cast, act(None, store=cast.store))


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
    # The whole explanation, not the habit alone.
    assert "2.2" in task.note
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


def test_r_prm_08_who_refuses_calls_is_not_on_the_list_nor_advised_to_be_called(cast, act, cards):
    run = ValueRun.objects.get(store=cast.store)
    assert cards[0].pk in [one.value.customer_id for one in calls(cast.ma, run, MORNING.date(), 30)]
    Customer.objects.filter(pk=cards[0].pk).update(opt_outs=["CALL"])
    assert cards[0].pk not in [one.value.customer_id for one in calls(cast.ma, run, MORNING.date(), 30)]
    row = CustomerValue.objects.with_contract(MORNING.date()).get(run=run, customer=cards[0])
    assert advice_of(row, run, MORNING.date()) != "CALL"
    rows = advised(CustomerValue.objects.filter(run=run), run, MORNING.date())
    assert rows.get(customer=cards[0]).advice == advice_of(row, run, MORNING.date())


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


def test_one_call_of_a_round_is_taken_back_alone(cast, act, cards):
    asked = ask_calls(act(cast.ma), [card.pk for card in cards])
    assert take_calls_back(act(cast.ma), asked.tasks[1].pk, alone=True) == 1
    assert len(standing()) == 3


def test_the_list_shows_the_calls_that_wait_and_takes_them_back_at_any_time(cast, act, cards, client_for):
    asked = ask_calls(act(cast.ma), [card.pk for card in cards])
    later = MORNING + timedelta(days=5)
    with time_machine.travel(later, tick=False):
        page = client_for(cast.ma).get("/insights/value/calls/").content.decode()
        assert all(f"/insights/value/calls/{task.pk}/return/" in page for task in asked.tasks)
        # Whoever has just asked does not find the next ones ticked.
        assert " checked" not in page
        # A colleague reads who asked, and takes nothing back.
        other = client_for(cast.chen).get("/insights/value/calls/").content.decode()
        assert str(cast.ma) in other and "/return/" not in other
        sent = {"alone": "1", "form_key": "b" * 32}
        client_for(cast.ma).post(f"/insights/value/calls/{asked.tasks[0].pk}/return/", sent)
        assert len(standing()) == 3
        client_for(cast.ma).post(f"/insights/value/calls/{asked.tasks[1].pk}/return/", {"form_key": "c" * 32})
    assert standing() == []


def test_a_round_tells_what_came_of_each_call(cast, act, cards, client_for):
    ask_calls(act(cast.ma), [card.pk for card in cards[:3]])
    now = MORNING + timedelta(hours=1)
    record_contact(act(cast.lin, now), ContactDraft(cards[0].pk, "PHONE", reached=True, content="问了近况"))
    record_contact(act(cast.lin, now), ContactDraft(cards[1].pk, "PHONE", reached=False))
    with time_machine.travel(now + timedelta(hours=1), tick=False):
        answer = client_for(cast.ma).get("/insights/value/calls/", headers={"accept-language": "zh-hans"})
    page = answer.content.decode()
    assert "还有 2 个没打" in page and "联系上了" in page and "没联系上" in page
    (told,) = rounds(cast.ma, MORNING.date())
    came = {call.task.customer_id: call.contact and call.contact.is_valid for call in told.calls}
    assert came == {cards[0].pk: True, cards[1].pk: False, cards[2].pk: None}
    assert [call.task.customer_id for call in told.calls][-1] == cards[0].pk
    assert rounds(cast.wu, MORNING.date()) == []
    # Once all is done it is told for some weeks, and no more.
    Task.objects.open().filter(item="VALUE").update(status="DONE", done_on=MORNING.date())
    days = (0, 29, 30)
    assert [len(rounds(cast.ma, MORNING.date() + timedelta(days=day))) for day in days] == [1, 1, 0]


def test_calls_stand_in_the_place_of_a_level_the_most_worth_first(cast, act, make_customer):
    """An A customer's call as if a deal closed within a week; it brings the customer's own contact along."""
    small, large, loss = make_cards(cast.store, [cast.lin], 3)
    for card, margin in ((small, 1), (large, 900), (loss, -5)):
        for days in (125, 95, 65):
            sell(card, UNTIL - timedelta(days=days), Decimal(margin))
    make_run(act(None, store=cast.store), UNTIL)
    for place in range(4):
        hot = make_customer(cast.lin, name=f"热{place}", level="B")
        Task.objects.open().filter(customer=hot).update(due_on=MORNING.date())
    ask_calls(act(cast.ma), [small.pk, large.pk, loss.pk])
    found = worklist(cast.lin, cast.store, MORNING.date(), limit=3).items
    names = [item.customer.name for item in found]
    assert names[:3] == [large.name, small.name, loss.name]
    assert [item.tasks[0].stands_as for item in found[:3]] == ["H", "A", "A"]


def test_a_contact_that_reaches_the_customer_is_the_call(cast, act, cards):
    ask_calls(act(cast.ma), [cards[0].pk, cards[1].pk])
    now = MORNING + timedelta(hours=1)
    record_contact(act(cast.lin, now), ContactDraft(cards[0].pk, "PHONE", reached=True, content="问了近况"))
    record_contact(act(cast.lin, now), ContactDraft(cards[1].pk, "PHONE", reached=False))
    assert standing() == [(cards[1].pk, "lin")]


def test_a_call_has_its_aim_and_words_in_today(cast, act, cards, client_for):
    ask_calls(act(cast.ma), [cards[0].pk])
    with time_machine.travel(MORNING, tick=False):
        page = client_for(cast.lin).get("/today/", headers={"accept-language": "zh-hans"}).content.decode()
    assert "问清为什么没来，约好下次来店" in page
    assert "差不多 30 天来一次，这回有 66 天没见着您了" in page


def test_whoever_was_reached_lately_is_told_and_not_ticked(cast, act, cards, client_for):
    Customer.objects.filter(pk=cards[0].pk).update(last_contact_on=MORNING.date() - timedelta(days=2))
    with time_machine.travel(MORNING, tick=False):
        page = client_for(cast.ma).get("/insights/value/calls/").content.decode()
    assert (f'value="{cards[0].pk}" checked' in page, page.count(" checked")) == (False, 3)


def test_who_bought_or_came_just_now_is_not_on_the_list(cast, act, cards):
    """R-LOY-06: their own rhythm does not miss them yet."""
    bought, came, *_rest = cards
    sell(bought, UNTIL - timedelta(days=3), Decimal(100))
    Interaction.objects.create(
        customer=came, store=came.store, at=MORNING - timedelta(days=5), on=UNTIL - timedelta(days=4),
        method="SHOWROOM", purpose="CARE", is_valid=True, recorded_at=MORNING,
    )  # fmt: skip
    run = make_run(act(None, store=cast.store), UNTIL, again=True)
    listed = {call.value.customer_id for call in calls(cast.ma, run, MORNING.date(), 30)}
    assert listed == {cards[2].pk, cards[3].pk}
    row = CustomerValue.objects.get(run=run, customer=came)
    assert (row.churn_risk, row.visited_on) == ("", UNTIL - timedelta(days=4))


@pytest.mark.parametrize(
    ("refused", "left"), [(["CALL"], 0), (["SMS"], 1), (["CALL", "SMS", "WECHAT", "MAIL"], 0)]
)
def test_r_prm_08_a_call_is_withdrawn_when_calls_are_refused_on_the_card(
    cast, act, cards, client_for, refused, left
):
    ask_calls(act(cast.ma), [cards[0].pk])
    client = client_for(cast.lin)
    path = f"/customers/{cards[0].pk}/edit/"
    form = client.get(path).context["form"]
    typed = {name: value for name, value in form.initial.items() if value not in (None, [])}
    sent = typed | {"opt_outs": refused, "phone1": "13912345678", "form_key": "d" * 32}
    assert client.post(path, sent).status_code == 303
    assert Customer.objects.get(pk=cards[0].pk).opt_outs == refused
    assert len(standing()) == left


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
