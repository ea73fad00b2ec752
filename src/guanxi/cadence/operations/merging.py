"""What two cards that become one have been through: contacts, tasks, evidence and losses come together, one level
holds with one follow-up; and the way back. Called by ``merging`` on cards it has locked.

Level changes and hand-overs stay with the card they are about: month sheets tell the past from them.
"""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.cadence.models import EvidenceTick, Interaction, LevelChange, LossReport, Task
from guanxi.cadence.operations.gaps import GAP_RULES
from guanxi.cadence.queries.facts import side_of
from guanxi.cadence.rules.follow_ups import next_due
from guanxi.cadence.rules.merging import Side, date_of_other, level_of_other
from guanxi.customers.models import Customer
from guanxi.customers.operations.merging import MergeRefused
from guanxi.customers.operations.standing import save_standing
from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.snapshots import repoint, restore, snapshot

STANDING = ("level", "level_since", "level_confirmed", "intent_status", "next_due_on")
_TASK = ("customer", "owner", "status", "done_on")
_PENDING = (LevelChange.State.REQUESTED, LevelChange.State.PROPOSED)


@transaction.atomic
def fold_history(act: Act, kept: Customer, merged: Customer) -> dict[str, Any]:
    """Bring the logs together on ``kept`` and let one level hold. Returns what ``unfold_history`` needs.

    Raises MergeRefused while a loss waits on either card.
    """
    if LossReport.objects.pending().filter(customer__in=[kept.pk, merged.pk]).exists():
        raise MergeRefused(_("A loss waits for approval on one of the cards: decide it first."))
    sides = side_of(kept), side_of(merged)
    ticked = EvidenceTick.objects.filter(customer=kept, withdrawn_at__isnull=True).values_list(
        "code", flat=True
    )
    ticks = EvidenceTick.objects.filter(customer=merged)
    doubled = ticks.filter(withdrawn_at__isnull=True, code__in=list(ticked)).values_list("pk", flat=True)
    facts: dict[str, Any] = {
        "interactions": repoint(Interaction.objects.filter(customer=merged), customer=kept),
        "ticks": repoint(ticks.exclude(pk__in=list(doubled)), customer=kept),
        "losses": repoint(LossReport.objects.filter(customer=merged), customer=kept),
        "tasks": _fold_tasks(act, kept, merged, *sides),
        "standing": _fold_standing(act, kept, merged, level_of_other(*sides)),
    }
    waiting = LevelChange.objects.filter(customer=merged, state__in=_PENDING)
    facts["waiting"] = [[change.pk, change.state] for change in waiting]
    waiting.update(state=LevelChange.State.REFUSED, decided_at=act.at)
    if kept.is_open:
        # The customer is back, whichever card said that they were lost.
        back = LossReport.objects.of_cards().filter(
            customer=kept, state=LossReport.State.APPROVED, reactivated_on__isnull=True
        )
        facts["reactivated"] = repoint(back, reactivated_on=act.on)
    return facts


@transaction.atomic
def unfold_history(
    act: Act, kept: Customer, merged: Customer, facts: dict[str, Any], owned: Sequence[int]
) -> None:
    """Undo ``fold_history``. What happened since stays with ``kept``, but for the care that a night derived from
    what ``merged`` gets back (``owned``); both cards have one follow-up afterwards when they are open, none when
    they are closed."""
    Interaction.objects.filter(pk__in=facts["interactions"], customer=kept).update(customer=merged)
    LossReport.objects.filter(pk__in=facts.get("reactivated", ())).update(reactivated_on=None)
    LossReport.objects.filter(pk__in=facts["losses"], customer=kept).update(customer=merged)
    EvidenceTick.objects.filter(pk__in=facts["ticks"], customer=kept).update(customer=merged)
    for key, state in facts["waiting"]:
        LevelChange.objects.filter(pk=key).update(state=state, decided_at=None)
    _unfold_standing(act, kept, merged, facts["standing"])
    _unfold_tasks(kept, merged, facts["tasks"])
    for item in owned:
        care = Task.objects.filter(customer=kept, kind=Task.Kind.CARE, origin__startswith=f"{item} ")
        care.update(customer=merged, owner=merged.owner_id)
    for card in (kept, merged):
        _settle_follow_up(act, card)
    save_standing([kept, merged])


def _fold_tasks(act: Act, kept: Customer, merged: Customer, ours: Side, theirs: Side) -> list[dict[str, Any]]:
    tasks = list(Task.objects.select_for_update().filter(customer__in=[kept.pk, merged.pk]).order_by("pk"))
    derived = {
        (task.kind, task.item, task.origin) for task in tasks if task.customer_id == kept.pk and task.origin
    }
    level_moves, date_moves = level_of_other(ours, theirs), date_of_other(ours, theirs)
    lives = ours.is_live or theirs.is_live
    told: list[tuple[Task, dict[str, Any]]] = []
    for task in tasks:
        before = snapshot(task, _TASK)
        comes = task.customer_id == merged.pk
        doubled = comes and (task.kind, task.item, task.origin) in derived
        if task.status == Task.Status.OPEN:
            stays = not doubled
            if task.kind == Task.Kind.FOLLOW_UP:
                stays = lives and comes == date_moves
            elif task.kind in GAP_RULES:
                stays = stays and comes == level_moves
            elif task.kind == Task.Kind.SECOND_CHANCE:
                stays = stays and not lives
            if not stays:
                task.status, task.done_on = Task.Status.CANCELLED, act.on
            elif comes:
                task.owner = kept.owner
        if comes and not doubled:
            task.customer = kept
        if snapshot(task, _TASK) != before:
            told.append((task, before))
    # What is closed goes first: a card has one open follow-up at any instant.
    for task, _before in sorted(told, key=lambda one: one[0].status == Task.Status.OPEN):
        task.version += 1
        task.save()
    return [{"id": task.pk, "before": before, "after": snapshot(task, _TASK)} for task, before in told]


def _unfold_tasks(kept: Customer, merged: Customer, told: Sequence[dict[str, Any]]) -> None:
    rows = Task.objects.select_for_update().in_bulk([one["id"] for one in told])
    found = [(rows[one["id"]], one) for one in told if one["id"] in rows]
    # What leaves the kept card goes first, so that its own follow-up can be opened again.
    for task, one in sorted(found, key=lambda pair: pair[1]["before"]["customer"] == kept.pk):
        worked_on = task.status != one["after"]["status"] or task.customer_id != one["after"]["customer"]
        if worked_on and task.kind == Task.Kind.FOLLOW_UP:
            # Its contact stays with the kept card, and so does it.
            continue
        values = one["before"] | (snapshot(task, ["status", "done_on"]) if worked_on else {})
        opens = values["status"] == Task.Status.OPEN and task.kind == Task.Kind.FOLLOW_UP
        card = merged if values["customer"] == merged.pk else kept
        if opens and (not card.is_open or _follow_ups(card).exclude(pk=task.pk).exists()):
            continue
        restore(task, values)
        task.version += 1
        task.save()


def _fold_standing(act: Act, kept: Customer, merged: Customer, takes: bool) -> dict[str, Any]:
    before = {"kept": snapshot(kept, STANDING), "merged": snapshot(merged, STANDING)}
    days = {"kept": snapshot(kept, ["last_contact_on"]), "merged": snapshot(merged, ["last_contact_on"])}
    changes = []
    if takes:
        changes.append(_change(act, kept, merged.level, LevelChange.Kind.MERGED, merged.customer_no))
        for name in STANDING:
            setattr(kept, name, getattr(merged, name))
    if merged.level:
        changes.append(_change(act, merged, "", LevelChange.Kind.MERGED, kept.customer_no))
    follow_up = _follow_ups(kept).first()
    kept.next_due_on = follow_up.due_on if follow_up else None
    kept.last_contact_on = max(filter(None, (kept.last_contact_on, merged.last_contact_on)), default=None)
    merged.level, merged.level_since, merged.level_confirmed, merged.next_due_on = "", None, True, None
    merged.intent_status, merged.last_contact_on = Customer.IntentStatus.NONE, None
    LevelChange.objects.bulk_create(changes)
    save_standing([kept, merged])
    return {"before": before, "days": days, "after": snapshot(kept, (*STANDING, "last_contact_on"))}


def _unfold_standing(act: Act, kept: Customer, merged: Customer, facts: dict[str, Any]) -> None:
    after, was = facts["after"], kept.level
    now = snapshot(kept, (*STANDING, "last_contact_on"))
    if all(now[name] == after[name] for name in STANDING):
        restore(kept, facts["before"]["kept"])
    if now["last_contact_on"] == after["last_contact_on"]:
        restore(kept, facts["days"]["kept"])
    restore(merged, facts["before"]["merged"] | facts["days"]["merged"])
    changes = []
    if kept.level != was:
        to, kept.level = kept.level, was
        changes.append(_change(act, kept, to, LevelChange.Kind.UNMERGED, merged.customer_no))
        kept.level = to
    if merged.level:
        to, merged.level = merged.level, ""
        changes.append(_change(act, merged, to, LevelChange.Kind.UNMERGED, kept.customer_no))
        merged.level = to
    LevelChange.objects.bulk_create(changes)


def _change(act: Act, card: Customer, to: str, kind: str, other: str) -> LevelChange:
    """A change in force, for the ledger; unsaved."""
    leave_trace([act.entry("level_changed", card, customer=card.pk, changes={"level": [card.level, to]})])
    return LevelChange(
        customer=card,
        kind=kind,
        from_level=card.level,
        to_level=to,
        reason=other,
        by=act.by,
        at=act.at,
        on=act.on,
    )


def _settle_follow_up(act: Act, card: Customer) -> None:
    task = _follow_ups(card).first()
    if card.is_open and task is None:
        due_on = card.next_due_on or next_due(card.level, act.on, act.store.calendar, act.store.playbook)
        task = Task.objects.create(
            customer=card, store_id=card.store_id, owner_id=card.owner_id, kind=Task.Kind.FOLLOW_UP,
            source_rule="R-FUP-01", due_on=due_on, created_at=act.at,
        )  # fmt: skip
    card.next_due_on = task.due_on if task and card.is_open else None


def _follow_ups(card: Customer) -> Any:
    return Task.objects.open().follow_ups().filter(customer=card)
