"""The evening meeting: what the day brought, and what a leader asks for on the spot."""

from datetime import date, timedelta

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.cadence.operations.instructions import instruct, withdraw_instruction
from guanxi.customers.models import Customer
from guanxi.organization.guards import only_for
from guanxi.organization.local_urls import local_url
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.once import once_per_key
from guanxi.organization.refused_forms import refusals_on
from guanxi.organization.rules.roles import LEADERS
from guanxi.performance.forms import InstructionForm
from guanxi.performance.queries.evening import boards
from guanxi.performance.views.places import OVERSEERS, asked_day, tabs
from guanxi.ui.responses import say, see_other


@require_safe
@only_for(*OVERSEERS)
def evening(request: HttpRequest) -> HttpResponse:
    """Consultant by consultant: H and A of the day, what changed, what is overdue, the state of the report."""
    on = asked_day(request, act_of(request).on)
    if on > act_of(request).on:
        raise Http404
    return _meeting(request, on)


def _meeting(
    request: HttpRequest, on: date, card: Customer | None = None, form: InstructionForm | None = None
) -> HttpResponse:
    """The page of a day; ``form`` is the refused instruction for ``card``."""
    user: User = request.user  # type: ignore[assignment]
    act = act_of(request)
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
        "card": card,
        "form": form,
        "back": local_url(request, reverse("evening")),
        "before": on - timedelta(days=1),
        "after": on + timedelta(days=1) if on < act.on else None,
    }
    status = form.answer_status if form else 200
    return render(request, "performance/evening.html", context, status=status)


@require_POST
@only_for(*LEADERS)
@once_per_key
def instruction(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for something at a customer; it stands first in the consultant's Today of the next open day."""
    act = act_of(request)
    card = get_object_or_404(Customer.objects.editable_by(act.by), pk=pk)  # type: ignore[arg-type]
    form = InstructionForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            task = instruct(act, pk, form.cleaned_data["words"])
            message = _("%(name)s sees it on %(day)s, at this customer.") % {
                "name": task.owner,
                "day": task.due_on,
            }
            say(request, message, undo_url=reverse("instruction-return", args=[task.pk]))
            return see_other(request, local_url(request, reverse("evening")))
    return _meeting(request, act.on, card, form)


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
