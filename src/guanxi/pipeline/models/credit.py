"""What finance thinks of a customer's credit, and the bids that wait because of it (R-VAL-13)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.customers.models import Customer, cards_within
from guanxi.organization.models import User
from guanxi.organization.rules.roles import Role
from guanxi.pipeline.models.opportunities import Opportunity
from guanxi.pipeline.rules.credit import MOST_MARK, CreditClass, credit_class, credit_score


class CreditReviewQuerySet(models.QuerySet["CreditReview"]):
    def visible_to(self, actor: User) -> "CreditReviewQuerySet":
        """Reviews of visible cards; finance reads its store's without the cards, as with orders (21.1)."""
        within = cards_within(actor, actor.read_reach, "customer__")
        return self.filter(within | cards_of_finance(actor, "customer__"))

    def editable_by(self, actor: User) -> "CreditReviewQuerySet":
        """Finance alone reviews credit, that of its store (21.1)."""
        return self.filter(cards_of_finance(actor, "customer__"))


class CreditReview(models.Model):
    """One customer in one quarter; ``quarter`` is its first day."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="credit_reviews")
    quarter = models.DateField()
    trade_cycle, honesty, solvency = (
        models.PositiveSmallIntegerField(label, validators=[MaxValueValidator(MOST_MARK)])
        for label in (_("Trade cycle"), _("Honesty"), _("Solvency"))
    )
    note = models.CharField(_("What it stands on"), max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = CreditReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-quarter"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "quarter"], name="one_credit_review_a_quarter")
        ]

    def __str__(self) -> str:
        return f"{self.quarter} {self.score}"

    @property
    def score(self) -> Decimal:
        return credit_score(self.trade_cycle, self.honesty, self.solvency)

    def credit_class(self, cuts: Mapping[Any, int]) -> CreditClass:
        """By ``credit.cuts`` as they are now."""
        return credit_class(self.score, cuts["A"], cuts["B"])


class BidApprovalQuerySet(models.QuerySet["BidApproval"]):
    def visible_to(self, actor: User) -> "BidApprovalQuerySet":
        return self.filter(cards_within(actor, actor.read_reach, "opportunity__customer__"))

    def decidable_by(self, actor: User) -> "BidApprovalQuerySet":
        """What waits for the proprietor; nobody decides what they asked for (21.4)."""
        if not actor.has_role(Role.PROPRIETOR):
            return self.none()
        return self.visible_to(actor).filter(state=BidApproval.State.APPLIED).exclude(asked_by=actor)


class BidApproval(models.Model):
    """Leave to bid to a customer of class C: asked for once in each cycle of an opportunity, or again once refused."""

    class State(models.TextChoices):
        APPLIED = "APPLIED", _("Waiting for the proprietor")
        APPROVED = "APPROVED", _("Approved by the proprietor")
        REFUSED = "REFUSED", _("Refused by the proprietor")

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="bid_approvals")
    cycle_no = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.APPLIED)
    reason = models.CharField(_("Why we bid all the same"), max_length=300)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(_("What the proprietor says"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = BidApprovalQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["opportunity", "cycle_no"], name="one_bid_approval_a_cycle")
        ]

    def __str__(self) -> str:
        return f"{self.opportunity_id} {self.state}"


def cards_of_finance(actor: User, card: str = "") -> models.Q:
    """The condition on cards whose credit ``actor`` reviews, or with ``card="customer__"`` on rows that hang on one."""
    if not actor.is_active or actor.store_id is None or not actor.has_role(Role.FINANCE):
        return models.Q(pk__in=[])
    return models.Q(**{f"{card}store_id": actor.store_id, f"{card}merged_into__isnull": True})
