"""Targets (F-TGT-1), what is done about their gaps, and the leader's word on a month (F-EFF-1)."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.catalogue.models import Product
from guanxi.organization.models import Store, Team, User

# The column that names the holder of each scope; the store has none.
HOLDERS = {"TEAM": "team_id", "USER": "user_id", "PRODUCT": "product_id"}


class TargetQuerySet(models.QuerySet["Target"]):
    def of_month(self, store: Store, month: date) -> "TargetQuerySet":
        return self.filter(store=store, month=month)


class Target(models.Model):
    """One figure as it was set. Rows are added, never changed: the latest of a cell is in force, so that a sheet
    of a past day can be told again. ``version`` counts the changes of a sheet after the month began."""

    class Scope(models.TextChoices):
        STORE = "STORE", _("Store")
        TEAM = "TEAM", _("Team")
        USER = "USER", _("Consultant")
        PRODUCT = "PRODUCT", _("Model")

    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    scope = models.CharField(max_length=7, choices=Scope)
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+")
    month = models.DateField()
    metric = models.CharField(max_length=20)
    # Empty: the target was taken away.
    value = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    version = models.PositiveIntegerField(default=1)
    set_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    objects = TargetQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["store", "month", "scope"], name="target_by_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.metric}"

    @property
    def holder(self) -> tuple[str, int]:
        """Whose figure it is: the scope and the key of the team, person or model; 0 for the store."""
        return self.scope, self.team_id or self.user_id or self.product_id or 0


class TargetMeasureQuerySet(models.QuerySet["TargetMeasure"]):
    def of(self, store: Store, scope: str, pk: int) -> "TargetMeasureQuerySet":
        """The measures of one holder of targets."""
        holder = dict.fromkeys(HOLDERS.values())
        if scope in HOLDERS:
            holder[HOLDERS[scope]] = pk
        return self.filter(
            store=store, **{name: pk for name, pk in holder.items() if pk is not None},
            **{f"{name}__isnull": True for name, pk in holder.items() if pk is None},
        )  # fmt: skip


class TargetMeasure(models.Model):
    """Why a figure lies behind, what is done, by whom and until when; one for each figure of a sheet. Without
    user, team and product it is the store's."""

    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+")
    month = models.DateField()
    metric = models.CharField(max_length=20)
    cause = models.CharField(_("Cause"), max_length=200, blank=True)
    measure = models.CharField(_("Measure"), max_length=200, blank=True)
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=pgettext_lazy("measure", "Who")
    )
    due_on = models.DateField(pgettext_lazy("measure", "Until"), null=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = TargetMeasureQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "month", "metric"],
                condition=models.Q(user__isnull=True, team__isnull=True, product__isnull=True),
                name="one_measure_of_the_store",
            ),
            *(
                models.UniqueConstraint(
                    fields=[holder, "month", "metric"],
                    condition=models.Q(**{f"{holder}__isnull": False}),
                    name=f"one_measure_of_a_{holder}",
                )
                for holder in ("user", "team", "product")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.metric}"


class MonthComment(models.Model):
    """The leader's word on a consultant's month, printed on F-EFF-1."""

    user = models.ForeignKey(User, models.PROTECT, related_name="month_comments")
    month = models.DateField()
    comment = models.CharField(_("Leader's comment"), max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "month"], name="one_comment_on_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.month:%Y-%m}"
