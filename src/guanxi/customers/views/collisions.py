"""Is this number taken, and who keeps the customer."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guanxi.customers.operations.collisions import TooManyChecks, check_number, claim_number
from guanxi.lib.phones import PhoneRefused, parse_phone
from guanxi.organization.middleware import act_of
from guanxi.organization.once import once_per_key
from guanxi.organization.rules.roles import Reach
from guanxi.ui.responses import say, see_other


@require_POST
def lookup(request: HttpRequest) -> HttpResponse:
    """While a number is typed: a link to one's own card, or merely that it is taken. Whole numbers only."""
    if request.user.write_reach == Reach.NONE:  # type: ignore[union-attr]
        raise Http404
    context: dict[str, object] = {}
    try:
        number = parse_phone(request.POST.get("phone", ""))
        context["found"] = check_number(act_of(request), number)
        context["phone"] = number.raw
    except PhoneRefused:
        pass
    except TooManyChecks as refused:
        context["refused"] = refused.message
    return render(request, "customers/lookup.html", context)


@require_POST
@once_per_key
def claim(request: HttpRequest) -> HttpResponse:
    """Ask the manager to decide about a colleague's customer."""
    if request.user.write_reach == Reach.NONE:  # type: ignore[union-attr]
        raise Http404
    try:
        number = parse_phone(request.POST.get("phone", ""))
    except PhoneRefused as error:
        raise Http404 from error
    claim_number(act_of(request), number)
    say(
        request,
        _("Recorded. Your manager decides and you will see the customer in your list if it becomes yours."),
    )
    return see_other(request, reverse("customers"))
