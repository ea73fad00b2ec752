"""Classifying a card."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guanxi.customers.forms import ClassificationForm
from guanxi.customers.models import Customer
from guanxi.customers.operations.classification import classify
from guanxi.organization.middleware import act_of
from guanxi.organization.once import once_per_key
from guanxi.organization.refused_forms import refusals_on
from guanxi.ui.forms import posted
from guanxi.ui.responses import form_sheet, say, see_other


def editable_card(request: HttpRequest, pk: int) -> Customer:
    """The card if the user may change it, else 404 as for one that is absent."""
    rows = Customer.objects.editable_by(request.user).select_related("store", "owner", "intent__product")  # type: ignore[arg-type]
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def classification(request: HttpRequest, pk: int) -> HttpResponse:
    """BASE and VIP by their four conditions (R-CUS-01, R-CUS-02)."""
    card = editable_card(request, pk)
    form = ClassificationForm.of(card, posted(request))
    if form.is_valid():
        given = form.cleaned_data
        version = given.pop("version")
        with refusals_on(form, ClassificationForm.of):
            classify(act_of(request), pk, version=version, values=given)
            say(request, _("Classification saved."))
            return see_other(request, reverse("customer", args=[pk]))
    return form_sheet(request, "customers/classification.html", form, {"customer": card})
