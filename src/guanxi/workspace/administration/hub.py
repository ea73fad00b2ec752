"""The settings a role may open, on one page."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guanxi.organization.models import User
from guanxi.organization.rules.roles import Role


@dataclass(frozen=True)
class Entry:
    url: str
    icon: str
    label: str
    hint: str


@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    """Everybody has their own password and keys; the rest follows the roles (handbook 21.1)."""
    user: User = request.user  # type: ignore[assignment]
    entries = []
    if user.has_role(Role.ADMIN, Role.MANAGER):
        entries += [
            Entry(
                reverse("playbook"),
                "adjustments",
                _("Playbook"),
                _("Levels, intervals and deadlines of the store"),
            ),
            Entry(
                reverse("calendar"), "calendar", _("Store calendar"), _("Days on which the store is closed")
            ),
            Entry(reverse("products"), "car", _("Products"), _("What the store sells, with list prices")),
        ]
    if user.has_role(Role.ADMIN):
        entries += [
            Entry(reverse("users"), "users", _("Users"), _("Who may sign in, and what they may do")),
            Entry(reverse("stores"), "building-store", _("Stores and teams"), _("Open and rename them")),
        ]
    if user.has_role(Role.AUDITOR, Role.MANAGER, Role.PROPRIETOR):
        entries.append(Entry(reverse("audit"), "history", _("Audit trail"), _("Who changed what, and when")))
    entries += [
        Entry(reverse("password"), "lock", _("Change password"), _("Ends your sessions on other devices")),
        Entry(reverse("tokens"), "key", _("API keys"), _("For programs that work in your name")),
    ]
    return render(request, "workspace/administration/settings.html", {"entries": entries})
