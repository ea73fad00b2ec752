"""The ledger of deals: what was sold, and what is said otherwise later."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guanxi.catalogue.models import sees_margins
from guanxi.deals.forms.ledger import CorrectionForm, LedgerForm, ReturnForm, TakingBackForm
from guanxi.deals.models import Deal
from guanxi.deals.operations.corrections import (
    Correction,
    Return,
    correct_deal,
    return_deal,
    take_back_deal,
)
from guanxi.deals.operations.ledger import Sold
from guanxi.deals.queries.ledger import narrowed, pieces_back, totals
from guanxi.deals.queries.sales import left_of
from guanxi.deals.views.lists import PAGE, after, sellers_and_finance, tabs
from guanxi.organization.local_urls import local_url
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.once import once_per_key
from guanxi.organization.refused_forms import refusals_on
from guanxi.organization.rules.roles import Reach, Role
from guanxi.ui.forms import PageForm, posted
from guanxi.ui.responses import form_sheet, say, see_other


@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """What was sold, newest first, fifty at a time, with what came back and what was written back; narrowed to what is
    looked for, and added up."""
    user: User = request.user  # type: ignore[assignment]
    sellers_and_finance(user)
    form = LedgerForm(act_of(request), request.GET)
    asked = narrowed(Deal.objects.visible_to(user), form.narrowed())
    rows = after(asked, "on", request.GET.get("after", ""))
    found = list(
        rows.select_related("customer", "product", "seller", "reversed_by").order_by("-on", "-id")[: PAGE + 1]
    )
    last = found[PAGE - 1] if len(found) > PAGE else None
    looked_for = request.GET.copy()
    looked_for.pop("after", None)
    query = looked_for.urlencode()
    looked_for["after"] = f"{last.on}.{last.pk}" if last else ""
    back = pieces_back(found[:PAGE])
    context = {
        "on": act_of(request).on,
        "form": form,
        "rows": [(row, back.get(row.pk, 0)) for row in found[:PAGE]],
        "totals": totals(asked),
        "page": {
            "next_url": f"{reverse('ledger')}?{looked_for.urlencode()}" if last else "",
            "previous_url": "",
        },
        "query": query,
        # What puts a row right leads back to the same rows.
        "here": urlencode({"back": request.get_full_path()}),
        "tabs": tabs("LEDGER"),
        "reads_cards": user.read_reach != Reach.NONE,
        "margins": sees_margins(user),
        "exports": user.may_export,
        "corrects": user.has_role(Role.MANAGER, Role.FINANCE),
    }
    return render(request, "deals/ledger.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def deal_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what came back of a sale."""
    deal = _deal(request, pk)
    act, left = act_of(request), left_of(deal)
    initial = {"version": deal.version, "quantity": left.quantity, "amount": left.amount, "on": act.on}
    form = ReturnForm(posted(request), initial=initial)

    def save(values: dict[str, Any]) -> str:
        return_deal(act, pk, version=values.pop("version"), draft=Return(**values))
        return _("The return stands in the ledger.")

    return _answered(request, form, save, "deals/return.html", {"deal": deal, "left": left})


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def deal_correction(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a wrong row right."""
    deal = _deal(request, pk)
    names = ("version", "on", "product", "quantity", "amount", "margin", "number")
    form = CorrectionForm(deal, posted(request), initial={name: getattr(deal, name) for name in names})

    def save(values: dict[str, Any]) -> str:
        sold = Sold(*(values.pop(name) for name in ("product", "quantity", "amount", "margin")))
        correct_deal(
            act_of(request), pk, version=values.pop("version"), draft=Correction(sold=sold, **values)
        )
        return _("The row is written back and stands anew.")

    return _answered(request, form, save, "deals/correction.html", {"deal": deal})


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def deal_taking_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Write back a row that should not be there: a sale written twice, a return that was none."""
    deal = _deal(request, pk)
    form = TakingBackForm(posted(request), initial={"version": deal.version})

    def save(values: dict[str, Any]) -> str:
        take_back_deal(act_of(request), pk, **values)
        return _("The row is written back.")

    return _answered(request, form, save, "deals/taking_back.html", {"deal": deal})


def _deal(request: HttpRequest, pk: int) -> Deal:
    """A row that stands. What was typed about one written back meanwhile is answered by the operation."""
    rows = Deal.objects.correctable_by(request.user).select_related("customer", "product")  # type: ignore[arg-type]
    if request.method != "POST":
        rows = rows.in_force()
    return get_object_or_404(rows, pk=pk)


def _answered(
    request: HttpRequest,
    form: PageForm,
    save: Callable[[dict[str, Any]], str],
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    back = local_url(request, reverse("ledger"))
    if form.is_valid():
        with refusals_on(form):
            say(request, save(dict(form.cleaned_data)))
            return see_other(request, back)
    return form_sheet(request, template, form, context | {"back": back})
