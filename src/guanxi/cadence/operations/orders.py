"""What an order, its cancellation and a delivery mean for level and cadence; called by deals only."""

from datetime import timedelta
from decimal import Decimal

from django.db import transaction

from guanxi.cadence.models import LevelChange, Task
from guanxi.cadence.operations.desk import Desk
from guanxi.cadence.operations.losses import withdraw_pending_loss
from guanxi.cadence.rules.follow_ups import next_due, on_open_day
from guanxi.cadence.rules.levels import lower
from guanxi.customers.models import Customer, Intent
from guanxi.organization.acts import Act


@transaction.atomic
def mark_ordered(act: Act, customer_id: int, order_id: int) -> str:
    """The card becomes O, a pending loss is withdrawn (7.6), the order tasks of 5.3 open.

    Returns the level before.
    """
    desk = Desk.open(act, [customer_id])
    customer = desk.customers[customer_id]
    before = customer.level
    withdraw_pending_loss(desk, customer_id, reason="ORDER")
    desk.refuse_pending_levels(customer)
    desk.change_level(customer, "O", LevelChange.Kind.ORDER)
    customer.intent_status = Customer.IntentStatus.ORDERED
    customer.level_confirmed = True
    calendar, playbook = act.store.calendar, act.store.playbook
    desk.plan_follow_up(customer, next_due("O", act.on, calendar, playbook), "R-FUP-01")
    for template in playbook.task_templates:
        if template.group == "ORDERED":
            due = on_open_day(act.on + timedelta(days=template.due_days), "B", None, calendar)
            desk.new_tasks.append(
                Task(
                    customer=customer,
                    store=act.store,
                    owner_id=customer.owner_id,
                    kind=Task.Kind.ORDER,
                    item=template.code,
                    source_rule="5.3",
                    origin=f"order {order_id}",
                    due_on=due,
                    created_at=act.at,
                )
            )
    desk.save()
    return before


@transaction.atomic
def mark_order_cancelled(act: Act, customer_id: int, order_id: int, *, reason: str) -> None:
    """Open order tasks are cancelled and the card falls back to what its facts support, H at most: money
    kept from a cancelled order is no order."""
    desk = Desk.open(act, [customer_id])
    customer = desk.customers[customer_id]
    Task.objects.open().filter(customer=customer, kind=Task.Kind.ORDER, origin=f"order {order_id}").update(
        status=Task.Status.CANCELLED, done_on=act.on
    )
    customer.intent_status = Customer.IntentStatus.INTENT
    level = lower(desk.suggestion(customer).level, "H")
    desk.change_level(customer, level, LevelChange.Kind.CANCELLED_ORDER, reason=reason)
    desk.plan_follow_up(customer, next_due(level, act.on, act.store.calendar, act.store.playbook), "R-FUP-01")
    desk.save()


@transaction.atomic
def mark_delivered(act: Act, customer_id: int) -> None:
    """R-CUS-03: the customer owns from our sale, the card becomes an owner card, history stays."""
    desk = Desk.open(act, [customer_id])
    customer = desk.customers[customer_id]
    desk.close_follow_up(customer, Task.Status.DONE)
    desk.refuse_pending_levels(customer)
    Task.objects.open().filter(customer=customer, kind=Task.Kind.ORDER).update(
        status=Task.Status.DONE, done_on=act.on
    )
    desk.set_evidence(customer, ())
    desk.change_level(customer, "D", LevelChange.Kind.DELIVERY)
    customer.level_confirmed = True
    customer.intent_status = Customer.IntentStatus.NONE
    customer.owner_kind = "OWN_SALE"
    customer.become_owner()
    customer.next_due_on = None
    intent = desk.intents.get(customer.pk)
    if intent is not None:
        intent.expected_close_on, intent.deposit_held = None, Decimal(0)
        desk.changed_intents[customer.pk] = intent
    desk.save()


@transaction.atomic
def set_deposit_held(act: Act, customer_id: int, held: Decimal) -> str:
    """Keep the sum of deposits on the card; the level stays until somebody judges it.

    Returns the level the facts now suggest (R-LVL-01: H with a small deposit, O from the threshold on).
    """
    desk = Desk.open(act, [customer_id])
    customer = desk.customers[customer_id]
    intent = desk.intents.get(customer.pk) or Intent(customer=customer)
    intent.deposit_held = held
    desk.intents[customer.pk] = desk.changed_intents[customer.pk] = intent
    desk.judged.add(customer.pk)
    suggestion = desk.suggestion(customer)
    desk.save()
    return suggestion.level
