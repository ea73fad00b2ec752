"""Segments with what the reader's own cards say about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

from django.db.models import Case, Count, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Sum, Value, When

from guanxi.customers.models import Customer
from guanxi.customers.queries.filters import Filters, asked_filters, condition
from guanxi.deals.models import Deal
from guanxi.markets.models import MarketLevel, Segment
from guanxi.organization.models import Store, User


@dataclass(frozen=True)
class SegmentRow:
    """``count``: cards of the reader that the rule finds, None without a rule; ``level``: the newest levels."""

    segment: Segment
    count: int | None
    level: MarketLevel | None


@dataclass(frozen=True)
class Overlap:
    """How many of the reader's cards are in two or more of the chosen segments, and in which two."""

    doubled: int
    pairs: list[tuple[Segment, Segment, int]]


@dataclass(frozen=True)
class Buyer:
    """A customer of a segment who bought: ``kept`` pieces, the last of them on ``last_on``."""

    card: Customer
    kept: int
    last_on: date


def filters_of(segment: Segment) -> Filters | None:
    """What the rule asks for; None without a rule, and for one whose codes the playbook no longer has."""
    try:
        return asked_filters(segment.rule, segment.store.playbook) if segment.rule else None
    except ValueError:
        return None


def cards_of(segment: Segment, actor: User, on: date) -> QuerySet[Customer]:
    """The cards of the segment that ``actor`` sees; none without a rule."""
    filters = filters_of(segment)
    rows = Customer.objects.visible_to(actor).filter(store_id=segment.store_id)
    return rows.none() if filters is None else rows.filter(condition(filters, on))


def segment_board(actor: User, store: Store, on: date) -> tuple[list[SegmentRow], Overlap]:
    """The segments of the store, those chosen first; three queries, however many there are."""
    segments = list(Segment.objects.visible_to(actor).filter(store=store))
    for segment in segments:
        segment.store = store
    levels = {level.segment_id: level for level in newest_levels(segments)}
    rules = {
        segment: condition(filters, on)
        for segment in segments
        if (filters := filters_of(segment)) is not None
    }
    counts, overlap = _counted(actor, store, rules)
    rows = [SegmentRow(segment, counts.get(segment), levels.get(segment.pk)) for segment in segments]
    # Unscored ones last; the order among equals is the one they were entered in.
    rows.sort(
        key=lambda row: (
            row.segment.chosen_on is None,
            row.segment.total is None,
            -(row.segment.total or 0),
        )
    )
    return rows, overlap


def newest_levels(segments: Sequence[Segment]) -> QuerySet[MarketLevel]:
    newest = MarketLevel.objects.filter(segment=OuterRef("segment")).order_by("-on").values("pk")[:1]
    return MarketLevel.objects.filter(segment__in=segments, pk=Subquery(newest))


def buyers_of(segment: Segment, actor: User, on: date) -> int | None:
    """How many customers of the segment bought by ``on`` and did not give all of it back, among the reader's cards:
    the proposal for the penetrated market. None without a rule; one query."""
    return None if filters_of(segment) is None else _bought(segment, actor, on).count()


def buyers_listed(segment: Segment, actor: User, on: date, after: int | None, limit: int) -> list[Buyer]:
    """Those whom ``buyers_of`` counts, by card, from the one after ``after`` on; two queries."""
    rows = _bought(segment, actor, on)
    if after is not None:
        rows = rows.filter(customer__gt=after)
    told = list(rows.annotate(last_on=Max("on", filter=Q(quantity__gt=0))).order_by("customer")[:limit])
    cards = (
        Customer.objects.visible_to(actor).select_related("owner").in_bulk([row["customer"] for row in told])
    )
    return [Buyer(cards[row["customer"]], row["kept"], row["last_on"]) for row in told]


def _bought(segment: Segment, actor: User, on: date) -> QuerySet[Any, Any]:
    bought = Deal.objects.visible_to(actor).filter(on__lte=on, customer__in=cards_of(segment, actor, on))
    return bought.order_by().values("customer").annotate(kept=Sum("quantity")).filter(kept__gt=0)


def _counted(actor: User, store: Store, rules: dict[Segment, Q]) -> tuple[dict[Segment, int], Overlap]:
    """One pass over the cards counts all rules and every two of the chosen ones."""
    if not rules:
        return {}, Overlap(0, [])
    pairs = list(combinations([segment for segment in rules if segment.chosen_on], 2))
    asked = {f"n{segment.pk}": Count("pk", filter=rule) for segment, rule in rules.items()}
    asked |= {f"n{a.pk}_{b.pk}": Count("pk", filter=rules[a] & rules[b]) for a, b in pairs}
    cards = Customer.objects.visible_to(actor).filter(store=store)
    if pairs:
        within = [
            Case(When(rules[segment], then=Value(1)), default=Value(0), output_field=IntegerField())
            for segment in rules
            if segment.chosen_on
        ]
        cards = cards.annotate(times=sum(within[1:], start=within[0]))
        asked["doubled"] = Count("pk", filter=Q(times__gt=1))
    found = cards.aggregate(**asked)
    shared = [(a, b, found[f"n{a.pk}_{b.pk}"]) for a, b in pairs]
    return (
        {segment: found[f"n{segment.pk}"] for segment in rules},
        Overlap(found.get("doubled", 0), [pair for pair in shared if pair[2]]),
    )
