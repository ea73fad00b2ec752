"""The figures of the registers' forms, which prospecting counts."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from guanxi.performance.queries.about import About, FormFigures
from guanxi.performance.queries.targets import order_targets
from guanxi.prospecting.models import Visit
from guanxi.prospecting.queries.sheets import call_sheet, walk_in_sheet
from guanxi.prospecting.queries.statistics import call_figures, walk_in_figures

CAME = (Visit.Kind.WALKIN, Visit.Kind.EVENT)
CALLED = (Visit.Kind.PHONEIN,)


def _days_with(about: About, kinds: Iterable[str]) -> list[date]:
    rows = Visit.objects.filter(
        store=about.store, kind__in=kinds, on__range=(about.days.first, about.days.seen)
    )
    if about.person:
        rows = rows.filter(consultant=about.person)
    return list(rows.order_by().values_list("on", flat=True).distinct())


WALK_INS = FormFigures(
    "F-REG-1", "day", False, lambda about: walk_in_sheet(about.store, about.person, about.days.first),
    lambda about: _days_with(about, CAME),
)  # fmt: skip
CALLS = FormFigures(
    "F-REG-2", "day", False, lambda about: call_sheet(about.store, about.person, about.days.first),
    lambda about: _days_with(about, CALLED),
)  # fmt: skip


def _walk_in_statistics(about: About) -> dict[str, Any]:
    days = about.days
    targets = order_targets(about.store, about.person, days.first, days.as_of)
    return walk_in_figures(about.store, about.person, days.first, days.last, days.as_of, targets)


WALK_IN_STATISTICS = FormFigures("F-STAT-1", "month", False, _walk_in_statistics)
CALL_STATISTICS = FormFigures(
    "F-STAT-2", "month", False,
    lambda about: call_figures(about.store, about.person, about.days.first, about.days.last, about.days.as_of),
)  # fmt: skip
