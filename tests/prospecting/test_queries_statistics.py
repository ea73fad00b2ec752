"""F-STAT-1 and the rates of 4.4, counted from rows."""

from datetime import timedelta

from tests.cast import MORNING
from tests.prospecting.desk import arrive, fill

from guanxi.prospecting.models import Visit
from guanxi.prospecting.queries.statistics import statistics
from guanxi.prospecting.queries.tallies import day_tallies, summed

DAY = timedelta(days=1)
FIRST = MORNING.date().replace(day=1)
LAST = FIRST.replace(day=31)


def came(cast, days, **given):
    """Lin receives and fills a party ``days`` after the cast's morning."""
    return fill(cast.lin, arrive(cast.desk, cast.lin, MORNING + days * DAY), **given).visit


def test_return_rate_counts_who_came_again_in_each_of_two_months(cast):
    came(cast, -20, name="陈志远", phone="13912340001")
    for days in (-15, -10, 3, 5):
        came(cast, days, phone="13912340001")
    found = statistics(cast.store, "WALKIN", FIRST, LAST, LAST)
    assert (found.last_month.returned, found.month.returned) == (1, 1)
    assert found.days[(MORNING + 3 * DAY).date()].returned == 1, "on the first day they came again"
    february = statistics(cast.store, "WALKIN", FIRST.replace(month=2), LAST.replace(month=2, day=28), LAST)
    assert february.month.returned == 1


def test_return_rate_counts_a_customer_once_by_whatever_number(cast):
    came(cast, 0, name="陈志远", phone="13912340001", card=False)
    came(cast, 1, phone="13912340001", card=False)
    came(cast, 2, name="陈志远", phone="13912340001")
    row = came(cast, 3, phone="13912340001")
    Visit.objects.filter(pk=row.pk).update(phone_normalized="13912340009")
    other = came(cast, 0, name="刘桂芳", phone="13912340002", card=False)
    came(cast, 4, phone="13912340002", card=False)
    assert other.customer_id is None
    found = day_tallies(cast.store, "WALKIN", FIRST, LAST)
    assert summed(found.values()).again == 4
    assert summed(found.values()).returned == 2
