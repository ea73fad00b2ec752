"""The customer list: filters by name, sorting by index, pages by key."""

import base64
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation

from django.db.models import Count, Q, QuerySet

from guanxi.customers.models import Customer
from guanxi.customers.queries.filters import Filters, condition
from guanxi.organization.models import User

# Sort key → (column, descending). The column has an index with store and with owner.
SORTS = {
    "newest": ("id", True),
    "name": ("sorted_as", False),
    "-name": ("sorted_as", True),
    "next_due_on": ("next_due_on", False),
    "-next_due_on": ("next_due_on", True),
    "last_contact_on": ("last_contact_on", False),
    "-last_contact_on": ("last_contact_on", True),
}
# Sorted by what ``through`` annotates.
BY_RISK = "at_risk"
COLUMNS = SORTS | {BY_RISK: (BY_RISK, True)}
DEFAULT_SORT = "newest"


# What a domain above knows of cards: it narrows them, and may annotate what they are sorted by.
Through = Callable[[QuerySet[Customer]], QuerySet[Customer]]


class ListRefused(ValueError):
    """An unknown sort or a cursor that was not made by this list."""


@dataclass(frozen=True)
class Page:
    """Rows with the cursor of the next page, "" on the last."""

    rows: list[Customer]
    after: str


def filtered(actor: User, filters: Filters, on: date, through: Through | None = None) -> QuerySet[Customer]:
    """Visible cards that pass the filters, and what a domain above knows of them."""
    rows: QuerySet[Customer] = Customer.objects.visible_to(actor).filter(condition(filters, on))
    return through(rows) if through else rows


def customer_page(
    actor: User, filters: Filters, on: date, *, sort: str = DEFAULT_SORT, after: str = "", limit: int = 50,
    through: Through | None = None,
) -> Page:  # fmt: skip
    """One page in a stable order. Cards without the sorted date follow those with one, so that each part
    walks an index; at most three queries. Raises ListRefused."""
    if sort not in COLUMNS or (sort == BY_RISK and through is None):
        raise ListRefused(sort)
    column, descending = COLUMNS[sort]
    limit = min(limit, 200)
    rows = (
        filtered(actor, filters, on, through)
        .select_related("owner", "intent__product")
        .prefetch_related("phones")
    )
    value, last_id = _cursor(after, sort)
    found: list[Customer] = []
    sign, compare = ("-", "lt") if descending else ("", "gt")
    if column == "id":
        if last_id is not None:
            rows = rows.filter(pk__lt=last_id)
        found = list(rows.order_by("-id")[: limit + 1])
    else:
        if last_id is None or value is not None:
            present = rows.filter(**{f"{column}__isnull": False})
            if last_id is not None:
                # The first condition lets the index start at the cursor; the second breaks ties.
                present = present.filter(**{f"{column}__{compare}e": value}).filter(
                    Q(**{f"{column}__{compare}": value}) | Q(**{f"pk__{compare}": last_id})
                )
            found = list(present.order_by(f"{sign}{column}", f"{sign}id")[: limit + 1])
        if len(found) <= limit and column != "sorted_as":
            absent = rows.filter(**{f"{column}__isnull": True})
            if last_id is not None and value is None:
                absent = absent.filter(**{f"pk__{compare}": last_id})
            found += list(absent.order_by(f"{sign}id")[: limit + 1 - len(found)])
    if len(found) <= limit:
        return Page(found, "")
    return Page(found[:limit], _cursor_after(found[limit - 1], sort, column))


def level_counts(actor: User, filters: Filters, on: date, through: Through | None = None) -> dict[str, int]:
    """Level → how many of the visible cards pass the other filters."""
    rows = filtered(actor, replace(filters, level=""), on, through)
    counts: Counter[str] = Counter()
    # By owner too: an index that holds store, owner, level and next date answers it without the cards.
    for _owner, level, count in rows.order_by().values_list("owner", "level").annotate(count=Count("pk")):
        counts[level] += count
    return counts


def _cursor_after(row: Customer, sort: str, column: str) -> str:
    value = getattr(row, column)
    text = json.dumps([sort, None if column == "id" or value is None else str(value), row.pk])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _cursor(after: str, sort: str) -> tuple[str | Decimal | None, int | None]:
    if not after:
        return None, None
    try:
        made_for, value, last_id = json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
        if made_for != sort or type(last_id) is not int:
            raise ListRefused(after)
        column = COLUMNS[sort][0]
        if column == "sorted_as":
            # What no name can hold no database takes: the zero character, half a surrogate.
            if not isinstance(value, str) or "\0" in value:
                raise ListRefused(after)
            value.encode()
        elif column == BY_RISK:
            return Decimal(value).quantize(Decimal("0.01")), last_id
        elif value is not None:
            value = date.fromisoformat(value).isoformat()
    except (ValueError, TypeError, RecursionError, InvalidOperation) as error:
        raise ListRefused(after) from error
    return value, last_id
