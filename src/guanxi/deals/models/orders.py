"""Orders with their deposits and deliveries."""

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
