"""The legal role's tender items."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from guanxi.organization.guards import only_for
from guanxi.organization.middleware import act_of
from guanxi.organization.once import once_per_key
from guanxi.organization.rules.roles import Role
from guanxi.pipeline.models import BidTask
from guanxi.pipeline.operations.bids import decide_bid_task
from guanxi.pipeline.views.decisions import take_decision
from guanxi.ui.responses import see_other


@require_safe
@only_for(Role.LEGAL)
def tender_items(request: HttpRequest) -> HttpResponse:
    """Tender-sensitive tasks put to the legal role: what waits, and what was decided (R-PRM-11)."""
    rows = BidTask.objects.visible_to(request.user).filter(code__in=BidTask.SENSITIVE)  # type: ignore[arg-type]
    rows = rows.select_related("opportunity", "asked_by", "decided_by").order_by("-asked_at", "-id")
    deciding = BidTask.objects.decidable_by(request.user).values_list("pk", flat=True)  # type: ignore[arg-type]
    context = {"on": act_of(request).on, "rows": list(rows[:200]), "decidable": set(deciding)}
    return render(request, "pipeline/tender_items.html", context)


@require_POST
@only_for(Role.LEGAL)
@once_per_key
def tender_decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or refuse a tender-sensitive task."""
    take_decision(request, decide_bid_task, pk)
    return see_other(request, reverse("tender-items"))
