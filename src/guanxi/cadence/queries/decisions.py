"""What waits for a leader's decision."""

from django.db.models import QuerySet

from guanxi.cadence.models import LevelChange, LossReport
from guanxi.cadence.rules.losses import MANAGERS_LEVELS
from guanxi.customers.models import Collision, Customer, cards_within
from guanxi.organization.models import User
from guanxi.organization.rules.roles import LEADERS, Role


def level_requests(actor: User) -> QuerySet[LevelChange]:
    """Two-step level changes asked for by others on cards the actor leads."""
    return _changes(actor, LevelChange.State.REQUESTED).exclude(by=actor)


def downgrade_proposals(actor: User) -> QuerySet[LevelChange]:
    """Proposed downgrades that take effect unless somebody intervenes (R-LVL-04)."""
    return _changes(actor, LevelChange.State.PROPOSED).order_by("effective_on", "id")


def losses_to_decide(actor: User) -> QuerySet[LossReport]:
    """Pending losses the actor may decide: not their own, H, A and O only for a manager (21.1)."""
    rows = LossReport.objects.pending().filter(cards_within(actor, actor.write_reach, "customer__"))
    if not actor.has_role(*LEADERS):
        return rows.none()
    if not actor.has_role(Role.MANAGER):
        rows = rows.exclude(level_then__in=MANAGERS_LEVELS).exclude(customer__level__in=MANAGERS_LEVELS)
    return rows.exclude(applied_by=actor).select_related("customer__owner", "applied_by").order_by("id")


def collisions_to_decide(actor: User) -> QuerySet[Collision]:
    """Open collisions, decided by the manager (R-PRM-09)."""
    rows = Collision.objects.decidable_by(actor) if actor.has_role(Role.MANAGER) else Collision.objects.none()
    return rows.exclude(claimant=actor).select_related("customer__owner", "claimant").order_by("id")


def unconfirmed_cards(actor: User) -> QuerySet[Customer]:
    """Live cards whose first level waits for its second judgement (R-LVL-02), oldest first."""
    # Every way a card closes confirms its level, so only live cards are left.
    rows = Customer.objects.editable_by(actor).filter(level_confirmed=False)
    return rows.select_related("owner").order_by("level_since", "id")


def _changes(actor: User, state: str) -> QuerySet[LevelChange]:
    if not actor.has_role(*LEADERS):
        return LevelChange.objects.none()
    rows = LevelChange.objects.filter(cards_within(actor, actor.write_reach, "customer__"), state=state)
    return rows.select_related("customer__owner", "by").order_by("id")
