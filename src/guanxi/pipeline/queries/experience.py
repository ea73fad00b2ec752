"""What earlier opportunities of a store teach: time in a stage, win rate, cost, how stated probabilities held."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from statistics import median

from django.db.models import QuerySet, Sum

from guanxi.organization.models import Store
from guanxi.pipeline.models import Opportunity, StageMove, TimeSpent
from guanxi.pipeline.rules.forecasts import Band, calibration, cost_share, win_rate
from guanxi.pipeline.rules.stages import dwell_limit
from guanxi.playbooks.definitions import Settings

# Older deals were won under other circumstances.
REMEMBERED = timedelta(days=730)
ENDS = (StageMove.Kind.WON, StageMove.Kind.UNWON, StageMove.Kind.LOST)


def dwell_limits(store: Store, on: date) -> dict[str, Fraction]:
    """Stage → days it may take (R-OPP-04), by the deals the store won in two years; one query."""
    settings = store.playbook.settings
    days: dict[str, list[int]] = defaultdict(list)
    stays = StageMove.objects.filter(
        opportunity__store=store, opportunity__won_on__gt=on - REMEMBERED, days__isnull=False
    ).order_by()
    for stage, _opportunity, total in stays.values_list("from_stage", "opportunity").annotate(Sum("days")):
        days[stage].append(total)
    return {
        stage: dwell_limit(days[stage], settings.stage_dwell_min, default)
        for stage, default in settings.stage_dwell.items()
    }


@dataclass(frozen=True)
class Experience:
    """``lives`` are (days lived, whether won) of closed opportunities, ``table`` their calibration, ``usual_cost`` the
    median share of the amount they cost; None while nothing was noted."""

    won: int
    closed: int
    rate: Fraction
    is_own_rate: bool
    lives: tuple[tuple[int, bool], ...]
    table: tuple[Band, ...]
    usual_cost: Fraction | None


def experience(rows: QuerySet[Opportunity], settings: Settings, on: date) -> Experience:
    """What the closed ones among ``rows`` teach; three queries. Access is the caller's."""
    closed = [
        row for row in rows.closed().select_related("loss")  # type: ignore[attr-defined]
        if row.closed_on is not None and row.closed_on > on - REMEMBERED
    ]  # fmt: skip
    keys = [row.pk for row in closed]
    stated: dict[int, list[int]] = defaultdict(list)
    told = StageMove.objects.filter(opportunity__in=keys).exclude(kind__in=ENDS).order_by("pk")
    for key, percent in told.values_list("opportunity_id", "probability"):
        stated[key].append(percent)
    won = sum(row.won_on is not None for row in closed)
    least = settings.forecast_min_closed
    return Experience(
        won=won,
        closed=len(closed),
        rate=win_rate(won, len(closed), least, settings.win_rate),
        is_own_rate=len(closed) >= least,
        lives=tuple(
            ((row.closed_on - row.opened_on).days, row.won_on is not None) for row in closed if row.closed_on
        ),
        table=tuple(calibration([(stated[row.pk], row.won_on is not None) for row in closed], least)),
        usual_cost=_usual_cost(closed, settings),
    )


def _usual_cost(closed: Sequence[Opportunity], settings: Settings) -> Fraction | None:
    spent = invested([row.pk for row in closed])
    shares = [
        cost_share(*spent[row.pk], settings.hourly_cost, row.amount)[1] for row in closed if row.pk in spent
    ]
    known = [share for share in shares if share is not None]
    return median(known) if known else None


def invested(keys: Sequence[int]) -> dict[int, tuple[int, Decimal]]:
    """Opportunity → (minutes, cash in yuan) put into it; those without any are left out."""
    rows = TimeSpent.objects.filter(opportunity__in=keys).order_by().values_list("opportunity")
    return {key: (minutes, cash) for key, minutes, cash in rows.annotate(Sum("minutes"), Sum("cash"))}
