"""Recording contacts: the one thing people do all day (R-FUP-01, -03, -06; R-LVL-01, -03)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.cadence.models import Interaction, LevelChange, Task
from guanxi.cadence.operations.desk import Desk, attempts_since_contact
from guanxi.cadence.rules.follow_ups import (
    NextDateRefused,
    check_next_date,
    lost_control_proposed,
    next_due,
    retry_after,
)
from guanxi.cadence.rules.levels import LIVE, fold_code, steps_above
from guanxi.customers.models import Customer
from guanxi.organization.acts import Act
from guanxi.organization.refusals import Refused
from guanxi.organization.rules.roles import Role

TWICE = timedelta(minutes=5)
# What is older comes with an import.
LONGEST_BACK = timedelta(days=366)
FIRST_YEAR = 1970


class ContactRefused(Refused):
    """The contact cannot be recorded as given; nothing was kept."""


@dataclass(frozen=True)
class ContactDraft:
    """One touch. ``reached`` means the person, or spouse, parent or child, answered; for a message: replied.

    ``level`` None keeps the level, ``evidence`` None keeps the ticks, ``next_due_on`` None takes the
    proposed date. ``again`` confirms a second contact within five minutes. ``task_id`` closes that task.
    """

    customer_id: int
    method: str
    reached: bool
    content: str = ""
    purpose: str = ""
    level: str | None = None
    level_reason: str = ""
    evidence: frozenset[str] | None = None
    expected_close_on: date | None = None
    keep_close_date: bool = True
    next_due_on: date | None = None
    customer_asked: bool = False
    at: datetime | None = None
    again: bool = False
    task_id: int | None = None


def record_contact(act: Act, draft: ContactDraft) -> Interaction:
    """Record one contact. Raises Customer.DoesNotExist, ContactRefused."""
    return record_contacts(act, [draft])[0]


@transaction.atomic
def record_contacts(act: Act, drafts: Sequence[ContactDraft]) -> list[Interaction]:
    """Record contacts on different cards in one transaction, all or none.

    A valid contact closes the follow-up and opens the next; an attempt keeps the due date and plans a retry,
    and after ``retry.max`` of them the follow-up proposes lost control.
    """
    for draft in drafts:
        _check_time(act, draft)
    desk = Desk.open(act, [draft.customer_id for draft in drafts])
    failing = [draft.customer_id for draft in drafts if not draft.reached]
    attempts = attempts_since_contact(failing) if failing else {}
    recent = _recent(act, drafts)
    for draft in drafts:
        customer = desk.customers[draft.customer_id]
        _check(act, draft, customer, recent.get(customer.pk, []))
        _record(desk, draft, customer, attempts.get(customer.pk, []))
    desk.save()
    for draft, interaction in zip(drafts, desk.interactions, strict=True):
        if draft.task_id and draft.reached:
            _finish_task(act, draft.task_id, interaction)
    return desk.interactions


def _record(desk: Desk, draft: ContactDraft, customer: Customer, before: list[tuple[date, datetime]]) -> None:
    act, playbook = desk.act, desk.act.store.playbook
    at = draft.at or act.at
    on = act.store.local_date(at)
    interaction = Interaction(
        customer=customer, store=act.store, by=act.by, at=at, on=on, method=draft.method,
        purpose=draft.purpose or ("PUSH" if customer.is_open else "CARE"), is_valid=draft.reached,
        content=draft.content.strip(), level_before=customer.level, recorded_at=act.at,
    )  # fmt: skip
    desk.interactions.append(interaction)
    desk.trace.append(act.entry("contact_recorded", customer, customer=customer.pk, changes={
        "method": [None, draft.method], "reached": [None, draft.reached]}))  # fmt: skip
    # Something entered late: the follow-up was planned after a later contact and stands.
    is_old = customer.last_contact_on is not None and on < customer.last_contact_on
    if draft.reached:
        desk.follow_instructions(customer, interaction)
        _judge(desk, draft, customer, on)
        customer.last_contact_on = max(on, customer.last_contact_on or on)
    interaction.level_after = customer.level
    if not customer.is_open:
        return
    if draft.reached:
        _plan_next(desk, draft, customer, interaction, closes=not is_old)
        return
    if is_old:
        interaction.next_due_on = customer.next_due_on
        return
    task = desk.follow_ups.get(customer.pk)
    if task is None:
        desk.plan_follow_up(customer, on, "R-FUP-01")
        task = desk.follow_ups[customer.pk]
    zone = ZoneInfo(act.store.timezone)
    tries = [(on, at.astimezone(zone)), *((day, then.astimezone(zone)) for day, then in before)]
    task.retry_on = retry_after(on, act.store.calendar)
    task.attempts = len({day for day, _at in tries})
    task.proposes_loss = lost_control_proposed(tries, playbook)
    if task.pk:
        desk.changed_tasks[task.pk] = task
    interaction.next_due_on = task.due_on


def _plan_next(
    desk: Desk, draft: ContactDraft, customer: Customer, interaction: Interaction, *, closes: bool
) -> None:
    """The next date by R-FUP-01 from the last valid contact, or the one the person set (R-FUP-06)."""
    act = desk.act
    last = customer.last_contact_on
    assert last is not None
    proposed = next_due(customer.level, last, act.store.calendar, act.store.playbook)
    # A contact entered days later may already be due again: the next open day is the earliest to offer.
    if last < act.on:
        proposed = max(proposed, retry_after(act.on, act.store.calendar))
    if not closes and draft.next_due_on is None and interaction.level_before == customer.level:
        interaction.next_due_on = customer.next_due_on
        return
    chosen = draft.next_due_on or proposed
    _check_date(act, draft, chosen, proposed, customer.level)
    if closes:
        desk.close_follow_up(customer, Task.Status.DONE, interaction)
    desk.plan_follow_up(customer, chosen, "R-FUP-01", agreed=chosen != proposed)
    interaction.next_due_on = chosen
    interaction.next_reason = "CUSTOMER_ASKED" if chosen > proposed else ""


def known_level(typed: str) -> str:
    """A live level as typed, folded (2.6). Raises ContactRefused naming the valid ones."""
    level = fold_code(typed)
    if level not in LIVE:
        raise ContactRefused(
            _("%(level)s is no level. Choose one of %(levels)s.") % {"level": typed, "levels": "O H A B C N"},
            "level",
        )
    return level


def needs_order() -> ContactRefused:
    """The refusal of O where no order and no deposit stand behind it."""
    return ContactRefused(_("O needs an order or a deposit. Register it on the card."), "level")


def why_higher(suggested: str) -> ContactRefused:
    """The refusal of a level above the ``suggested`` one without a word about it."""
    return ContactRefused(
        _("The evidence speaks for %(level)s. Say why you judge higher.") % {"level": suggested},
        "level_reason",
    )


def _judge(desk: Desk, draft: ContactDraft, customer: Customer, on: date) -> None:
    """Evidence, closing date and the level after, in that order (R-LVL-01 step 5)."""
    if draft.evidence is not None:
        desk.set_evidence(customer, known_evidence(desk.act, draft.evidence))
    if not draft.keep_close_date:
        desk.set_close_date(customer, draft.expected_close_on)
    if draft.level is None or (fold_code(draft.level) == customer.level and not customer.is_open):
        return
    if not customer.is_open:
        raise ContactRefused(_("The card is closed: open a new intent first."), "level")
    judge_level(desk, customer, draft.level, draft.level_reason, LevelChange.Kind.SET, on=on)


def known_evidence(act: Act, typed: Iterable[str]) -> frozenset[str]:
    """Evidence codes, folded (2.6). Raises ContactRefused naming the valid ones."""
    codes = frozenset(fold_code(code) for code in typed)
    valid = act.store.playbook.evidence_by_code.keys()
    if codes - valid:
        raise ContactRefused(
            _("Unknown evidence %(codes)s. Choose from %(valid)s.")
            % {"codes": ", ".join(sorted(codes - valid)), "valid": ", ".join(valid)},
            "evidence",
        )
    return codes


def judge_level(
    desk: Desk, customer: Customer, typed: str, reason: str, kind: str, *, on: date | None = None
) -> LevelChange | None:
    """Put the chosen level in force on its business date, or ask for approval when it stands two or more
    steps above the suggestion; on one's own card leaders ask too (21.4).

    Raises ContactRefused for an unknown level, for O without an order or deposit, for leaving O while the
    order is open, or for a level one step above the suggestion without a reason. Staying at a confirmed
    level needs no reason; confirming is a judgement like any other (R-LVL-02), except that a leader who
    confirms a colleague's level has thereby approved it.
    """
    level, act = known_level(typed), desk.act
    suggestion = desk.suggestion(customer)
    stays = level == customer.level
    if level == "O" and not stays and suggestion.level != "O":
        raise needs_order()
    if not stays and desk.has_open_order(customer):
        raise ContactRefused(_("The order is open: deliver or cancel it before changing the level."), "level")
    asked = kind == LevelChange.Kind.CONFIRM
    if asked and level == "N":
        raise ContactRefused(_("Judge the level: N says that nobody has yet."), "level")
    above = steps_above(level, suggestion.level)
    leads = act.by is None or (
        act.by.has_role(Role.SUPERVISOR, Role.MANAGER) and customer.owner_id != act.by.pk
    )
    confirms = not customer.level_confirmed and (asked or (bool(desk.ticks[customer.pk]) and not above))
    if stays and not confirms:
        return None
    facts: dict[str, Any] = {
        "suggested_level": suggestion.level,
        "flags": sorted(suggestion.flags),
        "reason": reason,
        "on": on,
    }
    if above >= 2 and not leads:
        return _request_level(desk, customer, level, kind, facts)
    if above and not reason.strip() and not (stays and leads):
        raise why_higher(suggestion.level)
    customer.level_confirmed = customer.level_confirmed or confirms
    if customer.level == "O" != level:
        # O came with a sheet, without an order: it ends with the level.
        customer.intent_status = Customer.IntentStatus.INTENT
    return desk.change_level(customer, level, LevelChange.Kind.CONFIRM if confirms else kind, **facts)


def _request_level(
    desk: Desk, customer: Customer, level: str, kind: str, facts: dict[str, Any]
) -> LevelChange:
    pending = LevelChange.objects.filter(customer=customer, state=LevelChange.State.REQUESTED)
    if pending.exists():
        raise ContactRefused(_("A level change of this customer already waits for approval."), "level")
    desk.trace.append(desk.act.entry(
        "level_requested", customer, customer=customer.pk, reason=facts["reason"],
        changes={"level": [customer.level, level]}))  # fmt: skip
    return desk.change_level(customer, level, kind, state=LevelChange.State.REQUESTED, **facts)


def _check_time(act: Act, draft: ContactDraft) -> None:
    """Before anything is reckoned with the time: at the ends of the calendar that fails."""
    if draft.at is not None and draft.at > act.at:
        raise ContactRefused(_("A contact cannot lie in the future."), "at")
    if draft.at is not None and draft.at.year < FIRST_YEAR:
        raise ContactRefused(_("This value cannot be used."), "at")
    if draft.at is not None and draft.at < act.at - LONGEST_BACK and draft.method != "IMPORTED":
        raise ContactRefused(_("A contact is entered within a year: import older ones."), "at")


def _check(act: Act, draft: ContactDraft, customer: Customer, recent: Sequence[datetime]) -> None:
    playbook = act.store.playbook
    at = draft.at or act.at
    if draft.method not in playbook.labels("methods"):
        raise ContactRefused(_("Choose how you made contact."), "method")
    if draft.purpose and draft.purpose not in playbook.labels("purposes"):
        raise ContactRefused(_("Unknown purpose."), "purpose")
    if (
        draft.reached
        and len(draft.content.strip()) < playbook.settings.note_min
        and draft.method != "IMPORTED"
    ):
        raise ContactRefused(
            _("Write at least %(count)s characters on what was said.")
            % {"count": playbook.settings.note_min},
            "content",
        )
    if customer.level in {"D", "M"} and draft.purpose == "PUSH":
        raise ContactRefused(_("The car is delivered: record care, or open a new intent."), "purpose")
    if not draft.again and any(abs(at - other) < TWICE for other in recent):
        raise ContactRefused(_("You recorded a contact here less than five minutes ago. Save again if both count."),
                             "again")  # fmt: skip
    back_dated = (
        draft.level is not None
        and fold_code(draft.level) != customer.level
        and customer.level_since is not None
        and act.store.local_date(at) < customer.level_since
    )
    if back_dated and act.by is not None and not act.by.has_role(Role.MANAGER):
        raise ContactRefused(
            _("The level was changed after this date. Ask your manager to back-date."), "level"
        )


def _check_date(act: Act, draft: ContactDraft, chosen: date, proposed: date, level: str) -> None:
    try:
        check_next_date(chosen, proposed, act.on, level, draft.customer_asked, act.store.playbook)
    except NextDateRefused as refused:
        words = {
            "PAST": _("The next date must lie after today."),
            "TOO_FAR": _("The next date may be %(latest)s at the latest."),
            "LATER_NEEDS_REASON": _("Later than %(latest)s only when the customer asked for it."),
        }[refused.reason]
        raise ContactRefused(words % {"latest": refused.latest.isoformat()}, "next_due_on") from refused


def _recent(act: Act, drafts: Sequence[ContactDraft]) -> dict[int, list[datetime]]:
    """Card → the contacts recorded near the time of the new ones."""
    times = [draft.at or act.at for draft in drafts]
    found: dict[int, list[datetime]] = defaultdict(list)
    rows = Interaction.objects.filter(
        customer__in=[draft.customer_id for draft in drafts],
        at__gt=min(times, default=act.at) - TWICE,
        at__lt=max(times, default=act.at) + TWICE,
    )
    for pk, at in rows.exclude(method="IMPORTED").values_list("customer_id", "at"):
        found[pk].append(at)
    return found


def _finish_task(act: Act, task_id: int, interaction: Interaction) -> None:
    Task.objects.open().filter(pk=task_id, customer=interaction.customer_id).exclude(
        kind=Task.Kind.FOLLOW_UP
    ).update(status=Task.Status.DONE, done_on=act.on, done_interaction=interaction)
