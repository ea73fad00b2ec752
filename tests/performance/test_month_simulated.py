"""Random months played through the operations: tables and identity equal an independent recount
(R-MON-01, -02, -03, R-LVL-07, 7.3, 7.6)."""

from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.cast import SHANGHAI
from tests.performance.recounted_months import Recount
from tests.performance.simulated_months import DAY, JUDGED, Play

from guanxi.performance.operations.closes import close_month
from guanxi.performance.queries.about import About
from guanxi.performance.queries.closes import days_of, told
from guanxi.performance.queries.month_sheets import CONTACT_STATUS, month_sheet
from guanxi.performance.rules.moves import IN, OUT
from guanxi.performance.rules.periods import month_of

# Two months of 28 and 31 days (Spring Festival in them), and the days after, in which the second one is closed.
FIRST, MONTHS, DAYS = date(2026, 2, 1), [date(2026, 2, 1), date(2026, 3, 1)], 28 + 31 + 3


@pytest.mark.django_db
@settings(
    max_examples=4, deadline=None, derandomize=True, phases=(Phase.generate,), suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(chance=st.randoms(use_true_random=False))
def test_any_months(chance, cast):
    with transaction.atomic():
        _play(chance, cast)
        transaction.set_rollback(True)


def _play(chance, cast):
    play = Play(chance, cast, FIRST)
    stocks, closes = {}, {}
    # The worker is up again on one of the first days of the next month.
    makes_up = {chance.randint(1, 3): month for month in MONTHS[:1]}
    for _ in range(DAYS):
        if play.on.day == 1:
            stocks[play.on] = _stock(play)
        play.play_day()
        month = (play.on.replace(day=1) - DAY).replace(day=1)
        if month in MONTHS and month not in closes and play.on.day > next(iter(makes_up)):
            closes[month] = close_month(
                cast.store, month, datetime(play.on.year, play.on.month, play.on.day, 8, tzinfo=SHANGHAI)
            )
    for month in MONTHS:
        if month not in closes:
            closes[month] = close_month(cast.store, month, datetime(2026, 4, 5, 8, tzinfo=SHANGHAI))
        _compare(play, cast, month, closes[month], stocks)


def _stock(play):
    """Consultant → level → how many count at the first midnight of a month."""
    found = {}
    for pk, evening in play.diary.evenings.get(play.on - DAY, {}).items():
        if evening.level in JUDGED or (evening.level == "N" and play.counted.get(pk)):
            by_level = found.setdefault(evening.owner, {})
            by_level[evening.level] = by_level.get(evening.level, 0) + 1
    return found


def _filled(counts):
    return {level: number for level, number in counts.items() if number}


def _compare(play, cast, month, close, stocks):
    days = days_of(close)
    recount = Recount(play.diary, days.first, days.last)
    following = days.last + timedelta(days=1)
    for person in play.sellers:
        sheet = told(CONTACT_STATUS, About(cast.store, person, days), close)
        head = sheet["head"]
        assert head["terms"] == recount.terms(person.pk), (month, person)
        assert _filled(head["carry_in"]) == stocks[month].get(person.pk, {})
        assert _filled(head["carry_out"]) == stocks[following].get(person.pk, {})
        came = sum(head["terms"].get(term, 0) for term in IN)
        went = sum(head["terms"].get(term, 0) for term in OUT)
        assert head["carried_in"] + came - went == head["carried_out"]
        rows = {row["customer"]: row for row in sheet["rows"]}
        kept = {
            pk for pk in recount.rows(person.pk) if pk in rows or pk in play.diary.evenings[play.on - DAY]
        }
        assert set(rows) == kept
        for pk, row in rows.items():
            marks = [mark + ("!" if day in row["late"] else "") for day, mark in enumerate(row["cells"], 1)]
            expected = recount.marks(pk, person.pk)
            differs = [
                (day, mark, other)
                for day, (mark, other) in enumerate(zip(marks, expected, strict=True), 1)
                if mark != other
            ]
            assert not differs, (month, person, pk, differs, marks, expected)
            assert row["contacts"] == recount.contacts(pk, person.pk), (month, person, row)
    total = told(CONTACT_STATUS, About(cast.store, None, days), close)["head"]
    assert total["carried_out"] == sum(sum(one.values()) for one in stocks[following].values())
    assert total["terms"].get("transfer_in", 0) == total["terms"].get("transfer_out", 0)
    # Told anew from the records of that time, the locked month reads as it was locked.
    for person in (*play.sellers, None):
        about = About(cast.store, person, days)
        assert month_sheet(about)["head"] == told(CONTACT_STATUS, about, close)["head"]
    assert month_of(month, days.last).last == days.last
