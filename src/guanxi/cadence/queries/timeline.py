"""The history of a card: what was said, judged, ordered, lost and handed over, newest first."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from typing import Any

from django.db.models import Q

from guanxi.cadence.models import Interaction, LevelChange, LossReport
from guanxi.customers.models import Customer, Transfer
from guanxi.lib.keys import parse_key


@dataclass(frozen=True)
class Event:
    """``kind`` is contact, level, loss or transfer; ``row`` is the model instance."""

    at: datetime
    kind: str
    row: Any


KINDS = ("contact", "level", "loss", "transfer")


@dataclass(frozen=True)
class Mark:
    """Where a page of history ends. A contact and the level it sets share an instant, so the instant alone
    would lose one of them between two pages."""

    at: datetime
    kind: str
    pk: int

    @classmethod
    def of(cls, event: Event) -> "Mark":
        return cls(event.at, event.kind, event.row.pk)

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.kind}~{self.pk}"

    @classmethod
    def parse(cls, text: str) -> "Mark":
        """Raises ValueError for anything that ``str`` of a mark does not give."""
        instant, kind, key = text.split("~")
        at, pk = datetime.fromisoformat(instant), parse_key(key)
        if at.tzinfo is None or kind not in KINDS or pk is None:
            raise ValueError(text)
        return cls(at, kind, pk)

    def older(self, kind: str, column: str) -> Q:
        """Which rows of ``kind`` follow: in one instant by kind, then the newest first."""
        earlier, same = Q(**{f"{column}__lt": self.at}), Q(**{column: self.at})
        if kind == self.kind:
            return earlier | (same & Q(pk__lt=self.pk))
        return earlier | same if KINDS.index(kind) > KINDS.index(self.kind) else earlier


def timeline(
    customer: Customer,
    *,
    before: Mark | None = None,
    within: tuple[datetime, datetime] | None = None,
    limit: int = 20,
) -> tuple[list[Event], bool]:
    """The newest ``limit`` events that follow ``before`` on the way back, and whether older ones exist; four
    queries. ``within`` keeps those from the first instant until just before the second.

    Access is the caller's: it got ``customer`` through ``get_customer``.
    """
    # A merged card's levels and hand-overs stay with it; that its level ended there is no event of the customer.
    cards = Customer.objects.filter(Q(pk=customer.pk) | Q(merged_into=customer)).order_by().values("pk")
    sources: list[tuple[str, Any, str, Callable[[Any], datetime]]] = [
        ("contact", Interaction.objects.select_related("by"), "at", lambda row: row.at),
        ("level", LevelChange.objects.exclude(to_level="").select_related("by", "decided_by"), "at",
         lambda row: row.at),
        ("loss", LossReport.objects.select_related("applied_by", "decided_by"), "applied_at",
         lambda row: row.applied_at),
        ("transfer", Transfer.objects.select_related("from_owner", "to_owner", "approved_by"), "at",
         lambda row: row.at),
    ]  # fmt: skip
    streams: list[Iterable[Event]] = []
    for kind, rows, column, instant in sources:
        rows = rows.filter(customer__in=cards)
        if within is not None:
            rows = rows.filter(**{f"{column}__gte": within[0], f"{column}__lt": within[1]})
        if before is not None:
            rows = rows.filter(before.older(kind, column))
        newest = rows.order_by(f"-{column}", "-id")[: limit + 1]
        streams.append([Event(instant(row), kind, row) for row in newest])
    events = list(
        merge(*streams, key=lambda event: (event.at, -KINDS.index(event.kind), event.row.pk), reverse=True)
    )
    return events[:limit], len(events) > limit
