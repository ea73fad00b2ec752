"""F-REG-1 and F-REG-2: the rows of a day as they are printed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from guanxi.cadence.models import LevelChange
from guanxi.organization.models import Store, User
from guanxi.prospecting.models import RegisterDay, Visit

# What answers the question of the second judgement on a card (R-LVL-02): an order does too.
SECOND_JUDGEMENTS = (LevelChange.Kind.CONFIRM, LevelChange.Kind.ORDER)


def numbers_of(store: Store, on: date, kind: str) -> dict[int, int]:
    """Row → its number in the store's register of the day, the same for every reader; one query."""
    rows = Visit.objects.filter(store=store, on=on, kind=kind).order_by("arrived_at", "pk")
    return {pk: place for place, pk in enumerate(rows.values_list("pk", flat=True), start=1)}


def second_judgements(visits: Iterable[Visit]) -> dict[int, LevelChange]:
    """Row → the first judgement confirmed on its card since the arrival, for rows that do not say a confirmed level
    themselves. One query, none when every row says it."""
    asked = [row for row in visits if not row.level_confirmed and row.customer_id is not None]
    changes: dict[int, list[LevelChange]] = defaultdict(list)
    if asked:
        found = LevelChange.objects.filter(
            customer__in={row.customer_id for row in asked}, state=LevelChange.State.IN_FORCE,
            kind__in=SECOND_JUDGEMENTS, at__gte=min(row.arrived_at for row in asked),
        ).order_by("at", "pk")  # fmt: skip
        for change in found:
            changes[change.customer_id].append(change)
    judged = {}
    for row in asked:
        later = next((one for one in changes[row.customer_id or 0] if one.at >= row.arrived_at), None)
        if later is not None:
            judged[row.pk] = later
    return judged


def confirmed_levels(visits: Iterable[Visit]) -> dict[int, str]:
    """Row → the level judged a second time: the row's own, else what was confirmed on its card since. One query,
    none when every row says it."""
    rows = list(visits)
    judged = second_judgements(rows)
    return {row.pk: judged[row.pk].to_level if row.pk in judged else row.level_confirmed for row in rows}


def walk_in_sheet(store: Store, person: User | None, on: date) -> dict[str, Any]:
    """F-REG-1 of a day in JSON shapes, with parties met at events at its end."""
    return _sheet(store, person, on, [Visit.Kind.WALKIN, Visit.Kind.EVENT])


def call_sheet(store: Store, person: User | None, on: date) -> dict[str, Any]:
    """F-REG-2 of a day in JSON shapes."""
    return _sheet(store, person, on, [Visit.Kind.PHONEIN])


def _sheet(store: Store, person: User | None, on: date, kinds: Sequence[str]) -> dict[str, Any]:
    rows = Visit.objects.filter(store=store, on=on, kind__in=kinds).select_related("consultant", "product")
    if person:
        rows = rows.filter(consultant=person)
    visits = sorted(rows, key=lambda row: (kinds.index(row.kind), row.arrived_at, row.pk))
    day = (
        RegisterDay.objects.filter(store=store, on=on)
        .select_related("locked_by", "supervisor", "manager", "reopened_by")
        .first()
    )
    confirmed, zone = confirmed_levels(visits), ZoneInfo(store.timezone)
    return {
        "on": on.isoformat(),
        "weather": day.weather if day else "",
        "rows": [_row(visit, confirmed[visit.pk], zone) for visit in visits],
        "parties": sum(visit.continues_id is None for visit in visits),
        "people": sum(visit.party_size for visit in visits if visit.continues_id is None),
        "filed": sum(visit.filed for visit in visits if visit.continues_id is None),
        "front_desk": _name(day.locked_by) if day else "",
        "locked_at": day.locked_at.astimezone(zone).isoformat() if day and day.locked_at else None,
        "supervisor": _name(day.supervisor) if day else "",
        "manager": _name(day.manager) if day else "",
        "reopened": f"{_name(day.reopened_by)} {day.reopen_reason}".strip()
        if day and day.reopened_at
        else "",
    }


def _name(person: User | None) -> str:
    return str(person) if person else ""


def _row(visit: Visit, confirmed: str, zone: ZoneInfo) -> dict[str, Any]:
    arrived = visit.arrived_at.astimezone(zone)
    left = visit.left_at.astimezone(zone) if visit.left_at else None
    return {
        "kind": visit.kind,
        "arrived": f"{arrived:%H:%M}",
        "left": f"{left:%H:%M}" if left else "",
        "minutes": int((left - arrived).total_seconds() // 60) if left else None,
        "party_size": visit.party_size,
        "arrival_mode": visit.arrival_mode,
        "visit_type": visit.visit_type,
        "continues": visit.continues_id is not None,
        "purpose": visit.purpose,
        "nature": visit.nature,
        "name": visit.name,
        "gender": visit.gender,
        "phone": visit.phone_masked,
        "wechat": visit.wechat_added,
        "region": visit.region,
        "product": visit.product.name if visit.product else "",
        "colour": visit.colour,
        "competitor": visit.competitor,
        "level_first": visit.level_first,
        "level_confirmed": confirmed,
        "channel": visit.channel,
        "test_drive": visit.test_drive,
        "licence": visit.licence_checked,
        "quoted": visit.quoted,
        "filed": visit.filed,
        "consultant": _name(visit.consultant),
        "course": visit.course,
        "remark": visit.remark,
        "result": visit.result,
        "invited_on": visit.invited_on.isoformat() if visit.invited_on else "",
    }
