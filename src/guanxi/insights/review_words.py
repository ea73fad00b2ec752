"""A review in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from guanxi.insights.models import CustomerReview
from guanxi.insights.rules.goodness import ITEMS, Grade, must_choose

ITEM_LABELS: dict[str, Any] = dict(zip(ITEMS, (
    gettext_lazy("Needs what we sell and can pay for it"),
    gettext_lazy("Profit covers the cost"),
    gettext_lazy("Pays on time"),
    gettext_lazy("Costs little to serve"),
    gettext_lazy("Little risk"),
    gettext_lazy("Wants to work together for long"),
    gettext_lazy("Reacts constructively"),
    gettext_lazy("Brings referrals or prestige"),
), strict=True))  # fmt: skip
GRADES: dict[str, tuple[Any, str]] = {
    Grade.GOOD: (pgettext_lazy("customer", "Good customer"), "good"),
    Grade.NORMAL: (pgettext_lazy("customer", "Ordinary customer"), "neutral"),
    Grade.POOR: (pgettext_lazy("customer", "Poor customer"), "warning"),
}


def told(rows: list[CustomerReview], thresholds: Mapping[Any, int]) -> dict[str, Any] | None:
    """The newest of ``rows`` for the panel: grade, minimum test, and whether R-VAL-11 asks for a choice."""
    if not rows:
        return None
    row, grades = rows[0], {one.year: one.grade(thresholds) for one in rows}
    label, tone = GRADES[grades[row.year]]
    must = must_choose(grades, row.year)
    return {
        "row": row, "label": label, "tone": tone, "test": minimum_test(row), "due": must and not row.choice,
        "choice": row.get_choice_display() if must and row.choice else "",
    }  # fmt: skip


def minimum_test(row: CustomerReview) -> str:
    """R-VAL-09 in one sentence."""
    if row.pays_off is None:
        return _("What they bring is not known yet.")
    if row.pays_off:
        return _("They bring more than serving them costs.")
    return _("Serving them costs as much as they bring, or more.")
