"""The pages of the reports: who has which, and the row of links they share."""

from datetime import date

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from guanxi.organization.asked_days import asked_day as asked_day
from guanxi.organization.asked_days import asked_month as asked_month
from guanxi.organization.models import User
from guanxi.organization.rules.roles import LEADERS, Reach, Role

WRITERS = (Role.CONSULTANT,)
READERS = (Role.CONSULTANT, *LEADERS, Role.PROPRIETOR, Role.AUDITOR)
OVERSEERS = (*LEADERS, Role.PROPRIETOR, Role.AUDITOR)


def tabs(request: HttpRequest, active: str) -> list[dict[str, object]]:
    """The reports the user has; ``active`` is the name of the address they stand at."""
    user: User = request.user  # type: ignore[assignment]
    own = user.has_role(*WRITERS)
    oversees = user.has_role(*OVERSEERS)
    places = []
    if own:
        places.append(("daily-report", pgettext("page", "Daily report")))
    if oversees:
        places += [("daily-reports", _("Daily reports")), ("evening", _("Evening meeting"))]
    places.append(("targets", _("Targets")))
    if oversees:
        places.append(("backward-plan", _("Backward planning")))
    places.append(("month", _("Month sheet")))
    if user.has_role(*READERS):
        places += [("loss-analysis", _("Losses")), ("effectiveness", _("Effectiveness"))]
    return [{"url": reverse(name), "label": label, "active": name == active} for name, label in places]


def months_around(month: date) -> tuple[date, date]:
    """The month before and the month after."""
    before = date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)
    return before, date(month.year + (month.month == 12), month.month % 12 + 1, 1)


def person_asked(request: HttpRequest) -> User | None:
    """Whom ``?who=`` names, of those the user reads; a consultant without a wider reach means themselves."""
    user: User = request.user  # type: ignore[assignment]
    people = User.objects.colleagues_of(user)
    given = request.GET.get("who", "")
    if given:
        found = people.filter(pk=int(given)).first() if given.isdigit() and len(given) < 18 else None
        if found is None:
            raise Http404
        return found
    return user if user.read_reach == Reach.OWN else None
