"""Credit of customers, reviewed by finance, and leave to bid to class C (R-VAL-13)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.lib.keys import parse_key
from guanxi.lib.quarters import quarter_of
from guanxi.organization.guards import only_for
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.once import once_per_key
from guanxi.organization.refused_forms import refusals_on
from guanxi.organization.rules.roles import Reach, Role
from guanxi.pipeline.credit_words import credit_told
from guanxi.pipeline.forms.credit import BidApprovalForm, CreditForm
from guanxi.pipeline.models import BidApproval, CreditReview
from guanxi.pipeline.models.credit import cards_of_finance
from guanxi.pipeline.operations.credit import ask_bid_approval, decide_bid_approval, save_credit_review
from guanxi.pipeline.queries.credit import (
    after_card,
    approval_of,
    cards_with_credit,
    due_for_review,
    newest_reviews,
    open_amounts,
    reviewed,
)
from guanxi.pipeline.rules.credit import SEE_CREDIT
from guanxi.pipeline.views.decisions import take_decision
from guanxi.pipeline.views.opportunities import editable, url_of
from guanxi.ui.forms import posted
from guanxi.ui.responses import form_sheet, say, see_other

PAGE = 50
LISTS = {"due": due_for_review, "all": lambda cards, on: reviewed(cards)}


@require_safe
@only_for(*SEE_CREDIT)
def credit(request: HttpRequest) -> HttpResponse:
    """Whose credit is due this quarter, or what was said of everybody; fifty at a time."""
    user: User = request.user  # type: ignore[assignment]
    act = act_of(request)
    asked = request.GET.get("show", "due")
    if asked not in LISTS:
        raise Http404
    after = request.GET.get("after", "")
    key = parse_key(after) if after else None
    if after and key is None:
        raise Http404
    cards = LISTS[asked](cards_with_credit(user).filter(store=act.store), act.on)
    found = list(after_card(cards, key)[: PAGE + 1])
    shown = found[:PAGE]
    reviews, amounts, settings = newest_reviews(shown), open_amounts(shown), act.store.playbook.settings
    quarter = quarter_of(act.on)
    url = reverse("credit")
    context = {
        "on": act.on, "active": asked, "asked": settings.credit_asked, "cuts": settings.credit_cuts,
        "rows": [
            {"card": card, "told": credit_told(reviews.get(card.pk), settings.credit_cuts),
             "amount": amounts.get(card.pk), "due": card.pk not in reviews or reviews[card.pk].quarter != quarter}
            for card in shown
        ],
        "tabs": [
            {"url": url, "label": _("Due this quarter"), "active": asked == "due"},
            {"url": f"{url}?show=all", "label": _("All reviewed"), "active": asked == "all"},
        ],
        "page": {
            "next_url": f"{url}?show={asked}&after={shown[-1].pk}" if len(found) > PAGE else "", "previous_url": "",
        },
        "reads_cards": user.read_reach != Reach.NONE, "reviews": user.has_role(Role.FINANCE),
    }  # fmt: skip
    return render(request, "pipeline/credit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(Role.FINANCE)
@once_per_key
def credit_review(request: HttpRequest, pk: int) -> HttpResponse:
    """What finance thinks of one customer in this quarter."""
    user: User = request.user  # type: ignore[assignment]
    act = act_of(request)
    card = get_object_or_404(cards_with_credit(user).filter(cards_of_finance(user)), pk=pk)
    rows = CreditReview.objects.filter(customer=card)
    quarter = quarter_of(act.on)
    row = rows.filter(quarter=quarter).first()
    # The last quarter's marks are where this quarter's start from.
    form = CreditForm(row, posted(request), before=rows.first())
    cuts = card.store.playbook.settings.credit_cuts
    if form.is_valid():
        with refusals_on(form, CreditForm):
            kept = save_credit_review(act, pk, version=form.cleaned_data["version"], values=form.values())
            words = _("Credit class %(label)s, %(score)s points.")
            say(request, words % {"label": kept.credit_class(cuts), "score": f"{kept.score.normalize():f}"})
            return see_other(request, reverse("credit"))
    context: dict[str, Any] = {"customer": card, "quarter": quarter, "cuts": cuts}
    return form_sheet(request, "pipeline/credit_review.html", form, context)


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def bid_approval(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the proprietor for leave to bid."""
    row = editable(request, pk)
    asked = approval_of(row)
    form = BidApprovalForm(posted(request), initial={"version": asked.version if asked else 0})
    if form.is_valid():
        with refusals_on(form):
            ask_bid_approval(act_of(request), pk, **form.cleaned_data)
            say(request, _("Sent to the proprietor."))
            return see_other(request, url_of(row))
    return form_sheet(request, "pipeline/bid_approval.html", form, {"row": row, "asked": asked})


@require_POST
@only_for(Role.PROPRIETOR)
@once_per_key
def bid_approval_decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Give leave to bid, or refuse."""
    user: User = request.user  # type: ignore[assignment]
    approval = get_object_or_404(BidApproval.objects.visible_to(user).select_related("opportunity"), pk=pk)
    take_decision(request, decide_bid_approval, pk)
    return see_other(request, url_of(approval.opportunity))
