"""The customer list."""

from datetime import date
from functools import partial
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guanxi.catalogue.models import sees_margins
from guanxi.customers.models import Customer
from guanxi.customers.queries.filters import Filters, asked_filters
from guanxi.customers.queries.lists import BY_RISK, DEFAULT_SORT, Through, customer_page, level_counts
from guanxi.customers.queries.sellers import who_keeps_cards
from guanxi.insights.models import CustomerValue, ValueRun
from guanxi.insights.queries.values import NARROWED, OPENED, is_choice, latest_run, narrowed
from guanxi.markets.rules.access import PLANNERS
from guanxi.markets.rules.segments import RULE
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.rules.roles import Reach, Role
from guanxi.ui.punctuation import listed
from guanxi.ui.responses import fragment_or_page
from guanxi.workspace.list_filters import daily_filters, further_filters, opened, unlisted

# What `show` asks for: the columns of what each customer is worth.
VALUE = "value"
LEVELS = ("O", "H", "A", "B", "C", "N")


@require_safe
def customers(request: HttpRequest) -> HttpResponse:
    """Cards by filter and order, fifty at a time."""
    user: User = request.user  # type: ignore[assignment]
    if user.read_reach == Reach.NONE:
        raise Http404
    act = act_of(request)
    store, asked = act.store, request.GET
    sort = asked.get("sort") or DEFAULT_SORT
    run = latest_run(store)
    try:
        filters = asked_filters(asked.dict(), store.playbook)
        through = _through(run, asked, sort, act.on)
        page = customer_page(user, filters, act.on, sort=sort, after=asked.get("after", ""), through=through)
    except ValueError as error:
        raise Http404 from error
    counts = level_counts(user, filters, act.on, through)
    people = list(who_keeps_cards(user)) if user.read_reach != Reach.OWN else []
    daily = daily_filters(asked, store, people)
    further = further_filters(asked, store, valued=run is not None)
    kept = [*unlisted(filters, store), *opened(asked, run)]
    valued = run is not None and (through is not None or asked.get("show") == VALUE)
    context = {
        "on": act.on,
        "rows": _with_value(user, page.rows, run) if valued else page.rows,
        "page": {"next_url": _url(asked, after=page.after) if page.after else "", "previous_url": ""},
        "sort": sort,
        "filters": filters,
        "total": counts.get(filters.level, 0) if filters.level else sum(counts.values()),
        "levels": [
            {"url": _url(asked, level=level, after=None), "label": level or _("All"), "active": filters.level == level,
             "count": counts.get(level, 0) if level else sum(counts.values())}
            for level in ("", *LEVELS)
        ],
        "daily": daily,
        "further": further,
        "chosen_further": sum(bool(one.chosen) for one in further),
        "unlisted": kept,
        "chips": [
            {"url": _url(asked, after=None, **{name: None}), "words": words}
            for name, words in (
                *((one.name, one.words) for one in (*daily, *further) if one.chosen),
                *((name, words) for name, _value, words in kept),
            )
        ],
        "is_filtered": any(value for name, value in asked.items() if name not in ("sort", "after", "show")),
        "clear_url": _url(QueryDict(), sort=asked.get("sort"), show=asked.get("show")),
        "sorts": _sorts(valued=run is not None),
        "run": run,
        "valued": valued,
        "value_url": _switch(asked, sort, valued=valued) if run else "",
        "money": sees_margins(user),
        "may_segment": user.has_role(*PLANNERS),
        "segment_query": urlencode({name: asked[name] for name in RULE if asked.get(name)}),
        # A segment that drops a condition is another, larger one.
        "not_in_segment": listed(one.label for one in (*daily, *further) if one.chosen and one.name not in RULE),
        "hand_over_url": _hand_over(user, filters),
        "url": reverse("customers"),
    }  # fmt: skip
    return fragment_or_page(request, "workspace/customers.html", context, partial="rows")


def _with_value(user: User, cards: list[Customer], run: ValueRun | None) -> list[Customer]:
    """The cards, each with what ``run`` says of it as ``worth_now``, an empty value where nothing; one query."""
    values = CustomerValue.objects.visible_to(user).filter(run=run, customer__in=cards)
    by_card = {value.customer_id: value for value in values}
    for card in cards:
        card.worth_now = by_card.get(card.pk) or CustomerValue()  # type: ignore[attr-defined]
    return cards


def _sorts(*, valued: bool) -> list[tuple[str, str]]:
    found = [
        ("newest", _("Newest first")),
        ("name", _("By name")),
        ("-name", _("By name, from the end")),
        ("next_due_on", _("Next contact, soonest first")),
        ("-next_due_on", _("Next contact, latest first")),
        ("-last_contact_on", _("Last contact, latest first")),
        ("last_contact_on", _("Last contact, longest ago first")),
    ]
    return [*found, (BY_RISK, _("Most value at risk first"))] if valued else found


def _switch(asked: QueryDict, sort: str, *, valued: bool) -> str:
    """Where the columns of value are shown, the most at risk first, or hidden again. Nowhere while a filter by value
    keeps them: a switch would do nothing."""
    if any(asked.get(f"value_{name}") for name in (*NARROWED, *OPENED)):
        return ""
    if valued:
        return _url(asked, show=None, sort=None if sort == BY_RISK else asked.get("sort"), after=None)
    return _url(asked, show=VALUE, sort=BY_RISK, after=None)


def _through(run: ValueRun | None, asked: QueryDict, sort: str, on: date) -> Through | None:
    """What narrows the cards by their newest value; None when nothing of it is asked. Raises ValueError for an unknown
    value."""
    names = (*NARROWED, *OPENED)
    chosen = {name: str(asked[f"value_{name}"]) for name in names if asked.get(f"value_{name}")}
    for name, value in chosen.items():
        if not is_choice(run, name, value):
            raise ValueError(name)
    if not chosen and sort != BY_RISK:
        return None
    return partial(narrowed, run=run, chosen=chosen, on=on, by_risk=sort == BY_RISK)


def _hand_over(user: User, filters: Filters) -> str:
    """For a manager, who looks at one consultant's customers: where these are handed over."""
    if not user.has_role(Role.MANAGER):
        return ""
    return f"{reverse('hand-over')}?from={filters.owner}" if filters.owner else reverse("hand-over")


def _url(asked: QueryDict, **changes: str | None) -> str:
    kept = {name: value for name, value in asked.items() if value}
    kept.update({name: value for name, value in changes.items() if value})
    for name, value in changes.items():
        if not value:
            kept.pop(name, None)
    return f"?{urlencode(kept)}"
