"""Contracts entered, renewed, ended, and what was said of them taken back. One transaction each, with its audit row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.cadence.models import Task
from guanxi.cadence.operations.tasks import open_tasks, withdraw_derived
from guanxi.catalogue.models import Product
from guanxi.customers.models import Customer
from guanxi.customers.queries.cards import lock_card
from guanxi.customers.rules.opt_outs import may_be_contacted
from guanxi.deals.models import Contract
from guanxi.deals.models.contracts import ContractQuerySet
from guanxi.lib.dates import next_open
from guanxi.lib.money import format_money
from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.labels import language
from guanxi.organization.refusals import Refused, StaleEdit
from guanxi.organization.snapshots import repoint

# The task of the night, and the rule it stands under: our choice beside the churn of the handbook's R-LOY-06.
RENEWAL, RULE = "RENEWAL", "R-LOY-06"
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
    told = {name: [str(getattr(row, name) or ""), str(draft.values()[name] or "")] for name in SAID}
    changes = {name: change for name, change in told.items() if change[0] != change[1]}
    if not changes:
        return row
    for name, value in draft.values().items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    if "ends_on" in changes:
        # Another end is another task, at once where its time has come.
        _forget_task(act, row)
        _ask(act, Contract.objects.filter(pk=row.pk))
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
    if not min(row.agreed_on, row.begins_on) <= ended_on <= act.on:
        raise ContractRefused(_("The day lies between the contract and today."), "ended_on")
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
    row = _locked(act, contract_id, version)
    if row.ended_on is not None:
        changes = {"ended_on": [str(row.ended_on), None], "end_reason": [row.end_reason, ""]}
        row.ended_on, row.end_reason = None, ""
        row.version += 1
        row.save()
        _forget_task(act, row)
        leave_trace([act.entry("contract_taken_back", row, customer=row.customer_id, changes=changes)])
        return row
    _running(row)
    withdraw_derived(act, row.origin)
    leave_trace([_entry(act, "contract_taken_back", row, gone=True)])
    former = row.renews
    row.delete()
    if former is not None:
        former.version += 1
        former.save(update_fields=["version"])
        _forget_task(act, former)
    return former


def open_renewals(act: Act) -> int:
    """A task for the consultant of each contract whose end is near, once; how many were new. For those entered or put
    right by day it is opened there; the night finds those whose time comes."""
    return _ask(act, Contract.objects.filter(store=act.store, customer__merged_into__isnull=True))


def _ask(act: Act, contracts: ContractQuerySet) -> int:
    rows = contracts.in_notice(act.on, act.store.playbook.settings.contract_notice_days)
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


def lock_contracts(customer_ids: Sequence[int]) -> None:
    """Lock the contracts of cards; before the cards, as renewing and ending do."""
    rows = Contract.objects.select_for_update(of=("self",)).filter(customer__in=customer_ids)
    list(rows.order_by("pk").values_list("pk"))


@transaction.atomic
def fold_contracts(kept: Customer, merged: Customer) -> list[int]:
    """Two cards become one: the contracts go along. Returns what ``unfold_contracts`` needs."""
    return repoint(Contract.objects.filter(customer=merged), customer=kept)


@transaction.atomic
def unfold_contracts(kept: Customer, merged: Customer, keys: Sequence[int]) -> None:
    """Undo ``fold_contracts``."""
    Contract.objects.filter(pk__in=keys, customer=kept).update(customer=merged)


def _note(row: Contract) -> str:
    return str(
        _("Renew: %(what)s, the term ends on %(day)s, %(amount)s")
        % {"what": row, "day": row.ends_on.isoformat(), "amount": format_money(row.amount, language())}
    )


def _forget_task(act: Act, row: Contract) -> None:
    """A night that looks again finds no task and opens one where it is due."""
    withdraw_derived(act, row.origin)
    Task.objects.filter(store=row.store, origin=row.origin).update(origin="")


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
    if after is not None and draft.begins_on <= after.begins_on:
        raise ContractRefused(_("This term begins after the one before it."), "begins_on")
    if before is not None and draft.begins_on >= before.begins_on:
        raise ContractRefused(_("This term begins before the one after it."), "begins_on")


def _locked(act: Act, contract_id: int, version: int) -> Contract:
    rows = (
        Contract.objects.filter(store=act.store) if act.by is None else Contract.objects.editable_by(act.by)
    )
    found = rows.filter(customer__merged_into__isnull=True).select_for_update(of=("self",))
    row = found.select_related("customer", "product", "renews").get(pk=contract_id)
    if row.version != version:
        raise StaleEdit(_("Somebody changed this contract first."), row)
    return row
