"""What a row of the month sheet is made of (R-MON-01, R-FUP-01)."""

import pytest
from tests.cadence.desk import at, call, follow_up, march

from guanxi.cadence.models import Task
from guanxi.cadence.operations.contacts import record_contact
from guanxi.cadence.operations.levels import set_level
from guanxi.performance.queries.about import About
from guanxi.performance.queries.month_sheets import month_sheet
from guanxi.performance.rules.periods import month_of


@pytest.mark.parametrize(("judged", "tried", "mark"), [(9, 11, "·"), (11, 9, "")])
def test_r_fup_01_a_level_after_the_attempt_lets_the_retry_fall(
    cast, act, make_customer, judged, tried, mark
):
    """The date a level plans may be the one that stood before; the retry falls all the same."""
    card = make_customer(cast.lin, level="B", at=at(2))
    Task.objects.filter(pk=follow_up(card).pk).update(due_on=march(9))
    steps = {
        judged: lambda: set_level(act(cast.ma, at(9, judged)), card.pk, "A", reason="见过面"),
        tried: lambda: record_contact(act(cast.lin, at(9, tried)), call(card, reached=False, content="")),
    }
    for hour in sorted(steps):
        steps[hour]()
    assert (follow_up(card).retry_on is not None) == bool(mark)
    (row,) = month_sheet(About(cast.store, cast.lin, month_of(march(9), march(9))))["rows"]
    assert ("·" in row["cells"][9]) == bool(mark), row["cells"]
