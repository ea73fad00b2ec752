"""Contracts entered, renewed, ended, and what was said of them taken back. One transaction each, with its audit row."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.cadence.models import Task
from guanxi.cadence.operations.tasks import forget_derived, open_tasks, reword_derived, withdraw_derived
from guanxi.catalogue.models import Product
from guanxi.customers.queries.cards import lock_card
from guanxi.customers.rules.opt_outs import may_be_contacted
from guanxi.deals.models import Contract
from guanxi.deals.models.contracts import ContractQuerySet
from guanxi.lib.dates import is_near, next_open
from guanxi.lib.money import format_money
from guanxi.organization.acts import Act, changed_fields, leave_trace
from guanxi.organization.labels import language
from guanxi.organization.refusals import Refused, StaleEdit

# The task of the night, and the rule it stands under: our choice beside the churn of the handbook's R-LOY-06.
RENEWAL, RULE = "RENEWAL", "R-LOY-06"
# What the task names of a contract, beside its end.
NOTED = {"product", "subject", "amount"}
FAR = _("The year cannot be meant: choose a day within ten years of today.")
OPEN_ENDED = _("The end lies within ten years. For a contract without one, write when it is next renewed.")
SAID = ("product", "subject", "agreed_on", "begins_on", "ends_on", "amount")


class ContractRefused(Refused):
    """The contract cannot be entered or changed this way."""


@dataclass(frozen=True)
class ContractDraft:
    """One term: a ``product`` or a ``subject`` in words; ``amount`` in yuan for the term."""

    begins_on: date
    ends_on: date
    amount: Decimal
    agreed_on: date
    product: Product | None = None
    subject: str = ""

    def values(self) -> dict[str, Any]:
        return vars(self) | {"subject": self.subject.strip()[:60]}


@transaction.atomic
def enter_contract(act: Act, customer_id: int, draft: ContractDraft) -> Contract:
    """The first term of a contract. Raises Customer.DoesNotExist, ContractRefused."""
    customer = lock_card(act, customer_id)
    _check(act, draft)
    row = Contract.objects.create(customer=customer, store=act.store, created_at=act.at, **draft.values())
    _ask(act, Contract.objects.filter(pk=row.pk))
    leave_trace([_entry(act, "contract_entered", row)])
    return row


@transaction.atomic
def correct_contract(act: Act, contract_id: int, *, version: int, draft: ContractDraft) -> Contract:
    """What was written wrongly, written right. Raises Contract.DoesNotExist, StaleEdit, ContractRefused."""
    row = _locked(act, contract_id, version)
    _check(act, draft, after=row.renews, before=getattr(row, "renewed_by", None))
    if row.ended_on is not None:
        _refuse_end_before(draft, row.ended_on, "begins_on")
    changes = changed_fields(row, draft.values())
    if "product" in changes:
        changes["product"] = [one and one.name for one in (row.product, draft.product)]
    if not changes:
        return row
    for name, value in draft.values().items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    if "ends_on" in changes:
        # Another end is another task, at once where its time has come.
        forget_derived(act, row.origin)
        _ask(act, Contract.objects.filter(pk=row.pk))
    elif NOTED & changes.keys():
        asked = Task.objects.filter(store=row.store, origin=row.origin)
        reword_derived(act, asked, lambda task: {"note": _note(row)})
    leave_trace([act.entry("contract_corrected", row, customer=row.customer_id, changes=changes)])
    return row


@transaction.atomic
def renew_contract(act: Act, contract_id: int, *, version: int, draft: ContractDraft) -> Contract:
    """The next term; the task to renew is withdrawn. Returns the new row.

    Raises Contract.DoesNotExist, StaleEdit, ContractRefused for one that has ended or was renewed.
    """
    row = _locked(act, contract_id, version)
    _running(row)
    _check(act, draft, after=row)
    row.version += 1
    row.save(update_fields=["version"])
    following = Contract.objects.create(
        customer=row.customer, store=row.store, created_at=act.at, renews=row, term_no=row.term_no + 1, **draft.values()
    )  # fmt: skip
    withdraw_derived(act, row.origin)
    leave_trace([_entry(act, "contract_renewed", following)])
    return following


@transaction.atomic
def end_contract(act: Act, contract_id: int, *, version: int, ended_on: date, reason: str) -> Contract:
    """There will be no next term; the task to renew is withdrawn.

    Raises Contract.DoesNotExist, StaleEdit, ContractRefused for one that has ended or was renewed, a day before it was
    agreed or ahead, and without a reason.
    """
    row = _locked(act, contract_id, version)
    _running(row)
    if not reason.strip():
        raise ContractRefused(_("Say why it ends."), "reason")
    if ended_on > act.on:
        raise ContractRefused(_("The day lies between the contract and today."), "ended_on")
    _refuse_end_before(row, ended_on, "ended_on")
    row.ended_on, row.end_reason = ended_on, reason.strip()[:200]
    row.version += 1
    row.save()
    withdraw_derived(act, row.origin)
    leave_trace([
        act.entry("contract_ended", row, customer=row.customer_id, reason=reason.strip(),
                  changes={"ended_on": [None, str(ended_on)]})
    ])  # fmt: skip
    return row


@transaction.atomic
def take_back(act: Act, contract_id: int, *, version: int) -> Contract | None:
    """Take back the last thing said of a contract: that it ends; else that this term is. Returns what runs then.

    Raises Contract.DoesNotExist, StaleEdit, ContractRefused for a term that was renewed.
    """
    # The older term first: two that lock both meet at the same one.
    former = Contract.objects.select_for_update(of=("self",)).filter(renewed_by=contract_id).first()
    row = _locked(act, contract_id, version)
    if row.ended_on is not None:
        changes = {"ended_on": [str(row.ended_on), None], "end_reason": [row.end_reason, ""]}
        row.ended_on, row.end_reason = None, ""
        row.version += 1
        row.save()
        forget_derived(act, row.origin)
        leave_trace([act.entry("contract_taken_back", row, customer=row.customer_id, changes=changes)])
        return row
    _running(row)
    withdraw_derived(act, row.origin)
    leave_trace([_entry(act, "contract_taken_back", row, gone=True)])
    row.delete()
    if former is not None:
        former.version += 1
        former.save(update_fields=["version"])
        forget_derived(act, former.origin)
    return former


@transaction.atomic
def open_renewals(act: Act) -> int:
    """A task for the consultant of each contract whose end is near, once; how many were new. For those entered or put
    right by day it is opened there; the night finds those whose time comes."""
    return _ask(act, Contract.objects.filter(store=act.store, customer__merged_into__isnull=True))


def _ask(act: Act, contracts: ContractQuerySet) -> int:
    near = contracts.in_notice(act.on, act.store.playbook.settings.contract_notice_days)
    locked = list(near.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    # Asked again under the lock: while it was waited for, one may have been ended or renewed.
    rows = near.filter(pk__in=locked)
    asked = Task.objects.filter(store=act.store, item=RENEWAL, source_rule=RULE)
    known = set(asked.values_list("origin", flat=True))
    due_on = next_open(act.on, act.store.calendar.is_closed)
    tasks = [
        Task(customer=row.customer, kind=Task.Kind.ACTION, item=RENEWAL, source_rule=RULE, origin=row.origin,
             note=_note(row), due_on=due_on)
        for row in rows.select_related("customer", "product").order_by("pk")
        if row.origin not in known and may_be_contacted(row.customer.opt_outs)
    ]  # fmt: skip
    return open_tasks(act, tasks)


def _note(row: Contract) -> str:
    return str(
        _("Renew: %(what)s, the term ends on %(day)s, %(amount)s")
        % {"what": row, "day": row.ends_on.isoformat(), "amount": format_money(row.amount, language())}
    )


def _entry(act: Act, action: str, row: Contract, *, gone: bool = False) -> Any:
    said = {name: str(getattr(row, name) or "") for name in SAID}
    changes = {name: [value, None] if gone else [None, value] for name, value in said.items() if value}
    return act.entry(action, row, customer=row.customer_id, changes=changes)


def _running(row: Contract) -> None:
    if row.ended_on is not None:
        raise ContractRefused(_("This contract has ended already."))
    if hasattr(row, "renewed_by"):
        raise ContractRefused(_("This term was renewed already; look at the one after it."))


def _check(
    act: Act, draft: ContractDraft, *, after: Contract | None = None, before: Contract | None = None
) -> None:
    if draft.product is None and not draft.subject.strip():
        raise ContractRefused(_("Choose a product, or say what the contract is about."), "subject")
    if draft.product is not None and draft.product.store_id != act.store.pk:
        raise ContractRefused(_("Choose a product of this store."), "product")
    if draft.ends_on <= draft.begins_on:
        raise ContractRefused(_("The term ends after it begins."), "ends_on")
    if draft.amount < 0:
        raise ContractRefused(_("The amount is at least 0."), "amount")
    if draft.agreed_on > act.on:
        raise ContractRefused(_("What is agreed lies not ahead."), "agreed_on")
    for name in ("agreed_on", "begins_on", "ends_on"):
        if not is_near(getattr(draft, name), act.on):
            raise ContractRefused(OPEN_ENDED if name == "ends_on" else FAR, name)
    if after is not None:
        _check_order(after, draft, "begins_on", "agreed_on")
    if before is not None:
        _check_order(draft, before, "ends_on", "begins_on")


def _check_order(
    first: Contract | ContractDraft, second: Contract | ContractDraft, overlap: str, early: str
) -> None:
    """A term begins after the one it renews has ended, and is agreed once that one runs."""
    if second.begins_on <= first.ends_on:
        words = _("The terms overlap: one ends on %(end)s, the one after it begins on %(begin)s.")
        days = {"end": first.ends_on.isoformat(), "begin": second.begins_on.isoformat()}
        raise ContractRefused(words % days, overlap)
    if second.agreed_on < first.begins_on:
        raise ContractRefused(_("A renewal is agreed once the term before it has begun."), early)


def _refuse_end_before(said: Contract | ContractDraft, ended_on: date, field: str) -> None:
    if ended_on < min(said.agreed_on, said.begins_on):
        words = _("It ended on %(day)s: it was agreed or began before.") % {"day": ended_on.isoformat()}
        raise ContractRefused(words, field)


def _locked(act: Act, contract_id: int, version: int) -> Contract:
    rows = (
        Contract.objects.filter(store=act.store) if act.by is None else Contract.objects.editable_by(act.by)
    )
    found = rows.filter(customer__merged_into__isnull=True).select_for_update(of=("self",))
    row = found.select_related("customer", "product", "renews").get(pk=contract_id)
    if row.version != version:
        raise StaleEdit(_("Somebody changed this contract first."), row)
    return row
