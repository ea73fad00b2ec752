"""One opportunity: its page, opening and editing it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guanxi.cadence.queries.decisions import losses_to_decide
from guanxi.customers.views.cards import editable_card
from guanxi.deals.models import Deal
from guanxi.organization.acts import Act
from guanxi.organization.labels import coded_label, language
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.once import once_per_key
from guanxi.organization.refused_forms import refusals_on
from guanxi.pipeline.credit_words import credit_told
from guanxi.pipeline.drafts import OpportunityDraft
from guanxi.pipeline.forms.assessments import BURNING_WORDS, ITEM_WORDS, SECTION_WORDS, UNIQUE_WORDS
from guanxi.pipeline.forms.opportunities import OpportunityForm
from guanxi.pipeline.models import BidApproval, Opportunity
from guanxi.pipeline.operations.endings import source_of
from guanxi.pipeline.operations.opportunities import edit_opportunity, open_opportunity
from guanxi.pipeline.queries.credit import approval_of, newest_review
from guanxi.pipeline.queries.opportunities import (
    bid_tasks,
    get_opportunity,
    history,
    order_was_cancelled,
    picture,
)
from guanxi.pipeline.rules.forecasts import shown
from guanxi.pipeline.rules.qualification import (
    BURNING,
    SECTIONS,
    UNIQUE,
    bant_points,
    plus_count,
    red_sections,
    unique_points,
)
from guanxi.pipeline.words import advice_words, verdict_words
from guanxi.ui.forms import posted
from guanxi.ui.responses import form_sheet, say, see_other


def readable(request: HttpRequest, pk: int) -> Opportunity:
    """The opportunity if the user may read its card, else 404 as for one that is absent."""
    try:
        return get_opportunity(request.user, pk)  # type: ignore[arg-type]
    except Opportunity.DoesNotExist as error:
        raise Http404 from error


def editable(request: HttpRequest, pk: int) -> Opportunity:
    """The opportunity if the user may change its card. What was typed about one that somebody closed meanwhile is
    answered by the operation."""
    rows = Opportunity.objects.editable_by(request.user).select_related("customer", "store", "loss")  # type: ignore[arg-type]
    row = get_object_or_404(rows, pk=pk)
    if request.method != "POST" and not row.is_open:
        raise Http404
    return row


def url_of(row: Opportunity) -> str:
    return reverse("opportunity", args=[row.pk])


@require_safe
def opportunity(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one opportunity; a fixed number of queries."""
    user: User = request.user  # type: ignore[assignment]
    row, act = readable(request, pk), act_of(request)
    playbook = row.store.playbook
    seen = picture(row, act.on)
    may_edit = Opportunity.objects.editable_by(user).filter(pk=pk).exists()
    context = {
        "row": row,
        "on": act.on,
        "editable": may_edit and row.is_open,
        "may_reopen": may_edit and row.is_lost,
        "may_undo": may_edit and row.won_on is not None,
        "may_decide": row.waits_for_loss and losses_to_decide(user).filter(opportunities=row).exists(),
        "order_cancelled": order_was_cancelled(row),
        "record_url": reverse("contact", args=[row.customer_id]) if may_edit else "",
        "picture": seen,
        "most_days": int(seen.limit) if seen.limit is not None and row.is_open else None,
        "share": shown(seen.share),
        "usual_cost": shown(seen.taught.usual_cost),
        "verdict": verdict_words(seen.advice) if seen.advice else None,
        "reasons": advice_words(seen.advice) if seen.advice else [],
        "stages": _stages(row),
        "stage_label": coded_label(playbook, "stages", row.stage),
        "days_past": row.days_past_closing(act.on) if row.is_open else 0,
        "history": history(row),
        "evidence": list(row.evidence.filter(move__isnull=True).select_related("by")),
        "lines": list(row.lines.select_related("product")),
        "rivals": list(row.competitors.all()),
        "spent": list(row.time_spent.select_related("by")[:5]),
        "deals": list(Deal.objects.filter(source=source_of(row)).select_related("product")),
        "bid_tasks": bid_tasks(user, row) if row.process >= Opportunity.Process.SHORTLIST else [],
        "processes": Opportunity.Process.choices[1:],
        "credit": _credit(user, row) if playbook.settings.credit_asked else None,
        **_assessed(row),
    }
    return render(request, "pipeline/opportunity.html", context)


def _stages(row: Opportunity) -> list[dict[str, Any]]:
    """The steps of the bar: those behind, the one it stands at, those ahead."""
    order = row.store.playbook.stage_order
    now = order.get(row.stage, 0)
    return [
        {
            "code": stage.code, "label": stage.label.text(language()),
            "done": order[stage.code] < now or bool(row.won_on),
            "current": order[stage.code] == now and not row.won_on, "ahead": order[stage.code] > now,
            "goal": stage.done.text(language()),
        }
        for stage in row.store.playbook.stages
    ]  # fmt: skip


def _credit(user: User, row: Opportunity) -> dict[str, Any]:
    """The customer's class and terms, and where leave to bid stands; fixed in queries."""
    told = credit_told(newest_review(row.customer), row.store.playbook.settings.credit_cuts)
    approval = approval_of(row)
    approved = approval is not None and approval.state == BidApproval.State.APPROVED
    return {
        "told": told, "approval": approval, "held": row.is_open and told is not None and told["held"] and not approved,
        "may_decide": BidApproval.objects.decidable_by(user).filter(opportunity=row).exists(),
    }  # fmt: skip


def _assessed(row: Opportunity) -> dict[str, Any]:
    red = red_sections(row.four)
    return {
        "burning": [(BURNING_WORDS[name], row.bi.get(name, {})) for name in BURNING],
        "unique": [(UNIQUE_WORDS[name], row.ucv.get(name, {})) for name in UNIQUE],
        "points": unique_points(row.ucv),
        "unscored": sum(row.ucv.get(name, {}).get("score") is None for name in UNIQUE),
        "plus": plus_count(row.four),
        "four": [
            {
                "label": SECTION_WORDS[section],
                "red": section in red,
                "items": [(ITEM_WORDS[item], row.four.get(item, "")) for item in items],
            }
            for section, items in SECTIONS.items()
        ],
        "bant_points": bant_points(row.bant),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def opportunity_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Open an opportunity on a card."""
    card, act = editable_card(request, pk), act_of(request)
    form = OpportunityForm(act.store, posted(request), instance=Opportunity())
    if form.is_valid():
        with refusals_on(form):
            row = open_opportunity(act, pk, _draft(form))
            say(request, _("Opportunity opened."))
            return see_other(request, url_of(row))
    return form_sheet(
        request, "pipeline/edit.html", form, {"customer": card, "back": reverse("customer", args=[pk])}
    )


def _draft(form: OpportunityForm) -> OpportunityDraft:
    given = form.values()
    named = {name: given.pop(name) for name in ("title", "expected_close_on", "amount", "stage", "probability",
                                                "probability_reason")}  # fmt: skip
    return OpportunityDraft(lines=form.lines(), values=given, **named)


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def opportunity_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what an opportunity is about."""
    row, act = editable(request, pk), act_of(request)

    def stored(current: Opportunity) -> OpportunityForm:
        return OpportunityForm(act.store, instance=current)

    form = OpportunityForm(act.store, posted(request), instance=row)
    if form.is_valid():
        with refusals_on(form, stored):
            version = form.cleaned_data["version"] or 0
            edit_opportunity(act, pk, version=version, values=form.values(), lines=form.lines())
            say(request, _("Opportunity saved."))
            return see_other(request, url_of(row))
    return form_sheet(request, "pipeline/edit.html", form, _about(request, row, act))


def _about(request: HttpRequest, row: Opportunity, act: Act) -> dict[str, Any]:
    # The form has written its values into the row it was given; the page shows the stored one.
    stored = editable(request, row.pk)
    return {"row": stored, "customer": stored.customer, "back": url_of(stored), "on": act.on}
