"""Two consultants, one customer: asking is logged, claiming is decided by the manager (R-PRM-09)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.customers.models import Collision, Customer
from guanxi.customers.operations.cards import hand_over
from guanxi.customers.operations.numbers import start_of_day
from guanxi.customers.queries.cards import holders_of
from guanxi.customers.queries.duplicates import Duplicate, duplicates_of
from guanxi.customers.rules.lifecycle import is_protected
from guanxi.lib.phones import PhoneNumber
from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.models import AuditEntry
from guanxi.organization.refusals import BudgetUsedUp, Refused

ASKED_PER_DAY = 200


class CollisionRefused(Refused):
    """The decision cannot be made."""


class TooManyChecks(BudgetUsedUp):
    """The check is no way to list colleagues' customers."""


@transaction.atomic
def check_number(act: Act, number: PhoneNumber) -> Duplicate | None:
    """Whether a card holds this whole number. A hit on a card the asker cannot see is logged.

    Raises TooManyChecks after 200 such hits in a day.
    """
    assert act.by is not None
    found = duplicates_of(act.by, act.store, [number])
    if not found:
        return None
    if found[0].customer is None:
        holder = holders_of(act.store, [number])[number.normalized]
        today = AuditEntry.objects.filter(
            actor=act.by, action="taken_number_asked", at__gte=start_of_day(act)
        )
        if today.count() >= ASKED_PER_DAY:
            raise TooManyChecks(_("Too many checks today. Ask your manager."), "phone")
        leave_trace([act.entry("taken_number_asked", holder, customer=holder.pk)])
    return found[0]


@transaction.atomic
def claim_number(act: Act, number: PhoneNumber) -> Collision | None:
    """Record that the actor met a customer whose card is a colleague's; None when no card holds it."""
    assert act.by is not None
    holder = holders_of(act.store, [number]).get(number.normalized)
    if holder is None or holder.owner_id == act.by.pk:
        return None
    settings = act.store.playbook.settings
    collision, made = Collision.objects.get_or_create(
        customer=holder,
        claimant=act.by,
        state=Collision.State.OPEN,
        defaults={
            "owner_then_id": holder.owner_id,
            "at": act.at,
            "protected": is_protected(holder.held, act.on, settings),
        },
    )
    if made:
        leave_trace([act.entry("collision_recorded", collision, customer=holder.pk)])
    return collision


@transaction.atomic
def decide_collision(act: Act, collision_id: int, *, move: bool, reason: str = "") -> Customer:
    """The manager keeps the customer where it is or moves it to the claimant, who may not decide it.

    Raises Collision.DoesNotExist unless open and decidable by the actor, CollisionRefused for one's own.
    """
    assert act.by is not None
    collision = (
        Collision.objects.decidable_by(act.by)
        .select_for_update(of=("self",))
        .select_related("customer", "claimant")
    ).get(pk=collision_id)
    if collision.claimant_id == act.by.pk:
        raise CollisionRefused(_("Somebody else decides about your own claim."))
    if move:
        hand_over(
            act,
            [collision.customer_id],
            collision.claimant,
            reason=reason or str(_("Claim granted")),
            why="CLAIM",
        )
    collision.state = Collision.State.MOVED if move else Collision.State.KEPT
    collision.decided_by = act.by
    collision.decided_at = act.at
    collision.version += 1
    collision.save()
    leave_trace(
        [
            act.entry(
                "collision_decided",
                collision,
                customer=collision.customer_id,
                changes={"moved": [None, move]},
            )
        ]
    )
    return collision.customer
