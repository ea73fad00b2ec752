"""How a customer is reached: phones, and the people inside an organisation."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.customers.models.customers import Customer
from guanxi.lib.phones import mask_phone
from guanxi.organization.models import Store


class Phone(models.Model):
    """One number of a card. A mobile belongs to one card of a store: the database itself refuses a second."""

    class Kind(models.TextChoices):
        MOBILE = "MOBILE", _("Mobile")
        LANDLINE = "LANDLINE", _("Landline")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="phones")
    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.MOBILE)
    raw = models.CharField(max_length=40)
    normalized = models.CharField(max_length=24)
    is_primary = models.BooleanField(default=True)

    class Meta:
        ordering = ["-is_primary", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "normalized"],
                condition=models.Q(kind="MOBILE"),
                name="mobile_once_per_store",
            )
        ]
        indexes = [models.Index(fields=["store", "normalized"], name="phone_by_number")]

    def __str__(self) -> str:
        return f"phone {self.pk}"

    @property
    def masked(self) -> str:
        """``138****1234`` (R-PRM-05)."""
        return mask_phone(self.normalized)


class Contact(models.Model):
    """A person inside an organisation."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contacts")
    name = models.CharField(_("Name"), max_length=40)
    department = models.CharField(_("Department"), max_length=60, blank=True)
    title = models.CharField(_("Job title"), max_length=60, blank=True)
    phone_raw = models.CharField(max_length=40, blank=True)
    phone_normalized = models.CharField(max_length=24, blank=True)
    is_primary = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-is_primary", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def phone_masked(self) -> str:
        """``138****1234`` (R-PRM-05)."""
        return mask_phone(self.phone_normalized)
