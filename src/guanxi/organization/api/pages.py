"""Lists read on from the last row seen, by id: nothing repeats and nothing is missed while rows come and go."""

from typing import TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


def newest_first(rows: QuerySet[Row], before: int | None, limit: int) -> QuerySet[Row]:
    """At most ``limit`` rows by falling id, those below ``before`` when it is given."""
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return rows.order_by("-pk")[:limit]


def oldest_first(rows: QuerySet[Row], after: int | None, limit: int) -> QuerySet[Row]:
    """At most ``limit`` rows by rising id, those above ``after`` when it is given."""
    if after is not None:
        rows = rows.filter(pk__gt=after)
    return rows.order_by("pk")[:limit]
