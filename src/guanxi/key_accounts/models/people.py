"""The people of an account as the map knows them, and how every mark came about."""

from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.customers.models import Contact, Customer
from guanxi.key_accounts.models.circles import Circle
from guanxi.organization.models import User

# Fields of KeyPerson that are somebody's judgement: none of them changes without evidence.
MARKS = (
    "role", "style", "attitude", "degree", "adaptability", "needs_level", "attitude_to_product",
    "attitude_to_company", "attitude_to_rival", "buy_power", "influence",
)  # fmt: skip


class ChainRole(models.TextChoices):
    """The nine roles of the customer chain (handbook 2.4)."""

    INFLUENCER = "INFLUENCER", pgettext_lazy("chain", "Influencer")
    PROPOSER = "PROPOSER", pgettext_lazy("chain", "Proposer")
    DECIDER = "DECIDER", pgettext_lazy("chain", "Decider")
    USER = "USER", pgettext_lazy("chain", "User")
    BUYER = "BUYER", pgettext_lazy("chain", "Buyer")
    CONSUMER = "CONSUMER", pgettext_lazy("chain", "Consumer")
    MARKETER = "MARKETER", pgettext_lazy("chain", "Marketer")
    AGENT = "AGENT", pgettext_lazy("chain", "Agent")
    RECEIVER = "RECEIVER", pgettext_lazy("chain", "Receiver")


class KeyPerson(models.Model):
    """What we know of one person of an organisation. Its key is that of the contact; a contact without one stands on
    the map without marks. Marks are changed by ``operations.marks`` only, each with dated evidence."""

    class Role(models.TextChoices):
        APPROVER = "A", _("A approver")
        DECIDER = "D", _("D decision maker")
        EVALUATOR = "E", _("E evaluator")
        USER = "U", _("U user")

    class Style(models.TextChoices):
        DRIVER = "D", _("D driver")
        AMIABLE = "K", _("K amiable")
        ANALYTICAL = "A", _("A analytical")
        EXPRESSIVE = "E", _("E expressive")

    class Attitude(models.TextChoices):
        COACH = "*", _("* coach")
        SUPPORTER = "+", _("+ supporter")
        NEUTRAL = "=", _("= neutral")
        OPPONENT = "−", _("− non-supporter")
        ENEMY = "X", _("X enemy")

    class Degree(models.TextChoices):
        NONE = "0", _("0 never met")
        ONCE = "1", _("1 once, briefly")
        MANY = "N", _("N many times")
        FRIEND = "F", _("F friend, in depth")

    class Adaptability(models.TextChoices):
        FANATIC = "FANATIC", _("Fanatic")
        PIONEER = "PIONEER", _("Pioneer")
        FOLLOWER = "FOLLOWER", _("Follower")
        DIE_HARD = "DIE_HARD", _("Die-hard")

    class Area(models.TextChoices):
        FINANCE = "FINANCE", _("Finance")
        TECH = "TECH", _("Technology")
        OPERATIONS = "OPERATIONS", _("Operations")

    class Need(models.IntegerChoices):
        """The needs ladder (handbook 9.5)."""

        FOOD = 1, _("1 food and warmth")
        HOME = 2, _("2 a settled life")
        BELONGING = 3, _("3 family and company")
        COMFORT = 4, _("4 a better house and car")
        DISTINCTION = 5, _("5 better than others")
        SELF = 6, _("6 self-realisation")

    contact = models.OneToOneField(Contact, models.CASCADE, primary_key=True, related_name="key_person")
    role = models.CharField(_("Role"), max_length=1, choices=Role, blank=True)
    style = models.CharField(_("Social style"), max_length=1, choices=Style, blank=True)
    attitude = models.CharField(_("Attitude to us"), max_length=1, choices=Attitude, blank=True)
    degree = models.CharField(_("Degree of contact"), max_length=1, choices=Degree, default=Degree.NONE)
    adaptability = models.CharField(_("Adaptability"), max_length=8, choices=Adaptability, blank=True)
    needs_level = models.PositiveSmallIntegerField(_("Personal need"), choices=Need, null=True, blank=True)
    attitude_to_product = models.CharField(
        _("Attitude to the product"), max_length=1, choices=Attitude, blank=True
    )
    attitude_to_company = models.CharField(
        _("Attitude to our company"), max_length=1, choices=Attitude, blank=True
    )
    attitude_to_rival = models.CharField(
        _("Attitude to the rivals"), max_length=1, choices=Attitude, blank=True
    )
    # 1 is the strongest, as the handbook counts.
    buy_power = models.PositiveSmallIntegerField(
        _("Buying power (1 highest)"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )  # fmt: skip
    influence = models.PositiveSmallIntegerField(
        _("Influence (1 highest)"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )  # fmt: skip
    chain_roles = models.JSONField(_("Roles in the chain"), default=list, blank=True)
    area = models.CharField(_("Area"), max_length=10, choices=Area, blank=True)
    concern = models.CharField(_("What concerns them"), max_length=200, blank=True)
    countermeasure = models.CharField(_("What we do about it"), max_length=200, blank=True)
    network_note = models.CharField(_("Whom they know"), max_length=200, blank=True)
    reports_to = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="reports", verbose_name=_("Reports to")
    )
    circle = models.ForeignKey(
        Circle, models.SET_NULL, null=True, blank=True, related_name="members", verbose_name=_("Circle")
    )
    is_core = models.BooleanField(_("In the inner core"), default=False)
    known_since = models.DateField(_("On the map since"))
    left_on = models.DateField(_("Left on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"key person {self.pk}"

    @classmethod
    def of(cls, contact: Contact, since: date) -> "KeyPerson":
        """The row of a contact. Who nobody assessed yet gets an unsaved one of version 0, there since ``since``."""
        found: KeyPerson | None = getattr(contact, "key_person", None)
        return found or cls(contact=contact, known_since=since, version=0)

    def is_there(self, on: object) -> bool:
        """Whether they worked at the account, and we knew of it, on a day."""
        return self.known_since <= on and (self.left_on is None or self.left_on > on)  # type: ignore[operator]


class MarkChangeQuerySet(models.QuerySet["MarkChange"]):
    def standing(self) -> "MarkChangeQuerySet":
        """Without those taken back."""
        return self.filter(taken_back_at__isnull=True)


class MarkChange(models.Model):
    """One mark of one person moved on the strength of ``evidence`` seen on ``on``; written once, never edited. A slip
    its author took back (``taken_back_at``) stays in the history, and counts for nothing else."""

    person = models.ForeignKey(Contact, models.CASCADE, related_name="mark_changes")
    mark = models.CharField(max_length=20)
    before = models.CharField(max_length=10, blank=True)
    after = models.CharField(max_length=10, blank=True)
    evidence = models.CharField(_("What shows it"), max_length=300)
    on = models.DateField(_("Seen on"))
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    objects = MarkChangeQuerySet.as_manager()

    class Meta:
        ordering = ["on", "id"]
        indexes = [models.Index(fields=["person", "mark", "on"], name="mark_change_by_person")]

    def __str__(self) -> str:
        return f"{self.mark} {self.before}→{self.after}"


class MapLayout(models.Model):
    """Where the boxes of an account's map were put by hand; the others are laid out by themselves.

    ``places`` is contact key → [x, y]; ``former`` the places before the last change, which an undo brings back.
    """

    customer = models.OneToOneField(Customer, models.CASCADE, related_name="map_layout")
    places = models.JSONField(default=dict)
    former = models.JSONField(null=True)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"layout {self.customer_id}"
