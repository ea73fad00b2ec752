"""The roles in the reader's words."""

from django.utils.translation import gettext_lazy as _

from guanxi.organization.models import User
from guanxi.organization.rules.roles import Role

ROLE_NAMES = {
    Role.CONSULTANT: _("Sales consultant"),
    Role.FRONT_DESK: _("Front desk"),
    Role.SUPERVISOR: _("Supervisor"),
    Role.MANAGER: _("Manager"),
    Role.CUSTOMER_SERVICE: _("Customer service"),
    Role.FINANCE: _("Finance"),
    Role.LEGAL: _("Legal"),
    Role.PROPRIETOR: _("Proprietor"),
    Role.ADMIN: _("Administrator"),
    Role.AUDITOR: _("Auditor"),
}


def role_names(user: User) -> list[str]:
    """What ``user`` is, in the order of the list above; no query when the grants were prefetched."""
    return [str(name) for role, name in ROLE_NAMES.items() if role in user.roles]
