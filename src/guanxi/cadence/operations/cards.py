"""Receiving customers: the card and its first level in one step (R-LVL-02, R-CUS-08)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from guanxi.cadence.models import Interaction, LevelChange, Task
from guanxi.cadence.operations.contacts import known_evidence, known_level, needs_order, why_higher
from guanxi.cadence.operations.desk import Desk
from guanxi.cadence.operations.gaps import close_filled_blocks
from guanxi.cadence.operations.levels import set_level
from guanxi.cadence.operations.tasks import leave_in_peace
from guanxi.cadence.rules.follow_ups import next_due
from guanxi.cadence.rules.levels import LevelFacts, steps_above, suggest_level
from guanxi.customers.models import Customer, Intent
from guanxi.customers.operations.cards import CardDraft, edit_card, hand_over, open_cards, refuse_past_closing
from guanxi.customers.operations.collisions import decide_collision
from guanxi.organization.acts import Act
from guanxi.organization.models import User
from guanxi.organization.rows import insert_rows
from guanxi.organization.rules.roles import LEADERS


@transaction.atomic
def change_card(act: Act, customer_id: int, **said: Any) -> Customer:
    """``edit_card``, and what follows for tasks: a completed intent block closes the one that asked for it (R-CUS-08),
    a refused channel those that use it (R-PRM-08). Raises as ``edit_card`` does."""
    card = edit_card(act, customer_id, **said)
    close_filled_blocks(act, [customer_id])
    leave_in_peace(act, [customer_id])
    return card


@dataclass(frozen=True)
class FirstJudgement:
    """The level a card starts at. ``level`` "" opens no intent, None takes what the facts suggest.

    ``imported`` marks a level a sheet brought: unconfirmed, for the supervisor's list. ``last_contact_on``
    becomes one valid interaction with method IMPORTED.
    """

    level: str | None = ""
    evidence: frozenset[str] = frozenset()
    imported: bool = False
    last_contact_on: date | None = None
    reason: str = ""


@transaction.atomic
def receive_customer(
    act: Act, draft: CardDraft, judgement: FirstJudgement
) -> tuple[Customer, LevelChange | None]:
    """Open one card at the level a person judges on the spot, which R-LVL-01 step 5 binds like any other.

    One step above the suggestion needs a reason. Two or more open the card at the suggestion and ask a leader
    for the rest: that request comes back beside the card. Raises CardRefused, also for a closing date in the past,
    ContactRefused.
    """
    refuse_past_closing(act, draft.intent.get("expected_close_on"))
    if not judgement.level:
        return receive_customers(act, [(draft, judgement)])[0], None
    level = known_level(judgement.level)
    facts = LevelFacts(draft.intent.get("expected_close_on"), known_evidence(act, judgement.evidence))
    suggested = suggest_level(facts, act.on, act.store.playbook).level
    above = steps_above(level, suggested)
    if level == "O":
        raise needs_order()
    if above and not judgement.reason.strip():
        raise why_higher(suggested)
    leads = act.by is None or (act.by.has_role(*LEADERS) and draft.owner != act.by)
    if above < 2 or leads:
        return receive_customers(act, [(draft, judgement)])[0], None
    customer = receive_customers(act, [(draft, replace(judgement, level=suggested, reason=""))])[0]
    return customer, set_level(act, customer.pk, level, reason=judgement.reason)


@transaction.atomic
def receive_customers(act: Act, arrivals: Sequence[tuple[CardDraft, FirstJudgement]]) -> list[Customer]:
    """Open cards whose first levels are judged already, with their first follow-ups, in order; all or none.

    Raises CardRefused as ``open_cards`` does, ContactRefused for an unknown level or evidence code and for O,
    which only a sheet may bring.
    """
    customers = open_cards(act, [draft for draft, _judgement in arrivals])
    judge_first(act, list(zip(customers, [judgement for _draft, judgement in arrivals], strict=True)))
    return customers


@transaction.atomic
def judge_first(act: Act, judged: Sequence[tuple[Customer, FirstJudgement]]) -> None:
    """Give cards without a level their first one, and the contact a sheet tells of."""
    if not judged:
        return
    store = act.store
    intents = {
        row.customer_id: row for row in Intent.objects.filter(customer__in=[row.pk for row, _j in judged])
    }
    desk = Desk(act, {row.pk: row for row, _judgement in judged}, intents, _no_ticks(judged), {})
    for customer, judgement in judged:
        if judgement.last_contact_on is not None:
            imported_contact(desk, customer, judgement)
        if judgement.evidence:
            desk.set_evidence(customer, known_evidence(act, judgement.evidence))
        if judgement.level == "":
            continue
        level = desk.suggestion(customer).level if judgement.level is None else known_level(judgement.level)
        if level == "O" and not judgement.imported:
            raise needs_order()
        kind = LevelChange.Kind.IMPORTED if judgement.imported else LevelChange.Kind.FIRST
        change = desk.change_level(customer, level, kind, reason=judgement.reason)
        if judgement.imported:
            change.evidence = ["IMPORTED"]
        customer.level_confirmed = False
        customer.intent_status = (
            Customer.IntentStatus.ORDERED if level == "O" else Customer.IntentStatus.INTENT
        )
        if customer.pk not in intents:
            desk.intents[customer.pk] = desk.changed_intents[customer.pk] = Intent(customer=customer)
        since = judgement.last_contact_on or act.on
        desk.plan_follow_up(customer, next_due(level, since, store.calendar, store.playbook), "R-FUP-01")
    for interaction in desk.interactions:
        interaction.level_after = interaction.customer.level
        interaction.next_due_on = interaction.customer.next_due_on
    # Nothing refers to these contacts, so their ids are not asked for: a workbook brings thousands.
    insert_rows(desk.interactions)
    desk.interactions = []
    desk.save()


@transaction.atomic
def hand_over_cards(
    act: Act, customer_ids: Sequence[int], to: User, *, reason: str, why: str = "HANDOVER"
) -> list[Customer]:
    """Cards and their open tasks go to another consultant together (R-PRM-03)."""
    moved = hand_over(act, customer_ids, to, reason=reason, why=why)
    Task.objects.open().filter(customer__in=moved).update(owner=to)
    return moved


@transaction.atomic
def decide_claim(act: Act, collision_id: int, *, move: bool, reason: str = "") -> Customer:
    """Decide a collision; when the card moves, its open tasks move with it (R-PRM-09, R-PRM-03)."""
    customer = decide_collision(act, collision_id, move=move, reason=reason)
    if move:
        customer.refresh_from_db(fields=["owner"])
        Task.objects.open().filter(customer=customer).update(owner=customer.owner)
    return customer


def _no_ticks(judged: Sequence[tuple[Customer, FirstJudgement]]) -> dict[int, set[str]]:
    return {customer.pk: set() for customer, _judgement in judged}


def imported_contact(desk: Desk, customer: Customer, judgement: FirstJudgement) -> None:
    on = judgement.last_contact_on
    assert on is not None
    at = datetime.combine(on, time(12), ZoneInfo(desk.act.store.timezone))
    desk.interactions.append(
        Interaction(
            customer=customer,
            store=desk.act.store,
            by=customer.owner,
            at=min(at, desk.act.at),
            on=on,
            method="IMPORTED",
            purpose="PUSH",
            is_valid=True,
            recorded_at=desk.act.at,
        )
    )
    customer.last_contact_on = on
