"""The audit trail: who changed what, when, from where, why (R-PRM-04)."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from guanxi.catalogue.models import sees_margins
from guanxi.customers.models import Customer
from guanxi.lib.keys import parse_key
from guanxi.organization.guards import only_for
from guanxi.organization.models import User
from guanxi.organization.operations.sealing import latest_verdict
from guanxi.organization.queries.audit import READERS, Asked, found_entries
from guanxi.organization.rules.roles import Reach, Role
from guanxi.ui.forms import GuanxiForm
from guanxi.workspace.administration import audit_words

PAGE = 50


class AuditForm(GuanxiForm):
    """The filters; customers are asked by card number, so that nobody's name stands in an address."""

    person = forms.ModelChoiceField(
        User.objects.none(), label=_("Who"), required=False, empty_label=_("Everybody")
    )
    action = forms.ChoiceField(
        label=_("What"), required=False, choices=[("", _("Everything")), *audit_words.ACTIONS.items()]
    )
    customer = forms.CharField(label=_("Customer number"), required=False, max_length=20)
    first = forms.DateField(label=_("From"), required=False, widget=forms.DateInput)
    last = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput)

    def __init__(self, reader: User, asked: Any):
        super().__init__(asked)
        reach = Reach.ALL if reader.has_role(Role.PROPRIETOR) else Reach.STORE
        self.fields["person"].queryset = User.objects.within(reader, reach)  # type: ignore[attr-defined]


@require_safe
@only_for(*READERS)
def audit(request: HttpRequest) -> HttpResponse:
    """Fifty entries, newest first; older ones by ``before``."""
    reader: User = request.user  # type: ignore[assignment]
    form = AuditForm(reader, request.GET)
    asked_before = request.GET.get("before", "")
    before = parse_key(asked_before)
    if asked_before and before is None:
        raise Http404
    rows, status = [], 200
    if form.is_valid():
        asked = _asked(reader, form.cleaned_data)
        rows = found_entries(reader, asked, before=before, limit=PAGE + 1)
    else:
        status = 422
    more, rows = len(rows) > PAGE, rows[:PAGE]
    kept = request.GET.copy()
    kept["before"] = str(rows[-1].pk) if rows else ""
    cards = Customer.objects.visible_to(reader).in_bulk(
        [row.customer_key for row in rows if row.customer_key]
    )
    secrets = sees_margins(reader)
    context = {
        "form": form,
        "entries": [_told(row, cards.get(row.customer_key), secrets) for row in rows],  # type: ignore[arg-type]
        "page": {"next_url": f"?{kept.urlencode()}" if more else "", "previous_url": ""},
        "seal": latest_verdict(),
        "is_filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "workspace/administration/audit.html", context, status=status)


def _asked(reader: User, given: dict[str, Any]) -> Asked:
    customer_id = None
    if given["customer"]:
        rows = Customer.objects.visible_to(reader).filter(customer_no__iexact=given["customer"].strip())
        # A number that is absent, or not the reader's to see, finds nothing.
        customer_id = rows.values_list("pk", flat=True).first() or 0
    return Asked(
        actor_id=given["person"].pk if given["person"] else None,
        action=given["action"],
        customer_id=customer_id,
        first=given["first"],
        last=given["last"],
    )


def _told(row: Any, card: Customer | None, secrets: bool) -> dict[str, Any]:
    return {
        "row": row,
        "who": audit_words.who(row),
        "what": audit_words.what(row),
        "source": audit_words.SOURCES.get(row.source, row.source),
        "changes": audit_words.changes(row, secrets=secrets),
        "reason": audit_words.value(row.reason) if row.reason else "",
        "card": card,
    }
