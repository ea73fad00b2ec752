"""From the value page to Today: calls for those whose value is at risk, and taking them back."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from guanxi.cadence.models import Task
from guanxi.cadence.operations.tasks import open_tasks, withdraw_action
from guanxi.customers.queries.cards import lock_card
from guanxi.customers.rules.opt_outs import may_be_called
from guanxi.insights.models import CustomerValue
from guanxi.insights.queries.calls import CALL, open_calls
from guanxi.insights.queries.values import latest_run
from guanxi.insights.rules.advice import place_in_today
from guanxi.insights.value_words import explanation
from guanxi.lib.dates import next_open
from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.refusals import Refused

RULE = "R-LOY-06"
AT_ONCE = 30


class CallsRefused(Refused):
    """No call can be asked for this way."""


@dataclass(frozen=True)
class Asked:
    """The tasks that were opened; ``waiting`` chosen customers have a call in a Today already, ``left`` nobody looks
    after, they refuse calls (R-PRM-08), or nothing is known of what they are worth."""

    tasks: list[Task]
    waiting: int
    left: int


@transaction.atomic
def ask_calls(act: Act, customer_ids: Sequence[int]) -> Asked:
    """Put a call to each customer into the Today of the card's consultant, on the next open day; all or none. There it
    stands in the place of a level, the most value at risk first.

    Two who ask at once open one call. Raises Customer.DoesNotExist unless the actor may change every card,
    CallsRefused for nobody, for too many, and before anything was reckoned.
    """
    chosen = sorted(set(customer_ids))
    if not chosen:
        raise CallsRefused(_("Choose whom to call."))
    if len(chosen) > AT_ONCE:
        raise CallsRefused(_("Choose at most %(count)s customers at once.") % {"count": AT_ONCE})
    run = latest_run(act.store)
    if run is None:
        raise CallsRefused(_("Nothing was reckoned yet; the night does it."))
    cards = [lock_card(act, key) for key in chosen]
    rows = CustomerValue.objects.with_contract(act.on).filter(run=run, customer__in=chosen)
    values = {row.customer_id: row for row in rows}
    waiting = set(open_calls(chosen).values_list("customer_id", flat=True))
    before = Task.objects.filter(customer__in=chosen, kind=Task.Kind.ACTION, item=CALL)
    counts: dict[int, int] = {}
    for key in before.values_list("customer_id", flat=True):
        counts[key] = counts.get(key, 0) + 1
    due_on = next_open(act.on, act.store.calendar.is_closed)
    drafts, left = [], 0
    # In the order of the list, which Today keeps.
    cards.sort(key=lambda card: _worth(values.get(card.pk)), reverse=True)
    for card in cards:
        if card.pk in waiting:
            continue
        value = values.get(card.pk)
        if value is None or card.owner_id is None or not may_be_called(card.opt_outs):
            left += 1
            continue
        words = _("Call: %(why)s") % {"why": explanation(value, act.on)}
        drafts.append(
            Task(customer=card, kind=Task.Kind.ACTION, item=CALL, source_rule=RULE, note=words, given_by=act.by,
                 origin=f"value {counts.get(card.pk, 0) + 1}", due_on=due_on,
                 stands_as=place_in_today(value.past_class))
        )  # fmt: skip
    open_tasks(act, drafts)
    made = list(open_calls([task.customer_id for task in drafts]).order_by("pk"))
    leave_trace(
        act.entry(
            "call_asked", task, customer=task.customer_id, changes={"due_on": [None, due_on.isoformat()]}
        )
        for task in made
    )
    return Asked(made, len(waiting), left)


def _worth(value: CustomerValue | None) -> tuple[Decimal, Decimal]:
    return (value.at_risk or Decimal(0), value.margin_year) if value else (Decimal(0), Decimal(0))


@transaction.atomic
def take_calls_back(act: Act, task_id: int, *, alone: bool = False) -> int:
    """Give up the calls that the actor asked for together with this one and that still wait, or this one ``alone``; how
    many.

    Raises Task.DoesNotExist unless it is such a call on a card the actor may change.
    """
    assert act.by is not None
    own = Task.objects.editable_by(act.by).filter(kind=Task.Kind.ACTION, item=CALL, given_by=act.by)
    task = own.get(pk=task_id)
    together = own.open().filter(created_at=task.created_at).order_by("customer_id")
    if alone:
        together = together.filter(pk=task.pk)
    keys = list(together.values_list("pk", flat=True))
    for key in keys:
        withdraw_action(act, key)
    return len(keys)
