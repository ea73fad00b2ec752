"""The month close: R-MON-04, R-PRM-12, R-LVL-07."""

from datetime import date, datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.cadence.desk import call
from tests.cast import SHANGHAI

from guanxi.cadence.operations.cards import hand_over_cards
from guanxi.cadence.operations.contacts import record_contact
from guanxi.cadence.operations.losses import LossDraft, apply_for_loss, decide_loss, withdraw_loss
from guanxi.organization.models import AuditEntry, NightlyRun, Store, User
from guanxi.performance.models import FrozenFigures, MonthClose
from guanxi.performance.operations import closes
from guanxi.performance.operations.closes import (
    CloseRefused,
    close_again,
    close_month,
    months_to_close,
    reopen_month,
)
from guanxi.performance.operations.daily_reports import submit_report
from guanxi.performance.queries.about import About
from guanxi.performance.queries.closes import days_of, latest_close, told
from guanxi.performance.queries.daily_reports import DAILY_REPORT
from guanxi.performance.queries.month_sheets import month_sheet
from guanxi.performance.rules.periods import Days, day
from guanxi.project import clockwork

FEBRUARY, MARCH = date(2026, 2, 1), date(2026, 3, 1)


def moment(month, day, hour=10, minute=0):
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


def sheet_of(close, person, code="F-MON-1"):
    rows = close.figures.filter(code=code, person=person) if close.is_locked else close.figures.none()
    return rows.values_list("figures", flat=True).first()


@pytest.fixture
def cards(cast, make_customer):
    """Three cards of Lin and one of Wu, opened in February."""
    opened = {"at": moment(2, 3), "evidence": {"TERMS"}}
    lin = [make_customer(cast.lin, level=level, **opened) for level in ("A", "B", "C")]
    return [*lin, make_customer(cast.wu, level="B", **opened)]


def test_r_mon_04_a_month_is_due_five_minutes_after_midnight_of_day_1(cast, cards):
    assert months_to_close(cast.store, moment(3, 1, 0, 4)) == []
    assert months_to_close(cast.store, moment(3, 1, 0, 5)) == [FEBRUARY]
    assert months_to_close(cast.store, moment(4, 20)) == [FEBRUARY, MARCH]
    assert months_to_close(cast.other_store, moment(4, 20)) == []
    close_month(cast.store, FEBRUARY, moment(3, 1, 0, 6))
    assert months_to_close(cast.store, moment(3, 9)) == []


def test_r_mon_04_figures_are_those_of_midnight_whenever_the_work_is_done(cast, act, cards):
    record_contact(act(cast.lin, moment(2, 27)), call(cards[1]))
    before = month_sheet(
        About(cast.store, cast.lin, Days(FEBRUARY, date(2026, 2, 28), date(2026, 2, 28), True))
    )
    # Typed in on the first of March: the contact of the 28th is too late for the sheet.
    record_contact(act(cast.lin, moment(3, 1, 9)), call(cards[0], at=moment(2, 28, 17)))
    close = close_month(cast.store, FEBRUARY, moment(3, 3))
    assert (close.closed_at, close.cutoff) == (moment(3, 3), moment(3, 1, 0))
    assert sheet_of(close, cast.lin) == before
    assert [row["contacts"] for row in sheet_of(close, cast.lin)["rows"]] == [0, 1, 0]
    assert sheet_of(close, cast.wu)["head"]["carried_out"] == 1
    assert sheet_of(close, None)["head"]["carried_out"] == 4
    assert AuditEntry.objects.get(action="month_closed").changes["month"] == [None, "2026-02"]


def test_r_lvl_07_what_a_closed_month_carries_out_the_next_carries_in(cast, act, cards):
    apply_for_loss(act(cast.lin, moment(2, 27)), cards[1].pk, LossDraft("PLAN_CANCELLED", "FINANCE"))
    february = close_month(cast.store, FEBRUARY, moment(3, 1, 0, 6))
    # Applied for in February, decided in March: lost in March.
    report = cards[1].losses.get()
    decide_loss(act(cast.ma, moment(3, 2)), report.pk, approve=True, called_back=True, note="已回访")
    hand_over_cards(act(cast.ma, moment(3, 5)), [cards[0].pk], cast.wu, reason="换人")
    march = close_month(cast.store, MARCH, moment(4, 1, 0, 6))
    for person in (cast.lin, cast.wu, cast.zhao, None):
        out, back_in = sheet_of(february, person)["head"], sheet_of(march, person)["head"]
        assert out["carry_out"] == back_in["carry_in"]
    assert sheet_of(march, cast.lin)["head"]["terms"] == {"frozen": 1, "transfer_out": 1}
    assert sheet_of(march, cast.wu)["head"]["terms"] == {"transfer_in": 1}
    assert sheet_of(march, None)["head"]["carried_out"] == 3


def test_a_consultant_deactivated_in_the_month_keeps_a_sheet(cast, cards):
    type(cast.wu).objects.filter(pk=cast.wu.pk).update(is_active=False)
    close = close_month(cast.store, FEBRUARY, moment(3, 1, 0, 6))
    assert len(sheet_of(close, cast.wu)["rows"]) == 1


def test_a_month_with_no_activity_closes_with_zeros(cast, cards):
    close_month(cast.store, FEBRUARY, moment(3, 1, 0, 6))
    march = close_month(cast.store, MARCH, moment(4, 1, 0, 6))
    assert sheet_of(march, cast.zhao) == {
        "month": "2026-03", "as_of": "2026-03-31", "rows": [],
        "head": {
            "carry_in": dict.fromkeys("HABCN", 0), "carried_in": 0, "carry_orders": 0, "terms": {},
            "carry_out": dict.fromkeys("HABCN", 0), "carried_out": 0, "unjudged": 0,
        },
    }  # fmt: skip


@pytest.mark.parametrize("dies_at", range(5))
def test_killed_at_any_moment_it_goes_on_and_the_figures_are_the_same(cast, cards, monkeypatch, dies_at):
    calls, freeze = [], closes.freeze_person

    def freezing(close, about):
        if len(calls) == dies_at:
            raise KeyboardInterrupt
        calls.append(about)
        return freeze(close, about)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(closes, "freeze_person", freezing)
        patched.setattr(closes, "_finish", lambda close, at: freezing(close, None))
        close_month(cast.store, FEBRUARY, moment(3, 1, 0, 6))
    half = latest_close(cast.store, FEBRUARY)
    assert not half.is_locked and sheet_of(half, cast.lin) is None
    assert months_to_close(cast.store, moment(3, 1, 0, 7)) == [FEBRUARY]
    done = close_month(cast.store, FEBRUARY, moment(3, 2))
    assert done.is_locked and MonthClose.objects.count() == 1
    people = done.figures.filter(code="F-MON-1").values_list("person", flat=True)
    assert sorted(people, key=str) == sorted([cast.lin.pk, cast.zhao.pk, cast.wu.pk, None], key=str)
    again = done.figures.count()
    close_month(cast.store, FEBRUARY, moment(3, 3))
    assert (done.figures.count(), latest_close(cast.store, FEBRUARY).closed_at) == (again, moment(3, 2))


def test_r_prm_12_only_a_manager_re_opens_and_says_why(cast, act, cards):
    close_month(cast.store, FEBRUARY, moment(3, 1, 0, 6))
    for who in (cast.lin, cast.chen, cast.proprietor, cast.auditor, cast.admin, cast.gao):
        with pytest.raises(MonthClose.DoesNotExist):
            reopen_month(act(who, moment(3, 2)), FEBRUARY, "补录")
    with pytest.raises(CloseRefused):
        reopen_month(act(cast.ma, moment(3, 2)), FEBRUARY, "  ")
    with pytest.raises(MonthClose.DoesNotExist):
        close_again(act(cast.ma, moment(3, 2)), FEBRUARY)
    opened = reopen_month(act(cast.ma, moment(3, 2)), FEBRUARY, "补录 28 日电话")
    assert (opened.reopened_by, opened.reason, opened.is_locked) == (cast.ma, "补录 28 日电话", False)
    with pytest.raises(MonthClose.DoesNotExist):
        reopen_month(act(cast.ma, moment(3, 2)), FEBRUARY, "再来")
    assert months_to_close(cast.store, moment(3, 3)) == []
    assert AuditEntry.objects.get(action="month_reopened").reason == "补录 28 日电话"


def test_r_prm_12_closing_again_is_a_new_version_that_knows_what_came_late(cast, act, cards):
    first = close_month(cast.store, FEBRUARY, moment(3, 1, 0, 6))
    record_contact(act(cast.lin, moment(3, 1, 9)), call(cards[0], at=moment(2, 28, 17)))
    reopen_month(act(cast.ma, moment(3, 2)), FEBRUARY, "补录 28 日电话")
    with pytest.raises(MonthClose.DoesNotExist):
        close_again(act(cast.chen, moment(3, 2, 11)), FEBRUARY)
    close_again(act(cast.ma, moment(3, 2, 11)), FEBRUARY)
    assert months_to_close(cast.store, moment(3, 2, 11, 1)) == [FEBRUARY]
    second = close_month(cast.store, FEBRUARY, moment(3, 2, 11, 1))
    assert (second.version, second.is_locked, second.closed_by) == (2, True, cast.ma)
    assert [row["contacts"] for row in sheet_of(second, cast.lin)["rows"]] == [1, 0, 0]
    assert sheet_of(second, cast.lin)["rows"][0]["cells"][27] == "A"
    old = FrozenFigures.objects.get(close=first, code="F-MON-1", person=cast.lin)
    assert [row["contacts"] for row in old.figures["rows"]] == [0, 0, 0]
    assert old.figures["head"] == sheet_of(second, cast.lin)["head"]


@pytest.fixture
def since_february(cast, cards):
    Store.objects.update(created_at=moment(2, 1))
    for store in (cast.store, cast.other_store):
        store.refresh_from_db()
    return cards


def test_the_clock_closes_at_midnight_and_makes_up_what_it_missed(cast, since_february):
    clockwork.tick(moment(2, 28, 23))
    assert not MonthClose.objects.exists()
    clockwork.tick(moment(3, 1, 0, 5))
    assert [row.month for row in MonthClose.objects.locked()] == [FEBRUARY]
    clockwork.tick(moment(5, 2))
    assert [row.month for row in MonthClose.objects.locked()] == [date(2026, 4, 1), MARCH, FEBRUARY]
    assert set(MonthClose.objects.values_list("store", flat=True)) == {cast.store.pk}


def test_the_clock_waits_for_the_nights_of_the_month(cast, since_february, monkeypatch):
    def fails(act, late):
        raise RuntimeError("the power went")

    with monkeypatch.context() as patched:
        patched.setitem(clockwork.KINDS, "downgrades", fails)
        clockwork.tick(moment(3, 1, 0, 5))
    assert not MonthClose.objects.exists()
    clockwork.tick(moment(3, 1, 0, 6))
    assert MonthClose.objects.locked().get().closed_at == moment(3, 1, 0, 6)
    assert NightlyRun.objects.filter(store=cast.store, on=date(2026, 2, 28)).exists()


LATE = {
    "a contact of the 28th typed in": lambda cast, act, cards: record_contact(
        act(cast.lin, moment(3, 1, 9)), call(cards[0], at=moment(2, 28, 17))
    ),
    "a contact of the first of March": lambda cast, act, cards: record_contact(
        act(cast.lin, moment(3, 1, 9)), call(cards[1], at=moment(3, 1, 9))
    ),
    "a hand-over": lambda cast, act, cards: hand_over_cards(
        act(cast.ma, moment(3, 1, 9)), [cards[0].pk], cast.wu, reason="离职"
    ),
    "a loss withdrawn": lambda cast, act, cards: withdraw_loss(act(cast.lin, moment(3, 1, 9)), cards[2].pk),
}


@pytest.mark.parametrize("late", LATE)
def test_r_mon_04_no_form_knows_what_was_done_after_the_cut_off(cast, act, cards, late):
    """The close of a server that was down on the first of March freezes what it would have frozen at midnight."""
    record_contact(act(cast.lin, moment(2, 27)), call(cards[1], at=moment(2, 27)))
    apply_for_loss(act(cast.lin, moment(2, 27)), cards[2].pk, LossDraft("PLAN_CANCELLED", "PLAN_CHANGED"))

    def frozen(at):
        close = close_month(cast.store, FEBRUARY, at)
        rows = close.figures.values_list("code", "person", "on", "figures")
        return {(code, person, on): figures for code, person, on, figures in rows}

    with transaction.atomic():
        punctual = frozen(moment(3, 1, 0, 6))
        transaction.set_rollback(True)
    LATE[late](cast, act, cards)
    made_up = frozen(moment(3, 3))
    assert made_up.keys() == punctual.keys()
    for key, figures in punctual.items():
        assert made_up[key] == figures, key


def test_r_prm_12_a_day_without_a_sheet_when_the_month_was_locked_prints_nothing(cast, act, cards):
    close = close_month(cast.store, FEBRUARY, moment(3, 1, 0, 6))
    record_contact(act(cast.lin, moment(3, 3, 9)), call(cards[0], at=moment(2, 10, 17)))
    about = About(cast.store, cast.lin, day(date(2026, 2, 10)))
    assert told(DAILY_REPORT, about, close) is None
    assert DAILY_REPORT.compute(about)["rows"], "it would say something live"


def test_r_mon_04_a_person_is_asked_as_often_for_many_days_as_for_few(cast, act, cards):
    def asked():
        with transaction.atomic():
            close = MonthClose.objects.create(store=cast.store, month=FEBRUARY, cutoff=moment(3, 1, 0))
            about = About(close.store, cast.lin, days_of(close))
            with CaptureQueriesContext(connection) as captured:
                closes.freeze_person(close, about)
            days = close.figures.filter(code="F-DAY-1").count()
            transaction.set_rollback(True)
        return days, len(captured)

    for on in (6, 7):
        record_contact(act(cast.lin, moment(2, on)), call(cards[on % 3]))
    few, queries = asked()
    for on in range(8, 27):
        record_contact(act(cast.lin, moment(2, on)), call(cards[on % 3], again=True))
    many, same = asked()
    assert (few, many) == (2, 21)
    assert same == queries


def test_f_day_1_a_day_says_the_same_alone_and_among_the_others(cast, act, cards):
    User.objects.update(joined_at=moment(1, 20))
    record_contact(act(cast.lin, moment(2, 6)), call(cards[0]))
    record_contact(act(cast.lin, moment(2, 9)), call(cards[1], reached=False, content=""))
    hand_over_cards(act(cast.ma, moment(2, 10)), [cards[0].pk], cast.wu, reason="换人")
    report = submit_report(act(cast.lin, moment(2, 10, 18)), date(2026, 2, 10), remark="忙")
    record_contact(act(cast.lin, moment(2, 12)), call(cards[1]))
    apply_for_loss(act(cast.lin, moment(2, 13)), cards[2].pk, LossDraft("PLAN_CANCELLED", "FINANCE"))
    decide_loss(
        act(cast.ma, moment(2, 14)), cards[2].losses.get().pk, approve=True, called_back=True, note="已回访"
    )
    close = close_month(cast.store, FEBRUARY, moment(3, 1, 0, 6))
    rows = dict(close.figures.filter(code="F-DAY-1", person=cast.lin).values_list("on", "figures"))
    assert sorted(on.day for on in rows) == [6, 9, 10, 12]
    for on, figures in rows.items():
        assert figures == DAILY_REPORT.compute(About(cast.store, cast.lin, day(on)))
    assert [sum(rows[date(2026, 2, on)]["stock"].values()) for on in (6, 9, 10, 12)] == [3, 3, 2, 2]
    assert [rows[date(2026, 2, on)]["month_rows"] for on in (6, 9, 12)] == [1, 2, 3]
    assert (rows[report.on]["remark"], rows[report.on]["state"]) == ("忙", "SUBMITTED")
