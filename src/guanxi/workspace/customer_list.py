"""The customer list."""

from functools import partial
from urllib.parse import urlencode

from django.db.models import TextChoices
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from guanxi.customers.queries.filters import TIERS, Filters, asked_filters
from guanxi.customers.queries.lists import BY_RISK, DEFAULT_SORT, Through, customer_page, level_counts
from guanxi.insights.models import CustomerValue
from guanxi.insights.queries.values import NARROWED, latest_run, narrowed
from guanxi.markets.rules.access import PLANNERS
from guanxi.markets.rules.segments import RULE
from guanxi.markets.words import rule_words
from guanxi.organization.labels import language
from guanxi.organization.middleware import act_of
from guanxi.organization.models import Store, User
from guanxi.organization.rules.roles import Reach, Role
from guanxi.ui.responses import fragment_or_page

LEVELS = ("O", "H", "A", "B", "C", "N")


@require_safe
def customers(request: HttpRequest) -> HttpResponse:
    """Cards by filter and order, fifty at a time."""
    user: User = request.user  # type: ignore[assignment]
    if user.read_reach == Reach.NONE:
        raise Http404
    act = act_of(request)
    playbook = act.store.playbook
    asked = request.GET
    sort = asked.get("sort") or DEFAULT_SORT
    try:
        filters = asked_filters(asked.dict(), playbook)
        through = _through(act.store, asked, sort)
        page = customer_page(user, filters, act.on, sort=sort, after=asked.get("after", ""), through=through)
    except ValueError as error:
        raise Http404 from error
    counts = level_counts(user, filters, act.on, through)
    people = list(User.objects.colleagues_of(user).active()) if user.read_reach != Reach.OWN else []
    context = {
        "on": act.on,
        "rows": page.rows,
        "page": {"next_url": _url(asked, after=page.after) if page.after else "", "previous_url": ""},
        "sort": sort,
        "filters": filters,
        "total": counts.get(filters.level, 0) if filters.level else sum(counts.values()),
        "is_filtered": any(value for name, value in asked.items() if name not in ("sort", "after")),
        "levels": [
            {"url": _url(asked, level=None, after=None), "label": _("All"), "active": not filters.level,
             "count": sum(counts.values())},
            *(
                {"url": _url(asked, level=level, after=None), "label": level, "active": filters.level == level,
                 "count": counts.get(level, 0)}
                for level in LEVELS
            ),
        ],
        "people": people,
        "tiers": [(int(tier), _("Tier %(tier)s") % {"tier": tier}) for tier in TIERS],
        "sorts": _sorts(),
        "worths": _worths(asked),
        "sources": [(source.code, source.label.text(language())) for source in playbook.sources],
        "owner_kinds": [(kind.code, kind.label.text(language())) for kind in playbook.owner_kinds],
        "narrowed": _narrowed(act.store, filters),
        "may_segment": user.has_role(*PLANNERS),
        "segment_query": urlencode({name: asked[name] for name in RULE if asked.get(name)}),
        "hand_over_url": _hand_over(user, filters),
        "url": reverse("customers"),
    }  # fmt: skip
    return fragment_or_page(request, "workspace/customers.html", context, partial="rows")


def _narrowed(store: Store, filters: Filters) -> list[tuple[str, object, str]]:
    """Filters of an address that the bar has no list for: name, value and words."""
    kept = Filters(kind=filters.kind, base=filters.base, region=filters.region, product=filters.product)
    product = store.products.filter(pk=filters.product).first() if filters.product else None
    words = rule_words(kept, store, product)
    named = [(name, getattr(kept, name)) for name in ("kind", "base", "region", "product")]
    return [
        (name, value, text)
        for (name, value), text in zip([one for one in named if one[1]], words, strict=False)
    ]


def _sorts() -> list[tuple[str, str]]:
    return [
        ("newest", _("Newest first")),
        ("name", _("By name")),
        ("-name", _("By name, from the end")),
        ("next_due_on", _("Next contact, soonest first")),
        ("-next_due_on", _("Next contact, latest first")),
        ("-last_contact_on", _("Last contact, latest first")),
        ("last_contact_on", _("Last contact, longest ago first")),
        (BY_RISK, _("Most value at risk first")),
    ]


def _worths(asked: QueryDict) -> list[dict[str, object]]:
    """The filters by value: name, what it is called, what stands for any, the choices and the one chosen. The expected
    class comes with the matrix of the value page and is kept."""
    shown: list[tuple[str, str, str, type[TextChoices]]] = [
        ("past", pgettext("value", "Class"), _("Any class"), CustomerValue.Class),
        ("group", _("Group"), _("Any group"), CustomerValue.Group),
        ("risk", _("Churn risk"), _("Any churn risk"), CustomerValue.Risk),
        ("square", _("Present × future value"), _("Any value"), CustomerValue.Square),
    ]
    return [
        {"name": f"value_{name}", "label": label, "any": any_, "choices": choices.choices,
         "chosen": asked.get(f"value_{name}", "")}
        for name, label, any_, choices in shown
    ]  # fmt: skip


def _through(store: Store, asked: QueryDict, sort: str) -> Through | None:
    """What narrows the cards by their newest value; None when nothing of it is asked. Raises ValueError for an unknown
    value."""
    chosen = {name: str(asked[f"value_{name}"]) for name in NARROWED if asked.get(f"value_{name}")}
    for name, value in chosen.items():
        if value not in NARROWED[name][1].values:
            raise ValueError(name)
    if not chosen and sort != BY_RISK:
        return None
    return partial(narrowed, run=latest_run(store), chosen=chosen, by_risk=sort == BY_RISK)


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
