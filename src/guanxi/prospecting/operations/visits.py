"""Receiving a party: arrival, hand-over, departure, and the row the consultant fills (R-REG-01, R-REG-04)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guanxi.cadence.operations.contacts import LONGEST_BACK, known_level
from guanxi.catalogue.models import Product
from guanxi.lib.phones import PhoneNumber, mask_phone
from guanxi.organization.acts import Act, changed_fields, leave_trace
from guanxi.organization.models import User
from guanxi.organization.refusals import Refused, StaleEdit
from guanxi.organization.rules.roles import Reach, Role, widest
from guanxi.prospecting.models import RegisterDay, Visit
from guanxi.prospecting.operations.days import guard_completion, guard_day, hold_day, refuse_locked
from guanxi.prospecting.operations.filing import file_party
from guanxi.prospecting.queries.known import party_of
from guanxi.prospecting.queries.sheets import second_judgements
from guanxi.prospecting.rules.access import WRITE_REGISTERS
from guanxi.prospecting.rules.checks import findings
from guanxi.prospecting.rules.judging import Judged
from guanxi.prospecting.rules.visits import LOOK, SALES_CALLS, call_type, clocks, missing, visit_type

RECEIVERS = (Role.FRONT_DESK, Role.CONSULTANT, Role.SUPERVISOR, Role.MANAGER)
CODED = {"arrival_mode": "arrival_modes", "purpose": "visit_purposes", "nature": "call_natures",
         "channel": "channels"}  # fmt: skip


class VisitRefused(Refused):
    """The row cannot be written as given; nothing was kept."""


PROBLEMS = {
    "ARRIVES_LATER": (_("The arrival cannot lie in the future."), "arrived_at"),
    "LEFT_BEFORE_ARRIVED": (_("The party cannot have left before it arrived."), "left_at"),
    "LEFT_LATER": (_("The departure cannot lie in the future."), "left_at"),
    "NOBODY": (_("A party is at least one person."), "party_size"),
}
WARNINGS = {
    "LONG_STAY": _("More than 8 hours in the store: is the time right?"),
    "MANY_HEADS": _("More than 20 people in one party: is the number right?"),
    "NO_LICENCE": _("Test drive without a look at the driving licence."),
    "ABSENT": _("This consultant is marked as away today."),
}


@dataclass(frozen=True)
class Arrival:
    """One party. ``values`` are further fields of the row by name; without ``arrived_at`` it is now."""

    kind: str = Visit.Kind.WALKIN
    party_size: int = 1
    consultant_id: int | None = None
    arrived_at: datetime | None = None
    phone: PhoneNumber | None = None
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Saved:
    """The row with what its writer should hear: warnings by code, whether a level waits for a leader, and
    whether the number is a colleague's customer, about whom the manager decides."""

    visit: Visit
    warnings: list[str] = field(default_factory=list)
    waits: bool = False
    claimed: bool = False


@transaction.atomic
def receive_party(act: Act, arrival: Arrival) -> Saved:
    """Write the row of a party that arrived or called. Raises VisitRefused, DayRefused."""
    if act.by is not None and not act.by.has_role(*RECEIVERS):
        raise VisitRefused(_("Your role does not write the register."))
    if arrival.kind not in Visit.Kind.values:
        raise VisitRefused(_("Choose a register."), "kind")
    arrived_at = arrival.arrived_at or act.at
    if arrived_at < act.at - LONGEST_BACK:
        raise VisitRefused(_("A party is entered within a year of its arrival."), "arrived_at")
    on = act.store.local_date(arrived_at)
    guard_day(act, on)
    visit = Visit(
        store=act.store, kind=arrival.kind, on=on, arrived_at=arrived_at, party_size=arrival.party_size,
        hour=arrived_at.astimezone(ZoneInfo(act.store.timezone)).hour, created_by=act.by, created_at=act.at,
    )  # fmt: skip
    _give(act, visit, arrival.consultant_id)
    for name, value in arrival.values.items():
        setattr(visit, name, value)
    if arrival.phone is not None:
        visit.phone_normalized, visit.filed = arrival.phone.normalized, True
    warnings = _check(act, visit)
    judge_type(visit)
    visit.save()
    if visit.filed:
        _judge_others(visit, _others(visit))
    leave_trace([act.entry("visit_received", visit, changes={
        "kind": [None, visit.kind], "party_size": [None, visit.party_size],
        "consultant": [None, visit.consultant_id]})])  # fmt: skip
    return Saved(visit, warnings)


@transaction.atomic
def give_to(act: Act, visit_id: int, consultant_id: int) -> Saved:
    """Hand a party to another consultant. Raises Visit.DoesNotExist, VisitRefused, DayRefused."""
    visit, day = locked_visit(act, visit_id)
    refuse_locked(act, day)
    before = visit.consultant_id
    if before == consultant_id:
        return Saved(visit)
    _hand_over(act, visit, consultant_id)
    visit.version += 1
    visit.save()
    leave_trace([act.entry("visit_handed_over", visit, changes={"consultant": [before, consultant_id]})])
    return Saved(visit, _check(act, visit))


@transaction.atomic
def note_departure(act: Act, visit_id: int, left_at: datetime | None = None) -> Saved:
    """The party leaves, now unless told. Raises Visit.DoesNotExist, VisitRefused, DayRefused."""
    visit, day = locked_visit(act, visit_id)
    refuse_locked(act, day)
    if visit.left_at is not None:
        raise VisitRefused(_("This party has left already."), "left_at")
    visit.left_at = left_at or act.at
    warnings = _check(act, visit)
    visit.version += 1
    visit.save()
    leave_trace([act.entry("visit_left", visit, changes={"left_at": [None, visit.left_at.isoformat()]})])
    return Saved(visit, warnings)


@transaction.atomic
def complete_visit(
    act: Act, visit_id: int, *, version: int, values: dict[str, Any], judged: Judged | None = None
) -> Saved:
    """Fill the row. ``values`` are fields by name, with ``phone`` a PhoneNumber or None; a name left out stays, and
    ``consultant_id`` hands the party over unless it is None.

    With ``judged`` a party that looks, or calls to buy, and left its number gets a card, or the contact is
    written on the one it has. Raises Visit.DoesNotExist, StaleEdit, VisitRefused, DayRefused, and what opening
    a card and recording a contact raise.
    """
    visit, day = locked_visit(act, visit_id)
    guard_completion(act, visit, day, values)
    if version != visit.version:
        raise StaleEdit(_("Somebody saved this row first."), visit)
    given = dict(values)
    if day.is_locked and visit.left_at is not None and given.get("left_at", visit.left_at) is None:
        raise VisitRefused(_("The day is locked with every party gone: reopen it first."), "left_at")
    phone = given.pop("phone", visit.phone_normalized)
    if isinstance(phone, PhoneNumber):
        phone = phone.normalized
    phone = phone or ""
    if visit.customer_id is not None and phone != visit.phone_normalized:
        raise VisitRefused(_("The number has a card: change it there."), "phone")
    before, consultant_id = visit.consultant_id, given.pop("consultant_id", None)
    changes = changed_fields(visit, given)
    if consultant_id is not None and consultant_id != before:
        _hand_over(act, visit, consultant_id)
        changes["consultant"] = [before, consultant_id]
    # Locked before the card is, so that two rows of one party never wait for each other.
    others = _others(visit, phone)
    if phone != visit.phone_normalized:
        changes["phone"] = [mask_phone(visit.phone_normalized), mask_phone(phone)]
    for name in given:
        setattr(visit, name, given[name])
    visit.phone_normalized, visit.filed = phone, bool(phone)
    for name in ("level_first", "level_confirmed"):
        if getattr(visit, name):
            setattr(visit, name, known_level(getattr(visit, name)))
    warnings = _check(act, visit)
    knows = visit.nature if visit.is_call else visit.purpose
    sells = act.by is None or act.by.write_reach != Reach.NONE
    if knows and sells and visit.basic_at is None:
        visit.basic_at = act.at
    waits = claimed = False
    if judged is not None and visit.filed and visit.customer_id is None and knows in {LOOK, *SALES_CALLS}:
        filed = file_party(act, visit, judged)
        waits, claimed = filed.waits, filed.claimed
        changes["customer"] = [None, visit.customer_id]
    judge_type(visit)
    settle([visit], act.at)
    visit.version += 1
    visit.save()
    _judge_others(visit, {**others, **_others(visit)})
    leave_trace([act.entry("visit_completed", visit, customer=visit.customer_id, changes=changes)])
    return Saved(visit, warnings, waits, claimed)


def locked_visit(act: Act, visit_id: int) -> tuple[Visit, RegisterDay]:
    """The row for change and its day, held until the transaction ends; whether the day's lock allows the change is
    the caller's to ask. Raises Visit.DoesNotExist unless it is the actor's to write."""
    rows = Visit.objects.filter(store=act.store) if act.by is None else Visit.objects.editable_by(act.by)
    # The day before the row, as whoever writes another row of the day does.
    day = hold_day(act.store, rows.values_list("on", flat=True).get(pk=visit_id))
    locked = rows.select_for_update(of=("self",)).select_related("store", "consultant", "customer")
    return locked.get(pk=visit_id), day


def judge_type(visit: Visit) -> None:
    """Set the type of visit and, for a second arrival on one day, the row it continues (R-REG-04)."""
    party = party_of(visit)
    visit.continues = party.first_today
    done = visit.basic_at is not None
    if visit.is_call:
        visit.visit_type = call_type(visit.nature, done=done, filed=visit.filed, known=party.known)
    else:
        visit.visit_type = visit_type(
            visit.purpose, done=done, filed=visit.filed, on=visit.on, known=party.known
        )


def _others(visit: Visit, phone: str = "") -> dict[int, Visit]:
    """Key → the other rows from that day on whose type may hang on this one: of its card, its number or ``phone``,
    and those that continue it. Held until the transaction ends; one query."""
    same = Q(continues=visit)
    numbers = [number for number in (visit.phone_normalized, phone) if number]
    if numbers:
        same |= Q(phone_normalized__in=numbers)
    if visit.customer_id:
        same |= Q(customer=visit.customer_id)
    rows = Visit.objects.filter(same, store=visit.store_id, on__gte=visit.on).exclude(pk=visit.pk)
    rows = rows.select_for_update(of=("self",)).select_related("store", "customer").order_by("pk")
    return {row.pk: row for row in rows}


def _judge_others(visit: Visit, others: Mapping[int, Visit]) -> None:
    """Judge them anew in the order they came: a row filled out of order, or a number corrected, changes what is a
    first visit, a return or a continuation (R-REG-04)."""
    for row in sorted(others.values(), key=lambda row: (row.arrived_at, row.pk)):
        before = row.visit_type, row.continues_id
        judge_type(row)
        if before != (row.visit_type, row.continues_id):
            row.save(update_fields=["visit_type", "continues"])


def settle(visits: Sequence[Visit], at: datetime) -> None:
    """Take over the levels confirmed on the cards, stamp the rows that lack nothing any more, and judge whether
    their clocks were kept (R-REG-01). One query at most; the rows are one store's and are not saved."""
    changes = second_judgements(visits)
    for visit in visits:
        done_at, change = at, changes.get(visit.pk)
        if change is not None:
            visit.level_confirmed, done_at = change.to_level, max(change.at, visit.basic_at or change.at)
        if visit.completed_at is None and visit.basic_at is not None and not still_missing(visit):
            visit.completed_at = done_at
        settings = visit.store.playbook.settings
        late = clocks(
            visit.left_at, visit.basic_at, visit.completed_at, at,
            basic_min=settings.register_basic_min, full_h=settings.register_full_h,
        )  # fmt: skip
        visit.in_time = late.kept(done=visit.completed_at is not None)


def still_missing(visit: Visit) -> list[str]:
    """What a full row would still say."""
    return missing(
        visit.nature if visit.is_call else visit.purpose,
        filed=visit.filed,
        product=visit.product_id is not None,
        channel=bool(visit.channel),
        level=visit.level_first,
        confirmed=visit.level_confirmed,
    )


def _hand_over(act: Act, visit: Visit, consultant_id: int) -> None:
    """Another consultant takes the party over; refused once the card is open, and to whoever writes their own."""
    if visit.customer_id is not None:
        raise VisitRefused(_("The card is open already: hand the customer over on the card."), "consultant")
    if act.by is not None and widest(act.by.roles, WRITE_REGISTERS) == Reach.OWN:
        raise VisitRefused(_("The front desk or a leader hands a party over."), "consultant")
    _give(act, visit, consultant_id)


def _give(act: Act, visit: Visit, consultant_id: int | None) -> None:
    own = act.by is not None and widest(act.by.roles, WRITE_REGISTERS) == Reach.OWN
    if own and act.by is not None:
        consultant_id = consultant_id or act.by.pk
        if consultant_id != act.by.pk:
            raise VisitRefused(_("You write your own parties."), "consultant")
    if consultant_id is None:
        return
    person = User.objects.consultants_of(act.store).filter(pk=consultant_id).first()
    if person is None:
        raise VisitRefused(_("This colleague does not work in the store."), "consultant")
    visit.consultant, visit.given_at = person, act.at


def _check(act: Act, visit: Visit) -> list[str]:
    """Refuse what cannot be; return what is unlikely (4.5)."""
    lists = act.store.playbook
    for name, listed in CODED.items():
        code = getattr(visit, name)
        if code and code not in lists.labels(listed):
            raise VisitRefused(_("%(code)s is not in the list.") % {"code": code}, name)
    if visit.product is not None and not Product.objects.of_store(act.store).filter(pk=visit.product.pk):
        raise VisitRefused(_("This product is not sold here."), "product")
    absent = RegisterDay.objects.filter(store=act.store, on=visit.on).values_list("absent", flat=True).first()
    found = findings(
        arrived_at=visit.arrived_at, left_at=visit.left_at, now=act.at, party_size=visit.party_size,
        test_drive=visit.test_drive, licence_checked=visit.licence_checked,
        consultant_absent=visit.consultant_id in (absent or []),
    )  # fmt: skip
    if found.problems:
        raise VisitRefused(*PROBLEMS[found.problems[0]])
    return found.warnings
