"""The customer list."""

from collections.abc import Callable, Collection
from functools import partial
from urllib.parse import urlencode

from django.db.models import QuerySet, TextChoices
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from guanxi.customers.models import Customer
from guanxi.customers.queries.lists import BY_RISK, DEFAULT_SORT, DUE, Filters, customer_page, level_counts
from guanxi.insights.models import CustomerValue
from guanxi.insights.queries.values import NARROWED, latest_run, narrowed
from guanxi.organization.labels import language
from guanxi.organization.middleware import act_of
from guanxi.organization.models import Store, User
from guanxi.organization.rules.roles import Reach, Role
from guanxi.playbooks.definitions import Playbook
from guanxi.ui.responses import fragment_or_page

LEVELS = ("O", "H", "A", "B", "C", "N")
TIERS = ("1", "2", "3")


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
        filters = _filters(asked, playbook, act.store, sort)
        page = customer_page(user, filters, act.on, sort=sort, after=asked.get("after", ""))
    except ValueError as error:
        raise Http404 from error
    counts = level_counts(user, filters, act.on)
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
        "hand_over_url": _hand_over(user, filters),
        "url": reverse("customers"),
    }  # fmt: skip
    return fragment_or_page(request, "workspace/customers.html", context, partial="rows")


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


def _hand_over(user: User, filters: Filters) -> str:
    """For a manager, who looks at one consultant's customers: where these are handed over."""
    if not user.has_role(Role.MANAGER):
        return ""
    return f"{reverse('hand-over')}?from={filters.owner}" if filters.owner else reverse("hand-over")


def _filters(asked: QueryDict, playbook: Playbook, store: Store, sort: str) -> Filters:
    """Filters from the address; an unknown value of a known filter is ValueError, unknown names are ignored."""
    known: dict[str, Collection[str]] = {
        "level": playbook.levels_by_code,
        "source": [source.code for source in playbook.sources],
        "owner_kind": [kind.code for kind in playbook.owner_kinds],
        "due": DUE,
        "confirmed": ["no"],
        "tier": TIERS,
        "status": Customer.IntentStatus.values,
    }
    worth = {name: asked.get(f"value_{name}", "") for name in NARROWED}
    known |= {f"value_{name}": [*choices.values] for name, (_field, choices) in NARROWED.items()}
    for name, values in known.items():
        if asked.get(name, "") not in ("", *values):
            raise ValueError(name)
    return Filters(
        level=asked.get("level", ""),
        owner=_person(asked.get("owner", "")),
        source=asked.get("source", ""),
        owner_kind=asked.get("owner_kind", ""),
        due=asked.get("due", ""),
        confirmed=False if asked.get("confirmed") else None,
        status=asked.get("status", ""),
        through=_through(store, {name: value for name, value in worth.items() if value}, sort),
        tier=int(asked.get("tier") or 0) or None,
    )


def _through(
    store: Store, chosen: dict[str, str], sort: str
) -> Callable[[QuerySet[Customer]], QuerySet[Customer]] | None:
    """What narrows the cards by their newest value; None when nothing of it is asked."""
    if not chosen and sort != BY_RISK:
        return None
    return partial(narrowed, run=latest_run(store), chosen=chosen, by_risk=sort == BY_RISK)


def _person(text: str) -> int | None:
    """The id of a person, None for "". Raises ValueError for anything a database takes for none."""
    if len(text) > 18:
        raise ValueError(text)
    return int(text) if text else None


def _url(asked: QueryDict, **changes: str | None) -> str:
    kept = {name: value for name, value in asked.items() if value}
    kept.update({name: value for name, value in changes.items() if value})
    for name, value in changes.items():
        if not value:
            kept.pop(name, None)
    return f"?{urlencode(kept)}"
