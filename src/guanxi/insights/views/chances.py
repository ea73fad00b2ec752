"""What is likely to be won, why, what would raise it, and what nobody should hope for any more."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from guanxi.customers.models import Customer
from guanxi.insights.models import Chance, ChanceRun
from guanxi.insights.queries.chances import (
    STALE_SHOWN,
    CursorRefused,
    chance_of,
    chance_page,
    current_run,
    open_chances,
    since,
    stale_chances,
)
from guanxi.insights.queries.values import sees_store
from guanxi.insights.views.charts import calibration_chart, closing_chart
from guanxi.insights.views.renewals import renewals_told
from guanxi.insights.words import FIGURES, RAISES, REFUSALS, percent_told, reason_words
from guanxi.lib.money import exact, percent
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.rules.roles import Reach
from guanxi.pipeline.models import Opportunity
from guanxi.playbooks.definitions import Playbook
from guanxi.ui.responses import fragment_or_page

ABOUT = {
    "prospects": ChanceRun.About.PROSPECT, "opportunities": ChanceRun.About.OPPORTUNITY,
    "contracts": ChanceRun.About.CONTRACT,
}  # fmt: skip


@require_safe
def chances(request: HttpRequest) -> HttpResponse:
    """``?of=`` prospects, opportunities or contracts, 25 at a time; a fixed number of queries. The store's counts,
    rates and curves are for those who see the whole store (21.1)."""
    user: User = request.user  # type: ignore[assignment]
    if user.read_reach == Reach.NONE:
        raise Http404
    asked = request.GET.get("of", "prospects")
    if asked not in ABOUT:
        raise Http404
    act = act_of(request)
    run = current_run(act.store, ABOUT[asked])
    url = reverse("chances")
    context: dict[str, Any] = {
        "tabs": [
            {"url": f"{url}?of={name}", "label": about.label, "active": name == asked}
            for name, about in ABOUT.items()
        ],
        "is_deals": asked == "opportunities", "run": run, "on": act.on,
    }  # fmt: skip
    template = "insights/renewals.html" if asked == "contracts" else "insights/chances.html"
    if run is None:
        return render(request, template, context)
    rows = open_chances(user, run)
    try:
        page = chance_page(rows, run, request.GET.get("after", ""))
    except CursorRefused as refused:
        raise Http404 from refused
    stale = stale_chances(rows) if run.stale_after is not None else []
    editable = _editable(user, [*page.rows, *stale])
    playbook, whole = act.store.playbook, sees_store(user)
    back = urlencode({"back": request.get_full_path()})
    if asked == "contracts":
        context |= {
            "page": {"next_url": f"{url}?of={asked}&after={page.after}" if page.after else "", "previous_url": ""},
            "whole": whole, "since": since(run), **renewals_told(run, page.rows, editable, back, whole=whole),
        }  # fmt: skip
        if whole:
            context |= _judged(run)
            # What is the same for all moved nothing.
            context["effects"] = [one for one in context["effects"] if round(one["odds"], 2) != 1]
        return render(request, template, context)
    context |= {
        "whole": whole,
        "rows": [_shown(row, run, playbook, editable, back, whole=whole) for row in page.rows],
        "stale": [_shown(row, run, playbook, editable, back, whole=whole) for row in stale],
        "stale_more": len(stale) == STALE_SHOWN,
        "page": {"next_url": f"{url}?of={asked}&after={page.after}" if page.after else "", "previous_url": ""},
        "since": since(run),
        "refusal": REFUSALS.get(run.refusal, ""),
    }  # fmt: skip
    if whole:
        rates = [
            {"standing": code, **rate, "general": exact(rate["general"], 4)}
            for code, rate in run.rates.items()
        ]
        context |= {"rates": rates, "closing": closing_chart(run), **_judged(run)}
    return render(request, template, context)


@require_safe
def customer_chance(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel of the customer page; a page of its own without script."""
    user: User = request.user  # type: ignore[assignment]
    card = get_object_or_404(Customer.objects.visible_to(user).select_related("store"), pk=pk)
    row = chance_of(user, card.store, customer=pk)
    return _panel(request, row, card, card.name, reverse("customer", args=[pk]))


@require_safe
def opportunity_chance(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel of the opportunity's page; a page of its own without script."""
    user: User = request.user  # type: ignore[assignment]
    deal = get_object_or_404(Opportunity.objects.visible_to(user).select_related("customer__store"), pk=pk)
    row = chance_of(user, deal.customer.store, opportunity=pk)
    return _panel(request, row, deal.customer, deal.title, reverse("opportunity", args=[pk]))


def _panel(request: HttpRequest, row: Chance | None, card: Customer, name: str, back: str) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]
    whole = sees_store(user)
    shown = _shown(row, row.run, card.store.playbook, set(), "", whole=whole) if row else None
    context = {"each": shown, "whole": whole, "name": name, "back": back, "on": act_of(request).on}
    return fragment_or_page(request, "insights/chance.html", context, partial="panel")


def _editable(user: User, rows: list[Chance]) -> set[int]:
    keys = {row.customer_id for row in rows}
    return set(Customer.objects.editable_by(user).filter(pk__in=keys).values_list("pk", flat=True))


def _shown(
    row: Chance, run: ChanceRun, playbook: Playbook, editable: set[int], back: str, *, whole: bool
) -> dict[str, Any]:
    """A chance in words, with the one thing to do about it, which leads ``back`` where it is a contact."""
    deal = row.opportunity
    moved = None if row.before is None else percent(row.probability) - percent(row.before)
    return {
        "row": row,
        "url": reverse("opportunity", args=[deal.pk]) if deal else reverse("customer", args=[row.customer_id]),
        "title": deal.title if deal else row.customer.name,
        "told": percent_told(row.probability), "low": percent(row.lower), "high": percent(row.upper),
        "moved": moved or 0, "distance": abs(moved or 0),
        "reasons": [
            {
                "words": reason_words(one, playbook, whole=whole),
                # By the playbook's figures the reasons move no number.
                "tone": _tone(one["effect"]) if run.method == ChanceRun.Method.MODEL else "plain",
            }
            for one in row.reasons
        ],
        "raises": [
            {"words": RAISES[one["code"]], "gain": None if one["gain"] is None else round(one["gain"] * 100)}
            for one in row.raises
        ],
        "act_url": _action(row, back) if row.customer_id in editable else "",
        "lose_url": _loss(row) if row.customer_id in editable else "",
    }  # fmt: skip


def _action(row: Chance, back: str) -> str:
    if row.opportunity_id is not None:
        return reverse("opportunity-progress", args=[row.opportunity_id])
    return f"{reverse('contact', args=[row.customer_id])}?{back}"


def _loss(row: Chance) -> str:
    if row.opportunity_id is not None:
        return reverse("opportunity-loss", args=[row.opportunity_id])
    return reverse("loss", args=[row.customer_id])


def _judged(run: ChanceRun) -> dict[str, Any]:
    """How the model did on what it had not seen, in the words of the page; nothing without a model."""
    told = run.judged
    if not told:
        return {"judged": None, "calibration": None, "effects": [], "left_out": []}
    effects = sorted(told["effects"].items(), key=lambda pair: -abs(pair[1]))
    return {
        "judged": {
            "rows": told["rows"], "auc": exact(told["auc"], 4), "brier": exact(told["brier"], 4),
            "of_rate": exact(told["brier_of_rate"], 4), "gap": percent(exact(told["gap"], 4) or Decimal(0)),
        },
        "calibration": calibration_chart(told["bins"]),
        "effects": [{"name": FIGURES[code], "odds": exact(2.718281828 ** effect, 4)} for code, effect in effects],
        "left_out": [FIGURES[code] for code in told["left_out"]],
    }  # fmt: skip


def _tone(effect: float) -> str:
    return "good" if effect > 0 else "bad" if effect < 0 else "plain"
