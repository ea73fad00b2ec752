"""Levels without a contact: judging, confirming, approving, downgrading (R-LVL-01, -02, -04; R-FUP-03)."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.cadence.models import LevelChange, LossReport
from guanxi.cadence.operations.contacts import judge_level, known_evidence
from guanxi.cadence.operations.desk import Desk
from guanxi.cadence.rules.follow_ups import due_after_level_change
from guanxi.cadence.rules.levels import downgrade_to, effective_after
from guanxi.customers.models import Customer, cards_within
from guanxi.lib.dates import next_open
from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.refusals import Refused
from guanxi.organization.rules.roles import LEADERS, Role


class LevelRefused(Refused):
    """The level cannot be changed this way."""


@transaction.atomic
def set_level(
    act: Act,
    customer_id: int,
    level: str,
    *,
    reason: str = "",
    evidence: frozenset[str] | None = None,
    expected_close_on: date | None = None,
    keep_close_date: bool = True,
    confirm: bool = False,
) -> LevelChange | None:
    """Judge a card without a contact; ``confirm`` is the second judgement of R-LVL-02.

    Returns the change, None when nothing changed. Raises LevelRefused on a closed card, ContactRefused as
    ``judge_level`` does.
    """
    desk = Desk.open(act, [customer_id])
    customer = desk.customers[customer_id]
    if not customer.is_open:
        raise LevelRefused(_("The card is closed: open a new intent first."), "level")
    if evidence is not None:
        desk.set_evidence(customer, known_evidence(act, evidence))
    if not keep_close_date:
        desk.set_close_date(customer, expected_close_on)
    old_level = customer.level
    kind = LevelChange.Kind.CONFIRM if confirm else LevelChange.Kind.SET
    change = judge_level(desk, customer, level, reason, kind)
    if change is not None and change.state == LevelChange.State.IN_FORCE and customer.level != old_level:
        move_due_date(desk, customer, old_level)
    desk.save()
    return change


def move_due_date(desk: Desk, customer: Customer, old_level: str) -> None:
    """R-FUP-03 for a card whose level changed from ``old_level`` without a contact."""
    store = desk.act.store
    due = due_after_level_change(
        old_level, customer.level, customer.next_due_on, desk.act.on, customer.last_contact_on,
        store.calendar, store.playbook,
    )  # fmt: skip
    desk.plan_follow_up(customer, due, "R-FUP-03")


@transaction.atomic
def decide_level_request(act: Act, change_id: int, *, approve: bool, note: str = "") -> LevelChange:
    """A leader approves or refuses a two-step level change, never one's own (21.1, 21.4).

    Raises LevelChange.DoesNotExist unless it waits and concerns a card the actor leads.
    """
    change = _pending(act, change_id, LevelChange.State.REQUESTED)
    if change.by_id == (act.by.pk if act.by else None):
        raise LevelRefused(_("Somebody else decides about your own request."))
    if not approve and not note.strip():
        raise LevelRefused(_("Say why you refuse: whoever asked reads it."), "note")
    desk = Desk.open(act, [change.customer_id])
    customer = desk.customers[change.customer_id]
    change.state = LevelChange.State.IN_FORCE if approve and customer.is_open else LevelChange.State.REFUSED
    if change.state == LevelChange.State.IN_FORCE:
        old_level = customer.level
        # In force from today, on top of whatever happened while it waited.
        change.on, change.from_level = act.on, old_level
        desk.put_in_force(customer, change.to_level, act.on)
        customer.level_confirmed = True
        if old_level != customer.level:
            move_due_date(desk, customer, old_level)
    _decide(act, change, note, approve)
    desk.save()
    return change


@transaction.atomic
def decide_downgrade(act: Act, change_id: int, *, accept: bool, note: str = "") -> LevelChange:
    """A leader lets a proposed downgrade take effect at once; the manager may intervene (降级干预).

    Raises LevelChange.DoesNotExist unless proposed for a card the actor leads, LevelRefused otherwise.
    """
    change = _pending(act, change_id, LevelChange.State.PROPOSED)
    if not accept and not (act.by and act.by.has_role(Role.MANAGER)):
        raise LevelRefused(_("Only the manager keeps a level that its window has passed."))
    if not accept and not note.strip():
        raise LevelRefused(_("Say why the level stays."), "note")
    _take_downgrade(act, change, note, accept)
    return change


@transaction.atomic
def propose_downgrades(act: Act, customer_ids: list[int]) -> int:
    """Nightly R-LVL-04 for these cards: propose the level below, or apply for a POSTPONED loss of a C card
    without contact. Returns how many proposals were made."""
    desk = Desk.open(act, customer_ids)
    store = act.store
    busy = set(
        LevelChange.objects.filter(
            customer__in=customer_ids, state__in=[LevelChange.State.PROPOSED, LevelChange.State.REQUESTED]
        ).values_list("customer_id", flat=True)
    ) | set(
        LossReport.objects.pending()
        .of_cards()
        .filter(customer__in=customer_ids)
        .values_list("customer_id", flat=True)
    )
    kept = _kept_on(act, customer_ids)
    made = 0
    for customer in desk.customers.values():
        if customer.pk in busy or customer.level_since is None:
            continue
        task, intent = desk.follow_ups.get(customer.pk), desk.intents.get(customer.pk)
        agreed = [task.due_on] if task and task.is_agreed else []
        agreed += [intent.expected_close_on] if intent and intent.expected_close_on else []
        to = downgrade_to(
            customer.level, customer.level_since, customer.last_contact_on, max(agreed, default=None), act.on,
            store.playbook, kept.get(customer.pk),
        )  # fmt: skip
        if to is None:
            continue
        made += 1
        if to == "F2":
            _apply_for_freezing(desk, customer)
        else:
            desk.change_level(
                customer, to, LevelChange.Kind.DOWNGRADE, state=LevelChange.State.PROPOSED,
                effective_on=effective_after(act.on, next_open(act.on, store.calendar.is_closed)),
            )  # fmt: skip
    desk.save()
    return made


@transaction.atomic
def take_due_downgrades(act: Act) -> int:
    """Nightly: proposals nobody intervened in take effect. Returns how many."""
    due = LevelChange.objects.filter(
        customer__store=act.store, state=LevelChange.State.PROPOSED, effective_on__lte=act.on
    ).select_for_update(of=("self",))
    changes = list(due.select_related("customer"))
    for change in changes:
        _take_downgrade(act, change, "", accept=change.customer.level == change.from_level)
    return len(changes)


def _take_downgrade(act: Act, change: LevelChange, note: str, accept: bool) -> None:
    desk = Desk.open(act, [change.customer_id])
    customer = desk.customers[change.customer_id]
    accept = accept and customer.level == change.from_level
    change.state = LevelChange.State.IN_FORCE if accept else LevelChange.State.REFUSED
    change.on = act.on if accept else change.on
    _decide(act, change, note, accept)
    if accept:
        old_level = customer.level
        desk.put_in_force(customer, change.to_level, act.on)
        move_due_date(desk, customer, old_level)
    desk.save()


def _kept_on(act: Act, customer_ids: list[int]) -> dict[int, date]:
    """Card → the day a leader last kept its level, against a downgrade or a loss the system applied for."""
    kept = {
        customer_id: act.store.local_date(decided_at)  # type: ignore[arg-type]
        for customer_id, decided_at in LevelChange.objects.filter(
            customer__in=customer_ids, kind=LevelChange.Kind.DOWNGRADE, state=LevelChange.State.REFUSED,
            decided_at__isnull=False,
        ).order_by("decided_at").values_list("customer_id", "decided_at")
    }  # fmt: skip
    refused = LossReport.objects.filter(
        customer__in=customer_ids, applied_by=None, state=LossReport.State.REJECTED, decided_on__isnull=False
    )
    for customer_id, decided_on in refused.values_list("customer_id", "decided_on"):
        assert decided_on is not None
        kept[customer_id] = max(decided_on, kept.get(customer_id, decided_on))
    return kept


def _apply_for_freezing(desk: Desk, customer: Customer) -> None:
    LossReport.objects.create(
        customer=customer, store=desk.act.store, outcome="POSTPONED",
        bucket=desk.act.store.playbook.settings.loss_bucket_map["POSTPONED"], reason="PLAN_CHANGED",
        analysis="", level_then=customer.level, highest_level=customer.level, applied_by=None,
        applied_at=desk.act.at,
    )  # fmt: skip
    desk.trace.append(desk.act.entry("loss_applied", customer, customer=customer.pk, reason="R-LVL-04"))


def _pending(act: Act, change_id: int, state: str) -> LevelChange:
    assert act.by is not None
    if not act.by.has_role(*LEADERS):
        raise LevelChange.DoesNotExist
    rows = LevelChange.objects.filter(cards_within(act.by, act.by.write_reach, "customer__"), state=state)
    return rows.select_for_update(of=("self",)).select_related("customer").get(pk=change_id)


def _decide(act: Act, change: LevelChange, note: str, accepted: bool) -> None:
    change.decided_by, change.decided_at = act.by, act.at
    if note:
        change.reason = f"{change.reason} / {note}".strip(" /")[:300]
    change.save()
    leave_trace([
        act.entry(
            "level_change_decided", change, customer=change.customer_id, reason=note,
            changes={"level": [change.from_level, change.to_level], "accepted": [None, accepted]},
        )
    ])  # fmt: skip
