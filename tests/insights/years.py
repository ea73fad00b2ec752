"""A store's past whose true chances are known: cards judged at a level, ordered or lost a few weeks later."""

import random
from datetime import datetime, timedelta

from tests.cast import MORNING, Cast

from guanxi.cadence.models import Interaction, LevelChange
from guanxi.customers.models import Customer
from guanxi.organization.models import User

TRUE = {"H": 0.8, "A": 0.5, "B": 0.25, "C": 0.1}
AGES = {"H": 12, "A": 20, "B": 30, "C": 40}


def past(cast: Cast, count: int, owner: User | None = None, seed: int = 4) -> list[Customer]:
    """``count`` closed cards over a year, one after another; each ended as its level's true chance had it."""
    chance = random.Random(seed)
    cards = _cards(cast, owner or cast.lin, count, "P")
    changes, contacts = [], []
    for number, card in enumerate(cards):
        level = "HABC"[number % 4]
        start = MORNING - timedelta(days=420 - 360 * number / count)
        end = start + timedelta(days=AGES[level] * chance.uniform(0.6, 1.4))
        won = chance.random() < TRUE[level]
        changes += [
            change(card, "FIRST", "", level, start),
            change(card, "ORDER" if won else "LOSS", level, "O" if won else "F1", end),
        ]
        contacts.append(contact(card, start + timedelta(days=2)))
        card.level = "O" if won else "F1"
    _write(cards, changes, contacts)
    return cards


def still_open(cast: Cast, owner: User | None = None, each: int = 3, days: int = 3) -> list[Customer]:
    """Open cards of each level, judged ``days`` ago."""
    cards = _cards(cast, owner or cast.lin, 4 * each, f"O{(owner or cast.lin).pk}")
    changes = []
    for number, card in enumerate(cards):
        card.level = "HABC"[number % 4]
        changes.append(change(card, "FIRST", "", card.level, MORNING - timedelta(days=days)))
    _write(cards, changes, [])
    return cards


def change(card: Customer, kind: str, old: str, new: str, at: datetime) -> LevelChange:
    return LevelChange(customer=card, kind=kind, from_level=old, to_level=new, at=at, on=at.date())


def contact(card: Customer, at: datetime, method: str = "PHONE") -> Interaction:
    return Interaction(
        customer=card, store=card.store, at=at, on=at.date(), method=method, purpose="", is_valid=True, recorded_at=at
    )  # fmt: skip


def _cards(cast: Cast, owner: User, count: int, mark: str) -> list[Customer]:
    begun = MORNING - timedelta(days=500)
    return Customer.objects.bulk_create(
        Customer(
            store=owner.store, owner=owner, customer_no=f"{mark}-{number:05}", name=f"客户{number}", created_at=begun,
            sorted_as=str(number),
        )
        for number in range(count)
    )  # fmt: skip


def _write(cards: list[Customer], changes: list[LevelChange], contacts: list[Interaction]) -> None:
    Customer.objects.bulk_update(cards, ["level"])
    LevelChange.objects.bulk_create(changes)
    Interaction.objects.bulk_create(contacts)
