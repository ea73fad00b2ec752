"""Somebody leaves: how much is still theirs, and where it goes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guanxi.cadence.models import Task
from guanxi.customers.models import Customer
from guanxi.organization.guards import only_for
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.operations.users import UserRefused, deactivate_user
from guanxi.organization.rules.roles import Role
from guanxi.prospecting.models import ReferralLead
from guanxi.ui.responses import say, see_other


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(Role.ADMIN)
def deactivation(request: HttpRequest, pk: int) -> HttpResponse:
    """Only counts are shown: an admin sees no customers. A manager who is admin goes on to the hand-over."""
    person = get_object_or_404(User.objects.active(), pk=pk)
    cards = Customer.objects.filter(owner=person, merged_into__isnull=True)
    refusal = ""
    if request.method == "POST":
        try:
            deactivate_user(act_of(request), pk)
        except UserRefused as refused:
            refusal = refused.message
        else:
            say(request, _("%(name)s can no longer sign in.") % {"name": person})
            may_move = request.user.has_role(Role.MANAGER) and cards.exists()  # type: ignore[union-attr]
            target = f"{reverse('hand-over')}?from={pk}" if may_move else reverse("user", args=[pk])
            return see_other(request, target)
    context = {
        "person": person,
        "refusal": refusal,
        "cards": cards.count(),
        "open_cards": cards.live().count(),
        "open_tasks": Task.objects.open().filter(owner=person).count(),
        "names": ReferralLead.objects.filter(consultant=person, recommender__isnull=True).count(),
        "is_manager": request.user.has_role(Role.MANAGER),  # type: ignore[union-attr]
    }
    template = "workspace/administration/deactivation.html"
    return render(request, template, context, status=422 if refusal else 200)
