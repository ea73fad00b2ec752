"""Owner care is derived from what customers own and from their birthdays; deriving it twice makes it once."""

from datetime import timedelta

from guanxi.cadence.models import Task
from guanxi.cadence.operations.tasks import open_tasks
from guanxi.care.rules import OwnedFacts, care_calls
from guanxi.customers.models import Customer, OwnedItem
from guanxi.customers.rules.opt_outs import may_be_contacted
from guanxi.organization.acts import Act

HORIZON = timedelta(days=31)
GRACE = timedelta(days=7)
FACTS = ("delivered_on", "bought_on", "first_service_due_on", "insurance_expires_on")


def plan_care(act: Act, customer_ids: list[int] | None = None) -> int:
    """Open the care tasks due from a week ago to a month ahead (5.4). Returns how many were new."""
    items = OwnedItem.objects.filter(customer__store=act.store, is_ours=True).select_related("customer")
    people = Customer.objects.filter(store=act.store, birth_date__isnull=False).exclude(owner_kind="")
    if customer_ids is not None:
        items, people = items.filter(customer__in=customer_ids), people.filter(pk__in=customer_ids)
    # A night reads every owner: whole cards would cost ten times as much.
    items = items.only(*FACTS, "customer__owner", "customer__opt_outs")
    people = people.only("owner", "opt_outs", "birth_date")
    tasks = []
    for item in items.iterator(chunk_size=1000):
        if not may_be_contacted(item.customer.opt_outs):
            continue
        facts = OwnedFacts(
            item.delivered_on, item.bought_on, item.first_service_due_on, item.insurance_expires_on
        )
        tasks += _tasks(act, item.customer, facts, f"{item.pk} ")
    for person in people.iterator(chunk_size=1000):
        if not may_be_contacted(person.opt_outs):
            continue
        tasks += _tasks(act, person, OwnedFacts(born_on=person.birth_date), "")
    return open_tasks(act, tasks)


def _tasks(act: Act, customer: Customer, facts: OwnedFacts, origin: str) -> list[Task]:
    calls = care_calls(facts, act.on - GRACE, act.on + HORIZON, act.store.playbook)
    return [
        Task(
            customer=customer,
            kind=Task.Kind.CARE,
            item=call.item,
            source_rule="5.4",
            origin=f"{origin}{call.origin}",
            due_on=call.due_on,
        )
        for call in calls
    ]
