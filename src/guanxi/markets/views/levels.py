"""The levels of a segment's market on a day, and who bought."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from guanxi.lib.keys import parse_key
from guanxi.markets.forms.segments import LevelsForm
from guanxi.markets.models import MarketLevel
from guanxi.markets.operations.segments import save_levels
from guanxi.markets.queries.segments import buyers_listed, buyers_of
from guanxi.markets.views.places import counted_among, own_segment, reader, seen_segment, sheet
from guanxi.organization.middleware import act_of
from guanxi.organization.once import once_per_key
from guanxi.organization.rules.roles import Reach
from guanxi.ui.forms import posted


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def market_levels(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the levels down for today, or change those of ``?on=``; the ledger proposes the penetrated market to those
    who read the whole store: the row is the store's, and a team's buyers are a part of it."""
    found, act = own_segment(request, pk), act_of(request)
    on = _day(request.GET.get("on", ""))
    rows = MarketLevel.objects.filter(segment=found)
    row = rows.filter(on=on or act.on).first()
    if row is None and on is not None:
        raise Http404
    last = row or rows.first()
    start = MarketLevel(segment=found) if row is None else row
    user = reader(request)
    buyers = buyers_of(found, user, act.on) if user.read_reach in (Reach.STORE, Reach.ALL) else None
    initial: dict[str, object] = {"on": act.on}
    if row is None:
        if last is not None:
            initial |= {
                name: getattr(last, name) for name in ("potential", "available", "served", "gain", "margin")
            }
        initial["penetrated"] = buyers if buyers is not None else last and last.penetrated
    form = LevelsForm(posted(request), instance=start, initial=initial if row is None else {}, by=act.by)
    hint = ""
    if buyers is not None:
        hint = ngettext(
            "The ledger counts %(count)s customer of this segment who bought.",
            "The ledger counts %(count)s customers of this segment who bought.",
            buyers,
        ) % {"count": buyers}
    return sheet(
        request, form, "markets/sheet.html", {"heading": _("Market levels"), "about": found.name, "hint": hint},
        lambda: save_levels(
            act, pk, form.cleaned_data["on"], form.sizes(), form.facts(), version=form.shown_version
        ),
        back=reverse("segment", args=[pk]), message=_("Market levels saved."),
        stored=lambda current: LevelsForm(instance=current, by=act.by),
    )  # fmt: skip


SHOWN = 50


@require_safe
def segment_buyers(request: HttpRequest, pk: int) -> HttpResponse:
    """The customers whom the ledger counts as the penetrated market, fifty at a time."""
    found, user, act = seen_segment(request, pk), reader(request), act_of(request)
    after = parse_key(request.GET["after"]) if request.GET.get("after") else None
    if request.GET.get("after") and after is None:
        raise Http404
    rows = buyers_listed(found, user, act.on, after, SHOWN + 1)
    more = f"?after={rows[SHOWN - 1].card.pk}" if len(rows) > SHOWN else ""
    context = {
        "segment": found, "rows": rows[:SHOWN], "on": act.on, "counted": counted_among(user),
        "page": {"next_url": more, "previous_url": ""},
    }  # fmt: skip
    return render(request, "markets/buyers.html", context)


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given) if given else None
    except ValueError as error:
        raise Http404 from error
