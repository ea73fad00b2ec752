"""Which columns of a sheet a person may use; others are left out (MA-03)."""

from collections.abc import Mapping

from guanxi.imports.queries.kinds import KINDS
from guanxi.organization.models import User


def may_use(actor: User | None, name: str, kind: str) -> bool:
    """Whether a column may be this field; for the system itself (None) any may."""
    roles = KINDS[kind].reserved.get(name)
    return actor is None or roles is None or actor.has_role(*roles)


def allowed(actor: User | None, mapping: Mapping[int, str], kind: str) -> dict[int, str]:
    """The columns the person may use."""
    return {column: name for column, name in mapping.items() if may_use(actor, name, kind)}
