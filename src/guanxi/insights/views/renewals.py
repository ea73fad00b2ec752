"""Which contracts may not be renewed, why, and what would lower the risk; the contracts of a card."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from guanxi.customers.models import Customer
from guanxi.deals.models import Contract
from guanxi.insights.models import Chance, ChanceRun
from guanxi.insights.queries.chances import renewals_of
from guanxi.insights.queries.values import sees_store
from guanxi.insights.renewal_words import STANDINGS, TERM_REFUSALS, term_sentence
from guanxi.lib.money import exact, percent
from guanxi.organization.labels import language
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.ui.responses import fragment_or_page

SHOWN = 20


def renewals_told(
    run: ChanceRun, rows: list[Chance], editable: set[int], back: str, *, whole: bool
) -> dict[str, Any]:
    """What the tab of contracts shows beside what it has in common with the others; its forms lead ``back``."""
    rates = [
        {"standing": STANDINGS[code], **rate, "general": exact(rate["general"])}
        for code, rate in run.rates.items()
    ]
    return {
        "rows": [
            shown_renewal(row, editable, whole=whole)
            | {
                "renewal_url": f"{reverse('contract-renewal', args=[row.contract_id])}?{back}",
                "act_url": f"{reverse('contact', args=[row.customer_id])}?{back}",
            }
            for row in rows
        ],
        "refusal": TERM_REFUSALS.get(run.refusal, ""),
        "rates": rates if whole else [],
    }


def shown_renewal(row: Chance, editable: set[int], *, whole: bool) -> dict[str, Any]:
    """The risk of a running term in words, with the one thing to do about it."""
    risk = percent(1 - row.probability)
    moved = None if row.before is None else risk - percent(1 - row.before)
    return {
        "row": row, "risk": risk, "low": percent(1 - row.upper), "high": percent(1 - row.lower),
        "moved": moved or 0, "distance": abs(moved or 0), "sentence": term_sentence(row, whole=whole),
        "editable": row.customer_id in editable,
    }  # fmt: skip


@require_safe
def customer_contracts(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel of the customer page: terms, newest first, with the risk of those that run; a page of its own without
    script. A fixed number of queries."""
    user: User = request.user  # type: ignore[assignment]
    card = get_object_or_404(Customer.objects.visible_to(user).select_related("store"), pk=pk)
    on, playbook = act_of(request).on, card.store.playbook
    editable = Customer.objects.editable_by(user).filter(pk=pk).exists()
    told = renewals_of(user, card.store, pk)
    contracts = (
        Contract.objects.visible_to(user).filter(customer=card).select_related("product", "renewed_by")
    )
    notice = playbook.settings.contract_notice_days
    shown = list(contracts[:SHOWN])
    rows = [
        {
            "contract": one, "left": one.days_left(on), "is_near": one.days_left(on) <= notice,
            "told": shown_renewal(told[one.pk], set(), whole=sees_store(user)) if one.pk in told else None,
        }
        for one in shown
    ]  # fmt: skip
    near = any(one.state == Contract.State.RUNNING and one.days_left(on) <= notice for one in shown)
    context = {
        "customer": card, "rows": rows, "editable": editable, "on": on, "back": reverse("customer", args=[pk]),
        "words": playbook.renewal_words.text(language()) if near and editable else "",
    }  # fmt: skip
    return fragment_or_page(request, "insights/contracts.html", context, partial="panel")
