"""Deciding a collision: the card and its open tasks move together."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guanxi.cadence.forms import DecisionForm
from guanxi.cadence.operations.cards import decide_claim
from guanxi.customers.models import Collision
from guanxi.organization.local_urls import local_url
from guanxi.organization.middleware import act_of
from guanxi.organization.once import once_per_key
from guanxi.organization.refusals import Refused
from guanxi.organization.rules.roles import Role
from guanxi.ui.responses import say, see_other


@require_POST
@once_per_key
def collision_decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Yes moves the customer to the claimant, no keeps it; managers only."""
    form = DecisionForm(request.POST)
    if not request.user.has_role(Role.MANAGER) or not form.is_valid():  # type: ignore[union-attr]
        raise Http404
    try:
        decide_claim(act_of(request), pk, move=form.approve, reason=form.cleaned_data["note"])
    except Collision.DoesNotExist as error:
        raise Http404 from error
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        say(request, _("Decided."))
    return see_other(request, local_url(request, f"{reverse('today')}?whose=team"))
