"""The ledger of what was sold."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from guanxi.catalogue.models import Product
from guanxi.customers.models import Customer, cards_within
from guanxi.organization.amounts import MoneyField
from guanxi.organization.models import Store, User
from guanxi.organization.rules.roles import Role


class DealQuerySet(models.QuerySet["Deal"]):
    def visible_to(self, actor: User) -> "DealQuerySet":
        """Deals of visible cards; finance reads its store's deals without the cards, as with orders (21.1)."""
        if actor.is_active and actor.has_role(Role.FINANCE):
            return self.filter(store_id=actor.store_id)
        return self.filter(cards_within(actor, actor.read_reach, "customer__"))

    def correctable_by(self, actor: User) -> "DealQuerySet":
        """Deals of which ``actor`` records returns and mistakes: the manager's and finance's, of their store."""
        if actor.is_active and actor.has_role(Role.FINANCE):
            return self.filter(store_id=actor.store_id, customer__merged_into__isnull=True)
        if not actor.has_role(Role.MANAGER):
            return self.none()
        return self.filter(cards_within(actor, actor.write_reach, "customer__"))

    def in_force(self, on: date | None = None) -> "DealQuerySet":
        """Rows that neither take back nor were taken back, on the evening of ``on`` or now; returns are among them,
        so their sums are right."""
        rows = self.filter(reverses__isnull=True)
        if on is None:
            return rows.filter(reversed_by__isnull=True)
        return rows.filter(on__lte=on).exclude(reversed_by__on__lte=on)

    def standing(self, on: date | None = None) -> "DealQuerySet":
        """Purchases that stand on the evening of ``on`` or now, less what came back of each as ``net_quantity``,
        ``net_amount`` and ``net_margin`` (yuan; None where nobody knows); one that came back whole is no purchase. A
        return without its purchase, as sheets bring them, stands by itself, below zero."""
        back = Deal.objects.in_force(on).filter(returns=OuterRef("pk")).order_by().values("returns")

        def net(name: str) -> Coalesce:
            came_back = Subquery(back.annotate(came_back=Sum(name)).values("came_back"))
            field = models.IntegerField() if name == "quantity" else MoneyField()
            return Coalesce(
                ExpressionWrapper(F(name) + came_back, output_field=field), F(name), output_field=field
            )

        nets = {f"net_{name}": net(name) for name in ("quantity", "amount", "margin")}
        rows: Any = self.in_force(on).filter(returns__isnull=True).annotate(**nets)
        return rows.exclude(net_quantity=0)  # type: ignore[no-any-return]

    def bought(self, on: date | None = None) -> "DealQuerySet":
        """The sales among ``standing``, without those that a return without its purchase takes back: one answer to
        what a customer bought."""
        return self.standing(on).filter(~sent_back(on), quantity__gt=0)


def sent_back(on: date | None) -> Exists:
    """Whether a sale came back by a return that names none, of the same customer and product: of the sales before it
    the newest comes back first."""
    same = Deal.objects.in_force(on).filter(customer=OuterRef("customer"), product=OuterRef("product"))
    alone = same.filter(on__gte=OuterRef("on"), returns__isnull=True, quantity__lt=0)
    begins = OuterRef(OuterRef("on"))
    between = same.filter(
        Q(returns__isnull=True) | Q(returns__on__gte=begins), on__gte=begins, on__lte=OuterRef("on")
    )
    left = between.order_by().values("customer").annotate(left=Sum("quantity")).values("left")
    return Exists(alone.annotate(left=Subquery(left)).filter(left__lte=0))


class Deal(models.Model):
    """One line of the ledger: what a customer bought, when, from whom and for how much.

    Rows are only added. What is undone is written back by a row of opposite sign that ``reverses`` it, so a sum
    over any days is right without asking what became of each row; what came back later is a row below zero that
    ``returns`` it. A price nobody knows stays empty, never 0.
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
    returns = models.ForeignKey("self", models.PROTECT, null=True, related_name="returned_by")
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
            models.Index(fields=["store", "number"], name="deal_by_number"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.amount or ''}".strip()

    @property
    def version(self) -> int:
        """Goes up with each row written about this one, so that of two who correct it at once the second is told."""
        return (
            1
            + Deal.objects.filter(models.Q(reverses=self) | models.Q(returns=self)).count()
            + (Deal.objects.filter(reverses__returns=self).count())
        )

    @property
    def is_sale(self) -> bool:
        """What was bought, neither a return nor a row that takes another back."""
        return self.reverses_id is None and self.returns_id is None and self.quantity > 0

    @property
    def is_return(self) -> bool:
        """What came back, of a sale of the ledger or, from a sheet, without one."""
        return self.reverses_id is None and (self.returns_id is not None or self.quantity < 0)
