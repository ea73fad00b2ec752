"""Cards: the list and one card."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from guanxi.customers.api.schemas import Card, Row
from guanxi.customers.models import Customer
from guanxi.customers.operations.look_ups import find_customers
from guanxi.customers.queries.cards import get_customer
from guanxi.customers.queries.filters import Filters
from guanxi.customers.queries.lists import DEFAULT_SORT, SORTS, ListRefused, customer_page, filtered
from guanxi.organization.api.callers import acting, caller
from guanxi.organization.api.problems import Problem
from guanxi.organization.api.schemas import Asked, Id, Limit, Told, words

router = Router(tags=["customers"])

FOUND_BY_SEARCH = 200


class CustomerFilters(Asked):
    level: str = words(2)
    owner: Id | None = None
    source: str = words(2)
    owner_kind: str = words(11)
    status: str = words(8)
    tier: Annotated[int | None, Field(None, ge=1, le=3)]
    overdue: bool = False
    unconfirmed: bool = False
    q: Annotated[str, Field(max_length=60, description="As in the search box; without sort and after.")] = ""
    sort: Annotated[str, Field(json_schema_extra={"enum": list(SORTS)})] = DEFAULT_SORT
    after: Annotated[str, Field(max_length=300, description="The cursor of the page before.")] = ""
    limit: Limit = 50


class Page(Told):
    """``after`` is the cursor of the next page, empty on the last."""

    items: list[Row]
    after: str


@router.get("/customers", response=Page)
def list_customers(request: HttpRequest, asked: Query[CustomerFilters]) -> Any:
    """Cards the caller may read, by key: give ``after`` back to get the next page."""
    act, user = acting(request), caller(request)
    filters = Filters(
        level=_one_of(asked.level, act.store.playbook.levels_by_code, "level"),
        owner=asked.owner,
        source=_one_of(asked.source, act.store.playbook.labels("sources"), "source"),
        owner_kind=_one_of(asked.owner_kind, act.store.playbook.labels("owner_kinds"), "owner_kind"),
        status=_one_of(asked.status, Customer.IntentStatus.values, "status"),
        tier=asked.tier,
        due="late" if asked.overdue else "",
        confirmed=False if asked.unconfirmed else None,
    )
    if asked.q:
        if asked.after or asked.sort != DEFAULT_SORT:
            raise Problem(422, "invalid", _("The search has its own order and one page."), "q")
        found = [hit.customer.pk for hit in find_customers(act, asked.q, FOUND_BY_SEARCH)]
        rows = (
            filtered(user, filters, act.on)
            .filter(pk__in=found)
            .select_related("owner")
            .prefetch_related("phones")
        )
        ordered = sorted(rows, key=lambda row: found.index(row.pk))
        return Page(items=[Row.of(row) for row in ordered[: asked.limit]], after="")
    try:
        page = customer_page(user, filters, act.on, sort=asked.sort, after=asked.after, limit=asked.limit)
    except ListRefused as error:
        field = "sort" if asked.sort not in SORTS else "after"
        raise Problem(422, "invalid", _("Unknown sort, or a cursor of another list."), field) from error
    return Page(items=[Row.of(row) for row in page.rows], after=page.after)


@router.get("/customers/{id}", response=Card)
def get_card(request: HttpRequest, response: HttpResponse, id: Id) -> Any:
    """One card, its version as ETag."""
    return told_card(response, get_customer(caller(request), id))


def told_card(response: HttpResponse, card: Customer) -> Card:
    response["ETag"] = f'"{card.version}"'
    return Card.of(card)


def _one_of(code: str, known: Any, field: str) -> str:
    if code and code not in known:
        raise Problem(422, "invalid", _("Unknown code %(code)s.") % {"code": code}, field)
    return code
