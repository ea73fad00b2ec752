"""Many claims at once: a sheet that names customers whose cards are colleagues' (handbook 1.5, R-PRM-09)."""

from collections.abc import Sequence

from django.db import transaction

from guanxi.customers.models import Collision, Customer
from guanxi.customers.rules.lifecycle import is_protected
from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.models import AuditEntry, User


@transaction.atomic
def claim_cards(act: Act, claimant: User, customer_ids: Sequence[int]) -> dict[int, int]:
    """Record that ``claimant`` met the customers of these cards; the manager decides. Returns card → collision
    for the claims that are new; an open one of the same two stays the only one."""
    open_ones = Collision.objects.filter(
        customer__in=customer_ids, claimant=claimant, state=Collision.State.OPEN
    )
    known = set(open_ones.values_list("customer_id", flat=True))
    cards = Customer.objects.filter(pk__in=set(customer_ids) - known, store=act.store).exclude(owner=claimant)
    settings = act.store.playbook.settings
    collisions = Collision.objects.bulk_create(
        Collision(
            customer=card,
            claimant=claimant,
            owner_then_id=card.owner_id,
            at=act.at,
            protected=is_protected(card.held, act.on, settings),
        )
        for card in cards.order_by("pk")
    )
    leave_trace(act.entry("collision_recorded", row, customer=row.customer_id) for row in collisions)
    return {row.customer_id: row.pk for row in collisions}


@transaction.atomic
def withdraw_claims(act: Act, collision_ids: Sequence[int]) -> None:
    """Take back claims nobody has decided yet."""
    rows = Collision.objects.filter(
        pk__in=collision_ids, customer__store=act.store, state=Collision.State.OPEN
    )
    leave_trace([act.entry("collision_withdrawn", row, customer=row.customer_id) for row in rows])
    rows.delete()


def note_asked(act: Act, customer_ids: Sequence[int]) -> None:
    """Log that somebody learned these cards of colleagues exist."""
    leave_trace(
        act.entry("taken_number_asked", card, customer=card.pk)
        for card in Customer.objects.filter(pk__in=customer_ids, store=act.store).order_by("pk")
    )


def asked_today(act: Act) -> int:
    """How often the actor was told today that a number is a colleague's."""
    rows = AuditEntry.objects.filter(actor=act.by, action="taken_number_asked")
    return sum(
        act.store.local_date(at) == act.on for at in rows.order_by("-at").values_list("at", flat=True)[:500]
    )
