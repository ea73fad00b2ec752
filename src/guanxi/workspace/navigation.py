"""The left bar and the phone's bottom bar: only what the role uses."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from guanxi.organization.models import User
from guanxi.organization.role_names import role_names
from guanxi.organization.rules.roles import Reach, Role
from guanxi.performance.views.places import READERS
from guanxi.prospecting.operations.visits import RECEIVERS
from guanxi.prospecting.rules.access import READ_REGISTERS
from guanxi.ui.punctuation import listed

# The addresses of the reports, which share one entry and a row of links of their own.
REPORTS = ("/daily-report", "/evening/", "/targets/", "/losses/analysis/", "/effectiveness/", "/coaching/")

# Where a seller works besides Today and Customers.
NEARBY = ("opportunities", "key-accounts", "names")

# The name list and the network share an entry.
REFERRALS = ("/names/", "/referrals/")

# Segments and campaigns too.
MARKETS = ("/segments/", "/campaigns/")


@dataclass(frozen=True)
class Place:
    """One entry: where it leads and whether the user stands there now."""

    name: str
    url: str
    icon: str
    label: str
    active: bool
    count: int = 0


def navigation(request: HttpRequest) -> dict[str, object]:
    """Template context ``navigation``, ``navigation_footer``, ``nearby``, ``quick_actions`` and ``no_search``; no
    query."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    here = request.path

    def place(name: str, icon: str, label: str) -> Place:
        url = reverse(name)
        return Place(name, url, icon, label, here == url or (here.startswith(url) and url != "/"))

    reads = user.read_reach != Reach.NONE
    writes = user.write_reach != Reach.NONE
    places = []
    if user.has_role(Role.FRONT_DESK):
        places.append(place("reception", "door-enter", _("Reception")))
    if reads:
        places += [
            place("today", "sun", pgettext("page", "Today")),
            place("customers", "address-book", _("Customers")),
        ]
    if reads or user.has_role(Role.FINANCE):
        places.append(place("orders", "receipt", _("Orders")))
    if user.has_role(*READ_REGISTERS):
        places.append(place("registers", "clipboard-list", _("Registers")))
    if reads:
        places += [
            place("opportunities", "filter", pgettext("navigation", "Opportunities")),
            place("key-accounts", "sitemap", _("Key accounts")),
        ]
        url = reverse("standings")
        places.append(
            Place(
                "standings",
                url,
                "trending-up",
                pgettext("navigation", "Products"),
                here.startswith("/products/"),
            )
        )
        url = reverse("names")
        places.append(Place("names", url, "heart-handshake", _("Referrals"), here.startswith(REFERRALS)))
        url = reverse("segments")
        places.append(Place("markets", url, "adjustments", _("Markets"), here.startswith(MARKETS)))
    if reads or user.has_role(Role.FINANCE):
        places.append(place("value", "diamond", pgettext("page", "Value")))
    if user.has_role(Role.LEGAL):
        places.append(place("tender-items", "shield-check", _("Tender items")))
    if user.has_role(*READERS):
        url = reverse("daily-report")
        active = here.startswith(REPORTS)
        places.append(Place("reports", url, "chart-bar", _("Reports"), active))
    if reads:
        url = reverse("chances")
        places.append(
            Place("insights", url, "trending-up", _("Insights"), here.startswith("/insights/chances/"))
        )
    if reads or user.has_role(Role.FRONT_DESK):
        places.append(place("forms", "printer", _("Forms")))
    if writes:
        places.append(place("imports", "upload", _("Import")))
    footer = []
    if user.has_role(Role.AUDITOR, Role.MANAGER, Role.PROPRIETOR):
        footer.append(place("audit", "history", _("Audit trail")))
    if user.has_role(Role.ADMIN, Role.MANAGER):
        footer.append(place("settings", "settings", _("Settings")))
    quick = []
    if writes:
        quick = [
            place("record", "pencil-plus", _("Record a contact")),
            place("customer-new", "user", _("New customer")),
        ]
    if user.has_role(*RECEIVERS):
        quick += [
            place("arrival", "door-enter", _("A party arrived")),
            place("phone-in", "phone", _("A call came in")),
        ]
    return {
        "navigation": places,
        "navigation_footer": footer,
        # The phone's bar has no room for them; a row at the head of Today and Customers has.
        "nearby": [entry for entry in places if entry.name in NEARBY],
        "quick_actions": quick,
        "no_search": not reads,
        "user_role": listed(role_names(user)),
    }
