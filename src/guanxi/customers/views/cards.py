"""Classifying a card."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guanxi.customers.forms import ClassificationForm
from guanxi.customers.models import Customer
from guanxi.customers.operations.classification import classify
from guanxi.organization.middleware import act_of
from guanxi.organization.once import once_per_key
from guanxi.organization.refusals import Refused, StaleEdit
from guanxi.organization.refused_forms import show_refusal
from guanxi.ui.responses import fragment_or_page, say, see_other


def editable(request: HttpRequest, pk: int) -> Customer:
    """The card if the user may change it, else 404 as for one that is absent."""
    rows = Customer.objects.editable_by(request.user).select_related("store", "intent")  # type: ignore[arg-type]
    card = rows.prefetch_related("phones").filter(pk=pk).first()
    if card is None:
        raise Http404
    return card


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def classification(request: HttpRequest, pk: int) -> HttpResponse:
    """BASE and VIP by their four conditions (R-CUS-01, R-CUS-02)."""
    card = editable(request, pk)
    posted = request.method == "POST"
    names = [name for name in ClassificationForm.base_fields if name != "version"]
    initial = {name: getattr(card, name) for name in [*names, "version"]}
    form = ClassificationForm(request.POST if posted else None, initial=initial)
    if posted and form.is_valid():
        given = form.cleaned_data
        version = given.pop("version")
        try:
            classify(act_of(request), pk, version=version, values=given)
        except StaleEdit as refused:
            show_refusal(form, refused)
            form.retype("version", str(refused.current.version))
        except Refused as refused:
            show_refusal(form, refused)
        else:
            say(request, _("Classification saved."))
            return see_other(request, reverse("customer", args=[pk]))
    return fragment_or_page(
        request, "customers/classification.html", {"customer": card, "form": form}, partial="sheet",
        status=422 if posted else 200,
    )  # fmt: skip
