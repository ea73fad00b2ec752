"""Short ways of writing register rows in tests."""

from datetime import datetime, timedelta
from typing import Any

from tests.cast import MORNING

from guanxi.lib.phones import parse_phone
from guanxi.organization.acts import Act
from guanxi.organization.models import User
from guanxi.prospecting.models import Visit
from guanxi.prospecting.operations.visits import Arrival, Saved, complete_visit, note_departure, receive_party
from guanxi.prospecting.rules.judging import Judged


def act_at(by: User, at: datetime = MORNING) -> Act:
    return Act(by=by, at=at, request_id="test")


def arrive(by: User, consultant: User | None = None, at: datetime = MORNING, **given: Any) -> Visit:
    """A party received by ``by`` at ``at`` for ``consultant``; further fields by name."""
    kind, size = given.pop("kind", "WALKIN"), given.pop("party_size", 2)
    phone = given.pop("phone", "")
    draft = Arrival(
        kind, size, consultant and consultant.pk, phone=parse_phone(phone) if phone else None, values=given
    )
    return receive_party(act_at(by, at), draft).visit


def fill(by: User, visit: Visit, at: datetime | None = None, *, card: bool = True, **given: Any) -> Saved:
    """The row filled two minutes after it began, unless told; ``phone`` as typed."""
    if given.get("phone"):
        given["phone"] = parse_phone(given["phone"])
    judged = Judged(
        frozenset(given.pop("evidence", ())), given.pop("closes_on", None), given.pop("reason", "")
    )
    values = {"nature": "FIRST"} if visit.is_call else {"purpose": "LOOK"}
    act = act_at(by, at or visit.arrived_at + timedelta(minutes=2))
    fresh = Visit.objects.get(pk=visit.pk)
    return complete_visit(
        act, visit.pk, version=fresh.version, values=values | given, judged=judged if card else None
    )


def leave(by: User, visit: Visit, at: datetime | None = None) -> Visit:
    return note_departure(act_at(by, at or visit.arrived_at + timedelta(minutes=40)), visit.pk).visit
