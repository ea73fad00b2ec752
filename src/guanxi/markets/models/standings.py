"""What a customer could buy of each product, and how it was judged before."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.catalogue.models import Product
from guanxi.customers.models import Customer, cards_within
from guanxi.markets.rules.composite import POTENTIALS
from guanxi.organization.models import User


class ProductStandingQuerySet(models.QuerySet["ProductStanding"]):
    def visible_to(self, actor: User) -> "ProductStandingQuerySet":
        return self.filter(cards_within(actor, actor.read_reach, "customer__"))

    def editable_by(self, actor: User) -> "ProductStandingQuerySet":
        return self.filter(cards_within(actor, actor.write_reach, "customer__"))


class ProductStanding(models.Model):
    """The handbook's ProductStanding (2.3). ``current`` is stored only when somebody locked it; otherwise it is read
    from the ledger, so that it never tells an old year."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="standings")
    product = models.ForeignKey(Product, models.PROTECT, related_name="standings", verbose_name=_("Product"))
    potential = models.CharField(_("Potential"), max_length=1, choices=[(code, code) for code in POTENTIALS])
    current = models.PositiveSmallIntegerField(_("Buys now"), null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = ProductStandingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "product"], name="one_standing_of_a_product")
        ]
        indexes = [models.Index(fields=["product", "customer"], name="standing_by_product")]

    def __str__(self) -> str:
        return f"{self.product_id} {self.potential}"

    @property
    def is_locked(self) -> bool:
        """Whether somebody set what is bought now, so that purchases do not move it."""
        return self.current is not None


class FormerStanding(models.Model):
    """How a standing was judged until ``until``: the form of a past day prints it (Annex F)."""

    standing = models.ForeignKey(ProductStanding, models.CASCADE, related_name="former")
    potential = models.CharField(max_length=1)
    current = models.PositiveSmallIntegerField(null=True)
    until = models.DateTimeField()

    class Meta:
        ordering = ["until", "id"]

    def __str__(self) -> str:
        return f"{self.potential} {self.until}"


def judged_at(row: ProductStanding, at: datetime) -> tuple[str, int | None] | None:
    """Potential and locked current in force at ``at``, None before it was judged. Needs ``former`` loaded."""
    if row.created_at > at:
        return None
    held: ProductStanding | FormerStanding = next(
        (former for former in row.former.all() if former.until > at), row
    )
    return held.potential, held.current
