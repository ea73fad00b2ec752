"""Handing in the daily report (R-DAY-01 … R-DAY-05, handbook 7.6)."""

from datetime import date, timedelta

import pytest
from tests.cadence.desk import at, call, march

from guanxi.cadence.models import Task
from guanxi.cadence.operations.contacts import record_contact
from guanxi.cadence.operations.instructions import instruct
from guanxi.cadence.queries.due import worklist
from guanxi.organization.models import Store, User
from guanxi.organization.refusals import StaleEdit
from guanxi.performance.models import DailyReport
from guanxi.performance.operations.daily_reports import (
    ReportRefused,
    review_report,
    submit_report,
    supplement_report,
    take_back_report,
)
from guanxi.performance.queries.about import About
from guanxi.performance.queries.daily_reports import (
    NoStoreSheet,
    added_later,
    compute,
    days_with,
    missing_reports,
    report_lines,
)
from guanxi.performance.queries.report_days import generated
from guanxi.performance.rules.periods import Days, day


@pytest.fixture(autouse=True)
def _joined(cast):
    """Everybody sold already when the month began."""
    User.objects.update(joined_at=at(20, month=1))


@pytest.fixture
def busy(cast, act, make_customer):
    """Lin's 3 March: one customer tried and then reached, another reached and raised to A."""
    old = make_customer(cast.lin, name="老客", at=at(20, month=2), level="B", evidence={"CHOOSING_MODEL"})
    new = make_customer(cast.lin, name="新客", at=at(2), level="C")
    record_contact(act(cast.lin, at(3, 9)), call(old, reached=False, content="", at=at(3, 9)))
    record_contact(act(cast.lin, at(3, 11)), call(old, at=at(3, 11)))
    record_contact(
        act(cast.lin, at(3, 15)),
        call(new, method="SHOWROOM", level="A", evidence=frozenset({"TERMS", "CAME_AGAIN"}), at=at(3, 15)),
    )
    return old, new


def test_f_day_1_r_day_01_r_day_02_the_report_writes_itself(cast, busy):
    told = generated(cast.lin, cast.store, march(3))
    assert [(row["name"], row["origin"], row["level_before"], row["level_after"], row["reached"])
            for row in told["rows"]] == [
        ("老客", "CARRY", "B", "B", False), ("老客", "CARRY", "B", "B", True), ("新客", "NEW", "C", "A", True),
    ]  # fmt: skip
    assert all(row["phone"].count("*") == 4 and row["purpose"] and row["method"] for row in told["rows"])
    assert (told["customers"], told["month_rows"], told["month_valid"]) == (2, 3, 2)
    assert told["stock"] == {"H": 0, "A": 1, "B": 1, "C": 0}
    # Nobody is to be contacted on the next open day, B in two weeks and A in one; both levels are to be confirmed.
    assert [row["name"] for row in told["plan"]] == ["老客", "新客"]
    assert [row["name"] for row in generated(cast.lin, cast.store, march(9))["plan"]] == ["新客", "老客"]


def test_r_day_02_what_was_submitted_is_frozen(cast, act, busy, make_customer):
    old, _new = busy
    report = submit_report(act(cast.lin, at(3, 18)), march(3), remark=" 需要价格支持 ", free_rows="整理展车")
    record_contact(act(cast.lin, at(3, 20)), call(old, at=at(3, 20)))
    about = About(cast.store, cast.lin, day(march(3)))
    told = compute(about)
    assert (len(told["rows"]), told["state"], told["remark"], told["free"], told["late"]) == (
        3, "SUBMITTED", "需要价格支持", ["整理展车"], False,
    )  # fmt: skip
    back = take_back_report(act(cast.lin, at(3, 21)), report.pk)
    assert (back.state, back.remark, len(compute(about)["rows"])) == ("DRAFT", "需要价格支持", 4)
    again = submit_report(act(cast.lin, at(3, 21)), march(3), version=back.version)
    assert again.pk == report.pk and len(again.figures["rows"]) == 4


def test_r_day_02_r_day_04_a_contact_after_the_report_comes_in_with_a_supplement(cast, act, busy):
    old, _new = busy
    report = submit_report(act(cast.lin, at(3, 18)), march(3), remark="需要价格支持")
    report = review_report(act(cast.chen, at(3, 19)), report.pk, "跟紧", version=report.version)
    record_contact(act(cast.lin, at(3, 20)), call(old, at=at(3, 20)))
    [line] = [
        one for one in report_lines(cast.chen, cast.store, march(3), at(3, 21)) if one.person == cast.lin
    ]
    assert (line.added, added_later(report)) == (1, 1)
    report = supplement_report(act(cast.lin, at(3, 21)), report.pk, version=report.version)
    told = compute(About(cast.store, cast.lin, day(march(3))))
    assert (len(told["rows"]), told["month_rows"], told["remark"], told["supervisor_note"]) == (
        4,
        4,
        "需要价格支持",
        "跟紧",
    )
    assert (told["state"], report.supplemented_at) == ("SUBMITTED", at(3, 21))
    [line] = [
        one for one in report_lines(cast.chen, cast.store, march(3), at(3, 22)) if one.person == cast.lin
    ]
    assert (line.added, line.touched) == (0, len(told["rows"]))
    with pytest.raises(ReportRefused):
        supplement_report(act(cast.lin, at(3, 22)), report.pk, version=report.version)
    # A leader has answered it: it is added to, no longer taken back.
    with pytest.raises(DailyReport.DoesNotExist):
        take_back_report(act(cast.lin, at(3, 22)), report.pk)


def test_a_supplement_is_ones_own_and_of_the_version_seen(cast, act, busy):
    old, _new = busy
    report = submit_report(act(cast.lin, at(3, 18)), march(3))
    record_contact(act(cast.lin, at(3, 20)), call(old, at=at(3, 20)))
    with pytest.raises(DailyReport.DoesNotExist):
        supplement_report(act(cast.zhao, at(3, 21)), report.pk, version=report.version)
    with pytest.raises(StaleEdit):
        supplement_report(act(cast.lin, at(3, 21)), report.pk, version=report.version + 1)


def test_r_day_02_the_plan_is_tomorrows_list_in_its_order(cast, act, make_customer):
    hot = make_customer(cast.lin, name="热", at=at(1), level="A", evidence={"TERMS"})
    cool = make_customer(cast.lin, name="冷", at=at(1), level="C")
    asked = make_customer(cast.lin, name="嘱", at=at(1), level="C")
    Task.objects.open().filter(customer__in=[hot, asked]).update(due_on=march(3))
    Task.objects.open().filter(customer=cool).update(due_on=march(2))
    instruct(act(cast.chen, at(2, 19)), asked.pk, "送脚垫")
    plan = [row["customer_id"] for row in generated(cast.lin, cast.store, march(2))["plan"]]
    assert plan == [item.customer.pk for item in worklist(cast.lin, cast.store, march(3)).items]
    assert plan == [asked.pk, hot.pk, cool.pk]


def test_7_6_a_second_report_and_a_day_to_come_are_refused(cast, act):
    submit_report(act(cast.lin, at(3, 18)), march(3))
    with pytest.raises(ReportRefused):
        submit_report(act(cast.lin, at(3, 19)), march(3))
    with pytest.raises(ReportRefused):
        submit_report(act(cast.lin, at(3, 19)), march(4))
    assert DailyReport.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "on"),
    [("lin", date(2026, 1, 19)), ("lin", date(1900, 1, 1)), ("chen", march(3)), ("ma", march(3))],
)
def test_r_day_02_a_report_is_a_consultants_of_a_day_they_were_there(cast, act, who, on):
    with pytest.raises(ReportRefused):
        submit_report(act(cast.users[who], at(3, 18)), on)
    assert not DailyReport.objects.exists()


def test_r_day_02_the_store_has_no_daily_report_of_its_own(cast):
    for ask in (compute, days_with):
        with pytest.raises(NoStoreSheet):
            ask(About(cast.store, None, day(march(3))))


def test_r_day_05_a_zero_report_and_the_late_stamp(cast, act):
    report = submit_report(act(cast.lin, at(4, 9, 30)), march(3))
    assert (report.is_late, report.figures["rows"], report.figures["customers"]) == (True, [], 0)
    assert not submit_report(act(cast.zhao, at(4, 8, 59)), march(3)).is_late


def test_r_day_05_missing_reports_are_told_after_nine(cast, act, make_customer):
    make_customer(cast.lin, at=at(2))
    submit_report(act(cast.zhao, at(3, 18)), march(3))
    assert missing_reports(cast.chen, cast.store, at(4, 8)) == (march(2), [cast.lin, cast.zhao])
    assert missing_reports(cast.chen, cast.store, at(4, 9, 1)) == (march(3), [cast.lin])
    assert missing_reports(cast.ma, cast.store, at(4, 9, 1)) == (march(3), [cast.lin, cast.wu])
    assert missing_reports(cast.lin, cast.store, at(4, 9, 1))[1] == []
    lines = {line.person: line for line in report_lines(cast.chen, cast.store, march(3), at(4, 10))}
    assert [lines[cast.lin].is_missing, lines[cast.zhao].is_missing] == [True, False]
    assert cast.wu not in lines


def test_a_closed_day_asks_for_no_report(cast, make_customer):
    make_customer(cast.lin, at=at(2))
    cast.store.calendar_days.create(on=march(3), is_closed=True)
    store = Store.objects.get(pk=cast.store.pk)
    assert missing_reports(cast.chen, store, at(4, 10))[0] == march(2)


def test_r_day_03_supervisor_and_manager_comment_and_review(cast, act):
    report = submit_report(act(cast.lin, at(3, 18)), march(3))
    report = review_report(
        act(cast.chen, at(3, 19)), report.pk, "明天约老客来店", version=report.version, done=False
    )
    assert (report.state, report.supervisor_note, report.supervisor) == (
        "SUBMITTED",
        "明天约老客来店",
        cast.chen,
    )
    with pytest.raises(StaleEdit):
        review_report(act(cast.ma, at(3, 20)), report.pk, "好", version=1)
    report = review_report(act(cast.ma, at(3, 20)), report.pk, "好", version=report.version)
    assert (report.state, report.manager_note, report.supervisor_note) == ("REVIEWED", "好", "明天约老客来店")
    with pytest.raises(DailyReport.DoesNotExist):
        take_back_report(act(cast.lin, at(3, 21)), report.pk)


@pytest.mark.parametrize("who", ["lin", "zhao", "wu", "sun", "cs", "auditor", "gao"])
def test_only_who_leads_the_person_reviews(cast, act, who):
    report = submit_report(act(cast.lin, at(3, 18)), march(3))
    with pytest.raises(DailyReport.DoesNotExist):
        review_report(act(cast.users[who], at(3, 19)), report.pk, "好", version=report.version)


def test_the_days_of_a_month_that_have_a_report(cast, act, busy):
    submit_report(act(cast.lin, at(5, 18)), march(5))
    about = About(cast.store, cast.lin, Days(march(1), march(31), march(31)))
    assert sorted(days_with(about)) == [march(3), march(5)]
    assert days_with(About(cast.store, cast.wu, Days(march(1), march(31), march(31)))) == set()


def test_a_contact_entered_the_next_morning_counts_on_its_day(cast, act, busy):
    old, _new = busy
    record_contact(act(cast.lin, at(4, 8)), call(old, at=at(3, 17)))
    assert len(generated(cast.lin, cast.store, march(3))["rows"]) == 4
    assert generated(cast.lin, cast.store, march(4))["month_rows"] == 4
    assert generated(cast.lin, cast.store, march(3) + timedelta(days=30))["month_rows"] == 0
