"""Dates in words, relative near today."""

from datetime import date

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

WEEKDAYS = (
    _lazy("Mon"),
    _lazy("Tue"),
    _lazy("Wed"),
    _lazy("Thu"),
    _lazy("Fri"),
    _lazy("Sat"),
    _lazy("Sun"),
)
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
AGO_UNTIL = 13


def relative(on: date, today: date) -> str:
    """今天, 昨天, 明天, 3 天前 (two weeks back), 周三 (six days ahead), 11-25, 2027-01-05."""
    distance = (on - today).days
    if distance == 0:
        return _("Today")
    if distance == -1:
        return _("Yesterday")
    if distance == 1:
        return _("Tomorrow")
    if -AGO_UNTIL <= distance < 0:
        return ngettext("%(days)d day ago", "%(days)d days ago", -distance) % {"days": -distance}
    if 0 < distance < 7:
        return str(WEEKDAYS[on.weekday()])
    return short(on, today.year)


def short(on: date, year: int) -> str:
    """11-25 or, in another year, 2027-01-05; in English 25 Nov, 5 Jan 2027."""
    if (get_language() or "").startswith("zh"):
        return f"{on:%m-%d}" if on.year == year else f"{on:%Y-%m-%d}"
    written = f"{on.day} {MONTHS[on.month - 1]}"
    return written if on.year == year else f"{written} {on.year}"


def absolute(on: date) -> str:
    """2026-11-25 周三."""
    return f"{on:%Y-%m-%d} {WEEKDAYS[on.weekday()]}"
