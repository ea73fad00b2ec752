"""Small readings of rows for templates."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template

register = template.Library()


@register.filter
def days_late(task: Any, on: date) -> int:
    """``{{ task|days_late:on }}``: whole days after its due date, 0 when not late."""
    return int(task.overdue_days(on))


@register.filter
def of_level(counts: Mapping[str, int], level: str) -> int:
    """``{{ counts|of_level:"H" }}``: the count of one level."""
    return counts.get(level, 0)


@register.filter
def overdue_by(card: Any, on: date) -> int:
    """``{{ customer|overdue_by:on }}``: days after the next contact date."""
    return max((on - card.next_due_on).days, 0) if card.next_due_on else 0
