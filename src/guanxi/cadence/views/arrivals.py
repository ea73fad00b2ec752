"""A new customer: card, first level and first follow-up in one step."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guanxi.cadence.operations.cards import FirstJudgement, receive_customer
from guanxi.customers.forms import NewCustomerForm
from guanxi.customers.operations.cards import CardDraft, CardRefused
from guanxi.customers.operations.collisions import check_number
from guanxi.customers.queries.duplicates import Duplicate
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.once import once_per_key
from guanxi.organization.refused_forms import refusals_on
from guanxi.organization.rules.roles import Reach
from guanxi.ui.forms import posted
from guanxi.ui.responses import form_sheet, say, see_other


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def new_customer(request: HttpRequest) -> HttpResponse:
    """The form of a new card. A number that has one already opens that card, or tells that it is taken."""
    user: User = request.user  # type: ignore[assignment]
    if user.write_reach == Reach.NONE:
        raise Http404
    act = act_of(request)
    initial = {"source_code": "S", "phone": request.GET.get("phone", "")}
    form = NewCustomerForm(act, posted(request), initial=initial)
    taken: Duplicate | None = None
    if form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            taken = check_number(act, given["phone"])
            if taken is not None:
                raise CardRefused(_("Nothing was saved: the number is taken."), "phone")
            card, waiting = receive_customer(act, _draft(given, user), _judgement(given))
            say(request, _("Card %(number)s opened.") % {"number": card.customer_no})
            if waiting:
                say(request, _("Sent to your supervisor for approval."))
            return see_other(request, reverse("customer", args=[card.pk]))
    context = {"taken": taken, "phone": request.POST.get("phone", "")}
    return form_sheet(request, "cadence/new_customer.html", form, context)


def _draft(given: dict, user: User) -> CardDraft:  # type: ignore[type-arg]
    values = {name: given[name] for name in ("source_code", "channel", "remark", "org_name")}
    values |= {"kind": given["kind"] or "PERSON", "gender": given["gender"] or "U"}
    intent = {"product": given["product"], "expected_close_on": given["expected_close_on"]}
    contacts = [{"name": given["name"], "is_primary": True}] if values["kind"] == "ORG" else []
    return CardDraft(given["name"], [given["phone"]], user, values, intent, contacts=contacts)


def _judgement(given: dict) -> FirstJudgement:  # type: ignore[type-arg]
    return FirstJudgement(
        level=given["level"] or "N", evidence=frozenset(given["evidence"]), reason=given["level_reason"]
    )
