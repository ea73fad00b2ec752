"""The intent block and the owner block of the card (handbook 1.3)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.catalogue.models import Product
from guanxi.customers.models.customers import Customer
from guanxi.organization.amounts import MoneyField


class Intent(models.Model):
    """What the customer means to buy. One row per card, opened with the first level."""

    customer = models.OneToOneField(Customer, models.CASCADE, related_name="intent")
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Model")
    )
    colour = models.CharField(_("Colour"), max_length=30, blank=True)
    configuration = models.CharField(_("Configuration"), max_length=100, blank=True)
    alternatives = models.CharField(_("Alternative models"), max_length=200, blank=True)
    competitors = models.CharField(_("Competitors compared"), max_length=200, blank=True)
    use_type = models.CharField(_("Use"), max_length=10, blank=True)
    purchase_kind = models.CharField(_("Kind of purchase"), max_length=10, blank=True)
    budget_min = MoneyField(_("Budget from"), null=True, blank=True)
    budget_max = MoneyField(_("Budget to"), null=True, blank=True)
    payment = models.CharField(_("Payment"), max_length=6, blank=True)
    expected_close_on = models.DateField(_("Expected to close on"), null=True, blank=True)
    trade_in = models.BooleanField(_("Trades in the old car"), default=False)
    test_drive_at = models.DateTimeField(_("Test drive"), null=True, blank=True)
    key_concerns = models.CharField(_("Main concerns"), max_length=300, blank=True)
    decision_maker = models.CharField(_("Decides"), max_length=80, blank=True)
    # A copy deals keeps: deposits received and not refunded.
    deposit_held = MoneyField(default=0)

    def __str__(self) -> str:
        return f"intent {self.customer_id}"

    @property
    def is_complete(self) -> bool:
        """The full intent block R-CUS-08 asks for: what, why, how paid and when."""
        return bool(
            self.product_id
            and self.use_type
            and self.purchase_kind
            and self.payment
            and self.expected_close_on
        )


class OwnedItem(models.Model):
    """Something the customer owns: ``is_ours`` rows are the owner block, the others what they drive now."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="owned_items")
    is_ours = models.BooleanField(default=False)
    brand = models.CharField(_("Brand"), max_length=40, blank=True)
    model = models.CharField(_("Model"), max_length=60, blank=True)
    colour = models.CharField(_("Colour"), max_length=30, blank=True)
    vin = models.CharField(_("VIN"), max_length=17, blank=True)
    engine_no = models.CharField(_("Engine number"), max_length=30, blank=True)
    plate_no = models.CharField(_("Plate"), max_length=12, blank=True)
    bought_on = models.DateField(_("Bought on"), null=True, blank=True)
    delivered_on = models.DateField(_("Delivered on"), null=True, blank=True)
    price = MoneyField(_("Price"), null=True, blank=True)
    mileage = models.PositiveIntegerField(_("Mileage (km)"), null=True, blank=True)
    insurer = models.CharField(_("Insurer"), max_length=40, blank=True)
    insurance_expires_on = models.DateField(_("Insurance expires on"), null=True, blank=True)
    finance_org = models.CharField(_("Finance company"), max_length=40, blank=True)
    first_service_due_on = models.DateField(_("First service due on"), null=True, blank=True)
    first_service_due_km = models.PositiveIntegerField(_("First service due at (km)"), null=True, blank=True)
    accessories = models.CharField(_("Accessories"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-delivered_on", "-id"]

    def __str__(self) -> str:
        return f"{self.brand} {self.model}".strip()
