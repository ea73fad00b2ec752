"""Locked months: what is frozen since when, re-opening one and locking it again (R-MON-04, R-PRM-12)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.organization.guards import only_for
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.once import once_per_key
from guanxi.organization.refused_forms import refusals_on
from guanxi.organization.rules.roles import Role
from guanxi.performance.forms import ReopeningForm
from guanxi.performance.models import MonthClose
from guanxi.performance.operations.closes import close_again, reopen_month
from guanxi.ui.responses import say, see_other


@require_safe
@only_for(Role.MANAGER, Role.PROPRIETOR, Role.AUDITOR)
def month_closes(request: HttpRequest) -> HttpResponse:
    """The months of the store, newest first, with every version of their lock."""
    return _closes(request)


def _closes(
    request: HttpRequest, asked: MonthClose | None = None, form: ReopeningForm | None = None
) -> HttpResponse:
    """The page; ``form`` is the refused reason for re-opening ``asked``."""
    user: User = request.user  # type: ignore[assignment]
    if user.store is None:
        raise Http404
    rows = MonthClose.objects.filter(store=user.store).select_related("reopened_by", "closed_by")
    newest: set[object] = set()
    closes = []
    for close in rows:
        closes.append({"row": close, "is_newest": close.month not in newest})
        newest.add(close.month)
    context = {"closes": closes, "may_reopen": user.has_role(Role.MANAGER), "asked": asked, "form": form}
    status = form.answer_status if form else 200
    return render(request, "performance/month_closes.html", context, status=status)


@require_POST
@only_for(Role.MANAGER)
@once_per_key
def month_reopening(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a locked month live again; the reason stands on its prints."""
    close = _of_store(request, pk)
    form = ReopeningForm(request.POST)
    if form.is_valid():
        try:
            with refusals_on(form):
                reopen_month(act_of(request), close.month, form.cleaned_data["reason"])
                say(request, _("Re-opened. Lock it again when it is right."))
                return see_other(request, reverse("month-closes"))
        except MonthClose.DoesNotExist as error:
            raise Http404 from error
    return _closes(request, close, form)


@require_POST
@only_for(Role.MANAGER)
@once_per_key
def month_closing(request: HttpRequest, pk: int) -> HttpResponse:
    """Lock a re-opened month as it stands now; the figures are frozen within a minute."""
    close = _of_store(request, pk)
    try:
        close_again(act_of(request), close.month)
    except MonthClose.DoesNotExist as error:
        raise Http404 from error
    say(request, _("The month is being locked; its figures are frozen within a minute."))
    return see_other(request, reverse("month-closes"))


def _of_store(request: HttpRequest, pk: int) -> MonthClose:
    """Raises Http404 for a close of another store."""
    found = MonthClose.objects.filter(pk=pk, store=request.user.store).first()  # type: ignore[union-attr]
    if found is None:
        raise Http404
    return found
