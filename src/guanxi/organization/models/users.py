"""Users and their roles."""

from datetime import datetime
from functools import cached_property

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.organization.models.stores import Store, Team
from guanxi.organization.rules.roles import EXPORTERS, READ, REVEAL, WRITE, Reach, Role, widest


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> "UserQuerySet":
        return self.filter(is_active=True)

    def within(self, actor: "User", reach: Reach) -> "UserQuerySet":
        """The people whose customers ``actor`` reaches; the one place where a reach becomes a filter."""
        if not actor.is_active or reach == Reach.NONE:
            return self.none()
        if reach == Reach.OWN:
            return self.filter(pk=actor.pk)
        if reach == Reach.TEAM:
            if actor.team_id is None:
                return self.filter(pk=actor.pk)
            return self.filter(models.Q(team_id=actor.team_id) | models.Q(pk=actor.pk))
        if reach == Reach.STORE:
            return self.filter(store_id=actor.store_id) if actor.store_id else self.none()
        return self

    def consultants_of(self, store: Store | None) -> "UserQuerySet":
        """Who may be given customers of ``store``."""
        return self.active().filter(store=store, grants__role=Role.CONSULTANT).distinct()

    def givable_by(self, actor: "User") -> "UserQuerySet":
        """Who ``actor`` may give customers to: the people within their reach, in their own store (AZ-06, AZ-07), whose
        role keeps customers; with anybody else a card would be on nobody's list."""
        people = self.within(actor, actor.write_reach).active().filter(store=actor.store)
        return people.filter(pk__in=RoleGrant.objects.filter(role__in=WRITE).values("user"))

    def colleagues_of(self, actor: "User") -> "UserQuerySet":
        """The people whose names ``actor`` may choose from: their reach, or themselves."""
        return self.within(actor, max(actor.read_reach, Reach.OWN, key=list(Reach).index))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    username = models.CharField(
        _("User name"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[\w.-]+\Z", _("Use letters, digits, dots, hyphens and underscores."))],
        error_messages={"unique": _("This user name is taken.")},
    )
    name = models.CharField(_("Name"), max_length=40)
    store = models.ForeignKey(Store, models.PROTECT, null=True, related_name="users", verbose_name=_("Store"))
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="users", verbose_name=_("Team")
    )
    language = models.CharField(
        _("Language"), max_length=10, default="zh-hans", choices=[("zh-hans", "简体中文"), ("en", "English")]
    )
    is_active = models.BooleanField(_("Active"), default=True)
    # Known to somebody else: the person chooses their own before anything else.
    password_is_temporary = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)
    # The day they were deactivated; their targets end with it (handbook 17.5).
    left_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    USERNAME_FIELD = "username"
    objects = UserManager()

    class Meta:
        ordering = ["store_id", "team_id", "id"]

    def __str__(self) -> str:
        return self.name or self.username

    @cached_property
    def roles(self) -> frozenset[Role]:
        """One query for the life of this object; none when ``grants`` was prefetched."""
        return frozenset(Role(grant.role) for grant in self.grants.all())

    def has_role(self, *roles: Role) -> bool:
        return bool(self.roles & set(roles))

    @property
    def read_reach(self) -> Reach:
        return widest(self.roles, READ)

    @property
    def write_reach(self) -> Reach:
        return widest(self.roles, WRITE)

    @property
    def reveal_reach(self) -> Reach:
        return widest(self.roles, REVEAL)

    @property
    def may_export(self) -> bool:
        return self.has_role(*EXPORTERS)


class RoleGrant(models.Model):
    user = models.ForeignKey(User, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="role_once_per_user")]

    def __str__(self) -> str:
        return self.role


class FormerTeam(models.Model):
    """A person belonged to ``team`` up to and including ``until``: what they did then stays its own (17.5)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="former_teams")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    until = models.DateField()

    class Meta:
        ordering = ["user_id", "until"]
        constraints = [models.UniqueConstraint(fields=["user", "until"], name="one_former_team_of_a_day")]

    def __str__(self) -> str:
        return f"{self.team} {self.until}"


class SetUpLink(models.Model):
    """A one-time address under which ``user`` chooses the first password; only the SHA-256 of its secret is kept."""

    user = models.OneToOneField(User, models.CASCADE, related_name="set_up_link")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.user)


class ApiToken(models.Model):
    """A key for the API; only its SHA-256 is kept. ``read_only`` tokens may not change anything."""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=40)
    read_only = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name

    def is_live(self, at: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > at)
