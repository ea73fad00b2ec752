"""The cards one operation works on, loaded and locked together so that a batch costs as few queries as one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q

from guanxi.cadence.models import EvidenceTick, FormerDueDate, Interaction, LevelChange, Task
from guanxi.cadence.operations.gaps import GAP_RULES, settle_gap
from guanxi.cadence.rules.levels import LevelFacts, Suggestion, rank, suggest_level
from guanxi.customers.models import Customer, Intent
from guanxi.customers.operations.standing import save_standing
from guanxi.customers.queries.cards import changeable
from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.models import AuditEntry
from guanxi.organization.rows import insert_rows, update_rows


@dataclass
class Desk:
    """Locked cards with what hangs on them, and the rows to be written when the work is done."""

    act: Act
    customers: dict[int, Customer]
    intents: dict[int, Intent]
    ticks: dict[int, set[str]]
    follow_ups: dict[int, Task]
    gaps: dict[int, list[Task]] = field(default_factory=lambda: defaultdict(list))
    instructions: dict[int, list[Task]] = field(default_factory=lambda: defaultdict(list))
    judged: set[int] = field(default_factory=set)
    interactions: list[Interaction] = field(default_factory=list)
    level_changes: list[LevelChange] = field(default_factory=list)
    new_ticks: list[EvidenceTick] = field(default_factory=list)
    withdrawn: list[tuple[int, str]] = field(default_factory=list)
    new_tasks: list[Task] = field(default_factory=list)
    done_by: list[tuple[Task, Interaction]] = field(default_factory=list)
    former_dates: list[FormerDueDate] = field(default_factory=list)
    changed_tasks: dict[int, Task] = field(default_factory=dict)
    changed_intents: dict[int, Intent] = field(default_factory=dict)
    trace: list[AuditEntry] = field(default_factory=list)

    @classmethod
    def open(cls, act: Act, customer_ids: Iterable[int]) -> "Desk":
        """Lock the cards for the actor. Raises Customer.DoesNotExist when one of them may not be changed."""
        wanted = list(customer_ids)
        rows = changeable(act)
        customers = {
            row.pk: row for row in rows.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
        }
        if len(customers) != len(set(wanted)):
            raise Customer.DoesNotExist
        ticks: dict[int, set[str]] = defaultdict(set)
        for pk, code in EvidenceTick.objects.filter(
            customer__in=wanted, withdrawn_at__isnull=True
        ).values_list("customer_id", "code"):
            ticks[pk].add(code)
        desk = cls(
            act,
            customers,
            {row.customer_id: row for row in Intent.objects.filter(customer__in=wanted)},
            ticks,
            {},
        )
        open_follow_up = Q(kind=Task.Kind.FOLLOW_UP, status=Task.Status.OPEN)
        asked_for = (Q(kind=Task.Kind.INSTRUCTION) | ~Q(stands_as="")) & Q(status=Task.Status.OPEN)
        tasks = Task.objects.select_for_update().filter(
            open_follow_up | asked_for | Q(kind__in=GAP_RULES), customer__in=wanted
        )
        for task in tasks:
            if task.kind == Task.Kind.FOLLOW_UP:
                desk.follow_ups[task.customer_id] = task
            elif task.kind == Task.Kind.INSTRUCTION or task.stands_as:
                desk.instructions[task.customer_id].append(task)
            else:
                desk.gaps[task.customer_id].append(task)
        return desk

    def suggestion(self, customer: Customer) -> Suggestion:
        """R-LVL-01 on the facts as they stand at this point of the work."""
        return suggest_level(self.facts(customer), self.act.on, self.act.store.playbook)

    def facts(self, customer: Customer) -> LevelFacts:
        intent = self.intents.get(customer.pk)
        return LevelFacts(
            expected_close_on=intent.expected_close_on if intent else None,
            ticked=frozenset(self.ticks[customer.pk]),
            deposit=(intent.deposit_held if intent else None) or Decimal(0),
            ordered=customer.intent_status == Customer.IntentStatus.ORDERED,
        )

    def set_evidence(self, customer: Customer, codes: Iterable[str]) -> None:
        """Make exactly ``codes`` the ticked evidence of the card."""
        wanted, present = set(codes), self.ticks[customer.pk]
        for code in sorted(wanted - present):
            self.new_ticks.append(EvidenceTick(customer=customer, code=code, by=self.act.by, at=self.act.at))
        self.withdrawn += [(customer.pk, code) for code in sorted(present - wanted)]
        if wanted != present:
            self.judged.add(customer.pk)
            self.trace.append(
                self.act.entry(
                    "evidence_changed",
                    customer,
                    customer=customer.pk,
                    changes={"evidence": [sorted(present), sorted(wanted)]},
                )
            )
        self.ticks[customer.pk] = wanted

    def set_close_date(self, customer: Customer, on: date | None) -> None:
        intent = self.intents.get(customer.pk) or Intent(customer=customer)
        if intent.expected_close_on == on and intent.pk:
            return
        self.trace.append(
            self.act.entry(
                "close_date_set",
                customer,
                customer=customer.pk,
                changes={"expected_close_on": [str(intent.expected_close_on or ""), str(on or "")]},
            )
        )
        intent.expected_close_on = on
        self.judged.add(customer.pk)
        self.intents[customer.pk] = intent
        self.changed_intents[customer.pk] = intent

    def change_level(
        self, customer: Customer, to: str, kind: str, *, on: date | None = None, **facts: Any
    ) -> LevelChange:
        """Put a level in force on its business date, today unless told, and remember why (R-LVL-01 step 5)."""
        change = LevelChange(
            customer=customer,
            kind=kind,
            from_level=customer.level,
            to_level=to,
            evidence=sorted(self.ticks[customer.pk]),
            by=self.act.by,
            at=self.act.at,
            on=on or self.act.on,
            **facts,
        )
        self.level_changes.append(change)
        if change.state == LevelChange.State.IN_FORCE:
            self.trace.append(
                self.act.entry(
                    "level_changed",
                    customer,
                    customer=customer.pk,
                    reason=change.reason,
                    changes={"level": [customer.level, to]},
                )
            )
            self.put_in_force(customer, to, change.on)
            if kind == LevelChange.Kind.IMPORTED:
                # The supervisor has it on the list; a whole workbook must not fill tomorrow with tasks.
                self.judged.discard(customer.pk)
        return change

    def put_in_force(self, customer: Customer, level: str, on: date) -> None:
        if level != customer.level:
            customer.level_since = on
        customer.level = level
        self.judged.add(customer.pk)

    def has_open_order(self, customer: Customer) -> bool:
        """Whether the card is O through an order, rather than by what a sheet said."""
        kinds = (LevelChange.Kind.ORDER, LevelChange.Kind.CANCELLED_ORDER, LevelChange.Kind.DELIVERY)
        if customer.level != "O":
            return False
        # An order that came with a merged card stands among that card's changes.
        cards = Q(customer=customer) | Q(customer__merged_into=customer)
        latest = LevelChange.objects.filter(cards, kind__in=kinds).order_by("-id").first()
        return latest is not None and latest.kind == LevelChange.Kind.ORDER

    def refuse_pending_levels(self, customer: Customer) -> None:
        """An order, delivery or loss overtakes every level change that still waits for somebody."""
        waiting = [LevelChange.State.REQUESTED, LevelChange.State.PROPOSED]
        LevelChange.objects.filter(customer=customer, state__in=waiting).update(
            state=LevelChange.State.REFUSED, decided_at=self.act.at
        )

    def close_follow_up(
        self, customer: Customer, status: str, interaction: Interaction | None = None
    ) -> None:
        task = self.follow_ups.pop(customer.pk, None)
        if task is None:
            return
        task.status = status
        # A contact entered the next morning was still made on its day (R-FUP-05).
        task.done_on = interaction.on if interaction else self.act.on
        task.version += 1
        if task.pk:
            self.changed_tasks[task.pk] = task
        if interaction is not None:
            self.done_by.append((task, interaction))

    def follow_instructions(self, customer: Customer, interaction: Interaction) -> None:
        """The customer was reached: what a leader asked for is acknowledged by this contact, unless it was asked
        for a later day."""
        for task in self.instructions[customer.pk]:
            if task.status != Task.Status.OPEN or interaction.on < task.due_on:
                continue
            task.status, task.done_on = Task.Status.DONE, interaction.on
            task.version += 1
            self.changed_tasks[task.pk] = task
            self.done_by.append((task, interaction))

    def plan_follow_up(self, customer: Customer, due_on: date, rule: str, *, agreed: bool = False) -> None:
        """Give the card its one open follow-up, moving the one it has."""
        task = self.follow_ups.get(customer.pk)
        if task is None:
            task = Task(
                customer=customer, store_id=customer.store_id, owner_id=customer.owner_id, kind=Task.Kind.FOLLOW_UP,
                source_rule=rule, due_on=due_on, is_agreed=agreed, created_at=self.act.at,
            )  # fmt: skip
            self.new_tasks.append(task)
            self.follow_ups[customer.pk] = task
        else:
            if task.pk and task.due_on != due_on:
                self.former_dates.append(FormerDueDate(task=task, due_on=task.due_on, until=self.act.at))
            task.due_on, task.source_rule, task.is_agreed, task.retry_on = due_on, rule, agreed, None
            task.version += 1
            if task.pk:
                self.changed_tasks[task.pk] = task
        customer.next_due_on = due_on

    def save(self) -> None:
        """Write everything; call it once, inside the operation's transaction."""
        for customer_id in sorted(self.judged):
            self._settle_gaps(self.customers[customer_id])
        Interaction.objects.bulk_create(self.interactions, batch_size=200)
        for task, interaction in self.done_by:
            task.done_interaction = interaction
        update_rows(
            self.changed_tasks.values(),
            ["status", "done_on", "done_interaction", "due_on", "source_rule", "is_agreed", "retry_on", "attempts",
             "proposes_loss", "version"],
        )  # fmt: skip
        insert_rows(self.new_tasks)
        insert_rows(self.former_dates)
        # Callers go on with the change, so its id is needed.
        LevelChange.objects.bulk_create(self.level_changes, batch_size=200)
        for customer_id, code in self.withdrawn:
            EvidenceTick.objects.filter(customer=customer_id, code=code, withdrawn_at__isnull=True).update(
                withdrawn_at=self.act.at
            )
        insert_rows(self.new_ticks)
        _save_intents(self.changed_intents.values())
        save_standing(self.customers.values())
        leave_trace(self.trace)

    def _settle_gaps(self, customer: Customer) -> None:
        """From B up a level needs evidence; from ``card.min_level`` up the card needs its intent block."""
        intent = self.intents.get(customer.pk)
        needs_evidence = customer.level in {"H", "A", "B"}
        least = self.act.store.playbook.settings.card_min_level
        missing = {
            Task.Kind.EVIDENCE: needs_evidence and "EVIDENCE_MISSING" in self.suggestion(customer).flags,
            Task.Kind.CARD: customer.is_open and rank(customer.level) >= rank(least)
            and not (intent and intent.is_complete),
        }  # fmt: skip
        for kind, is_missing in missing.items():
            known = [task for task in self.gaps[customer.pk] if task.kind == kind]
            for task in settle_gap(self.act, customer, known, kind, is_missing):
                if task.pk:
                    self.changed_tasks[task.pk] = task
                else:
                    self.new_tasks.append(task)


def _save_intents(intents: Iterable[Intent]) -> None:
    old = [intent for intent in intents if intent.pk is not None]
    Intent.objects.bulk_create([intent for intent in intents if intent.pk is None], batch_size=200)
    update_rows(old, ["expected_close_on", "deposit_held"])


def attempts_since_contact(customer_ids: Sequence[int]) -> dict[int, list[tuple[date, datetime]]]:
    """Card → its attempts since the last valid contact, newest first, as (business date, instant)."""
    found: dict[int, list[tuple[date, datetime]]] = defaultdict(list)
    stopped: set[int] = set()
    rows = Interaction.objects.filter(customer__in=customer_ids).order_by("-at", "-id")
    for pk, is_valid, on, at in rows.values_list("customer_id", "is_valid", "on", "at"):
        if is_valid:
            stopped.add(pk)
        elif pk not in stopped:
            found[pk].append((on, at))
    return found
