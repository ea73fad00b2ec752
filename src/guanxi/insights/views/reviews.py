"""The yearly review of one customer."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guanxi.catalogue.models import sees_margins
from guanxi.customers.views.cards import editable_card
from guanxi.insights.forms.reviews import ReviewForm
from guanxi.insights.models import CustomerReview
from guanxi.insights.operations.reviews import save_review
from guanxi.insights.queries.reviews import counted_visits, known_income, reviews_of
from guanxi.insights.review_words import GRADES, minimum_test
from guanxi.insights.rules.goodness import Grade
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.once import once_per_key
from guanxi.organization.refused_forms import refusals_on
from guanxi.ui.forms import posted
from guanxi.ui.responses import form_sheet, say, see_other


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def review(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """Good, ordinary or poor in a year, with what the ledger and the contacts know filled in."""
    user: User = request.user  # type: ignore[assignment]
    act, card = act_of(request), editable_card(request, pk)
    if not 0 <= act.on.year - year <= 1:
        raise Http404
    thresholds = card.store.playbook.settings.good_thresholds
    rows = {row.year: row for row in reviews_of(card)}
    row, before = rows.get(year), rows.get(year - 1)
    was_poor = before is not None and before.grade(thresholds) == Grade.POOR
    money = sees_margins(user)
    known: dict[str, Any] = {}
    if row is None:
        known["visits"] = counted_visits(card, min(act.on, date(year, 12, 31)))
    if row is None and money and year == act.on.year:
        known["income"] = known_income(card)

    def form_of(held: CustomerReview | None, typed: Any = None) -> ReviewForm:
        # A choice once made stays in sight, so that it can be taken back.
        chosen = bool(held and held.choice)
        return ReviewForm(held, typed, money=money, may_choose=was_poor or chosen, known=known)

    form = form_of(row, posted(request))
    if form.is_valid():
        with refusals_on(form, form_of):
            kept = save_review(act, pk, year, version=form.cleaned_data["version"], values=form.values())
            label = GRADES[kept.grade(thresholds)][0]
            words = _("%(label)s: %(score)s of 16 points. %(test)s")
            say(request, words % {"label": label, "score": kept.score, "test": minimum_test(kept)})
            return see_other(request, reverse("customer", args=[pk]))
    context = {
        "customer": card, "year": year, "thresholds": thresholds, "row": row,
        "hourly_cost": card.store.playbook.settings.hourly_cost, "cost": row.service.cost if row else None,
    }  # fmt: skip
    return form_sheet(request, "insights/review.html", form, context)
