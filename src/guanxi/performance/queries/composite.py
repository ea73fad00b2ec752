"""The figures of F-CMPX-1, which markets tells: a living form, of which a closed month keeps no copy."""

from guanxi.markets.queries.sheets import composite_sheet
from guanxi.performance.queries.about import FormFigures

COMPOSITE = FormFigures(
    "F-CMPX-1", "day", True, lambda about: composite_sheet(about.store, about.person, about.days.first),
    lambda about: [about.days.seen], is_living=True,
)  # fmt: skip
