"""The ledger of a month: every level change, hand-over and undone import that moves a card on or off a sheet."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from guanxi.cadence.models import LevelChange, WithdrawnLevel
from guanxi.customers.models import Customer, Transfer
from guanxi.organization.models import Store, User
from guanxi.performance.rules.moves import OPEN, Event, Flow, HandOver, LevelMove, Path, Standing, flows

IN_FORCE = Q(state=LevelChange.State.IN_FORCE)


def since(start: datetime) -> Q:
    """Level changes that took effect from ``start`` on: one that waited does so when it is decided."""
    return Q(decided_at__gte=start) | Q(decided_at__isnull=True, at__gte=start)


def cards_on_sheets(store: Store, person: User | None, start: datetime) -> QuerySet[Customer]:
    """Cards that may stand on the sheet of ``person`` (None: of anybody) at some time from ``start`` on."""
    cards = Customer.objects.filter(store=store)
    if person is not None:
        left = Transfer.objects.filter(customer=OuterRef("pk"), from_owner=person, at__gte=start)
        cards = cards.filter(Q(owner=person) | Exists(left))
    changed = LevelChange.objects.filter(IN_FORCE, since(start), customer=OuterRef("pk"))
    return cards.filter(Q(level__in=[*OPEN, "O"]) | Exists(changed))


def month_paths(store: Store, person: User | None, start: datetime) -> dict[int, Path]:
    """Card → where it stood at ``start`` and what happened since; five queries.

    For one person all their cards, also those handed on meanwhile; levels of undone imports come under the key
    their card had.
    """
    cards = cards_on_sheets(store, person, start)
    now: dict[int, tuple[str, int | None]] = {
        pk: (level, owner) for pk, level, owner in cards.values_list("pk", "level", "owner_id")
    }
    events = _events(store, person, start, cards)
    paths, at_n = {}, []
    for key in {*now, *events}:
        level, owner = now.get(key, ("", None))
        mine = events.get(key, [])
        for event in reversed(mine):
            if isinstance(event, HandOver):
                owner = event.from_owner
            else:
                level = event.from_level
        if key not in now:
            owner = next((event.owner for event in mine if isinstance(event, LevelMove)), None)
        paths[key] = Path(Standing.at(level, owner), mine)
        if level == "N":
            at_n.append(key)
    for key, before in _before(at_n, start).items():
        paths[key] = Path(Standing.at("N", paths[key].start.owner, before), paths[key].events)
    return paths


def month_flows(
    store: Store, start: datetime, until: datetime, person: User | None = None
) -> dict[int | None, Flow]:
    """Consultant → the flow of the month as known before ``until``; for one person, of them alone."""
    found = flows(month_paths(store, person, start).values(), until)
    if person is not None:
        return {person.pk: found.get(person.pk, Flow())}
    return found


def _events(
    store: Store, person: User | None, start: datetime, cards: QuerySet[Customer]
) -> dict[int, list[Event]]:
    """Card → its events from ``start`` on, in order."""
    found: dict[int, list[tuple[datetime, int, int, Event]]] = defaultdict(list)
    ids = cards.values("pk")
    changes = LevelChange.objects.filter(IN_FORCE, since(start), customer__in=ids)
    for pk, key, at, decided_at, was, to, kind in changes.order_by().values_list(
        "pk", "customer_id", "at", "decided_at", "from_level", "to_level", "kind"
    ):
        posted = decided_at or at
        found[key].append((posted, 1, pk, LevelMove(posted, was, to, kind)))
    handed = Transfer.objects.filter(at__gte=start, customer__in=ids)
    for pk, key, at, giver, taker in handed.order_by().values_list(
        "pk", "customer_id", "at", "from_owner_id", "to_owner_id"
    ):
        found[key].append((at, 2, pk, HandOver(at, giver, taker)))
    taken = WithdrawnLevel.objects.filter(store=store, withdrawn_at__gte=start)
    if person is not None:
        # Handed over since, a card brings what was undone under its former owner with it.
        taken = taken.filter(Q(owner=person) | Q(customer_key__in=ids))
    for row in taken.order_by("pk"):
        _take_back(found[row.customer_key], row, start)
    return {key: [event for *_place, event in sorted(rows, key=_place_of)] for key, rows in found.items()}


def _take_back(found: list[tuple[datetime, int, int, Event]], row: WithdrawnLevel, start: datetime) -> None:
    """The level as it came and as it went; of several the last one went first."""
    for at, was, to, kind, place in (
        (row.at, row.from_level, row.to_level, "IMPORTED", row.pk),
        (row.withdrawn_at, row.to_level, row.from_level, "WITHDRAWN", -row.pk),
    ):
        if at >= start:
            found.append((at, 0, place, LevelMove(at, was, to, kind, row.owner_id)))


def _place_of(row: tuple[datetime, int, int, Any]) -> tuple[datetime, int, int]:
    return row[:3]


def _before(keys: list[int], start: datetime) -> dict[int, list[LevelMove]]:
    """Card → its level moves before ``start``, for cards that then stood at N: had they been judged?"""
    found: dict[int, list[LevelMove]] = {key: [] for key in keys}
    changes = LevelChange.objects.filter(IN_FORCE, customer__in=keys).exclude(since(start)).order_by("pk")
    for key, at, was, to, kind in changes.values_list("customer_id", "at", "from_level", "to_level", "kind"):
        found[key].append(LevelMove(at, was, to, kind))
    return found
