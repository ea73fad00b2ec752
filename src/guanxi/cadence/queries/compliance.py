"""Who does not yet get what the method promises: B's contacts a month, base conditions, VIP visits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet

from guanxi.cadence.models import LevelChange
from guanxi.cadence.rules.follow_ups import contacts_needed
from guanxi.customers.models import Customer
from guanxi.customers.rules.lifecycle import VIP_CONDITIONS, months_missed, vip_status
from guanxi.organization.models import User

BASE_PENDING = timedelta(days=7)


@dataclass(frozen=True)
class Shortfall:
    """A B card that lacks ``missing`` valid contacts in the month."""

    customer: Customer
    needed: int
    made: int

    @property
    def missing(self) -> int:
        return self.needed - self.made


def contacts_missing_this_month(actor: User, on: date) -> list[Shortfall]:
    """R-FUP-05: cards now at B whose valid contacts in the month up to ``on`` fall short; one query."""
    first = on.replace(day=1)
    made = Count("interactions", filter=Q(interactions__is_valid=True, interactions__on__range=(first, on)))
    cards = (
        Customer.objects.visible_to(actor).filter(level="B", level_since__isnull=False).annotate(made=made)
    )
    found = [
        Shortfall(card, contacts_needed(card.level_since, first), card.made)  # type: ignore[arg-type, attr-defined]
        for card in cards.order_by("next_due_on", "pk")
    ]
    return [shortfall for shortfall in found if shortfall.missing > 0]


def base_conditions_pending(actor: User, on: date) -> QuerySet[Customer]:
    """Latent customers whose intent opened a week or more ago, their base conditions not yet met (1.2)."""
    opened = LevelChange.objects.filter(
        customer=OuterRef("pk"), state=LevelChange.State.IN_FORCE, on__lte=on - BASE_PENDING
    )
    cards = Customer.objects.visible_to(actor).live().filter(base_class=Customer.BaseClass.LATENT)
    return cards.filter(Exists(opened)).order_by("pk")


@dataclass(frozen=True)
class Supporter:
    """A VIP supporter; ``status`` is VIP, VIP_WARNING or VIP_LAPSED."""

    customer: Customer
    months_missed: int
    status: str


def vip_supporters(actor: User, on: date) -> list[Supporter]:
    """R-CUS-02 (d): the supporters ``actor`` reads and whether their own consultant visits them every month.

    Only a visit in person by the card's owner counts; one query.
    """
    visits = Q(
        interactions__is_valid=True,
        interactions__method="VISIT",
        interactions__by=F("owner"),
        interactions__on__lte=on,
    )
    cards = Customer.objects.visible_to(actor).filter(is_vip_supporter=True).select_related("store")
    return _with_status(cards.annotate(visited_on=Max("interactions__on", filter=visits)).order_by("pk"), on)


def _with_status(cards: Sequence[Customer] | QuerySet[Customer], on: date) -> list[Supporter]:
    found = []
    for card in cards:
        since = card.store.local_date(card.card_created_at or card.created_at)
        missed = months_missed(card.visited_on, since, on)  # type: ignore[attr-defined]
        conditions = tuple(getattr(card, name) for name in VIP_CONDITIONS)
        found.append(Supporter(card, missed, vip_status(conditions, missed)))  # type: ignore[arg-type]
    return found
