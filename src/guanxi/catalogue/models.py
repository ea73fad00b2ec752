"""Products a store sells."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.catalogue.rules import SEE_MARGINS, margin_of
from guanxi.organization.amounts import MoneyField
from guanxi.organization.models import Store, User


class ProductQuerySet(models.QuerySet["Product"]):
    def of_store(self, store: Store) -> "ProductQuerySet":
        return self.filter(store=store)

    def on_sale(self) -> "ProductQuerySet":
        return self.filter(is_active=True)


class Product(models.Model):
    store = models.ForeignKey(Store, models.PROTECT, related_name="products")
    name = models.CharField(_("Product"), max_length=60)
    list_price = MoneyField(_("List price"), null=True, blank=True)
    unit_cost = MoneyField(_("Unit cost"), null=True, blank=True)
    is_active = models.BooleanField(_("On sale"), default=True)
    version = models.PositiveIntegerField(default=1)

    objects = ProductQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "name"], name="product_name_once_per_store")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def margin(self) -> Decimal | None:
        """What one earns at the list price, in yuan; None while price or cost is unknown."""
        return margin_of(self.list_price, 1, self.unit_cost)


def sees_margins(user: User | None) -> bool:
    """Whether ``user`` is told costs and margins; the system (None) is."""
    return user is None or user.has_role(*SEE_MARGINS)
