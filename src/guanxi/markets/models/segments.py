"""Segments of the market with their three tests, and the plan of a chosen one (handbook 11.2, 11.5)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.markets.rules.access import PLANNERS
from guanxi.markets.rules.segments import HIGHEST, SCORES, TESTS, total_score
from guanxi.organization.amounts import AT_LEAST_NOTHING, MoneyField
from guanxi.organization.models import Store, User
from guanxi.organization.rules.roles import Reach


class SegmentQuerySet(models.QuerySet["Segment"]):
    def visible_to(self, actor: User) -> "SegmentQuerySet":
        """A segment holds no customer: whoever reads customers of a store reads its segments. How many customers are
        in one is counted among the reader's own cards."""
        if not actor.is_active or actor.read_reach == Reach.NONE:
            return self.none()
        return self if actor.read_reach == Reach.ALL else self.filter(store_id=actor.store_id)

    def editable_by(self, actor: User) -> "SegmentQuerySet":
        if not actor.is_active or not actor.has_role(*PLANNERS):
            return self.none()
        return self.filter(store_id=actor.store_id)

    def chosen(self) -> "SegmentQuerySet":
        return self.filter(chosen_on__isnull=False)


def _test(label: object) -> models.BooleanField:
    return models.BooleanField(label, null=True, blank=True, choices=[(True, _("Yes")), (False, _("No"))])  # type: ignore[arg-type]


def _evidence() -> models.CharField:
    return models.CharField(_("What shows it"), max_length=300, blank=True)


def _score(label: object) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(
        label,  # type: ignore[arg-type]
        null=True, blank=True, choices=[(place, str(place)) for place in range(HIGHEST + 1)],
    )  # fmt: skip


class Segment(models.Model):
    """Customers who respond alike to goods, services and information. ``rule`` is a filter of the customer list by the
    names of its address, empty for a market whose customers have no cards yet."""

    class Basis(models.TextChoices):
        PRODUCT_KIND = "PRODUCT_KIND", _("Product kind")
        SUITABILITY = "SUITABILITY", _("Product suitability")
        APPLICABILITY = "APPLICABILITY", _("Customer applicability")
        POPULATION = "POPULATION", _("Population")
        ATTITUDE = "ATTITUDE", _("Attitude and traits")
        SHARE = "SHARE", _("Sales or market share")
        ACCEPTANCE = "ACCEPTANCE", _("Acceptance or refusal rate")

    store = models.ForeignKey(Store, models.PROTECT, related_name="segments")
    name = models.CharField(pgettext_lazy("market", "Segment"), max_length=60)
    bases = models.JSONField(_("Bases"), default=list)
    rule = models.JSONField(_("Rule"), default=dict, blank=True)
    is_accessible = _test(_("Easy to enter"))
    accessible_evidence = _evidence()
    is_measurable = _test(_("Measurable"))
    measurable_evidence = _evidence()
    is_profitable = _test(_("Profitable"))
    profitable_evidence = _evidence()
    market_size = models.PositiveIntegerField(_("Size of the market"), null=True, blank=True)
    est_margin = MoneyField(_("Estimated margin"), null=True, blank=True)
    cost = MoneyField(pgettext_lazy("market", "Cost"), null=True, blank=True, validators=[AT_LEAST_NOTHING])
    score_profit = _score(pgettext_lazy("market", "Profit"))
    score_need = _score(_("Need potential"))
    score_trend = _score(_("Trend against our own state"))
    score_market = _score(pgettext_lazy("market", "Market"))
    score_competition = _score(_("Room beside the competition"))
    chosen_on = models.DateField(_("Chosen on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = SegmentQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["store", "name"], name="segment_name_once_per_store")]

    def __str__(self) -> str:
        return self.name

    @property
    def answers(self) -> dict[str, tuple[bool | None, str]]:
        """Test → its answer and evidence."""
        return {test: (getattr(self, f"is_{test}"), getattr(self, f"{test}_evidence")) for test in TESTS}

    @property
    def scores(self) -> dict[str, int | None]:
        return {name: getattr(self, f"score_{name}") for name in SCORES}

    @property
    def total(self) -> int | None:
        """R-VAL-14, of 25."""
        return total_score(self.scores)


class MarketPlan(models.Model):
    """How the market of a segment is developed (11.5): evaluated, selected, concentrated on."""

    class Step(models.TextChoices):
        EVALUATE = "EVALUATE", _("1 Evaluate")
        SELECT = "SELECT", _("2 Select")
        CONCENTRATE = "CONCENTRATE", _("3 Concentrate")

    class Path(models.TextChoices):
        INDIRECT = "INDIRECT", _("Indirect: develop distributors")
        DIRECT = "DIRECT", _("Direct: develop outlets and users")

    segment = models.OneToOneField(Segment, models.CASCADE, primary_key=True, related_name="plan")
    step = models.CharField(_("Step"), max_length=11, choices=Step, default=Step.EVALUATE)
    path = models.CharField(
        pgettext_lazy("market", "Channel"), max_length=8, choices=Path, default=Path.DIRECT
    )
    goal = models.CharField(pgettext_lazy("market", "Goal"), max_length=300, blank=True)
    research = models.TextField(_("What research says"), max_length=1000, blank=True)
    rivals = models.TextField(_("Rivals there"), max_length=1000, blank=True)
    actions = models.TextField(_("Actions, one a line"), max_length=1000, blank=True)
    budget = MoneyField(
        pgettext_lazy("market", "Budget"), null=True, blank=True, validators=[AT_LEAST_NOTHING]
    )
    # What was spent beside the campaigns, which keep their own cost.
    actual = MoneyField(_("Spent beside the campaigns"), null=True, blank=True, validators=[AT_LEAST_NOTHING])
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"plan of {self.segment_id}"
