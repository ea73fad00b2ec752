"""The figures of the name lists, which prospecting tells: living lists, of which a closed month keeps no copy."""

from datetime import date

from guanxi.performance.queries.about import About, FormFigures
from guanxi.prospecting.queries.name_sheets import name_sheet, referral_sheet


def _as_it_stands(about: About) -> list[date]:
    """Asked for over several days, a living list is told once: as it stood on the last."""
    return [about.days.seen]


REFERRALS = FormFigures(
    "F-REF-1", "day", True, lambda about: referral_sheet(about.store, about.person, about.days.first),
    _as_it_stands, is_living=True,
)  # fmt: skip
NAMES = FormFigures(
    "F-NAME-1", "day", True, lambda about: name_sheet(about.store, about.person, about.days.first),
    _as_it_stands, is_living=True,
)  # fmt: skip
