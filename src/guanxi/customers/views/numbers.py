"""Calling and revealing: the full number leaves the server only here."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guanxi.customers.models import Customer
from guanxi.customers.operations.numbers import reveal_account, reveal_number
from guanxi.customers.rules.masks import ID_NUMBER
from guanxi.organization.middleware import act_of
from guanxi.organization.refusals import BudgetUsedUp, Refused


@require_POST
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """Answers with the ``tel:`` address; without script the browser is sent there."""

    def tel() -> HttpResponse:
        number = reveal_number(act_of(request), pk, to_call=True).normalized.replace("x", ",")
        if _wants_json(request):
            return JsonResponse({"tel": f"tel:{number}", "number": number})
        return HttpResponse(status=303, headers={"Location": f"tel:{number}"})

    return _within_budget(request, pk, tel)


@require_POST
def reveal(request: HttpRequest, pk: int, phone: int) -> HttpResponse:
    """Answers with one full number, counted against the day's budget."""
    return _shown(request, pk, _("Phone"), lambda: reveal_number(act_of(request), pk, phone).normalized)


@require_POST
def reveal_one_account(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Answers with the WeChat name, the e-mail address or the ID number, which count like a phone number."""
    label = {"wechat": _("WeChat"), "email": _("E-mail"), ID_NUMBER: _("ID number")}.get(name, "")
    return _shown(request, pk, label, lambda: reveal_account(act_of(request), pk, name))


def _shown(request: HttpRequest, pk: int, label: str, show: Callable[[], str]) -> HttpResponse:
    def page() -> HttpResponse:
        found = show()
        if _wants_json(request):
            return JsonResponse({"number": found})
        # Not as a message for the next page: messages wait in a cookie.
        context = {"customer": Customer.objects.get(pk=pk), "label": label, "number": found}
        return render(request, "customers/number.html", context)

    return _within_budget(request, pk, page)


def _within_budget(request: HttpRequest, pk: int, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """What ``answer`` gives; 404 when the user may not see the card, the refusal once the budget is used up or
    nothing can be read."""
    try:
        return answer()
    except ObjectDoesNotExist as error:
        raise Http404 from error
    except Refused as refused:
        if _wants_json(request):
            status = 429 if isinstance(refused, BudgetUsedUp) else 422
            return JsonResponse({"message": str(refused.message)}, status=status)
        messages.error(request, refused.message)
        return redirect("customer", pk=pk)


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")
