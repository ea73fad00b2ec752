"""Opening and editing an opportunity. Each operation is one transaction and leaves its audit rows."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.customers.models import Customer
from guanxi.customers.queries.cards import lock_card
from guanxi.deals.rules import MOST_PIECES, MOST_YUAN
from guanxi.key_accounts.queries.maps import missing_roles
from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.labels import coded_label
from guanxi.organization.refusals import Refused, StaleEdit
from guanxi.pipeline.drafts import LineDraft, OpportunityDraft
from guanxi.pipeline.models import Opportunity, OpportunityLine, StageMove
from guanxi.pipeline.queries.credit import bid_is_held
from guanxi.pipeline.rules.stages import probability_problem, roles_needed

# An owner without an intent may be asked for more; whoever was lost has to come back first.
ENDED = (Customer.IntentStatus.DEFEATED, Customer.IntentStatus.FROZEN)
MOST_LINES = 30


class OpportunityRefused(Refused):
    """The opportunity cannot be written, moved or closed this way; nothing was kept."""


PLAIN = ("criteria", "opportunity_cost", "process", "current_action", "next_plan")


@transaction.atomic
def open_opportunity(act: Act, customer_id: int, draft: OpportunityDraft) -> Opportunity:
    """Open an opportunity on a card the actor may change. Raises Customer.DoesNotExist, OpportunityRefused, also
    with roles missing on the map (R-KEY-02).

    It may begin at any stage: what was done before it was entered cannot be evidenced any more, so its first move
    is the first to be asked for.
    """
    card = lock_card(act, customer_id)
    if card.intent_status in ENDED:
        raise OpportunityRefused(_("Open a new intent on the card first."))
    stages = act.store.playbook.stage_order
    stage = draft.stage or next(iter(stages))
    if stage not in stages:
        raise OpportunityRefused(_("Choose a stage."), "stage")
    refuse_missing_roles(act, card, stage)
    row = Opportunity(
        customer=card, store=act.store, stage=stage, stage_since=act.on, opened_on=act.on, created_by=act.by,
        created_at=act.at, number=f"{card.customer_no}-{card.opportunities.count() + 1}", title=draft.title.strip(),
        probability=act.store.playbook.settings.stage_probability[stage],
        expected_close_on=draft.expected_close_on, amount=draft.amount or Decimal(0),
        **{name: value for name, value in draft.values.items() if name in PLAIN},
    )  # fmt: skip
    refuse_held_bid(act, row, stage)
    state_probability(act, row, draft.probability, draft.probability_reason)
    _set_amount(act, row, draft.amount, draft.lines)
    _check(act, row)
    # The card's count falls when an opportunity moves to another card with a merge.
    while Opportunity.objects.filter(store=act.store, number=row.number).exists():
        head, _dash, count = row.number.rpartition("-")
        row.number = f"{head}-{int(count) + 1}"
    row.save()
    _write_lines(row, draft.lines)
    note(act, row, StageMove.Kind.OPENED, from_stage="")
    leave_trace([act.entry("opportunity_opened", row, customer=card.pk, changes={
        "title": [None, row.title], "amount": [None, str(row.amount)], "stage": [None, row.stage]})])  # fmt: skip
    return row


@transaction.atomic
def edit_opportunity(
    act: Act,
    opportunity_id: int,
    *,
    version: int,
    values: dict[str, Any],
    lines: Sequence[LineDraft] | None = None,
) -> Opportunity:
    """Change what an open opportunity is about: ``title``, ``amount``, ``expected_close_on``, ``probability`` with its
    reason, and the fields of ``PLAIN``. ``lines`` None leaves the products. The stage moves by ``moves``.

    Raises Opportunity.DoesNotExist, StaleEdit, OpportunityRefused.
    """
    row = lock_opportunity(act, opportunity_id, version)
    values = {name: value for name, value in values.items() if name in (*PLAIN, *EDITABLE)}
    before = {name: getattr(row, name) for name in (*values, "amount")}
    probability = values.pop("probability", row.probability)
    reason = values.pop("probability_reason", row.probability_reason)
    amount = values.pop("amount", row.amount)
    process = row.process
    for name, value in values.items():
        setattr(row, name, value)
    if process < Opportunity.Process.BID <= row.process:
        refuse_held_bid(act, row, row.stage)
    state_probability(act, row, probability, reason)
    _set_amount(act, row, amount, lines if lines is not None else _lines_of(row))
    _check(act, row)
    after = {name: getattr(row, name) for name in before}
    changes = {
        name: [_json(before[name]), _json(after[name])] for name in before if before[name] != after[name]
    }
    if not changes and (lines is None or _told(lines) == _told(_lines_of(row))):
        return row
    if lines is not None:
        row.lines.all().delete()
        _write_lines(row, lines)
    row.version += 1
    row.save()
    if changes.keys() & {"amount", "probability", "expected_close_on"}:
        note(act, row, StageMove.Kind.REVISED, reason=reason)
    leave_trace([act.entry("opportunity_edited", row, customer=row.customer_id, changes=changes)])
    return row


EDITABLE = ("title", "amount", "expected_close_on", "probability", "probability_reason")


def lock_opportunity(
    act: Act, opportunity_id: int, version: int | None, *, closed: bool = False
) -> Opportunity:
    """The opportunity locked for a change the actor may make, open unless ``closed``. ``version`` None is for what
    hangs on it and has versions of its own.

    Raises Opportunity.DoesNotExist, StaleEdit when somebody saved first, OpportunityRefused when it is closed.
    """
    rows = (
        Opportunity.objects.filter(store=act.store, customer__merged_into__isnull=True)
        if act.by is None
        else Opportunity.objects.editable_by(act.by)
    )
    row = rows.select_for_update(of=("self",)).select_related("customer", "loss").get(pk=opportunity_id)
    if version is not None and row.version != version:
        raise StaleEdit(_("Somebody changed this opportunity first."), row)
    if not closed and not row.is_open:
        raise OpportunityRefused(_("This opportunity is closed. Open it again first."))
    return row


def note(act: Act, row: Opportunity, kind: str, **said: Any) -> StageMove:
    """Write down one step and how the opportunity stands after it."""
    return StageMove.objects.create(
        opportunity=row, kind=kind, cycle_no=row.cycle_no, amount=row.amount, probability=row.probability,
        expected_close_on=row.expected_close_on, by=act.by, at=act.at, on=act.on,
        **{"from_stage": row.stage, "to_stage": row.stage} | said,
    )  # fmt: skip


def state_probability(act: Act, row: Opportunity, stated: int | None, reason: str) -> None:
    """Take the seller's probability, or the stage's for None; raises OpportunityRefused outside the band without a
    reason (8.4)."""
    settings = act.store.playbook.settings
    of_stage = settings.stage_probability.get(row.stage, row.probability)
    value = of_stage if stated is None else stated
    problem = probability_problem(value, of_stage, settings.stage_band, reason)
    if problem == "OUT_OF_RANGE":
        raise OpportunityRefused(_("A probability lies between 0 and 100 %."), "probability")
    if problem:
        words = _("This stage stands for %(percent)s %%; more than %(band)s points away needs a reason.")
        facts = {"percent": of_stage, "band": settings.stage_band}
        raise OpportunityRefused(words % facts, "probability_reason")
    row.probability, row.probability_reason = value, reason.strip()[:200] if value != of_stage else ""


def refuse_missing_roles(act: Act, customer: Customer, stage: str = "") -> None:
    """R-KEY-02: no stage at or past one that needs the map is reached, and without ``stage`` no win, while the map
    lacks its approver or decision maker. A private person decides for themselves and has no map."""
    playbook = act.store.playbook
    order = playbook.stage_order
    last = order.get(stage, len(order))
    passed = [one.needs_map for one in playbook.stages if order[one.code] <= last]
    if not any(passed) or customer.kind != Customer.Kind.ORG:
        return
    missing = roles_needed(passed, missing_roles(customer.pk))
    if missing:
        names = {"A": _("an approver (A)"), "D": _("a decision maker (D)")}
        words = _("Before %(stage)s the key-person map needs %(roles)s.") % {
            "stage": coded_label(playbook, "stages", stage) if stage else _("the order"),
            "roles": str(_(" and ")).join(str(names[role]) for role in sorted(missing)),
        }  # fmt: skip
        raise OpportunityRefused(words, "stage")


def refuse_held_bid(act: Act, row: Opportunity, stage: str = "") -> None:
    """R-VAL-13: no stage from the bid on, no stage 4 of large-account work, and without ``stage`` no win, while the
    customer is class C and nobody gave leave."""
    order = act.store.playbook.stage_order
    last = order.get(stage, len(order))
    bids = any(one.is_bid for one in act.store.playbook.stages if order[one.code] <= last)
    if (bids or row.process >= Opportunity.Process.BID) and bid_is_held(act.store, row):
        words = _("Credit class C: the proprietor approves this bid first. Ask on the opportunity's page.")
        raise OpportunityRefused(words, "stage")


def refuse_past_closing(act: Act, row: Opportunity) -> None:
    """8.8: an expected closing in the past is moved, or the opportunity is closed."""
    if row.expected_close_on < act.on:
        words = _("The expected closing has passed: set a new day, or close the opportunity.")
        raise OpportunityRefused(words, "expected_close_on")


def _check(act: Act, row: Opportunity) -> None:
    if not row.title:
        raise OpportunityRefused(_("Say what the opportunity is about."), "title")
    refuse_past_closing(act, row)
    if row.opportunity_cost is not None and row.opportunity_cost < 0:
        raise OpportunityRefused(_("Enter an amount above zero, or leave it empty."), "opportunity_cost")


def _set_amount(act: Act, row: Opportunity, amount: Decimal | None, lines: Sequence[LineDraft]) -> None:
    """8.8: an amount above zero; of products, their sum."""
    if len(lines) > MOST_LINES:
        raise OpportunityRefused(_("At most %(count)s products.") % {"count": MOST_LINES}, "lines")
    products = [line.product.pk for line in lines]
    if len(set(products)) < len(products):
        raise OpportunityRefused(_("Each product stands once."), "lines")
    for line in lines:
        if line.product.store_id != act.store.pk:
            raise OpportunityRefused(_("Choose a product of this store."), "lines")
        if line.amount == 0 and line.product.list_price is None:
            words = _("%(product)s has no price: enter the amount, or have a list price set.")
            raise OpportunityRefused(words % {"product": line.product.name}, "lines")
        if not 1 <= line.quantity <= MOST_PIECES or line.amount <= 0:
            raise OpportunityRefused(_("Each product has a quantity and an amount above zero."), "lines")
    total = sum((line.amount for line in lines), Decimal(0)) if lines else amount
    if total is None or total <= 0:
        raise OpportunityRefused(_("Enter an amount above zero."), "amount")
    if total > MOST_YUAN:
        raise OpportunityRefused(_("That is more than can be counted: check quantity and price."), "amount")
    row.amount = total


def _told(lines: Sequence[LineDraft]) -> list[tuple[int, int, Decimal]]:
    return [(line.product.pk, line.quantity, line.amount) for line in lines]


def _write_lines(row: Opportunity, lines: Sequence[LineDraft]) -> None:
    OpportunityLine.objects.bulk_create(OpportunityLine(opportunity=row, **vars(line)) for line in lines)


def _lines_of(row: Opportunity) -> list[LineDraft]:
    return [
        LineDraft(line.product, line.quantity, line.amount) for line in row.lines.select_related("product")
    ]


def _json(value: Any) -> Any:
    return value if value is None or isinstance(value, int | str) else str(value)
