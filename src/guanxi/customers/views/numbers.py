"""Calling and revealing: the full number leaves the server only here."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guanxi.customers.models import Customer
from guanxi.customers.operations.numbers import RevealRefused, reveal_account, reveal_number
from guanxi.organization.middleware import act_of


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
    """Answers with the WeChat name or the e-mail address, which count like a number."""
    label = {"wechat": _("WeChat"), "email": _("E-mail")}.get(name, "")
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
    """What ``answer`` gives; 404 when the user may not see the card, the refusal once the budget is used up."""
    try:
        return answer()
    except ObjectDoesNotExist as error:
        raise Http404 from error
    except RevealRefused as refused:
        if _wants_json(request):
            return JsonResponse({"message": str(refused.message)}, status=429)
        messages.error(request, refused.message)
        return redirect("customer", pk=pk)


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")
