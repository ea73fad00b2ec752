"""What the pages of markets share: their tabs, access, and the sheet of a form."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from guanxi.lib.keys import parse_key
from guanxi.markets.models import Campaign, Segment
from guanxi.markets.rules.access import PLANNERS
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.refused_forms import refusals_on
from guanxi.organization.rules.roles import Reach
from guanxi.ui.forms import PageForm
from guanxi.ui.responses import form_sheet, say, see_other


def reader(request: HttpRequest) -> User:
    """The user, who reads customers; 404 for everybody else."""
    user: User = request.user  # type: ignore[assignment]
    if user.read_reach == Reach.NONE or user.store is None:
        raise Http404
    return user


def planner(request: HttpRequest) -> User:
    user = reader(request)
    if not user.has_role(*PLANNERS):
        raise Http404
    return user


def seen_segment(request: HttpRequest, pk: int) -> Segment:
    rows = Segment.objects.visible_to(reader(request)).select_related("store", "plan")
    return get_object_or_404(rows, pk=pk)


def own_segment(request: HttpRequest, pk: int) -> Segment:
    """One that the user may change."""
    return get_object_or_404(Segment.objects.editable_by(reader(request)).select_related("store"), pk=pk)


def own_campaign(request: HttpRequest, pk: int) -> Campaign:
    return get_object_or_404(Campaign.objects.editable_by(reader(request)).select_related("segment"), pk=pk)


def shown_version(request: HttpRequest) -> int:
    """The version a button was shown with, 0 for none or what is none."""
    return parse_key(request.POST.get("version", "")) or 0


def tabs(request: HttpRequest, active: str) -> list[dict[str, object]]:
    waiting = Campaign.objects.editable_by(reader(request)).to_evaluate(act_of(request).on).count()
    return [
        {"url": reverse("segments"), "label": _("Segments"), "active": active == "segments"},
        {
            "url": reverse("campaigns"),
            "label": _("Campaigns"),
            "active": active == "campaigns",
            "count": waiting or None,
        },
    ]


def product_tabs(active: str) -> list[dict[str, object]]:
    """Of the pages about products."""
    return [
        {"url": reverse("standings"), "label": _("Gaps"), "active": active == "gaps"},
        {
            "url": reverse("product-structure"),
            "label": _("Product structure"),
            "active": active == "structure",
        },
    ]


def counted_among(user: User) -> str:
    """Whose customers the counts of this reader are of."""
    return {
        Reach.OWN: _("Customers are counted among your own."),
        Reach.TEAM: _("Customers are counted among those of your team."),
    }.get(user.read_reach, pgettext("counts", "Customers are counted in the whole store."))


def sheet(
    request: HttpRequest, form: PageForm, template: str, context: dict[str, Any], save: Callable[[], Any],
    *, back: str, message: str, lands: Callable[[Any], str] | None = None,
    stored: Callable[[Any], PageForm] | None = None,
) -> HttpResponse:  # fmt: skip
    """Validate, make the one call, and go back, or to where the saved row ``lands``; else the form with what is
    wrong."""
    if form.is_valid():  # type: ignore[attr-defined]
        with refusals_on(form, stored):
            saved = save()
            say(request, message)
            return see_other(request, lands(saved) if lands else back)
    return form_sheet(request, template, form, context | {"back": back})
