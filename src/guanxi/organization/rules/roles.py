"""Roles and what each may do with customer data (handbook 21.1)."""

from enum import StrEnum


class Role(StrEnum):
    CONSULTANT = "CONSULTANT"
    FRONT_DESK = "FRONT_DESK"
    SUPERVISOR = "SUPERVISOR"
    MANAGER = "MANAGER"
    CUSTOMER_SERVICE = "CUSTOMER_SERVICE"
    FINANCE = "FINANCE"
    LEGAL = "LEGAL"
    PROPRIETOR = "PROPRIETOR"
    ADMIN = "ADMIN"
    AUDITOR = "AUDITOR"


class Reach(StrEnum):
    """How far a right reaches, from narrow to wide."""

    NONE = "NONE"
    OWN = "OWN"
    TEAM = "TEAM"
    STORE = "STORE"
    ALL = "ALL"


ORDER = list(Reach)

READ = {
    Role.CONSULTANT: Reach.OWN,
    Role.SUPERVISOR: Reach.TEAM,
    Role.MANAGER: Reach.STORE,
    Role.CUSTOMER_SERVICE: Reach.TEAM,
    Role.AUDITOR: Reach.STORE,
    Role.PROPRIETOR: Reach.ALL,
}
WRITE = {Role.CONSULTANT: Reach.OWN, Role.SUPERVISOR: Reach.TEAM, Role.MANAGER: Reach.STORE}
REVEAL = WRITE
LEADERS = frozenset({Role.SUPERVISOR, Role.MANAGER})
EXPORTERS = frozenset({Role.SUPERVISOR, Role.MANAGER, Role.PROPRIETOR, Role.AUDITOR})


def widest(roles: frozenset[Role], rights: dict[Role, Reach]) -> Reach:
    """The furthest reach any of ``roles`` gives; NONE when none does."""
    return max((rights.get(role, Reach.NONE) for role in roles), key=ORDER.index, default=Reach.NONE)
