"""Political circles of an account (handbook 9.3)."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.customers.models import Customer


def _assessed(label: object) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(label, default=0, validators=[MaxValueValidator(3)])  # type: ignore[arg-type]


class Circle(models.Model):
    """People who stand together. The four aspects are assessed 0–3: what the circle is worth to the business, what it
    has achieved, whom it has on its side, how its thinking fits ours."""

    class Colour(models.TextChoices):
        RED = "RED", _("Red")
        GREEN = "GREEN", _("Green")
        BLUE = "BLUE", _("Blue")
        AMBER = "AMBER", _("Amber")
        VIOLET = "VIOLET", _("Violet")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="circles")
    name = models.CharField(_("Name"), max_length=30)
    colour = models.CharField(_("Colour"), max_length=6, choices=Colour, default=Colour.RED)
    business_value = _assessed(_("Business value"))
    track_record = _assessed(_("Track record"))
    allies = _assessed(_("Partisans and allies"))
    philosophy = _assessed(_("Philosophy and policy"))
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name
