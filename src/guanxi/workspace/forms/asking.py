"""How a form of a period is asked for in words: ``2026-03``, ``2026-03-31``, a person."""

import re
from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from guanxi.organization.models import User
from guanxi.workspace.forms.period_printing import NoSuchForm, PeriodAsked
from guanxi.workspace.forms.printing import PrintRefused


def parse_month(given: str) -> date:
    """The first day of a month written 2026-03. Raises PrintRefused."""
    if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", given, re.ASCII) and given >= "1900":
        return date.fromisoformat(f"{given}-01")
    raise PrintRefused(_("Write the month as 2026-03."), "month")


def parse_day(given: str) -> date:
    """A day written 2026-03-31. Raises PrintRefused."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", given, re.ASCII) and given >= "1900":
            return date.fromisoformat(given)
    except ValueError:
        pass
    raise PrintRefused(_("Write the day as 2026-03-31."), "on")


def asked_in(query: Mapping[str, str]) -> PeriodAsked:
    """What ``month``, ``on`` and ``person`` of a query ask for; a day given beside a month wins, because the
    form of the menu sends both. ``person`` is an id, or "store" for the store's own sheet.

    Raises PrintRefused for what cannot be read, NoSuchForm for nobody.
    """
    on, month, person = (query.get(name, "").strip() for name in ("on", "month", "person"))
    return PeriodAsked(
        month=parse_month(month) if month and not on else None,
        on=parse_day(on) if on else None,
        person=person_of(person) if person not in {"", "store"} else None,
        whole=person == "store",
    )


def person_of(given: str) -> User:
    """The person of an id; whether the actor may ask about them is for the printing to say."""
    found = User.objects.filter(pk=int(given)).first() if re.fullmatch(r"\d{1,18}", given, re.ASCII) else None
    if found is None:
        raise NoSuchForm
    return found
