"""Two people at once, on real connections: the second is told, and never sees the database's own error (P5)."""

from datetime import date
from decimal import Decimal

import pytest
from tests.cadence.desk import at, march
from tests.cadence.test_operations_together import at_once, kinds

from guanxi.organization.models import User
from guanxi.performance.models import MonthClose
from guanxi.performance.operations.closes import close_again, close_month, reopen_month
from guanxi.performance.operations.daily_reports import submit_report
from guanxi.performance.operations.targets import MeasureDraft, comment_on_month, save_measure, set_targets

pytestmark = pytest.mark.django_db(transaction=True)
FEBRUARY, MARCH = date(2026, 2, 1), march(1)


@pytest.fixture(autouse=True)
def _on_real_transactions(transactional_db, cast):
    User.objects.update(joined_at=at(5, month=1))


def test_7_6_a_report_is_handed_in_once(cast, act):
    for on in (march(2), march(3), march(4)):
        send = [lambda on=on: submit_report(act(cast.lin, at(5)), on)] * 2
        assert kinds(at_once(*send)) == ["DailyReport", "ReportRefused"]


def test_r_tgt_01_two_leaders_note_one_gap(cast, act):
    for metric in ("ORDERS", "CARDS", "DELIVERIES"):

        def note(leader, metric=metric):
            draft = MeasureDraft(("USER", cast.lin.pk), MARCH, metric, "客流少", "外展")
            return save_measure(act(leader), draft, version=0)

        found = at_once(lambda: note(cast.ma), lambda: note(cast.chen))
        assert kinds(found) == ["StaleEdit", "TargetMeasure"]


def test_r_team_05_two_leaders_comment_on_one_month(cast, act):
    for month in (1, 2, 3):

        def comment(leader, on=date(2026, month, 1)):
            return comment_on_month(act(leader), cast.lin.pk, on, leader.name, version=0)

        found = at_once(lambda: comment(cast.ma), lambda: comment(cast.chen))
        assert kinds(found) == ["MonthComment", "StaleEdit"]


def test_r_prm_12_a_month_is_closed_again_once(cast, act, make_customer):
    make_customer(cast.lin, at=at(3, month=2))
    close_month(cast.store, FEBRUARY, at(1))
    reopen_month(act(cast.ma, at(2)), FEBRUARY, "漏记")
    again = [lambda: close_again(act(cast.ma, at(2, 11)), FEBRUARY)] * 3
    assert kinds(at_once(*again)) == ["DoesNotExist", "DoesNotExist", "MonthClose"]
    assert MonthClose.objects.count() == 2


def test_7_6_one_sheet_is_written_at_a_time(cast, act):
    store = ("STORE", 0, "ORDERS")
    set_both = [lambda n=n: set_targets(act(cast.ma), MARCH, {store: Decimal(n)}, seen=0) for n in (3, 4)]
    assert kinds(at_once(*set_both)) == ["Sheet", "StaleEdit"]
