"""Winning, losing, taking back and opening again."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from guanxi.cadence.operations.losses import LossDraft
from guanxi.organization.middleware import act_of
from guanxi.organization.once import once_per_key
from guanxi.organization.refusals import Refused
from guanxi.organization.refused_forms import refusals_on
from guanxi.pipeline.forms.moves import OpportunityLossForm, ReasonForm, ReopeningForm, WinForm
from guanxi.pipeline.models import Opportunity
from guanxi.pipeline.operations.endings import (
    Win,
    lose_opportunity,
    reopen_opportunity,
    undo_win,
    win_opportunity,
    withdraw_loss_of,
)
from guanxi.pipeline.queries.opportunities import unfinished_tasks
from guanxi.pipeline.views.opportunities import editable, url_of
from guanxi.ui.forms import posted
from guanxi.ui.responses import form_sheet, say, see_other


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def win(request: HttpRequest, pk: int) -> HttpResponse:
    """Close as won, with the order number and what shows it."""
    row, act = editable(request, pk), act_of(request)
    form = WinForm(posted(request), request.FILES or None, initial={"version": row.version, "won_on": act.on})
    if form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            won = Win(given["order_no"], given["finished"], form.drafts(), given["won_on"])
            win_opportunity(act, pk, version=given["version"], win=won)
            say(request, _("Won. It stands in the ledger."))
            return see_other(request, url_of(row))
    context = {"row": row, "unfinished": unfinished_tasks(act.by, row) if act.by else []}
    return form_sheet(request, "pipeline/win.html", form, context)


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def win_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a win back."""
    row = _closed(request, pk, lambda found: found.won_on is not None)
    form = ReasonForm(posted(request), initial={"version": row.version})
    if form.is_valid():
        with refusals_on(form):
            undo_win(act_of(request), pk, **form.cleaned_data)
            say(request, _("Taken back; the ledger says so."))
            return see_other(request, url_of(row))
    return form_sheet(request, "pipeline/win_undo.html", form, {"row": row})


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def loss(request: HttpRequest, pk: int) -> HttpResponse:
    """Apply for its loss (F-LOSS-1)."""
    row, act = editable(request, pk), act_of(request)
    form = OpportunityLossForm(act.store.playbook, posted(request), initial={"version": row.version})
    if form.is_valid():
        given = dict(form.cleaned_data)
        version, ends_card = given.pop("version"), given.pop("ends_card")
        with refusals_on(form):
            lose_opportunity(act, pk, version=version, draft=LossDraft(**given), ends_card=ends_card)
            say(request, _("Application sent. The opportunity stays open until it is approved."))
            return see_other(request, url_of(row))
    return form_sheet(request, "pipeline/loss.html", form, {"row": row})


@require_POST
@once_per_key
def loss_withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's application back."""
    row = editable(request, pk)
    try:
        withdraw_loss_of(act_of(request), pk, version=row.version)
        say(request, _("The application was withdrawn."))
    except Refused as refused:
        messages.error(request, str(refused.message))
    return see_other(request, url_of(row))


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def reopening(request: HttpRequest, pk: int) -> HttpResponse:
    """A lost opportunity lives again in its next cycle."""
    row = _closed(request, pk, lambda found: found.is_lost)
    form = ReopeningForm(
        row.store.playbook, posted(request), initial={"version": row.version, "stage": row.stage}
    )
    if form.is_valid():
        with refusals_on(form):
            reopen_opportunity(act_of(request), pk, **form.cleaned_data)
            say(request, _("Open again."))
            return see_other(request, url_of(row))
    return form_sheet(request, "pipeline/reopening.html", form, {"row": row})


def _closed(request: HttpRequest, pk: int, fits: Callable[[Opportunity], Any]) -> Opportunity:
    """A closed opportunity of the kind; what was typed about another is answered by the operation."""
    rows = Opportunity.objects.editable_by(request.user).select_related("customer", "store", "loss")  # type: ignore[arg-type]
    row = get_object_or_404(rows, pk=pk)
    if request.method != "POST" and not fits(row):
        raise Http404
    return row
