"""The left bar and the phone's bottom bar: only what the role uses."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from guanxi.customers.models import cards_within
from guanxi.key_accounts.models import KeyPerson
from guanxi.organization.models import User
from guanxi.organization.role_names import role_names
from guanxi.organization.rules.roles import Reach, Role
from guanxi.performance.views.places import READERS
from guanxi.pipeline.rules.credit import SEE_CREDIT
from guanxi.prospecting.operations.visits import RECEIVERS
from guanxi.prospecting.rules.access import READ_REGISTERS
from guanxi.ui.punctuation import listed
from guanxi.ui.responses import wants_fragment

# The addresses of the reports, which share one entry and a row of links of their own.
REPORTS = ("/daily-report", "/evening/", "/targets/", "/losses/analysis/", "/effectiveness/", "/coaching/")

# Where a seller works besides Today and Customers.
NEARBY = ("opportunities", "key-accounts", "names")

# The name list and the network share an entry.
REFERRALS = ("/names/", "/referrals/")

# Segments and campaigns too.
MARKETS = ("/segments/", "/campaigns/")

# Gaps, structure and schemes of the products.
PRODUCTS = ("/products/",)


SELLING = (Role.CONSULTANT, Role.SUPERVISOR, Role.MANAGER, Role.PROPRIETOR, Role.AUDITOR)


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
    """Template context ``navigation``, ``navigation_footer``, ``nearby``, ``quick_actions`` and ``no_search``; at most
    one query beside the settings of the store, and none for a part of a page."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    here = request.path

    def place(name: str, icon: str, label: str, within: tuple[str, ...] = ()) -> Place:
        url = reverse(name)
        return Place(name, url, icon, label, here.startswith(within or url))

    reads = user.read_reach != Reach.NONE
    writes = user.write_reach != Reach.NONE
    # Customer service looks after owners; what is still to be sold is not their work.
    sells = reads and user.has_role(*SELLING)
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
    if sells:
        places.append(place("opportunities", "filter", pgettext("navigation", "Opportunities")))
    if sells and _has_accounts(request, user):
        places.append(place("key-accounts", "sitemap", _("Key accounts")))
    if reads:
        places.append(place("names", "heart-handshake", _("Referrals"), REFERRALS))
    if user.has_role(*READERS):
        places.append(place("daily-report", "chart-bar", _("Reports"), REPORTS))
    if reads or user.has_role(Role.FINANCE):
        places.append(place("value", "diamond", pgettext("page", "Value")))
    if sells:
        places += [
            place("chances", "flame", _("Insights")),
            place("standings", "trending-up", pgettext("navigation", "Products"), PRODUCTS),
            place("segments", "adjustments", _("Markets"), MARKETS),
        ]
    if user.has_role(*SEE_CREDIT) and user.store is not None and user.store.playbook.settings.credit_asked:
        places.append(place("credit", "shield-check", pgettext("page", "Credit")))
    if user.has_role(Role.LEGAL):
        places.append(place("tender-items", "shield-check", _("Tender items")))
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


def _has_accounts(request: HttpRequest, user: User) -> bool:
    """Managers open the first account; everybody else has the entry once a map they may read holds somebody. The card
    of an organisation leads to its map all the same."""
    if user.has_role(Role.MANAGER) or wants_fragment(request):
        return True
    return KeyPerson.objects.filter(cards_within(user, user.read_reach, "contact__customer__")).exists()
