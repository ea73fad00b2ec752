"""Lines of the map beside the formal ones: who moves whom inside, and whom of us each person knows."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.customers.models import Contact
from guanxi.organization.models import User


class Influence(models.Model):
    """An informal line from one person to another of the same account. Circles of lines are allowed, a line to
    oneself is not. ``strength`` is the probability that a word gets through, above 0 up to 1."""

    class Kind(models.TextChoices):
        INFLUENCE = "INFLUENCE", _("Influences")
        FRIEND = "FRIEND", _("Is friends with")
        CONFLICT = "CONFLICT", _("Is in conflict with")

    source = models.ForeignKey(Contact, models.CASCADE, related_name="influences", verbose_name=_("From"))
    target = models.ForeignKey(Contact, models.CASCADE, related_name="influenced_by", verbose_name=_("To"))
    kind = models.CharField(pgettext_lazy("line", "Kind"), max_length=9, choices=Kind, default=Kind.INFLUENCE)
    is_indirect = models.BooleanField(_("Through others"), default=False)
    strength = models.DecimalField(
        _("Strength (0–1)"), max_digits=3, decimal_places=2, default=Decimal("0.50"),
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal(1))],
    )  # fmt: skip
    note = models.CharField(_("What links them"), max_length=60, blank=True)
    known_since = models.DateField()
    ended_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(source=models.F("target")), name="nobody_influences_themselves"
            ),
            models.UniqueConstraint(
                fields=["source", "target", "kind"],
                condition=models.Q(ended_on__isnull=True),
                name="line_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"


class OurTie(models.Model):
    """How well one of us stands with one of them now, and how well we want to stand; with the evidence for now."""

    class Degree(models.IntegerChoices):
        NONE = 0, _("0 no relation")
        KNOWN = 1, _("1 know each other")
        WORKING = 2, _("2 work well together")
        TRUSTED = 3, _("3 trust each other")
        FRIEND = 4, _("4 friends")

    person = models.ForeignKey(Contact, models.CASCADE, related_name="our_ties")
    user = models.ForeignKey(User, models.PROTECT, related_name="ties", verbose_name=_("One of us"))
    current = models.PositiveSmallIntegerField(_("Now"), choices=Degree, default=Degree.KNOWN)
    wanted = models.PositiveSmallIntegerField(_("Wanted"), choices=Degree, default=Degree.TRUSTED)
    evidence = models.CharField(_("What shows it"), max_length=300)
    on = models.DateField(_("Seen on"))
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-current", "id"]
        constraints = [models.UniqueConstraint(fields=["person", "user"], name="tie_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.current} {self.person_id}"
