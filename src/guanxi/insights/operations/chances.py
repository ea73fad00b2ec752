"""Working the chances of a store out, by night or on demand. Numbers are crunched here, never in a page."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from guanxi.cadence.models import LossReport
from guanxi.customers.models import Customer
from guanxi.insights.models import Chance, ChanceRun
from guanxi.insights.queries.deals import deals
from guanxi.insights.queries.histories import pack_of
from guanxi.insights.queries.prospects import LIVE, prospects
from guanxi.insights.rules.closing import Closing
from guanxi.insights.rules.figures import (
    DEAL,
    PROSPECT,
    REASONS,
    Figure,
    expected_contributions,
    missing,
    reasons,
)
from guanxi.insights.rules.nights import past_nights, taught_rows
from guanxi.insights.rules.readings import Case, Pack, Reading
from guanxi.lib.statistics.chances.snapshots import Snapshot, snapshot
from guanxi.organization.acts import Act
from guanxi.organization.rows import insert_rows
from guanxi.pipeline.models import Opportunity

KEPT = 8
FOUR_PLACES = Decimal("0.0001")
CENT = Decimal("0.01")
# What would raise it, the largest gain first.
MOST_RAISES = 3
# Half a point in a hundred is no reason to do anything.
LEAST_GAIN = 0.005

About = ChanceRun.About


@transaction.atomic
def work_out_chances(act: Act) -> dict[str, int]:
    """The chances of all open prospects and opportunities of the store as known at ``act.at``; how many of each.

    A run of the same day is replaced, the newest becomes the current one, ``KEPT`` of each kind stay. All or nothing: a
    run that is killed leaves the one before.
    """
    open_cards = Customer.objects.filter(store=act.store, level__in=LIVE, merged_into__isnull=True)
    waiting = LossReport.objects.pending().of_cards().filter(store=act.store)
    kept_cards = set(
        open_cards.exclude(pk__in=waiting.values("customer")).values_list("pk", flat=True).order_by()
    )
    amounts = dict(Opportunity.objects.counted().filter(store=act.store).values_list("pk", "amount").order_by())
    return {
        "prospects": _run(act, About.PROSPECT, prospects(act.store, act.at), PROSPECT, kept_cards, {}),
        "opportunities": _run(act, About.OPPORTUNITY, deals(act.store, act.at), DEAL, set(amounts), amounts),
    }


def _run(
    act: Act,
    about: About,
    cases: Sequence[Case],
    figures: Sequence[Figure],
    still_open: set[int],
    amounts: dict[int, Decimal],
) -> int:
    """One kind of cases; ``still_open`` are the keys of those to judge."""
    from guanxi.lib.statistics.chances.learning import FEWEST_CASES
    from guanxi.lib.statistics.lifetimes.refusals import ModelRefused

    pack, zone = pack_of(act.store.playbook), ZoneInfo(act.store.timezone)
    former = ChanceRun.objects.filter(store=act.store, about=about).exclude(on=act.on).first()
    before = _before(former)
    ChanceRun.objects.filter(store=act.store, about=about, on=act.on).delete()
    ChanceRun.objects.filter(store=act.store, about=about, is_current=True).update(is_current=False)
    judged = [case for case in cases if case.ended_at is None and _key(case) in still_open]
    readings = [case.read(act.at, act.on, pack) for case in judged]
    closed = [case for case in cases if case.ended_at is not None and case.won is not None]
    closing = _closing(cases, act.at)
    run = ChanceRun(
        store=act.store, about=about, on=act.on, made_at=act.at, cases=len(closed),
        won=sum(bool(case.won) for case in closed), season=closing.season, curve=closing.points(),
        stale_after=closing.stale_after,
    )  # fmt: skip
    try:
        if len(closed) < FEWEST_CASES:
            raise ModelRefused("too_few_cases", f"{len(closed)} cases ended; the model needs {FEWEST_CASES}")
        season = timedelta(days=closing.season)
        kept, learnt = _as_expected(_rows(cases, act.at, season, pack, zone), season, figures)
    except ModelRefused as refused:
        run.method, run.refusal = ChanceRun.Method.SHRUNK, refused.code
        run.rates = _rates(closed, pack, figures[0].code == "stage", act)
        told = _shrunk(readings, figures, run.rates)
    else:
        run.method = ChanceRun.Method.MODEL
        run.judged = _judged(learnt, figures, kept)
        told = _learnt(readings, figures, kept, learnt)
    run.save()
    insert_rows(
        _chance(act.on, run, case, values, closing, amounts, before, case.days(act.at))
        for case, values in zip(judged, told, strict=True)
    )
    kept = ChanceRun.objects.filter(store=act.store, about=about).values_list("pk", flat=True)[:KEPT]
    ChanceRun.objects.filter(store=act.store, about=about).exclude(pk__in=list(kept)).delete()
    return len(judged)


def _key(case: Case) -> int:
    return case.customer if case.opportunity is None else case.opportunity


def _rows(
    cases: Sequence[Case], at: datetime, season: timedelta, pack: Pack, zone: ZoneInfo
) -> list[Snapshot]:
    """The guarded snapshots to learn from."""
    keys = {id(case): number for number, case in enumerate(cases)}
    return [
        snapshot(
            keys[id(case)], night, case.read(night, night.astimezone(zone).date(), pack).known,
            ended_at=known_at, happened=happened,
        )
        for case, night, known_at, happened in taught_rows(cases, past_nights(at, season), season)
    ]  # fmt: skip


def _closing(cases: Sequence[Case], at: datetime) -> Closing:
    """The curves of time to close over all cases, the open ones as far as they have come."""
    from guanxi.lib.statistics.survival import cumulative_incidence

    if not cases:
        return Closing((), (), ())
    days = [case.days(case.ended_at or at) for case in cases]
    causes = [0 if case.won is None else 1 if case.won else 2 for case in cases]
    won, lost = (cumulative_incidence(days, causes, cause) for cause in (1, 2))
    last = max((day for day, cause in zip(days, causes, strict=True) if cause), default=-1)
    span = range(last + 1)
    ended = sorted(days)
    watched, place = [], 0
    for day in span:
        while place < len(ended) and ended[place] < day:
            place += 1
        watched.append(len(ended) - place)
    return Closing([won.at(day) for day in span], [lost.at(day) for day in span], watched)


def _rates(closed: Sequence[Case], pack: Pack, is_deals: bool, act: Act) -> dict[str, dict[str, Any]]:
    """Level or stage → how many closed cases ever stood there, how many of them were won, what the pack says."""
    settings = act.store.playbook.settings
    codes = settings.stage_probability if is_deals else [code for code in settings.level_probability if code in LIVE]
    found = {}
    for code in codes:
        there = [case for case in closed if any(one == code for _at, one in case.standings.rows)]
        found[code] = {
            "cases": len(there), "won": sum(bool(case.won) for case in there), "general": pack.general[code]
        }  # fmt: skip
    return found


def _shrunk(
    readings: Sequence[Reading], figures: Sequence[Figure], rates: dict[str, dict[str, Any]]
) -> list[dict[str, Any]]:
    """The rate of the level or stage first; what the method looks at gives the other reasons and moves no number."""
    from guanxi.lib.statistics.chances.shrinking import shrunk

    parts = expected_contributions(figures, [reading.values for reading in readings])
    effects = [figure.sign for figure in figures]
    told = []
    for reading, part in zip(readings, parts, strict=True):
        rate = rates.get(reading.standing, {"cases": 0, "won": 0, "general": 0.5})
        found = shrunk(rate["won"], rate["cases"], rate["general"])
        why = [{"code": "rate", "value": {"standing": reading.standing, **rate}, "effect": 0}]
        why += reasons(figures[1:], part[1:], reading.shown)[: REASONS - 1]
        raising = [
            {"code": figures[place].code, "gain": None}
            for place in missing(figures, reading.values, effects)[:MOST_RAISES]
        ]
        told.append(
            {"chance": found.chance, "lower": found.lower, "upper": found.upper, "reasons": why, "raises": raising}
        )
    return told


def _as_expected(
    rows: Sequence[Snapshot], season: timedelta, figures: Sequence[Figure]
) -> tuple[list[int], Any]:
    """The model of those figures that work as the method expects, and their places.

    What points the other way in a store mostly does so because another figure says the same (evidence beside the level it
    proves), and "the more evidence, the worse" is advice nobody should follow. The furthest off goes first, until none is.
    """
    from guanxi.lib.statistics.chances.learning import learn

    kept = list(range(len(figures)))
    while True:
        learnt = learn([replace(row, values=tuple(row.values[place] for place in kept)) for row in rows], season)
        wrong = [(effect * figures[place].sign, place) for place, effect in zip(kept, learnt.effects, strict=True)]
        worst, place = min(wrong)
        if worst >= 0 or len(kept) == 1:
            return kept, learnt
        kept.remove(place)


def _learnt(
    readings: Sequence[Reading], figures: Sequence[Figure], kept: Sequence[int], learnt: Any
) -> list[dict[str, Any]]:
    from guanxi.lib.statistics.chances.learning import raised

    used = [figures[place] for place in kept]
    rows = [[reading.values[place] for place in kept] for reading in readings]
    told = []
    for reading, row, one in zip(readings, rows, learnt.tell(rows), strict=True):
        gains = [
            (raised(learnt, row, place, used[place].wanted or 0), used[place].code)
            for place in missing(used, row, learnt.effects)
        ]
        raising = [
            {"code": code, "gain": round(gain, 4)}
            for gain, code in sorted(gains, reverse=True)[:MOST_RAISES]
            if gain >= LEAST_GAIN
        ]
        why = reasons(used, one.contributions, reading.shown)
        told.append(
            {"chance": one.chance, "lower": one.lower, "upper": one.upper, "reasons": why, "raises": raising}
        )
    return told


def _judged(learnt: Any, figures: Sequence[Figure], kept: Sequence[int]) -> dict[str, Any]:
    found = learnt.judged
    effects = {figures[place].code: round(effect, 4) for place, effect in zip(kept, learnt.effects, strict=True)}
    return {
        "rows": found.rows, "cases": learnt.cases, "happened": learnt.happened, "auc": found.auc, "brier": found.brier,
        "brier_of_rate": found.brier_of_rate, "gap": found.gap, "effects": effects,
        "left_out": [figure.code for figure in figures if figure.code not in effects],
        "bins": [vars(one) for one in found.bins],
    }  # fmt: skip


def _before(former: ChanceRun | None) -> dict[tuple[int, int | None], Decimal]:
    if former is None:
        return {}
    rows = former.chances.values_list("customer_id", "opportunity_id", "probability")
    return {(customer, opportunity): chance for customer, opportunity, chance in rows}


def _chance(
    on: date,
    run: ChanceRun,
    case: Case,
    told: dict[str, Any],
    closing: Closing,
    amounts: dict[int, Decimal],
    before: dict[tuple[int, int | None], Decimal],
    age: int,
) -> Chance:
    probability = _places(told["chance"])
    ahead = closing.days_to_win(age)
    amount = amounts.get(case.opportunity or 0)
    return Chance(
        run=run,
        customer_id=case.customer,
        opportunity_id=case.opportunity,
        probability=probability,
        lower=_places(told["lower"]),
        upper=_places(told["upper"]),
        before=before.get((case.customer, case.opportunity)),
        worth=None if amount is None else (amount * probability).quantize(CENT),
        reasons=told["reasons"],
        raises=told["raises"],
        closes_on=None if ahead is None else on + timedelta(days=ahead),
        days=age,
        is_stale=run.stale_after is not None and age >= run.stale_after,
    )


def _places(chance: float) -> Decimal:
    return Decimal(chance).quantize(FOUR_PLACES)
