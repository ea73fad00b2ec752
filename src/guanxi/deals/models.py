"""Orders with their deposits and deliveries, and the ledger of what was sold."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.catalogue.models import Product
from guanxi.customers.models import Customer, OwnedItem, cards_within
from guanxi.organization.amounts import MoneyField
from guanxi.organization.models import Store, User
from guanxi.organization.rules.roles import Role


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, actor: User) -> "OrderQuerySet":
        """Orders of visible cards; finance reads its store's orders without the cards (21.1)."""
        if actor.is_active and actor.has_role(Role.FINANCE):
            return self.filter(store_id=actor.store_id)
        return self.filter(cards_within(actor, actor.read_reach, "customer__"))

    def editable_by(self, actor: User) -> "OrderQuerySet":
        return self.filter(cards_within(actor, actor.write_reach, "customer__"))


class Order(models.Model):
    class State(models.TextChoices):
        OPEN = "OPEN", pgettext_lazy("order", "Open")
        DELIVERED = "DELIVERED", _("Delivered")
        CANCELLED = "CANCELLED", _("Cancelled")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="orders")
    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    consultant = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    order_no = models.CharField(_("Order number"), max_length=30)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    ordered_on = models.DateField(_("Ordered on"))
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+", verbose_name=_("Model"))
    colour = models.CharField(_("Colour"), max_length=30, blank=True)
    amount = MoneyField(_("Price"), null=True, blank=True)
    promised_on = models.DateField(_("Promised delivery"), null=True, blank=True)
    level_before = models.CharField(max_length=2, blank=True)
    cancelled_on = models.DateField(null=True)
    cancel_reason = models.CharField(max_length=200, blank=True)
    delivered_on = models.DateField(null=True)
    item = models.OneToOneField(OwnedItem, models.SET_NULL, null=True, related_name="order")
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["-ordered_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["store", "order_no"], name="order_no_once_per_store"),
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(state="OPEN"), name="one_open_order_per_card"
            ),
        ]

    def __str__(self) -> str:
        return self.order_no


class Deposit(models.Model):
    """Money received before delivery; below the order threshold it is a small deposit (小订)."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="deposits")
    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="deposits")
    amount = MoneyField(_("Deposit"))
    received_on = models.DateField(_("Received on"))
    refunded_on = models.DateField(null=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-received_on", "-id"]

    def __str__(self) -> str:
        return f"{self.amount}"


class DealQuerySet(models.QuerySet["Deal"]):
    def visible_to(self, actor: User) -> "DealQuerySet":
        """Deals of visible cards; finance reads its store's deals without the cards, as with orders (21.1)."""
        if actor.is_active and actor.has_role(Role.FINANCE):
            return self.filter(store_id=actor.store_id)
        return self.filter(cards_within(actor, actor.read_reach, "customer__"))


class Deal(models.Model):
    """One line of the ledger: what a customer bought, when, from whom and for how much.

    Rows are only added. What is undone is written back by a row of opposite sign that ``reverses`` it, so a sum
    over any days is right without asking what became of each row. A price nobody knows stays empty, never 0.
    """

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="deals")
    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    seller = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    on = models.DateField(_("Date"))
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, related_name="+", verbose_name=_("Product")
    )
    quantity = models.IntegerField(_("Quantity"), default=1)
    amount = MoneyField(_("Amount"), null=True)
    margin = MoneyField(_("Margin"), null=True)
    # The number people know it by, and the row it came from, e.g. "order 12".
    number = models.CharField(_("Order number"), max_length=30, blank=True)
    source = models.CharField(max_length=40)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    reason = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()

    objects = DealQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-id"]
        indexes = [
            models.Index(fields=["store", "on"], name="deal_by_store_day"),
            models.Index(fields=["customer", "-on"], name="deal_by_customer"),
            models.Index(fields=["seller", "on"], name="deal_by_seller_day"),
            models.Index(fields=["source"], name="deal_by_source"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.amount or ''}".strip()
