"""Names and recommendations (handbook 3.2, 10): who was asked, whom they named, and how warm each name is."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.customers.models import Collision, Customer, cards_within
from guanxi.lib.phones import mask_phone
from guanxi.organization.models import Store, User
from guanxi.organization.rules.roles import Reach
from guanxi.prospecting.models.visits import visits_within
from guanxi.prospecting.rules.asking import is_centre

NOT_VISITED = ("NO_NEED", "REFUSED", "INVALID")


class InfluenceCentre(models.Model):
    """The traits of an influence centre ticked on a customer (10.2)."""

    customer = models.OneToOneField(Customer, models.CASCADE, related_name="influence")
    traits = models.JSONField(_("Traits"), default=list)
    # A copy of their number, so that the centres are found by index.
    ticks = models.PositiveSmallIntegerField(default=0, db_index=True)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"influence {self.customer_id}"

    @property
    def is_centre(self) -> bool:
        return is_centre(self.traits)


class ReferralRequest(models.Model):
    """One time a customer was asked for a recommendation (R-REF-01). What was said stays as it was."""

    class Result(models.TextChoices):
        NAMES = "NAMES", _("Gave names")
        REFUSED = "REFUSED", pgettext_lazy("asked for a recommendation", "Declined")
        LATER = "LATER", pgettext_lazy("asked for a recommendation", "Another time")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="referral_requests")
    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # The place in its round when it was made.
    ask_no = models.PositiveSmallIntegerField()
    moment = models.CharField(_("Moment"), max_length=10)
    result = models.CharField(_("What came of it"), max_length=7, choices=Result)
    names = models.PositiveSmallIntegerField(_("Names given"), default=0)
    note = models.CharField(_("Note"), max_length=300, blank=True)
    asked_on = models.DateField(_("Asked on"))
    at = models.DateTimeField()

    class Meta:
        ordering = ["-asked_on", "-id"]
        indexes = [
            models.Index(fields=["customer", "asked_on", "id"], name="request_by_customer"),
            models.Index(fields=["store", "asked_on"], name="request_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.ask_no} {self.result}"


class ReferralLeadQuerySet(models.QuerySet["ReferralLead"]):
    def within(self, actor: User, reach: Reach) -> "ReferralLeadQuerySet":
        """A recommended name goes with its recommender's card, and is handed over with it (R-PRM-03); a name of
        one's own circle is its consultant's."""
        own = models.Q(recommender__isnull=True) & visits_within(actor, reach)
        recommended = models.Q(recommender__isnull=False) & cards_within(actor, reach, "recommender__")
        rows = self.filter(own | recommended)
        # A recommender is of the same store; said once more, the index of the list can be walked.
        return rows if reach == Reach.ALL else rows.filter(store_id=actor.store_id)

    def visible_to(self, actor: User) -> "ReferralLeadQuerySet":
        return self.within(actor, actor.read_reach)

    def editable_by(self, actor: User) -> "ReferralLeadQuerySet":
        return self.within(actor, actor.write_reach)

    def held_by(self, people: models.QuerySet[User] | list[User]) -> "ReferralLeadQuerySet":
        """The names on the lists of ``people``."""
        own = models.Q(recommender__isnull=True, consultant__in=people)
        return self.filter(own | models.Q(recommender__owner__in=people))

    def valid(self) -> "ReferralLeadQuerySet":
        """R-PRO-01: names that count towards the hundred."""
        return self.exclude(result="INVALID").exclude(relation="")

    def free(self) -> "ReferralLeadQuerySet":
        """Names with neither a card nor a claim to a colleague's card."""
        return self.filter(customer__isnull=True, claim__isnull=True)

    def to_visit(self) -> "ReferralLeadQuerySet":
        """R-PRO-04, R-REF-05: names without a card that may be visited; the caller sorts by warmth."""
        return self.free().filter(is_qualified=True).exclude(result__in=NOT_VISITED)

    def to_qualify(self) -> "ReferralLeadQuerySet":
        """Names about whom neither means nor the right to decide is known yet."""
        return self.free().filter(is_qualified=False).exclude(result__in=NOT_VISITED)

    def may_be_messaged(self) -> "ReferralLeadQuerySet":
        """10.5: names that may stand on a list of recipients, because they consented."""
        return self.filter(consent=True).exclude(phone_normalized="").exclude(result="INVALID")


class ReferralLead(models.Model):
    """A name on somebody's list. With a recommender it was recommended to us, without one it is from the
    consultant's own circle (计划100). The number is personal and shown masked."""

    class Marital(models.TextChoices):
        MARRIED = "MARRIED", _("Married")
        SINGLE = "SINGLE", _("Not married")

    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    # Who noted it. Of a recommended name the recommender's consultant works it.
    consultant = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("Consultant"))
    recommender = models.ForeignKey(
        Customer, models.SET_NULL, null=True, blank=True, related_name="named", verbose_name=_("Recommender")
    )
    request = models.ForeignKey(ReferralRequest, models.SET_NULL, null=True, related_name="leads")
    customer = models.ForeignKey(
        Customer, models.SET_NULL, null=True, blank=True, related_name="names", verbose_name=_("Card")
    )
    # A colleague's card has the number: until the manager has decided, the name has no card (R-PRM-09).
    claim = models.ForeignKey(
        Collision, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("Claim")
    )
    name = models.CharField(_("Name"), max_length=80)
    company = models.CharField(_("Organisation"), max_length=80, blank=True)
    phone_normalized = models.CharField(_("Phone"), max_length=24, blank=True)
    relation = models.CharField(_("Relation"), max_length=12, blank=True)
    years_known = models.PositiveSmallIntegerField(_("Years known"), null=True, blank=True)
    age = models.PositiveSmallIntegerField(_("Age"), null=True, blank=True)
    occupation = models.CharField(_("Occupation"), max_length=60, blank=True)
    marital = models.CharField(_("Marriage"), max_length=7, choices=Marital, blank=True)
    children = models.PositiveSmallIntegerField(_("Children"), null=True, blank=True)
    income_band = models.CharField(_("Income band"), max_length=10, blank=True)
    family = models.CharField(_("Family"), max_length=200, blank=True)
    trigger = models.CharField(_("What is new with them"), max_length=12, blank=True)
    situation = models.CharField(_("Situation"), max_length=200, blank=True)
    conditions = models.JSONField(_("Conditions"), default=list, blank=True)
    # Copies of what the conditions say, so that lists filter and count in the database (R-PRO-03, R-PRO-04).
    is_qualified = models.BooleanField(default=False)
    is_ideal = models.BooleanField(default=False)
    warmth = models.PositiveSmallIntegerField(_("Warmth"), default=1)
    warm_method = models.CharField(_("How it was warmed"), max_length=12, blank=True)
    consent = models.BooleanField(_("Agreed to be written to"), default=False)
    first_visit_on = models.DateField(_("First visit"), null=True, blank=True)
    result = models.CharField(_("Result"), max_length=12, blank=True)
    result_on = models.DateField(null=True)
    result_note = models.CharField(_("Note"), max_length=300, blank=True)
    noted_on = models.DateField(_("Noted on"))
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = ReferralLeadQuerySet.as_manager()

    class Meta:
        ordering = ["-warmth", "-id"]
        indexes = [
            models.Index(fields=["store", "-warmth", "-id"], name="name_by_store_warmth"),
            models.Index(fields=["consultant", "-warmth", "-id"], name="name_by_consultant_warmth"),
            models.Index(
                fields=["store", "phone_normalized"], condition=~models.Q(phone_normalized=""), name="name_by_number"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def phone_masked(self) -> str:
        """``138****1234`` (R-PRM-05)."""
        return mask_phone(self.phone_normalized) if self.phone_normalized else ""

    @property
    def holder(self) -> User | None:
        """Whose list it is on now."""
        return self.recommender.owner if self.recommender is not None else self.consultant

    def warmth_on(self, on: date) -> int:
        """The warmth at the end of ``on``, told from the changes since; they are read newest first."""
        later = [change for change in self.warmth_changes.all() if change.on > on]
        return later[-1].before if later else self.warmth


class WarmthChange(models.Model):
    """A step of a name from one warmth to another, with what shows it (R-REF-05)."""

    lead = models.ForeignKey(ReferralLead, models.CASCADE, related_name="warmth_changes")
    before = models.PositiveSmallIntegerField()
    after = models.PositiveSmallIntegerField()
    method = models.CharField(max_length=12, blank=True)
    evidence = models.CharField(_("Evidence"), max_length=300)
    on = models.DateField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-on", "-id"]

    def __str__(self) -> str:
        return f"{self.before}→{self.after}"
