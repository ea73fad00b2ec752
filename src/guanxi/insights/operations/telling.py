"""From cases to what is told of them: closing curves, a model where there is enough, shrunk rates where not.

The numbers are crunched by the library, which only the worker loads: it is imported where it is used.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from guanxi.insights.models import ChanceRun
from guanxi.insights.rules.closing import Closing
from guanxi.insights.rules.figures import REASONS, Figure, expected_contributions, missing, reasons
from guanxi.insights.rules.nights import past_nights, taught_rows
from guanxi.insights.rules.readings import Case, Pack, Reading
from guanxi.lib.statistics.chances.snapshots import Snapshot, snapshot

# What would raise it, the largest gain first.
MOST_RAISES = 3
# Half a point in a hundred is no reason to do anything.
LEAST_GAIN = 0.005
# More rows than these only take time.
MOST_ROWS = 20_000


def tell(
    run: ChanceRun,
    readings: Sequence[Reading],
    figures: Sequence[Figure],
    rows: Callable[[], Sequence[Snapshot]],
    season: timedelta,
    rates: dict[str, dict[str, Any]],
) -> list[dict[str, Any]]:
    """What is told of each reading: by a model of ``rows`` where they carry one, else by ``rates``. ``run``, which
    counts its cases already, is told which, and how the model did."""
    from guanxi.lib.statistics.chances.learning import FEWEST_CASES
    from guanxi.lib.statistics.lifetimes.refusals import ModelRefused

    try:
        if run.cases < FEWEST_CASES:
            raise ModelRefused("too_few_cases", f"{run.cases} cases ended; the model needs {FEWEST_CASES}")
        kept, learnt = learnt_as_expected(rows(), season, figures)
    except ModelRefused as refused:
        run.method, run.refusal, run.rates = ChanceRun.Method.SHRUNK, refused.code, rates
        return told_by_rates(readings, figures, rates)
    run.method, run.judged = ChanceRun.Method.MODEL, judgement_of(learnt, figures, kept)
    return told_by_model(readings, figures, kept, learnt)


def rows_to_learn(
    cases: Sequence[Case], at: datetime, season: timedelta, pack: Pack, zone: ZoneInfo
) -> list[Snapshot]:
    """The guarded snapshots to learn from."""
    keys = {id(case): number for number, case in enumerate(cases)}
    found = list(taught_rows(cases, past_nights(at, season), season))
    nights = sorted({night for _case, night, _known_at, _happened in found}, reverse=True)
    # Weeks lie close together: a large store is looked at more rarely, and learns the same in less time.
    looked = set(nights[:: -(-len(found) // MOST_ROWS) or 1])
    return [
        snapshot(
            keys[id(case)], night, case.read(night, night.astimezone(zone).date(), pack).known,
            ended_at=known_at, happened=happened,
        )
        for case, night, known_at, happened in found
        if night in looked
    ]  # fmt: skip


def closing_of(cases: Sequence[Case], at: datetime) -> Closing:
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


def rates_of(closed: Sequence[Case], pack: Pack, codes: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Level or stage → how many closed cases ever stood there, how many of them were won, what the pack says."""
    found = {}
    for code in codes:
        there = [case for case in closed if any(one == code for _at, one in case.standings.rows)]
        found[code] = {
            "cases": len(there), "won": sum(bool(case.won) for case in there), "general": pack.general[code]
        }  # fmt: skip
    return found


def told_by_rates(
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
            {
                "chance": found.chance,
                "lower": found.lower,
                "upper": found.upper,
                "reasons": why,
                "raises": raising,
            }
        )
    return told


def learnt_as_expected(
    rows: Sequence[Snapshot], season: timedelta, figures: Sequence[Figure]
) -> tuple[list[int], Any]:
    """The model of those figures that work as the method expects, and their places.

    What points the other way in a store mostly does so because another figure says the same (evidence beside the
    level it proves), and "the more evidence, the worse" is advice nobody should follow. The furthest off goes first,
    until none is left.
    """
    from guanxi.lib.statistics.chances.learning import learn

    kept = list(range(len(figures)))
    while True:
        learnt = learn(
            [replace(row, values=tuple(row.values[place] for place in kept)) for row in rows], season
        )
        wrong = [
            (effect * figures[place].sign, place) for place, effect in zip(kept, learnt.effects, strict=True)
        ]
        worst, place = min(wrong)
        if worst >= 0 or len(kept) == 1:
            return kept, learnt
        kept.remove(place)


def told_by_model(
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


def judgement_of(learnt: Any, figures: Sequence[Figure], kept: Sequence[int]) -> dict[str, Any]:
    found = learnt.judged
    effects = {
        figures[place].code: round(effect, 4) for place, effect in zip(kept, learnt.effects, strict=True)
    }
    return {
        "rows": found.rows, "cases": learnt.cases, "happened": learnt.happened, "auc": found.auc, "brier": found.brier,
        "brier_of_rate": found.brier_of_rate, "gap": found.gap, "effects": effects,
        "left_out": [figure.code for figure in figures if figure.code not in effects],
        "bins": [vars(one) for one in found.bins],
    }  # fmt: skip
