"""The yearly look at whether somebody is a good customer."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.customers.models import Customer, cards_within
from guanxi.insights.rules.goodness import Grade, Service, grade_of, pays_off
from guanxi.organization.amounts import MoneyField
from guanxi.organization.models import User


class CustomerReviewQuerySet(models.QuerySet["CustomerReview"]):
    def visible_to(self, actor: User) -> "CustomerReviewQuerySet":
        return self.filter(cards_within(actor, actor.read_reach, "customer__"))

    def editable_by(self, actor: User) -> "CustomerReviewQuerySet":
        return self.filter(cards_within(actor, actor.write_reach, "customer__"))


class CustomerReview(models.Model):
    """One customer in one year (R-VAL-09 to R-VAL-12). ``marks`` and ``notes`` are by item of ``rules.goodness``; the
    hour costs what it cost when the review was last saved."""

    class Choice(models.TextChoices):
        """R-VAL-11."""

        REDUCE = "REDUCE", pgettext_lazy("poor customer", "Reduce the service")
        RAISE = "RAISE", pgettext_lazy("poor customer", "Raise the price")
        LET_GO = "LET_GO", pgettext_lazy("poor customer", "Let go")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="reviews")
    year = models.PositiveSmallIntegerField()
    marks = models.JSONField(default=dict)
    notes = models.JSONField(default=dict, blank=True)
    score = models.PositiveSmallIntegerField()
    # Margin, so told only to those who see margins.
    income = MoneyField(_("Income of 12 months (yuan)"), null=True, blank=True)
    visits = models.PositiveSmallIntegerField(_("Visits in 12 months"), default=0)
    minutes = models.PositiveSmallIntegerField(_("Minutes a visit"), default=0)
    hourly_cost = MoneyField(default=0)
    gifts = MoneyField(_("Gifts (yuan)"), default=0)
    compensation = MoneyField(_("Compensation (yuan)"), default=0)
    delivery = MoneyField(_("Delivery (yuan)"), default=0)
    choice = models.CharField(_("What to do"), max_length=6, choices=Choice, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = CustomerReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-year"]
        constraints = [models.UniqueConstraint(fields=["customer", "year"], name="one_review_a_year")]

    def __str__(self) -> str:
        return f"{self.year} {self.score}"

    @property
    def service(self) -> Service:
        """What went into serving them."""
        return Service(
            self.visits, self.minutes, self.hourly_cost, self.gifts, self.compensation, self.delivery
        )

    @property
    def pays_off(self) -> bool | None:
        return pays_off(self.income, self.service.cost)

    def grade(self, thresholds: Mapping[Any, int]) -> Grade:
        """By ``good.thresholds`` as they are now."""
        return grade_of(self.score, thresholds["GOOD"], thresholds["NORMAL"])
