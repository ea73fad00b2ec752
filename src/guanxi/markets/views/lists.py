"""Who buys what and could buy what, for the whole store, and judging one product down a list."""

from bisect import bisect_right
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from guanxi.catalogue.models import Product
from guanxi.customers.models import Customer
from guanxi.customers.queries.sellers import who_keeps_cards
from guanxi.lib.keys import parse_key
from guanxi.markets.forms.standings import ManyStandingsForm
from guanxi.markets.models import ProductStanding
from guanxi.markets.operations.standings import judge_all
from guanxi.markets.queries.standings import (
    Key,
    by_customer,
    calls_of,
    cards_to_judge,
    current_grades,
    judged_rows,
    matrix,
)
from guanxi.markets.rules.composite import GRADES, POTENTIALS, Pair, Tag
from guanxi.markets.views.places import product_tabs
from guanxi.organization.guards import only_for
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.once import once_per_key
from guanxi.organization.refusals import Refused, StaleEdit
from guanxi.organization.refused_forms import show_refusal
from guanxi.organization.rules.roles import READ, WRITE, Reach
from guanxi.ui.forms import posted
from guanxi.ui.responses import fragment_or_page, say, see_other

SHOWN = 30
AT_ONCE = 15


@require_safe
@only_for(*READ)
def standings(request: HttpRequest) -> HttpResponse:
    """The matrix of the store and whom to visit next, one row a customer, thirty at a time; a cell opens its
    customers."""
    user: User = request.user  # type: ignore[assignment]
    act, asked = act_of(request), request.GET
    products = list(Product.objects.of_store(act.store).filter(standings__isnull=False).distinct())
    people = list(who_keeps_cards(user)) if user.read_reach != Reach.OWN else []
    product = _chosen(asked.get("product", ""), [row.pk for row in products])
    owner = _chosen(asked.get("who", ""), [person.pk for person in people])
    rows = judged_rows(user, act.store, act.on, product=product, owner=owner)
    cell = _cell(asked.get("cell", ""))
    listed = by_customer([row for row in rows if (row.pair == cell if cell else row.pair.is_target)], act.on)
    first = _place(asked.get("after", ""))
    begins = bisect_right(listed, first, key=lambda visitor: visitor.key) if first else 0
    page = listed[begins : begins + SHOWN]
    more = _next_url(asked, page[-1].key) if begins + SHOWN < len(listed) else ""
    counts = matrix(rows)
    kept = {name: str(value) for name, value in (("product", product), ("who", owner)) if value}
    context = {
        "tabs": product_tabs("gaps"),
        "on": act.on, "products": products, "people": people, "product": product, "owner": owner, "cell": cell,
        "potentials": POTENTIALS, "total": len(rows), "rows": calls_of(user, page, act.on),
        "targets": len(listed), "below": sum(row.pair.tag == Tag.POTENTIAL_BELOW_CURRENT for row in rows),
        "lines": [
            (current, [
                {"count": counts[int(current), potential], "pair": Pair(int(current), potential),
                 "url": f"?{urlencode(kept | {'cell': f'{current}-{potential}'})}"}
                for potential in POTENTIALS
            ])
            for current in GRADES
        ],
        "all_url": f"?{urlencode(kept)}",
        "page": {"previous_url": "", "next_url": more}, "writes": user.write_reach != Reach.NONE,
    }  # fmt: skip
    return fragment_or_page(request, "markets/standings.html", context, partial="found")


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(*WRITE)
@once_per_key
def judge_list(request: HttpRequest) -> HttpResponse:
    """One product down a list of customers, fifteen at a time; ``?again=1`` those judged longest ago."""
    user: User = request.user  # type: ignore[assignment]
    act, again = act_of(request), request.GET.get("again") == "1"
    products = list(Product.objects.of_store(act.store).on_sale())
    chosen = _chosen(request.GET.get("product", ""), [row.pk for row in products])
    product = next((row for row in products if row.pk == chosen), products[0] if products else None)
    if product is None:
        return render(request, "markets/judge_list.html", {"products": [], "product": None})
    if request.method == "POST":
        cards = _posted_cards(request, user)
    else:
        cards = cards_to_judge(user, act.store, product, again=again, limit=AT_ONCE)
    held = ProductStanding.objects.editable_by(user).filter(product=product, customer__in=cards)
    form = ManyStandingsForm(product, cards, {row.customer_id: row for row in held}, posted(request))
    here = (
        f"{reverse('standings-entry')}?{urlencode({'product': product.pk} | ({'again': 1} if again else {}))}"
    )
    if form.is_valid():
        try:
            count = judge_all(act, form.judgements())
        except StaleEdit as stale:
            form.retype(f"version_{stale.current.customer_id}", str(stale.current.version))
            show_refusal(form, StaleEdit(f"{stale.current.customer}: {stale.message}", stale.current))
        except Refused as refused:
            show_refusal(form, refused)
        else:
            say(
                request,
                ngettext("%(count)s judgement kept.", "%(count)s judgements kept.", count) % {"count": count},
            )
            return see_other(request, here)
    bought = current_grades(act.store.playbook, cards, product, act.on)
    locked = {card.pk: row.current if (row := form.standings.get(card.pk)) else None for card in cards}
    context: dict[str, Any] = {
        "form": form, "product": product, "products": products, "again": again, "here": here,
        "rows": [
            {"card": card, "current": bought[card.pk] if locked[card.pk] is None else locked[card.pk],
             "potential": form[f"potential_{card.pk}"], "version": form[f"version_{card.pk}"]}
            for card in cards
        ],
    }  # fmt: skip
    return render(request, "markets/judge_list.html", context, status=form.answer_status)


def _posted_cards(request: HttpRequest, user: User) -> list[Customer]:
    """The cards the form was about; those that are not the user's to change are as absent."""
    keys = [parse_key(name.removeprefix("version_")) for name in request.POST if name.startswith("version_")]
    cards = (
        Customer.objects.editable_by(user)
        .select_related("owner")
        .in_bulk([key for key in keys if key][:AT_ONCE])
    )
    return list(cards.values())


def _chosen(given: str, known: list[int]) -> int | None:
    """The id asked for, None for none. Raises Http404 for one that is not offered."""
    if not given:
        return None
    found = parse_key(given)
    if found not in known:
        raise Http404
    return found


def _next_url(asked: QueryDict, last: Key) -> str:
    kept = {name: asked[name] for name in ("product", "who", "cell") if asked.get(name)}
    return f"?{urlencode(kept | {'after': '.'.join(map(str, last))})}"


def _place(given: str) -> Key | None:
    """The place of the last customer seen. Raises Http404 for what is none."""
    if not given:
        return None
    parts = given.split(".")
    if len(given) > 60 or len(parts) != 4 or not all(part.removeprefix("-").isdecimal() for part in parts):
        raise Http404
    tier, gap, silent, customer = map(int, parts)
    return tier, gap, silent, customer


def _cell(given: str) -> Pair | None:
    """ "1-N" → the pair. Raises Http404 for a cell the matrix has not."""
    if not given:
        return None
    current, _dash, potential = given.partition("-")
    if current not in GRADES or potential not in POTENTIALS:
        raise Http404
    return Pair(int(current), potential)
