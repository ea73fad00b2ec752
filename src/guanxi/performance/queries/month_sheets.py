"""F-MON-1, the contact-status table: the rows of a consultant's month, and its head (handbook 7.3)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any

from django.db.models import Q

from guanxi.cadence.models import FormerDueDate, Interaction, LevelChange, LossReport, Task, WithdrawnLevel
from guanxi.cadence.rules.follow_ups import next_due, retry_after
from guanxi.customers.models import Customer, Phone
from guanxi.lib.phones import mask_phone
from guanxi.organization.models import Store, User
from guanxi.performance.queries.about import About, FormFigures
from guanxi.performance.queries.moves import month_flows, month_paths
from guanxi.performance.queries.people import people_of
from guanxi.performance.rules.month_cells import DueDate, RowFacts, Touch, counted, month_cells
from guanxi.performance.rules.moves import Flow, Path, flows
from guanxi.performance.rules.periods import Days, start_of
from guanxi.performance.rules.stays import Visit, visits

LEVELS = "HABCN"
# An attempt shortly before the month may have planned a retry in it.
LOOK_BACK = timedelta(days=10)
# Columns rather than cards: cards are wide.
PRINTED = (
    "name", "org_name", "source_code", "card_created_at", "created_at", "intent__colour", "intent__product__name",
)  # fmt: skip


def month_sheet(about: About) -> dict[str, Any]:
    """The sheet of one consultant with a row for each intent customer; of a store, the consultants' totals."""
    store, days = about.store, about.days
    start, until = start_of(days.first, store.timezone), start_of(days.after_seen, store.timezone)
    told = {"month": f"{days.first:%Y-%m}", "as_of": days.as_of.isoformat()}
    if about.person is None:
        return told | _totals(store, days, start, until)
    paths = month_paths(store, about.person, start)
    flow = flows(paths.values(), _end(store, days, until)).get(about.person.pk, Flow())
    return told | {"head": head_of(flow), "rows": _rows(store, about.person, days, paths, until)}


def head_of(flow: Flow) -> dict[str, Any]:
    """The head of a sheet: what was there, what came and went, what is left (R-LVL-07, 7.3)."""
    return {
        "carry_in": {level: flow.carry_in[level] for level in LEVELS},
        "carried_in": flow.carry_in.total(),
        "carry_orders": flow.orders,
        "terms": {term: number for term, number in flow.terms.items() if number},
        "carry_out": {level: flow.carry_out[level] for level in LEVELS},
        "carried_out": flow.carry_out.total(),
        "unjudged": flow.unjudged,
    }


CONTACT_STATUS = FormFigures("F-MON-1", "month", True, month_sheet)


def _end(store: Store, days: Days, until: datetime) -> datetime:
    """Moves count up to the end of the month, whenever they are told (R-LVL-07)."""
    return min(until, start_of(days.next_day, store.timezone))


def _totals(store: Store, days: Days, start: datetime, until: datetime) -> dict[str, Any]:
    found = month_flows(store, start, _end(store, days, until))
    names = {user.pk: user for user in people_of(store, days).order_by("team_id", "pk")}
    names |= {user.pk: user for user in User.objects.filter(pk__in=[pk for pk in found if pk not in names])}
    total, people = Flow(), []
    for flow in found.values():
        total.add(flow)
    for pk, user in names.items():
        people.append({"person": pk, "name": str(user)} | head_of(found.get(pk, Flow())))
    if (nobody := found.get(None)) is not None and (nobody.carry_in or nobody.terms or nobody.carry_out):
        people.append({"person": None, "name": ""} | head_of(nobody))
    return {"head": head_of(total), "people": people}


@dataclass
class _Facts:
    """What was recorded about the cards of a sheet, by card."""

    cards: dict[int, dict[str, Any]]
    phones: dict[int, str]
    levels: dict[int, list[tuple[date, str]]]
    changed: dict[int, set[date]]
    moved: dict[int, list[datetime]]
    touches: dict[int, list[tuple[date, datetime, bool]]]
    dues: dict[int, list[DueDate]]
    losses: dict[int, list[tuple[datetime | None, str, str, str]]]


def _rows(
    store: Store, person: User, days: Days, paths: dict[int, Path], until: datetime
) -> list[dict[str, Any]]:
    local = lru_cache(maxsize=None)(store.local_date)
    before, end = days.first - timedelta(days=1), _end(store, days, until)
    stays = {
        pk: found for pk, path in paths.items() if (found := visits(path, person.pk, end, local, before))
    }
    facts = _facts(store, days, list(stays), until, local)
    names = dict(User.objects.filter(
        pk__in={visit.other for found in stays.values() for visit in found if visit.other}
    ).values_list("pk", "name"))  # fmt: skip
    order = sorted(
        (pk for pk in stays if pk in facts.cards),
        key=lambda pk: (stays[pk][0].stay.since, _opened(facts, pk), pk),
    )
    return [_row(store, days, facts, pk, stays[pk], names, local) for pk in order]


def _opened(facts: _Facts, pk: int) -> datetime:
    card = facts.cards[pk]
    return card["card_created_at"] or card["created_at"]


def _row(
    store: Store, days: Days, facts: _Facts, pk: int, stays: Sequence[Visit], names: dict[int, str],
    local: Callable[[datetime], date],
) -> dict[str, Any]:  # fmt: skip
    card, first, last = facts.cards[pk], stays[0], stays[-1]
    on_sheet = [visit.stay for visit in stays]
    touches = [
        Touch(on, reached)
        for on, at, reached in facts.touches.get(pk, ())
        if not counted(on_sheet, on) or _mine(stays, on, at)
    ]
    calendar, playbook, level = store.calendar, store.playbook, last.result
    cells = month_cells(
        RowFacts(
            on_sheet, facts.levels.get(pk, ()), frozenset(facts.changed.get(pk, ())), facts.dues.get(pk, ()),
            touches, lambda on: next_due(level, on, calendar, playbook), lambda on: retry_after(on, calendar),
            _replanned(facts, pk, local),
        ),
        days,
    )  # fmt: skip
    gone = last.result == "TRANSFER_OUT"
    return {
        "customer": pk,
        "name": f"{card['name']}（{card['org_name']}）" if card["org_name"] else card["name"],
        # Whose card it is now keeps the number to themselves.
        "phone": "" if gone else facts.phones.get(pk, ""),
        "product": card["intent__product__name"] or "",
        "colour": card["intent__colour"] or "",
        "source": card["source_code"],
        "card_on": local(_opened(facts, pk)).isoformat(),
        "came": first.came,
        "came_on": first.stay.since.isoformat() if first.stay.since >= days.first else "",
        "came_from": names.get(first.other or 0, "") if first.came == "transfer_in" else "",
        "level": first.level,
        "cells": cells.marks,
        "late": cells.late,
        "contacts": sum(touch.on >= days.first and counted(on_sheet, touch.on) for touch in touches),
        "result": last.result,
        "result_on": last.stay.to.isoformat() if last.stay.to else "",
        "to": names.get(last.other or 0, "") if gone else "",
        "reasons": _reasons(facts, pk, last),
    }


def _mine(stays: Sequence[Visit], on: date, at: datetime) -> bool:
    """On the day of a hand-over the instant says on whose sheet a contact stands."""
    for visit in stays:
        if visit.stay.to == on and visit.result == "TRANSFER_OUT" and visit.ended_at and at >= visit.ended_at:
            continue
        if visit.stay.since == on and visit.came == "transfer_in" and visit.began_at and at < visit.began_at:
            continue
        if visit.stay.since <= on and (visit.stay.to is None or on <= visit.stay.to):
            return True
    return False


def _reasons(facts: _Facts, pk: int, last: Visit) -> list[str]:
    if last.result not in {"F1", "F2", "L"}:
        return []
    for decided_at, reason, second, text in reversed(facts.losses.get(pk, [])):
        if decided_at is None or last.ended_at is None or decided_at <= last.ended_at:
            return [part for part in (reason, second, text) if part]
    return []


def _facts(
    store: Store, days: Days, ids: list[int], until: datetime, local: Callable[[datetime], date]
) -> _Facts:
    """Nine queries, however many the cards."""
    cards = {card.pop("pk"): card for card in Customer.objects.filter(pk__in=ids).values("pk", *PRINTED)}
    phones: dict[int, str] = {}
    for pk, number in (
        Phone.objects.filter(customer__in=ids)
        .order_by("-is_primary", "id")
        .values_list("customer_id", "normalized")
    ):
        phones.setdefault(pk, mask_phone(number))
    levels, changed, moved = _levels(days, ids, until, local)
    return _Facts(
        cards, phones, levels, changed, moved,
        _touches(days, ids, until), _dues(days, ids, until, local), _losses(ids, until),
    )  # fmt: skip


def _levels(
    days: Days, ids: list[int], until: datetime, local: Callable[[datetime], date]
) -> tuple[dict[int, list[tuple[date, str]]], dict[int, set[date]], dict[int, list[datetime]]]:
    """The level each day ended with, in the order of business days, the days it was set on, and the instants at
    which it became another one."""
    known = Q(decided_at__lt=until) | Q(decided_at__isnull=True, at__lt=until)
    rows = LevelChange.objects.filter(known, state=LevelChange.State.IN_FORCE, customer__in=ids)
    ordered: dict[int, list[tuple[date, datetime, int, str]]] = defaultdict(list)
    for pk, key, on, at, decided_at, level in rows.order_by().values_list(
        "pk", "customer_id", "on", "at", "decided_at", "to_level"
    ):
        ordered[key].append((on, decided_at or at, pk, level))
    # A level whose import was undone later was there by then.
    taken = WithdrawnLevel.objects.filter(customer_key__in=ids, at__lt=until, withdrawn_at__gte=until)
    for row in taken:
        ordered[row.customer_key].append((local(row.at), row.at, 0, row.to_level))
    levels, changed, moved = {}, {}, {}
    for key, found in ordered.items():
        found.sort()
        levels[key] = [(on, level) for on, _at, _pk, level in found]
        changed[key] = {on for on, *_rest in found if on >= days.first}
        moved[key] = [one[1] for before, one in pairwise(found) if before[3] != one[3]]
    return levels, changed, moved


def _replanned(facts: _Facts, pk: int, local: Callable[[datetime], date]) -> list[date]:
    """The days on which another level planned the follow-up anew and nobody tried afterwards."""
    moved = facts.moved.get(pk)
    if not moved:
        return []
    tries = [(on, at) for on, at, reached in facts.touches.get(pk, ()) if not reached]
    days = [(local(moved_at), moved_at) for moved_at in moved]
    return [day for day, moved_at in days if not any(on == day and at > moved_at for on, at in tries)]


def _touches(days: Days, ids: list[int], until: datetime) -> dict[int, list[tuple[date, datetime, bool]]]:
    rows = Interaction.objects.filter(
        customer__in=ids, on__range=(days.first - LOOK_BACK, days.seen), recorded_at__lt=until
    )
    found: dict[int, list[tuple[date, datetime, bool]]] = defaultdict(list)
    for key, on, at, reached in rows.order_by("at", "id").values_list("customer_id", "on", "at", "is_valid"):
        found[key].append((on, at, reached))
    return found


def _dues(
    days: Days, ids: list[int], until: datetime, local: Callable[[datetime], date]
) -> dict[int, list[DueDate]]:
    """Every date a follow-up was due on in or after the month, with how long it was in force."""
    tasks = Task.objects.follow_ups().filter(customer__in=ids, created_at__lt=until)
    tasks = tasks.filter(Q(status=Task.Status.OPEN) | Q(done_on__gte=days.first))
    rows = list(tasks.order_by("pk").values_list(
        "pk", "customer_id", "due_on", "created_at", "status", "done_on", "done_interaction__recorded_at"
    ))  # fmt: skip
    former: dict[int, list[tuple[date, datetime]]] = defaultdict(list)
    moved = FormerDueDate.objects.filter(task__in=tasks.values("pk"), until__lt=until)
    later = dict(
        FormerDueDate.objects.filter(task__in=tasks.values("pk"), until__gte=until)
        .order_by("-pk").values_list("task_id", "due_on")
    )  # fmt: skip
    for task, due_on, at in moved.order_by("until", "pk").values_list("task_id", "due_on", "until"):
        former[task].append((due_on, at))
    found: dict[int, list[DueDate]] = defaultdict(list)
    for pk, key, due_on, created_at, status, done_on, recorded_at in rows:
        since = local(created_at)
        for was_on, at in former.get(pk, ()):
            found[key].append(DueDate(was_on, since, local(at)))
            since = local(at)
        closed = done_on if status != Task.Status.OPEN else None
        # What was recorded too late, or happened later, had not closed it by then.
        if closed is not None and (recorded_at >= until if recorded_at else closed > days.as_of):
            closed = None
        found[key].append(DueDate(later.get(pk, due_on), since, None, closed))
    return found


def _losses(ids: Iterable[int], until: datetime) -> dict[int, list[tuple[datetime | None, str, str, str]]]:
    rows = LossReport.objects.of_cards().filter(
        customer__in=list(ids), state=LossReport.State.APPROVED, decided_at__lt=until
    )
    found: dict[int, list[tuple[datetime | None, str, str, str]]] = defaultdict(list)
    for key, at, reason, second, text in rows.order_by("decided_at").values_list(
        "customer_id", "decided_at", "reason", "second_reason", "reason_text"
    ):
        found[key].append((at, reason, second, text))
    return found
