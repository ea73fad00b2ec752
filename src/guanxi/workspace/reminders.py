"""What the method promises and one's own customers do not have yet, beside Today's list."""

from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from guanxi.cadence.queries.compliance import (
    base_conditions_pending,
    contacts_missing_this_month,
    vip_supporters,
)
from guanxi.customers.models import Customer
from guanxi.customers.queries.owner_files import incomplete_owner_files
from guanxi.organization.middleware import act_of
from guanxi.organization.models import Store, User
from guanxi.organization.rules.roles import Reach
from guanxi.ui.responses import fragment_or_page

SHOWN = 5


@dataclass(frozen=True)
class Reminder:
    """A question, the first few customers it is about with a note on each, and how many there are."""

    title: str
    rows: list[tuple[Customer, str]]
    total: int

    @property
    def more(self) -> int:
        return self.total - len(self.rows)


@require_safe
def reminded(request: HttpRequest) -> HttpResponse:
    """The reminders as the part of Today that is fetched after it, or as a page of their own."""
    user: User = request.user  # type: ignore[assignment]
    if user.read_reach == Reach.NONE:
        raise Http404
    act = act_of(request)
    context = {"reminders": reminders(user, act.store, act.on)}
    return fragment_or_page(request, "workspace/reminders.html", context, partial="reminders")


def reminders(user: User, store: Store, on: date) -> list[Reminder]:
    """Short of contacts this month (R-FUP-05), base conditions open (1.2), owner files open (R-CUS-09), VIP
    supporters not visited (R-CUS-02): the person's own cards only, empty ones left out; six queries."""
    short = [row for row in contacts_missing_this_month(user, on) if row.customer.owner_id == user.pk]
    pending = base_conditions_pending(user, on).filter(owner=user)
    files = incomplete_owner_files(user, on, store.playbook.settings.owner_file_deadline_days)
    files = files.filter(customer__owner=user)
    lapsing = [
        row for row in vip_supporters(user, on) if row.customer.owner_id == user.pk and row.status != "VIP"
    ]
    found = [
        Reminder(
            _("Level B short of contacts this month"),
            [(row.customer, _("%(count)s missing") % {"count": row.missing}) for row in short[:SHOWN]],
            len(short),
        ),
        Reminder(
            _("VIP supporters to visit"),
            [(row.customer, _months(row.months_missed)) for row in lapsing[:SHOWN]],
            len(lapsing),
        ),
        Reminder(
            _("Owner files to complete"),
            [(item.customer, item.model) for item in files[:SHOWN]],
            files.count(),
        ),
        Reminder(
            _("Base conditions open for a week"), [(card, "") for card in pending[:SHOWN]], pending.count()
        ),
    ]
    return [reminder for reminder in found if reminder.total]


def _months(count: int) -> str:
    return ngettext("%(count)s month without a visit", "%(count)s months without a visit", count) % {
        "count": count
    }
