"""Products a store sells, the price schemes they are offered under, and what rivals ask (11.3)."""

from datetime import date
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.catalogue.rules import SEE_MARGINS, Quote, margin_of, scheme_phase
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
    # What belongs together in the report of the product structure, in the store's own words.
    line = models.CharField(_("Product line"), max_length=30, blank=True)
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


class SchemeQuerySet(models.QuerySet["Scheme"]):
    def of_store(self, store: Store) -> "SchemeQuerySet":
        return self.filter(store=store)

    def not_over(self, on: date) -> "SchemeQuerySet":
        return self.filter(models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=on))


class Scheme(models.Model):
    """A flexible price (11.3): one product for less, or several together at one price. What is offered to whom with it
    is a campaign."""

    class Kind(models.TextChoices):
        DISCOUNT = "DISCOUNT", pgettext_lazy("price scheme", "Discount")
        BUNDLE = "BUNDLE", pgettext_lazy("price scheme", "Bundle")

    store = models.ForeignKey(Store, models.PROTECT, related_name="schemes")
    name = models.CharField(_("Price scheme"), max_length=60)
    kind = models.CharField(pgettext_lazy("price scheme", "Kind"), max_length=8, choices=Kind)
    products = models.ManyToManyField(Product, related_name="schemes", verbose_name=_("Products"))
    percent_off = models.DecimalField(
        _("Per cent off"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    amount_off = MoneyField(_("Amount off"), null=True, blank=True)
    price = MoneyField(_("Price of the bundle"), null=True, blank=True)
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("To"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = SchemeQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-id"]
        constraints = [models.UniqueConstraint(fields=["store", "name"], name="scheme_name_once_per_store")]

    def __str__(self) -> str:
        return self.name

    @property
    def quote(self) -> Quote:
        """Its figures at today's prices and costs. Needs ``products`` loaded."""
        products = self.products.all()
        return Quote(
            tuple(product.list_price for product in products),
            tuple(product.unit_cost for product in products),
            self.percent_off, self.amount_off, self.price,
        )  # fmt: skip

    def phase(self, on: date) -> str:
        return scheme_phase(on, self.starts_on, self.ends_on)


class RivalPrice(models.Model):
    """What a rival asked for a product like ours on a day. Rows are added; a slip is taken out."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="rival_prices")
    rival = models.CharField(_("Rival"), max_length=60)
    price = MoneyField(pgettext_lazy("rival", "Price"))
    seen_on = models.DateField(_("Seen on"))
    source = models.CharField(_("Where it was seen"), max_length=100, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-seen_on", "-id"]

    def __str__(self) -> str:
        return f"{self.rival} {self.price}"


def sees_margins(user: User | None) -> bool:
    """Whether ``user`` is told costs and margins; the system (None) is."""
    return user is None or user.has_role(*SEE_MARGINS)
