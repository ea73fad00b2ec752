"""Levels and contacts a sheet tells of cards that exist already, and taking them back."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from guanxi.cadence.models import FormerDueDate, Interaction, LevelChange, Task, WithdrawnLevel
from guanxi.cadence.operations.cards import FirstJudgement, imported_contact
from guanxi.cadence.operations.desk import Desk
from guanxi.cadence.rules.follow_ups import next_due
from guanxi.customers.models import Customer, Intent
from guanxi.customers.operations.completion import remove_cards
from guanxi.customers.operations.standing import COPIES, save_standing
from guanxi.customers.queries.cards import changeable
from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.rows import insert_rows

UNJUDGED = ("", "N")
_TASK_FIELDS = ("due_on", "source_rule", "is_agreed", "retry_on", "version")


@transaction.atomic
def judge_from_sheet(act: Act, judged: Sequence[tuple[int, FirstJudgement]]) -> list[dict[str, Any]]:
    """Give cards without a level (or with N) the level of a sheet, unconfirmed, and cards without any
    interaction the contact it tells of. Returns what ``withdraw_judgements`` needs, in order.

    Raises Customer.DoesNotExist unless the actor may change every card.
    """
    if not judged:
        return []
    desk = Desk.open(act, [customer_id for customer_id, _judgement in judged])
    had_intent = set(desk.intents)
    met = set(Interaction.objects.filter(customer__in=desk.customers).values_list("customer_id", flat=True))
    kept = []
    for customer_id, judgement in judged:
        customer = desk.customers[customer_id]
        task = desk.follow_ups.get(customer_id)
        kept.append({
            "standing": {name: _plain(getattr(customer, name)) for name in COPIES},
            "task": {name: _plain(getattr(task, name)) for name in ("pk", *_TASK_FIELDS)} if task else None,
        })  # fmt: skip
        if judgement.last_contact_on is not None and customer_id not in met:
            imported_contact(desk, customer, judgement)
        elif not judgement.level:
            continue
        if judgement.level and judgement.level != customer.level and customer.level in UNJUDGED:
            _set_level(desk, customer, judgement.level)
        if customer.is_open and not (task and task.is_agreed):
            due_on = next_due(
                customer.level, customer.last_contact_on or act.on, act.store.calendar, act.store.playbook
            )
            desk.plan_follow_up(customer, due_on, "R-FUP-01")
    for interaction in desk.interactions:
        interaction.level_after = interaction.customer.level
        interaction.next_due_on = interaction.customer.next_due_on
    desk.save()
    for facts, made in zip(
        kept, _made(desk, [pk for pk, _judgement in judged], kept, had_intent), strict=True
    ):
        facts["made"] = made
    return kept


@transaction.atomic
def withdraw_judgements(act: Act, kept: Sequence[tuple[int, dict[str, Any]]]) -> None:
    """Undo ``judge_from_sheet`` on cards nobody worked on since; the caller has made sure of that."""
    if not kept:
        return
    ids = [customer_id for customer_id, _facts in kept]
    customers = {
        row.pk: row for row in Customer.objects.select_for_update().filter(pk__in=ids, store=act.store)
    }
    for customer_id, facts in kept:
        made, customer = facts["made"], customers[customer_id]
        Interaction.objects.filter(pk=made["interaction"], customer=customer).delete()
        _withdraw(act, LevelChange.objects.filter(pk=made["level_change"], customer=customer))
        if made["task"]:
            Task.objects.filter(pk=made["task"], customer=customer).delete()
        elif before := facts["task"]:
            # The sheet moved the date, and nobody since: its own trace is the newest one.
            moved = Task.objects.filter(pk=before["pk"]).exclude(due_on=before["due_on"])
            newest = FormerDueDate.objects.filter(task__in=moved).order_by("-pk").values("pk")[:1]
            FormerDueDate.objects.filter(pk__in=list(newest.values_list("pk", flat=True))).delete()
            Task.objects.filter(pk=before["pk"]).update(**{name: before[name] for name in _TASK_FIELDS})
        if made["intent"]:
            Intent.objects.filter(customer=customer).delete()
        for name, value in facts["standing"].items():
            column: Any = Customer._meta.get_field(name)
            setattr(customer, name, column.to_python(value))
    save_standing(customers.values())
    leave_trace(act.entry("imported_level_withdrawn", row, customer=row.pk) for row in customers.values())


@transaction.atomic
def remove_imported_cards(act: Act, customer_ids: Sequence[int]) -> None:
    """Undo cards an import made: their levels are remembered as withdrawn, the cards go. The caller has made
    sure that nobody worked on them. Raises ProtectedError when an order refers to one."""
    mine = changeable(act).filter(pk__in=customer_ids)
    _withdraw(act, LevelChange.objects.filter(customer__in=mine.values("pk")))
    remove_cards(act, customer_ids)


def _withdraw(act: Act, changes: QuerySet[LevelChange]) -> None:
    """Remove changes of levels, remembering those that were in force."""
    insert_rows(
        WithdrawnLevel(
            store_id=change.customer.store_id, owner_id=change.customer.owner_id, customer_key=change.customer_id,
            from_level=change.from_level, to_level=change.to_level, at=change.at, withdrawn_at=act.at,
        )
        for change in changes.filter(state=LevelChange.State.IN_FORCE).select_related("customer").order_by("pk")
    )  # fmt: skip
    changes.delete()


def _set_level(desk: Desk, customer: Customer, level: str) -> None:
    change = desk.change_level(customer, level, LevelChange.Kind.IMPORTED)
    change.evidence = ["IMPORTED"]
    customer.level_confirmed = False
    customer.intent_status = Customer.IntentStatus.ORDERED if level == "O" else Customer.IntentStatus.INTENT
    if customer.pk not in desk.intents:
        desk.intents[customer.pk] = desk.changed_intents[customer.pk] = Intent(customer=customer)


def _made(
    desk: Desk, judged_ids: Sequence[int], kept: list[dict[str, Any]], had_intent: set[int]
) -> list[dict[str, Any]]:
    """The rows each card got, looked up after they are written."""
    levels = {row.customer_id for row in desk.level_changes}
    changes = LevelChange.objects.filter(customer__in=levels, kind=LevelChange.Kind.IMPORTED).order_by("id")
    change_ids = dict(changes.values_list("customer_id", "pk"))
    tasks = Task.objects.filter(customer__in=desk.customers).follow_ups().open()
    task_ids = dict(tasks.values_list("customer_id", "pk"))
    met = {row.customer_id: row.pk for row in desk.interactions}
    return [
        {
            "interaction": met.get(customer_id),
            "level_change": change_ids.get(customer_id),
            "task": None if facts["task"] else task_ids.get(customer_id),
            "intent": customer_id in desk.intents and customer_id not in had_intent,
        }
        for customer_id, facts in zip(judged_ids, kept, strict=True)
    ]


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
