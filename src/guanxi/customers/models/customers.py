"""The customer card: identity, classification and the copies of level and dates that lists sort by."""

from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.customers.rules.lifecycle import Held
from guanxi.customers.rules.masks import mask_account, mask_email
from guanxi.organization.models import Store, User
from guanxi.organization.rules.roles import Reach


def cards_within(actor: User, reach: Reach, card: str = "") -> models.Q:
    """The access rule (handbook 21.1) as a condition on cards, or with ``card="customer__"`` on rows that
    hang on one. The only place where a reach becomes a filter. A card merged into another is within nobody's."""
    if not actor.is_active or reach == Reach.NONE or (reach != Reach.ALL and actor.store_id is None):
        return models.Q(pk__in=[])
    within = models.Q(**{f"{card}merged_into__isnull": True})
    if reach == Reach.ALL:
        return within
    within &= models.Q(**{f"{card}store_id": actor.store_id})
    if reach == Reach.OWN:
        within &= models.Q(**{f"{card}owner_id": actor.pk})
    elif reach == Reach.TEAM:
        within &= models.Q(**{f"{card}owner__in": User.objects.within(actor, reach).values("pk")})
    return within


def late_on(on: date) -> models.Q:
    """Cards whose follow-up was due before ``on`` (R-FUP-04): what every page, count and filter calls late. Tried
    without an answer or given up but not decided, they stay late; other tasks make nobody late. Only open cards have a
    next date."""
    return models.Q(next_due_on__lt=on)


class CustomerQuerySet(models.QuerySet["Customer"]):
    """Customer rows. Nothing outside this class may widen what ``visible_to`` gives."""

    def within(self, actor: User, reach: Reach) -> "CustomerQuerySet":
        return self.filter(cards_within(actor, reach))

    def visible_to(self, actor: User) -> "CustomerQuerySet":
        """Cards ``actor`` may read (handbook 21.1)."""
        return self.within(actor, actor.read_reach)

    def editable_by(self, actor: User) -> "CustomerQuerySet":
        """Cards ``actor`` may change."""
        return self.within(actor, actor.write_reach)

    def revealable_by(self, actor: User) -> "CustomerQuerySet":
        """Cards whose full numbers ``actor`` may ask for."""
        return self.within(actor, actor.reveal_reach)

    def live(self) -> "CustomerQuerySet":
        """Open cards: those that need a next date."""
        return self.filter(level__in=["O", "H", "A", "B", "C", "N"])


class Customer(models.Model):
    class Kind(models.TextChoices):
        PERSON = "PERSON", _("Person")
        ORG = "ORG", _("Organisation")

    class Gender(models.TextChoices):
        MALE = "M", _("Male")
        FEMALE = "F", _("Female")
        UNKNOWN = "U", _("Unknown")

    class BaseClass(models.TextChoices):
        LATENT = "LATENT", _("Latent")
        BASE = "BASE", _("Base")

    class IntentStatus(models.TextChoices):
        NONE = "NONE", _("No intent")
        INTENT = "INTENT", _("Intent")
        ORDERED = "ORDERED", _("Ordered")
        DEFEATED = "DEFEATED", _("Defeated")
        FROZEN = "FROZEN", _("Frozen")

    store = models.ForeignKey(Store, models.PROTECT, related_name="customers")
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="customers", verbose_name=_("Consultant")
    )
    customer_no = models.CharField(max_length=20, unique=True)
    card_no = models.CharField(max_length=20, blank=True)
    card_type = models.CharField(max_length=10, blank=True)
    card_created_at = models.DateTimeField(null=True, blank=True)

    kind = models.CharField(_("Kind"), max_length=6, choices=Kind, default=Kind.PERSON)
    name = models.CharField(_("Name"), max_length=80)
    # By sound, so that lists are in the order of a Chinese dictionary on either engine.
    sorted_as = models.CharField(max_length=640, blank=True)
    org_name = models.CharField(_("Organisation"), max_length=120, blank=True)
    gender = models.CharField(_("Gender"), max_length=1, choices=Gender, default=Gender.UNKNOWN)
    birth_date = models.DateField(_("Birthday"), null=True, blank=True)
    id_no_cipher = models.BinaryField(null=True, blank=True)
    id_no_masked = models.CharField(_("ID number"), max_length=20, blank=True)
    wechat = models.CharField(_("WeChat"), max_length=60, blank=True)
    email = models.EmailField(_("E-mail"), blank=True)
    region = models.CharField(_("Region"), max_length=60, blank=True)
    address = models.CharField(_("Address"), max_length=200, blank=True)
    postcode = models.CharField(_("Postcode"), max_length=10, blank=True)
    occupation = models.CharField(_("Occupation"), max_length=60, blank=True)
    employer = models.CharField(_("Employer"), max_length=120, blank=True)
    title = models.CharField(_("Job title"), max_length=60, blank=True)
    industry = models.CharField(_("Industry"), max_length=60, blank=True)
    income_band = models.CharField(_("Income band"), max_length=30, blank=True)
    education = models.CharField(_("Education"), max_length=30, blank=True)
    values_note = models.TextField(_("What matters to them"), blank=True, max_length=1000)
    remark = models.TextField(_("Remark"), blank=True, max_length=2000)
    dimensions = models.JSONField(default=dict, blank=True)
    meta_programs = models.JSONField(default=dict, blank=True)
    family = models.JSONField(default=list, blank=True)
    opt_outs = models.JSONField(default=list, blank=True)

    source_code = models.CharField(_("Source"), max_length=2, default="X")
    source_detail = models.CharField(_("Source detail"), max_length=60, blank=True)
    channel = models.CharField(_("Channel"), max_length=3, blank=True)
    referrer = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="referred")

    base_class = models.CharField(max_length=6, choices=BaseClass, default=BaseClass.LATENT)
    base_help = models.BooleanField(_("May help future sales"), default=False)
    base_complete = models.BooleanField(_("Data complete, card registered"), default=False)
    base_material = models.BooleanField(_("Holds our material, knows us, no bad impression"), default=False)
    base_plan = models.BooleanField(_("Contacted, reachable, periodic contact planned"), default=False)
    is_vip_supporter = models.BooleanField(default=False)
    vip_leads = models.BooleanField(_("Regularly gives leads and has influence"), default=False)
    vip_met = models.BooleanField(_("A supervisor has met them in person"), default=False)
    vip_first = models.BooleanField(_("First on the list for events and gifts"), default=False)
    vip_visited = models.BooleanField(_("A named consultant visits every month"), default=False)
    intent_status = models.CharField(max_length=8, choices=IntentStatus, default=IntentStatus.NONE)
    owner_kind = models.CharField(max_length=11, blank=True)
    tier = models.PositiveSmallIntegerField(
        _("Tier"), null=True, blank=True, choices=[(1, "1"), (2, "2"), (3, "3")]
    )
    touch_tier = models.CharField(max_length=5, blank=True)

    # Stored copies kept by cadence, so that lists sort and filter by index.
    level = models.CharField(max_length=2, blank=True)
    level_since = models.DateField(null=True, blank=True)
    level_confirmed = models.BooleanField(default=True)
    last_contact_on = models.DateField(null=True, blank=True)
    next_due_on = models.DateField(null=True, blank=True)

    # Set on a card that was merged into another: see CardMerge.
    merged_into = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="merged_cards",
        verbose_name=_("Merged into"),
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["store", "-id"], name="customer_newest"),
            models.Index(fields=["owner", "-id"], name="customer_owner_newest"),
            models.Index(fields=["store", "level", "-id"], name="customer_level"),
            models.Index(fields=["owner", "level", "-id"], name="customer_owner_level"),
            models.Index(fields=["store", "next_due_on", "id"], name="customer_due"),
            models.Index(fields=["owner", "next_due_on", "id"], name="customer_owner_due"),
            models.Index(fields=["store", "last_contact_on", "id"], name="customer_contact"),
            models.Index(fields=["owner", "last_contact_on", "id"], name="customer_owner_contact"),
            models.Index(fields=["store", "sorted_as", "id"], name="customer_name"),
            models.Index(fields=["owner", "sorted_as", "id"], name="customer_owner_name"),
            # A condition, for SQLite has no use for a column that is asked with NOT.
            models.Index(
                fields=["store", "level_since", "id"],
                condition=models.Q(level_confirmed=False),
                name="customer_unconfirmed",
            ),
            # Covers "who is behind": open and late cards by consultant and level.
            models.Index(
                fields=["store", "owner", "level", "next_due_on", "merged_into"], name="customer_behind"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def called(self) -> str:
        """Name and organisation, as a heading says them; of an organisation its own name comes first."""
        if not self.org_name or self.org_name == self.name:
            return self.name
        parts = [self.org_name, self.name] if self.kind == self.Kind.ORG else [self.name, self.org_name]
        return " · ".join(parts)

    @property
    def accounts_masked(self) -> list[tuple[str, Any, str]]:
        """Field, label and mask of what leads to the person beside the numbers (promise P8)."""
        masks = (
            ("wechat", _("WeChat"), mask_account(self.wechat)),
            ("email", _("E-mail"), mask_email(self.email)),
        )
        return [told for told in masks if told[2]]

    def become_owner(self) -> None:
        """The intent card goes on as an owner card, and an owner is of the base (handbook 1.1, 1.2)."""
        self.card_type, self.card_no = "OWNER", f"C-{self.customer_no}"
        self.base_class = self.BaseClass.BASE

    @property
    def held(self) -> Held:
        """What its protection depends on (R-PRM-09)."""
        keeps = self.is_vip_supporter or bool(self.owner_kind)
        return Held(self.level, self.last_contact_on, self.next_due_on, keeps)

    @property
    def is_open(self) -> bool:
        """A live level: a next date is required."""
        return self.level in {"O", "H", "A", "B", "C", "N"}

    @property
    def base_conditions(self) -> tuple[bool, bool, bool, bool]:
        return (self.base_help, self.base_complete, self.base_material, self.base_plan)
