"""Calling and revealing: the full number leaves the server only here."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guanxi.customers.models import Customer, Phone
from guanxi.customers.operations.numbers import RevealRefused, reveal_account, reveal_number
from guanxi.organization.middleware import act_of


def _reveal(request: HttpRequest, pk: int, phone: int | None, *, to_call: bool) -> Phone:
    try:
        return reveal_number(act_of(request), pk, phone, to_call=to_call)
    except (Customer.DoesNotExist, Phone.DoesNotExist) as error:
        raise Http404 from error


@require_POST
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """Answers with the ``tel:`` address; without script the browser is sent there."""
    wants_json = "application/json" in request.headers.get("Accept", "")
    try:
        phone = _reveal(request, pk, None, to_call=True)
    except RevealRefused as refused:
        if wants_json:
            return JsonResponse({"message": str(refused.message)}, status=429)
        messages.error(request, refused.message)
        return redirect("customer", pk=pk)
    number = phone.normalized.replace("x", ",")
    if wants_json:
        return JsonResponse({"tel": f"tel:{number}", "number": number})
    response = HttpResponse(status=303)
    response.headers["Location"] = f"tel:{number}"
    return response


@require_POST
def reveal(request: HttpRequest, pk: int, phone: int) -> HttpResponse:
    """Answers with one full number, counted against the day's budget."""
    return _shown(request, pk, _("Phone"), lambda: _reveal(request, pk, phone, to_call=False).normalized)


@require_POST
def reveal_one_account(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Answers with the WeChat name or the e-mail address, which count like a number."""
    label = {"wechat": _("WeChat"), "email": _("E-mail")}.get(name, "")
    return _shown(request, pk, label, lambda: reveal_account(act_of(request), pk, name))


def _shown(request: HttpRequest, pk: int, label: str, show: Callable[[], str]) -> HttpResponse:
    wants_json = "application/json" in request.headers.get("Accept", "")
    try:
        found = show()
    except Customer.DoesNotExist as error:
        raise Http404 from error
    except RevealRefused as refused:
        if wants_json:
            return JsonResponse({"message": str(refused.message)}, status=429)
        messages.error(request, refused.message)
        return redirect("customer", pk=pk)
    if wants_json:
        return JsonResponse({"number": found})
    # Not as a message for the next page: messages wait in a cookie.
    context = {"customer": Customer.objects.get(pk=pk), "label": label, "number": found}
    return render(request, "customers/number.html", context)
