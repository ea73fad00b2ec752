"""Recording a contact moves level, due date and follow-up by the rules."""

from datetime import date, datetime, timedelta

import pytest
from tests.cadence.desk import at, call, follow_up, fresh, later, march

from guanxi.cadence.models import Interaction, LevelChange, Task
from guanxi.cadence.operations.contacts import ContactRefused, record_contact, record_contacts
from guanxi.cadence.operations.tasks import finish_task
from guanxi.customers.models import Customer
from guanxi.organization.models import AuditEntry, CalendarDay


def test_g5_r_fup_01_an_attempt_keeps_the_due_date_and_is_retried(cast, act, make_customer):
    """H, last valid 2 March; phone off on the 4th: due stays the 4th, retry on the 5th, overdue from the 5th."""
    card = make_customer(cast.lin, level="H")
    record_contact(act(cast.lin, at(2, 11)), call(card))
    assert follow_up(card).due_on == march(4)
    attempt = record_contact(act(cast.lin, at(4)), call(card, reached=False, content=""))
    task = follow_up(card)
    assert (task.due_on, task.retry_on, task.attempts) == (march(4), march(5), 1)
    assert (attempt.is_valid, attempt.next_due_on) == (False, march(4))
    assert (task.overdue_days(march(4)), task.overdue_days(march(5))) == (0, 1)
    assert fresh(card).last_contact_on == march(2)


def test_r_fup_01_three_attempts_on_days_and_times_propose_lost_control(cast, act, make_customer):
    card = make_customer(cast.lin, level="H")
    for day, hour in ((4, 10), (5, 10), (6, 16)):
        assert not follow_up(card).proposes_loss
        record_contact(act(cast.lin, at(day, hour)), call(card, reached=False))
    assert follow_up(card).proposes_loss
    record_contact(act(cast.lin, at(7)), call(card))
    assert not follow_up(card).proposes_loss
    assert follow_up(card).attempts == 0


def test_r_fup_01_a_valid_contact_closes_the_follow_up_and_opens_the_next(cast, act, make_customer):
    card = make_customer(cast.lin, level="B")
    first = follow_up(card)
    assert first.due_on == march(17)
    saved = record_contact(act(cast.lin, at(10)), call(card))
    first.refresh_from_db()
    assert (first.status, first.done_on, first.done_interaction_id) == ("DONE", march(10), saved.pk)
    assert (follow_up(card).due_on, fresh(card).next_due_on, saved.next_due_on) == (march(25),) * 3


@pytest.mark.parametrize("method", ["WECHAT", "SMS"])
def test_r_fup_05_a_message_counts_only_when_answered(cast, act, make_customer, method):
    card = make_customer(cast.lin, level="A")
    record_contact(act(cast.lin, at(3)), call(card, method=method, reached=False, content="发了配置单"))
    assert fresh(card).last_contact_on is None
    record_contact(act(cast.lin, at(3, 15)), call(card, method=method, content="回复周六来"))
    assert fresh(card).last_contact_on == march(3)


def test_r_fup_05_done_on_the_day_of_the_contact_not_of_its_entry(cast, act, make_customer):
    card = make_customer(cast.lin, level="H")
    first = follow_up(card)
    record_contact(act(cast.lin, at(5, 9)), call(card, at=at(4, 18)))
    first.refresh_from_db()
    assert (first.due_on, first.done_on) == (march(4), march(4))
    assert follow_up(card).due_on == march(6)


def test_a_contact_entered_late_does_not_undo_a_later_one(cast, act, make_customer):
    card = make_customer(cast.lin, level="B")
    record_contact(act(cast.lin, at(4)), call(card))
    late = record_contact(act(cast.lin, at(6)), call(card, at=at(3)))
    assert (follow_up(card).due_on, late.next_due_on, fresh(card).last_contact_on) == (
        march(19),
        march(19),
        march(4),
    )
    missed = record_contact(act(cast.lin, at(6, 12)), call(card, at=at(3, 17), reached=False))
    assert (follow_up(card).retry_on, missed.next_due_on) == (None, march(19))
    record_contact(act(cast.lin, at(6, 13)), call(card, at=at(3, 12), next_due_on=march(9)))
    assert follow_up(card).due_on == march(9)


def test_a_contact_entered_after_its_next_date_is_due_on_the_next_open_day(cast, act, make_customer):
    CalendarDay.objects.create(store=cast.store, on=march(11), is_closed=True)
    card = make_customer(cast.lin, level="H")
    record_contact(act(cast.lin, at(10)), call(card, at=at(3)))
    assert follow_up(card).due_on == march(12)


@pytest.mark.parametrize(("content", "reached", "kept"), [("四个字呀", True, True), ("三个字", True, False),
                                                          ("   好的 ", True, False), ("", False, True)])  # fmt: skip
def test_r_fup_06_note_min_when_reached_only(cast, act, make_customer, content, reached, kept):
    card = make_customer(cast.lin)
    draft = call(card, content=content, reached=reached)
    if kept:
        assert record_contact(act(cast.lin), draft).content == content
    else:
        with pytest.raises(ContactRefused) as refused:
            record_contact(act(cast.lin), draft)
        assert refused.value.field == "content"
        assert not Interaction.objects.exists()


def test_r_fup_06_the_date_set_is_the_due_date(cast, act, make_customer):
    card = make_customer(cast.lin, level="A")
    saved = record_contact(act(cast.lin), call(card, next_due_on=march(5)))
    assert (follow_up(card).due_on, follow_up(card).is_agreed, saved.next_reason) == (march(5), True, "")
    asked = record_contact(act(cast.lin, at(3)), call(card, next_due_on=march(17), customer_asked=True))
    assert (follow_up(card).due_on, asked.next_reason) == (march(17), "CUSTOMER_ASKED")


@pytest.mark.parametrize(
    ("due", "asked"), [(march(2), False), (march(1), False), (march(10), False), (march(17), True)]
)
def test_r_fup_06_5_5_next_dates_that_are_refused(cast, act, make_customer, due, asked):
    card = make_customer(cast.lin, level="A")
    with pytest.raises(ContactRefused) as refused:
        record_contact(act(cast.lin), call(card, next_due_on=due, customer_asked=asked))
    assert refused.value.field == "next_due_on"
    assert follow_up(card).due_on == march(9)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"method": "PIGEON"}, "method"),
        ({"purpose": "SHOUT"}, "purpose"),
        ({"at": at(2, 10, 1)}, "at"),
        ({"at": at(3)}, "at"),
        ({"level": "Z"}, "level"),
        ({"level": "F1"}, "level"),
        ({"evidence": frozenset({"NONSENSE"})}, "evidence"),
    ],
)
def test_5_5_2_6_bad_input_is_refused_and_nothing_kept(cast, act, make_customer, change, field):
    card = make_customer(cast.lin)
    before = AuditEntry.objects.count()
    with pytest.raises(ContactRefused) as refused:
        record_contact(act(cast.lin), call(card, **change))
    assert refused.value.field == field
    assert (Interaction.objects.count(), AuditEntry.objects.count()) == (0, before)


def test_2_6_unknown_codes_are_answered_with_the_valid_ones(cast, act, make_customer):
    card = make_customer(cast.lin)
    with pytest.raises(ContactRefused, match="O H A B C N"):
        record_contact(act(cast.lin), call(card, level="Z"))
    with pytest.raises(ContactRefused, match="CAME_AGAIN"):
        record_contact(act(cast.lin), call(card, evidence=frozenset({"NONSENSE"})))


def test_2_6_codes_are_folded(cast, act, make_customer):
    card = make_customer(cast.lin)
    record_contact(act(cast.lin), call(card, level="ａ", evidence=frozenset({"came_again"})))
    assert fresh(card).level == "A"


@pytest.mark.parametrize(("minutes", "twice"), [(0, True), (4, True), (5, False)])
def test_5_5_two_contacts_within_five_minutes(cast, act, make_customer, minutes, twice):
    card = make_customer(cast.lin)
    record_contact(act(cast.lin), call(card))
    then = at(2, 10, minutes)
    if twice:
        with pytest.raises(ContactRefused) as refused:
            record_contact(act(cast.lin, then), call(card))
        assert refused.value.field == "again"
        record_contact(act(cast.lin, then), call(card, again=True))
    else:
        record_contact(act(cast.lin, then), call(card))
    assert card.interactions.count() == 2


def test_5_5_two_entries_of_one_earlier_contact(cast, act, make_customer):
    card = make_customer(cast.lin)
    record_contact(act(cast.lin, at(3)), call(card, at=at(2, 18)))
    with pytest.raises(ContactRefused) as refused:
        record_contact(act(cast.lin, at(3, 12)), call(card, at=at(2, 18, 2)))
    assert refused.value.field == "again"


def test_r_lvl_03_each_contact_carries_the_level_before_and_after(cast, act, make_customer):
    card = make_customer(cast.lin, level="B")
    saved = record_contact(act(cast.lin), call(card, level="A", evidence=frozenset({"CAME_AGAIN"})))
    assert (saved.level_before, saved.level_after) == ("B", "A")
    change = card.level_changes.first()
    assert (change.from_level, change.to_level, change.evidence, change.by) == (
        "B",
        "A",
        ["CAME_AGAIN"],
        cast.lin,
    )


def test_a_level_judged_at_a_contact_is_dated_as_the_contact(cast, act, make_customer):
    card = make_customer(cast.lin, level="B")
    record_contact(
        act(cast.lin, at(4, 9)), call(card, at=at(3, 18), level="A", evidence=frozenset({"TERMS"}))
    )
    assert (fresh(card).level_since, card.level_changes.first().on) == (march(3), march(3))


def test_2_6_back_dating_before_the_last_change_is_the_managers(cast, act, make_customer):
    card = make_customer(cast.lin, level="B", at=later(3))
    draft = call(card, at=at(3), level="A", evidence=frozenset({"TERMS"}))
    with pytest.raises(ContactRefused) as refused:
        record_contact(act(cast.lin, later(4)), draft)
    assert refused.value.field == "level"
    record_contact(act(cast.lin, later(4)), call(card, at=at(3), level="B"))
    record_contact(act(cast.ma, later(5)), draft.__class__(**draft.__dict__ | {"at": at(3, 12)}))
    assert fresh(card).level == "A"


def test_2_6_a_closed_card_takes_contacts_but_no_level(cast, act, make_customer):
    card = make_customer(cast.lin, level="")
    assert record_contact(act(cast.lin), call(card)).purpose == "CARE"
    with pytest.raises(ContactRefused) as refused:
        record_contact(act(cast.lin, at(3)), call(card, level="B"))
    assert refused.value.field == "level"
    assert not Task.objects.follow_ups().exists()


def test_colleagues_cards_cannot_be_recorded_on(cast, act, make_customer):
    card = make_customer(cast.lin)
    for stranger in (
        cast.wu,
        cast.zhao,
        cast.sun,
        cast.gao,
        cast.auditor,
        cast.cs,
        cast.proprietor,
        cast.admin,
    ):
        with pytest.raises(Customer.DoesNotExist):
            record_contact(act(stranger), call(card))


def test_a_batch_is_all_or_nothing(cast, act, make_customer):
    cards = [make_customer(cast.lin), make_customer(cast.lin), make_customer(cast.wu)]
    with pytest.raises(Customer.DoesNotExist):
        record_contacts(act(cast.lin), [call(card) for card in cards])
    with pytest.raises(ContactRefused):
        record_contacts(act(cast.lin), [call(cards[0]), call(cards[1], method="")])
    assert not Interaction.objects.exists()


def test_a_contact_may_close_another_task_of_its_card(cast, act, make_customer):
    card, other = make_customer(cast.lin), make_customer(cast.lin)
    make = {
        "store": cast.store,
        "kind": "CARE",
        "due_on": march(2),
        "created_at": at(1),
        "source_rule": "5.4",
    }
    mine = Task.objects.create(customer=card, owner=cast.lin, **make)
    theirs = Task.objects.create(customer=other, owner=cast.lin, **make)
    record_contact(act(cast.lin), call(card, task_id=theirs.pk))
    record_contact(act(cast.lin, at(3)), call(card, task_id=mine.pk, reached=False))
    assert Task.objects.open().filter(kind="CARE").count() == 2
    record_contact(act(cast.lin, at(4)), call(card, task_id=mine.pk))
    assert list(Task.objects.open().filter(kind="CARE")) == [theirs]
    with pytest.raises(Task.DoesNotExist):
        finish_task(act(cast.lin), follow_up(card).pk)


def test_r_lvl_01_missing_evidence_is_asked_for_within_24_hours_once(cast, act, make_customer):
    card = make_customer(cast.lin, level="A", intent={"expected_close_on": date(2026, 3, 5)})
    task = Task.objects.get(customer=card, kind="EVIDENCE")
    assert (task.due_on, task.source_rule, task.owner) == (march(3), "R-LVL-01", cast.lin)
    finish_task(act(cast.lin), task.pk)
    record_contact(act(cast.lin, at(3)), call(card, expected_close_on=march(6), keep_close_date=False))
    assert Task.objects.filter(kind="EVIDENCE").count() == 1


def test_r_lvl_01_evidence_closes_the_task_that_asked_for_it(cast, act, make_customer):
    CalendarDay.objects.create(store=cast.store, on=march(3), is_closed=True)
    card = make_customer(cast.lin, level="A")
    record_contact(act(cast.lin, at(2, 15)), call(card, evidence=frozenset({"TERMS"})))
    assert Task.objects.get(customer=card, kind="EVIDENCE").status == "DONE"
    record_contact(
        act(cast.lin, at(2, 16)), call(card, evidence=frozenset(), level="B", level_reason="说再想想")
    )
    assert Task.objects.open().get(customer=card, kind="EVIDENCE").due_on == march(4)


@pytest.mark.parametrize(("level", "asked"), [("N", 0), ("C", 0), ("B", 1), ("A", 1), ("H", 1)])
def test_r_cus_08_from_b_up_the_intent_block_is_due_within_24_hours(cast, make_customer, level, asked):
    card = make_customer(cast.lin, level=level)
    assert [task.due_on for task in Task.objects.filter(customer=card, kind="CARD")] == [march(3)] * asked


def test_an_imported_level_asks_for_nothing_until_it_is_judged(cast, act, make_customer):
    card = make_customer(cast.lin, level="H", imported=True)
    assert not Task.objects.exclude(kind="FOLLOW_UP").exists()
    record_contact(act(cast.lin), call(card))
    assert not Task.objects.exclude(kind="FOLLOW_UP").exists()
    record_contact(act(cast.lin, at(3)), call(card, level="B", level_reason="月底再看"))
    assert set(Task.objects.open().exclude(kind="FOLLOW_UP").values_list("kind", flat=True)) == {
        "EVIDENCE",
        "CARD",
    }
    assert card.level_changes.filter(kind=LevelChange.Kind.IMPORTED).get().evidence == ["IMPORTED"]


def test_two_intervals_reach_from_the_day_of_the_contact(cast, act, make_customer):
    card = make_customer(cast.lin, level="C")
    record_contact(act(cast.lin), call(card, next_due_on=march(2) + timedelta(days=60), customer_asked=True))
    assert follow_up(card).due_on == date(2026, 5, 1)


@pytest.mark.parametrize(
    "when",
    ["0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00-14:00", "9999-12-31T23:59:59-14:00",
     "1969-12-31T12:00:00+08:00"],
)  # fmt: skip
def test_a_contact_at_the_ends_of_the_calendar_is_refused(cast, act, make_customer, when):
    card = make_customer(cast.lin)
    with pytest.raises(ContactRefused) as refused:
        record_contact(act(cast.lin), call(card, at=datetime.fromisoformat(when)))
    assert refused.value.field == "at" and not Interaction.objects.exists()
