"""Our offer beside a rival's, as one customer feels both."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from guanxi.customers.views.cards import editable_card
from guanxi.insights.delivered_words import told, verdict
from guanxi.insights.forms.comparisons import ComparisonForm
from guanxi.insights.models import DeliveredValue
from guanxi.insights.operations.comparisons import save_comparison
from guanxi.organization.middleware import act_of
from guanxi.organization.once import once_per_key
from guanxi.organization.refused_forms import refusals_on
from guanxi.ui.forms import posted
from guanxi.ui.responses import form_sheet, say, see_other


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def comparison_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare with another rival."""
    return _sheet(request, pk, None)


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def comparison(request: HttpRequest, pk: int, sheet: int) -> HttpResponse:
    """What the two offers leave, the best levers, and the figures to change."""
    return _sheet(request, pk, sheet)


def _sheet(request: HttpRequest, pk: int, sheet: int | None) -> HttpResponse:
    card = editable_card(request, pk)
    row = get_object_or_404(DeliveredValue.objects.filter(customer=card), pk=sheet) if sheet else None
    form = ComparisonForm(row, posted(request))
    if form.is_valid():
        with refusals_on(form, ComparisonForm):
            version = form.cleaned_data["version"] or 0
            kept = save_comparison(act_of(request), pk, sheet, version=version, values=form.values())
            say(request, verdict(kept))
            return see_other(request, reverse("customer", args=[pk]))
    context = {"customer": card, "found": told(row) if row else None}
    return form_sheet(request, "insights/comparison.html", form, context)
