"""The evening meeting: what the day brought, and what a leader asks for on the spot."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.cadence.operations.instructions import instruct, withdraw_instruction
from guanxi.organization.guards import only_for
from guanxi.organization.local_urls import local_url
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.once import once_per_key
from guanxi.organization.refusals import Refused
from guanxi.organization.rules.roles import LEADERS
from guanxi.performance.queries.evening import boards
from guanxi.performance.views.places import OVERSEERS, asked_day, tabs
from guanxi.ui.responses import say, see_other


@require_safe
@only_for(*OVERSEERS)
def evening(request: HttpRequest) -> HttpResponse:
    """Consultant by consultant: H and A of the day, what changed, what is overdue, the state of the report."""
    user: User = request.user  # type: ignore[assignment]
    act = act_of(request)
    on = asked_day(request, act.on)
    if on > act.on:
        raise Http404
    found = boards(user, act.store, on, act.at)
    context = {
        "tabs": tabs(request, "evening"),
        "boards": found,
        "hot": sum(len(board.hot) for board in found),
        "orders": sum(change.kind == "ORDER" for board in found for change in board.changes),
        "losses": sum(change.kind in ("APPLIED", "LOST") for board in found for change in board.changes),
        "late": sum(board.late for board in found),
        "sent": sum(board.line.report is not None and board.line.report.is_submitted for board in found),
        "may_instruct": user.has_role(*LEADERS),
        "on": on,
        "today": act.on,
        "before": on - timedelta(days=1),
        "after": on + timedelta(days=1) if on < act.on else None,
    }
    return render(request, "performance/evening.html", context)


@require_POST
@only_for(*LEADERS)
@once_per_key
def instruction(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for something at a customer; it stands first in the consultant's Today of the next open day."""
    try:
        task = instruct(act_of(request), pk, request.POST.get("words", ""))
    except ObjectDoesNotExist as error:
        raise Http404 from error
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        message = _("%(name)s sees it on %(day)s, at this customer.") % {
            "name": task.owner,
            "day": task.due_on,
        }
        say(request, message, undo_url=reverse("instruction-return", args=[task.pk]))
    return see_other(request, local_url(request, reverse("evening")))


@require_POST
@only_for(*LEADERS)
@once_per_key
def instruction_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own instruction back."""
    try:
        withdraw_instruction(act_of(request), pk)
    except ObjectDoesNotExist as error:
        raise Http404 from error
    say(request, _("The instruction was taken back."))
    return see_other(request, local_url(request, reverse("evening")))
