"""Instructions of the evening meeting (R-DAY-03), and the second chances of R-LOSS-02."""

import pytest
from tests.cadence.desk import at, call, follow_up, later, march

from guanxi.cadence.models import Task
from guanxi.cadence.operations.contacts import record_contact
from guanxi.cadence.operations.instructions import InstructionRefused, instruct, withdraw_instruction
from guanxi.cadence.queries.due import worklist
from guanxi.cadence.rules.losses import second_chances
from guanxi.customers.models import Customer
from guanxi.organization.models import User
from guanxi.performance.queries.evening import boards


def test_r_day_03_an_instruction_stands_first_tomorrow_until_the_customer_is_reached(
    cast, act, make_customer
):
    hot = make_customer(cast.lin, level="A", evidence={"TERMS"}, name="热")
    Task.objects.filter(pk=follow_up(hot).pk).update(due_on=march(3))
    card = make_customer(cast.lin, level="C")
    task = instruct(act(cast.chen, at(2, 18)), card.pk, " 明天 请他太太一起来试驾。 ")
    assert (task.owner, task.due_on, task.note) == (cast.lin, march(3), "明天 请他太太一起来试驾。")
    assert card.pk not in [item.customer.pk for item in worklist(cast.lin, cast.store, march(2)).items]
    first = worklist(cast.lin, cast.store, march(3)).items[0]
    assert (first.customer, first.follow_up, first.instructions) == (card, None, [task])

    record_contact(act(cast.lin, at(3)), call(card, reached=False, content=""))
    assert Task.objects.open().filter(pk=task.pk).exists(), "an attempt carries nothing out"
    reached = record_contact(act(cast.lin, at(4)), call(card))
    task.refresh_from_db()
    assert (task.status, task.done_on, task.done_interaction) == ("DONE", march(4), reached)


def test_r_day_03_a_contact_of_the_day_it_was_asked_leaves_it_waiting(cast, act, make_customer):
    card = make_customer(cast.lin, level="A")
    task = instruct(act(cast.chen, at(2, 11)), card.pk, "请他太太一起来试驾")
    record_contact(act(cast.lin, at(2, 15)), call(card))
    assert worklist(cast.lin, cast.store, march(3)).items[0].instructions == [task]
    late = call(card, at=at(2, 17), content="补记昨天的电话")
    record_contact(act(cast.lin, at(3, 9)), late)
    assert Task.objects.open().filter(pk=task.pk).exists(), "entered late, but made before it was due"
    reached = record_contact(act(cast.lin, at(3)), call(card))
    task.refresh_from_db()
    assert (task.status, task.done_on, task.done_interaction) == ("DONE", march(3), reached)
    User.objects.update(joined_at=at(1))
    (board,) = [board for board in boards(cast.chen, cast.store, march(3), at(3, 18)) if board.carried_out]
    assert (board.person, board.carried_out) == (cast.lin, [task])
    assert not any(board.carried_out for board in boards(cast.chen, cast.store, march(2), at(3, 18)))


def test_a_second_word_of_the_same_leader_replaces_the_first_and_can_be_taken_back(cast, act, make_customer):
    card = make_customer(cast.lin)
    first = instruct(act(cast.chen), card.pk, "送脚垫")
    again = instruct(act(cast.chen), card.pk, "送脚垫和膜")
    other = instruct(act(cast.ma), card.pk, "价格不动")
    assert (first.pk, again.note) == (again.pk, "送脚垫和膜")
    with pytest.raises(Task.DoesNotExist):
        withdraw_instruction(act(cast.ma), first.pk)
    assert withdraw_instruction(act(cast.chen), first.pk).status == "CANCELLED"
    assert list(Task.objects.open().filter(kind="INSTRUCT")) == [other]


@pytest.mark.parametrize("who", ["lin", "wu", "sun", "cs", "auditor", "gao"])
def test_only_who_leads_the_card_instructs(cast, act, make_customer, who):
    card = make_customer(cast.lin)
    with pytest.raises(Customer.DoesNotExist):
        instruct(act(cast.users[who]), card.pk, "送脚垫")


@pytest.mark.parametrize("words", ["", " \n ", "好" * 301])
def test_an_instruction_has_words(cast, act, make_customer, words):
    card = make_customer(cast.lin)
    with pytest.raises(InstructionRefused):
        instruct(act(cast.chen), card.pk, words)
    assert not Task.objects.filter(kind="INSTRUCT").exists()


def test_an_instruction_falls_on_the_next_open_day_and_moves_with_the_card(cast, act, make_customer):
    from guanxi.cadence.operations.cards import hand_over_cards

    cast.store.calendar_days.create(on=march(3), is_closed=True)
    card = make_customer(cast.lin)
    task = instruct(act(cast.chen, later(0)), card.pk, "送脚垫")
    assert task.due_on == march(4)
    hand_over_cards(act(cast.ma), [card.pk], cast.zhao, reason="调整")
    task.refresh_from_db()
    assert task.owner == cast.zhao


@pytest.mark.parametrize(
    ("bucket", "interval", "days"),
    [
        ("F1", 180, [30, 90, 180]),
        ("F2", 90, [30, 90]),
        ("L", 30, [30, 60, 90]),
        ("L", 40, [30, 40, 80, 90, 120]),
    ],
)
def test_r_loss_02_second_chances(bucket, interval, days):
    assert second_chances(bucket, interval) == days
