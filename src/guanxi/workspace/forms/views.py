"""Printing a form of a card."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guanxi.customers.models import Customer
from guanxi.customers.queries.cards import get_customer
from guanxi.organization.middleware import act_of
from guanxi.organization.refusals import Refused
from guanxi.ui.responses import see_other
from guanxi.workspace.forms.printing import FORMATS, PrintRefused, print_card


@require_safe
def print_form(request: HttpRequest, pk: int, code: str, format: str) -> HttpResponse:
    """The form as a file; ``?on=`` re-creates a past day, ``?full=1`` asks for the full numbers."""
    try:
        customer = get_customer(request.user, pk)  # type: ignore[arg-type]
        content = print_card(
            act_of(request), customer, code, format, on=_day(request), full=request.GET.get("full") == "1",
            language=request.user.language,  # type: ignore[union-attr]
        )  # fmt: skip
    except Customer.DoesNotExist as error:
        raise Http404 from error
    except Refused as refused:
        messages.error(request, str(refused.message))
        return see_other(request, reverse("customer", args=[pk]))
    response = HttpResponse(content, content_type=FORMATS[format].content_type)
    response["Content-Disposition"] = f'attachment; filename="{code}-{customer.customer_no}.{format}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _day(request: HttpRequest) -> date | None:
    given = request.GET.get("on", "")
    try:
        return date.fromisoformat(given) if given else None
    except ValueError as error:
        raise PrintRefused(_("Write the day as 2026-03-31."), "on") from error
