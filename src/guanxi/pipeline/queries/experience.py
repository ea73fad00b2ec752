"""What earlier opportunities of a store teach: time in a stage, win rate, cost, how stated probabilities held."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import Any

from django.db.models import F, QuerySet, Sum

from guanxi.organization.models import Store
from guanxi.pipeline.models import Opportunity, StageMove, TimeSpent
from guanxi.pipeline.rules.forecasts import Band, calibration, cost_share, win_rate
from guanxi.pipeline.rules.stages import dwell_limit
from guanxi.playbooks.definitions import Settings

# Older deals were won under other circumstances.
REMEMBERED = timedelta(days=730)
# A loss applied for leaves its stage only when it is approved, and then the deal is not won.
LEFT = (StageMove.Kind.MOVED, StageMove.Kind.WON)
ENDS = (StageMove.Kind.WON, StageMove.Kind.UNWON, StageMove.Kind.LOST, StageMove.Kind.UNLOST)


def dwell_limits(store: Store, on: date) -> dict[str, Fraction]:
    """Stage → days it may take (R-OPP-04), by the deals the store won in two years; one query."""
    settings = store.playbook.settings
    days: dict[str, list[int]] = defaultdict(list)
    stays = StageMove.objects.filter(
        opportunity__store=store, opportunity__won_on__gt=on - REMEMBERED, kind__in=LEFT,
        cycle_no=F("opportunity__cycle_no"),
    ).order_by()  # fmt: skip
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


def store_experience(store: Store, on: date) -> Experience:
    """What the store's opportunities teach: what every probability and every forecast in it is counted by."""
    return experience(Opportunity.objects.filter(store=store), store.playbook.settings, on)


def experience(rows: QuerySet[Opportunity], settings: Settings, on: date) -> Experience:
    """What those of ``rows`` that were closed in two years teach; three queries. Access is the caller's."""
    remembered = rows.order_by().closed_after(on - REMEMBERED)  # type: ignore[attr-defined]
    closed = list(remembered.select_related("loss"))
    keys = remembered.values("pk")
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
        usual_cost=_usual_cost(closed, invested(keys), settings),
    )


def _usual_cost(
    closed: Sequence[Opportunity], spent: dict[int, tuple[int, Decimal]], settings: Settings
) -> Fraction | None:
    shares = [
        cost_share(*spent[row.pk], settings.hourly_cost, row.amount)[1] for row in closed if row.pk in spent
    ]
    known = [share for share in shares if share is not None]
    return median(known) if known else None


def invested(keys: Sequence[int] | QuerySet[Any]) -> dict[int, tuple[int, Decimal]]:
    """Opportunity → (minutes, cash in yuan) put into it; those without any are left out."""
    rows = TimeSpent.objects.filter(opportunity__in=keys).order_by().values_list("opportunity")
    return {key: (minutes, cash) for key, minutes, cash in rows.annotate(Sum("minutes"), Sum("cash"))}
