"""The forecast of a quarter: what is likely to come, what moved since last week, which closings slipped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import QuerySet, Sum

from guanxi.lib.quarters import quarter_end
from guanxi.organization.models import Store
from guanxi.pipeline.models import ForecastTarget, Opportunity, StageMove
from guanxi.pipeline.queries.boards import slipped
from guanxi.pipeline.queries.experience import Experience
from guanxi.pipeline.rules.forecasts import (
    QUANTILES,
    Coverage,
    Distribution,
    coverage,
    distribution,
    forecast,
    win_percent,
)
from guanxi.pipeline.rules.forecasts import slipped as times_put_off
from guanxi.playbooks.definitions import Settings

MOST_MOVES, MOST_SLIPPED = 40, 20
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Forecast:
    """Amounts in yuan. ``stated`` is the sum by what people say (R-OPP-02), ``sure`` the 10, 50 and 90 % quantiles of
    what is still to be won, by what such words proved to be worth; ``uncalibrated`` counts the opportunities that
    stand there with their stage's number instead."""

    count: int
    pipeline: Decimal
    stated: Decimal
    won: Decimal
    spread: Distribution
    sure: dict[int, Decimal]
    uncalibrated: int
    taught: Experience
    target: ForecastTarget | None
    cover: Coverage | None
    remaining: Decimal | None
    chance: Decimal | None


def forecast_of(
    rows: QuerySet[Opportunity],
    settings: Settings,
    taught: Experience,
    quarter: date,
    target: ForecastTarget | None,
) -> Forecast:
    """The quarter that begins on ``quarter``, among ``rows``: what is open and to close by its end, past dates
    included, counted by what the store was ``taught``. Two queries; access is the caller's."""
    due = rows.counted().filter(expected_close_on__lte=quarter_end(quarter)).order_by()  # type: ignore[attr-defined]
    told = list(due.values_list("amount", "probability", "stage"))
    counted = []
    uncalibrated = 0
    for amount, percent, stage in told:
        band = next(one for one in taught.table if one.low <= percent <= one.high)
        uncalibrated += band.rate is None
        of_stage = settings.stage_probability.get(stage, percent)
        counted.append((amount, win_percent(percent, of_stage, taught.table)))
    won_rows = rows.filter(won_on__range=(quarter, quarter_end(quarter)))
    won = won_rows.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    pipeline = sum((amount for amount, _percent, _stage in told), Decimal(0))
    spread = distribution(counted)
    remaining = None if target is None else max(target.amount - won, Decimal(0))
    return Forecast(
        count=len(told),
        pipeline=pipeline,
        stated=forecast((amount, percent) for amount, percent, _stage in told),
        won=won,
        spread=spread,
        sure={percent: spread.quantile(percent) for percent in QUANTILES},
        uncalibrated=uncalibrated,
        taught=taught,
        target=target,
        cover=None if remaining is None else coverage(remaining, pipeline, taught.rate),
        remaining=remaining,
        chance=None if remaining is None else spread.at_least(remaining),
    )


def target_of(store: Store, quarter: date) -> ForecastTarget | None:
    return ForecastTarget.objects.filter(store=store, quarter=quarter).select_related("set_by").first()


@dataclass(frozen=True)
class Moved:
    """One opportunity that stands differently than a week ago; ``before`` is None when it is new."""

    row: Opportunity
    before: StageMove | None
    now: StageMove


def moved_since(rows: QuerySet[Opportunity], on: date) -> list[Moved]:
    """What changed in the seven days up to ``on``, the largest amounts first; three queries."""
    recent = StageMove.objects.filter(opportunity__in=rows.order_by().values("pk"), on__gt=on - WEEK)
    keys = set(recent.exclude(kind=StageMove.Kind.REVIEWED).values_list("opportunity_id", flat=True))
    found = Opportunity.objects.filter(pk__in=keys).select_related("customer", "loss")
    by_key = {row.pk: row for row in found.order_by("-amount", "id")[:MOST_MOVES]}
    last: dict[int, StageMove] = {}
    earlier: dict[int, StageMove] = {}
    for move in StageMove.objects.filter(opportunity__in=by_key).order_by("id"):
        if move.on <= on - WEEK:
            earlier[move.opportunity_id] = move
        last[move.opportunity_id] = move
    return [Moved(row, earlier.get(key), last[key]) for key, row in by_key.items() if key in last]


@dataclass(frozen=True)
class Slipped:
    """An opportunity whose closing was put off ``times`` times, the first date said, and days past the present one."""

    row: Opportunity
    times: int
    first: date
    days_past: int


def slipped_closings(rows: QuerySet[Opportunity], on: date) -> list[Slipped]:
    """The largest of them; two queries."""
    found: Sequence[Opportunity] = list(
        slipped(rows, on).select_related("customer__owner").order_by("-amount", "id")[:MOST_SLIPPED]
    )
    cycles = {row.pk: row.cycle_no for row in found}
    dates: dict[int, list[str]] = {key: [] for key in cycles}
    told = StageMove.objects.filter(opportunity__in=cycles).order_by("id")
    for key, cycle, day in told.values_list("opportunity_id", "cycle_no", "expected_close_on"):
        if cycle == cycles[key]:
            dates[key].append(day.isoformat())
    times = times_put_off(dates)
    return [
        Slipped(
            row, times.get(row.pk, 0), date.fromisoformat((dates[row.pk] or [row.expected_close_on.isoformat()])[0]),
            row.days_past_closing(on),
        )
        for row in found
    ]  # fmt: skip
