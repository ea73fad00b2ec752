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
from guanxi.pipeline.models import Opportunity
from guanxi.pipeline.queries.boards import listed, stalled
from guanxi.pipeline.queries.experience import dwell_limits
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
    supporters not visited (R-CUS-02), opportunities whose closing passed (8.8) or whose stage takes too long
    (R-OPP-04): the person's own cards only, empty ones left out; a fixed number of queries."""
    short = [row for row in contacts_missing_this_month(user, on) if row.customer.owner_id == user.pk]
    pending = base_conditions_pending(user, on).filter(owner=user)
    files = incomplete_owner_files(user, on, store.playbook.settings.owner_file_deadline_days)
    files = files.filter(customer__owner=user)
    lapsing = [
        row for row in vip_supporters(user, on) if row.customer.owner_id == user.pk and row.status != "VIP"
    ]
    mine = Opportunity.objects.visible_to(user).filter(customer__owner=user, store=store)
    passed = listed(mine.open().filter(expected_close_on__lt=on))
    still = listed(stalled(mine, dwell_limits(store, on), on))
    found = [
        Reminder(
            _("Expected closings that have passed"),
            [(row.customer, row.title) for row in passed[:SHOWN]],
            passed.count(),
        ),
        Reminder(
            _("Opportunities too long in their stage"),
            [(row.customer, f"{row.title} · {_days(row.days_in_stage(on))}") for row in still[:SHOWN]],
            still.count(),
        ),
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


def _days(count: int) -> str:
    return ngettext("%(count)s day in this stage", "%(count)s days in this stage", count) % {"count": count}


def _months(count: int) -> str:
    return ngettext("%(count)s month without a visit", "%(count)s months without a visit", count) % {
        "count": count
    }
