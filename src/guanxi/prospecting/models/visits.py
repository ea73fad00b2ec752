"""The registers (handbook 4): one row for every party that came or called, even when it left nothing."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.cadence.models import Interaction
from guanxi.catalogue.models import Product
from guanxi.customers.models import Customer
from guanxi.lib.phones import mask_phone
from guanxi.organization.models import Store, User
from guanxi.organization.rules.roles import Reach, widest
from guanxi.prospecting.rules.access import READ_REGISTERS, WRITE_REGISTERS


def visits_within(actor: User, reach: Reach) -> models.Q:
    """The access rule of register rows, which need no card: they are their consultant's."""
    if not actor.is_active or reach == Reach.NONE or (reach != Reach.ALL and actor.store_id is None):
        return models.Q(pk__in=[])
    if reach == Reach.ALL:
        return models.Q()
    within = models.Q(store_id=actor.store_id)
    if reach == Reach.OWN:
        within &= models.Q(consultant_id=actor.pk)
    elif reach == Reach.TEAM:
        within &= models.Q(consultant__in=User.objects.within(actor, reach).values("pk"))
    return within


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, actor: User) -> "VisitQuerySet":
        """Rows ``actor`` may read (handbook 21.1): a consultant their own, a supervisor the team's, the front
        desk and the manager the store's."""
        return self.filter(visits_within(actor, widest(actor.roles, READ_REGISTERS)))

    def editable_by(self, actor: User) -> "VisitQuerySet":
        return self.filter(visits_within(actor, widest(actor.roles, WRITE_REGISTERS)))

    def counted(self) -> "VisitQuerySet":
        """One party once per day: continuation rows are not counted (R-REG-04)."""
        return self.filter(continues__isnull=True)

    def came(self) -> "VisitQuerySet":
        """Parties in the showroom."""
        return self.filter(kind=Visit.Kind.WALKIN)

    def between(self, first: date, last: date) -> "VisitQuerySet":
        return self.filter(on__range=(first, last))


class Visit(models.Model):
    """The handbook's VisitRegister: a row of F-REG-1 or F-REG-2. The number left is personal: it is shown masked,
    and in full only through the card it leads to."""

    class Kind(models.TextChoices):
        WALKIN = "WALKIN", _("Walk-in")
        PHONEIN = "PHONEIN", _("Phone-in")
        EVENT = "EVENT", _("Met at an event")

    store = models.ForeignKey(Store, models.PROTECT, related_name="visits")
    kind = models.CharField(_("Register"), max_length=7, choices=Kind, default=Kind.WALKIN)
    on = models.DateField(_("Date"))
    arrived_at = models.DateTimeField(_("Arrived at"))
    # The hour of the arrival in the store's zone, for the time bands of F-STAT-1.
    hour = models.PositiveSmallIntegerField()
    left_at = models.DateTimeField(_("Left at"), null=True, blank=True)
    party_size = models.PositiveSmallIntegerField(_("People"), default=1)
    arrival_mode = models.CharField(_("Came by"), max_length=10, blank=True)
    visit_type = models.CharField(_("Visit"), max_length=16, default="INCOMPLETE")
    purpose = models.CharField(_("Purpose"), max_length=12, blank=True)
    nature = models.CharField(_("Kind of call"), max_length=12, blank=True)
    # The first row of the same party on the same day (R-REG-04); such a row is not counted.
    continues = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="continued_by")

    customer = models.ForeignKey(
        Customer, models.SET_NULL, null=True, blank=True, related_name="visits", verbose_name=_("Customer")
    )
    consultant = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name=_("Consultant")
    )
    given_at = models.DateTimeField(null=True)
    name = models.CharField(_("Name"), max_length=80, blank=True)
    gender = models.CharField(
        _("Gender"), max_length=1, choices=Customer.Gender.choices, default=Customer.Gender.UNKNOWN
    )
    phone_normalized = models.CharField(_("Phone"), max_length=24, blank=True)
    wechat_added = models.BooleanField(_("WeChat added"), default=False)
    region = models.CharField(_("Region"), max_length=60, blank=True)
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Model")
    )
    colour = models.CharField(_("Colour"), max_length=30, blank=True)
    competitor = models.CharField(_("Compared with"), max_length=80, blank=True)
    level_first = models.CharField(_("Level at first sight"), max_length=2, blank=True)
    level_confirmed = models.CharField(_("Level within 24 h"), max_length=2, blank=True)
    channel = models.CharField(_("Channel"), max_length=3, blank=True)
    test_drive = models.BooleanField(_("Test drive"), default=False)
    licence_checked = models.BooleanField(_("Driving licence checked"), default=False)
    quoted = models.BooleanField(_("Quoted"), default=False)
    invited_on = models.DateField(_("Invited for"), null=True, blank=True)
    # 留档: a usable number was left.
    filed = models.BooleanField(_("Filed"), default=False)
    course = models.TextField(_("What happened"), blank=True, max_length=2000)
    result = models.CharField(_("Follow-up result"), max_length=300, blank=True)
    remark = models.TextField(_("Remark"), blank=True, max_length=1000)
    interaction = models.ForeignKey(Interaction, models.SET_NULL, null=True, related_name="+")

    basic_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    # Whether both clocks were kept (R-REG-01); None until that is known.
    in_time = models.BooleanField(null=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["arrived_at", "id"]
        indexes = [
            # Covers the statistics of a month.
            models.Index(
                fields=["store", "kind", "on", "visit_type", "hour", "continues", "level_confirmed", "level_first",
                        "test_drive", "quoted", "filed", "channel", "in_time"],
                name="visit_statistics",
            ),
            models.Index(fields=["store", "on", "arrived_at"], name="visit_by_day"),
            models.Index(fields=["consultant", "on", "arrived_at"], name="visit_by_consultant"),
            models.Index(fields=["customer", "on"], name="visit_by_customer"),
            models.Index(
                fields=["store", "phone_normalized", "on"],
                condition=~models.Q(phone_normalized=""),
                name="visit_by_number",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"

    @property
    def phone_masked(self) -> str:
        """``138****1234`` (R-PRM-05)."""
        return mask_phone(self.phone_normalized) if self.phone_normalized else ""

    @property
    def level(self) -> str:
        """The level that counts: the confirmed one, until then the first."""
        return self.level_confirmed or self.level_first

    @property
    def is_call(self) -> bool:
        return self.kind == Visit.Kind.PHONEIN

    @property
    def is_open(self) -> bool:
        """Still in the store, or on the phone."""
        return self.left_at is None
