"""The plan of an account and its virtual team."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from guanxi.customers.models import Customer
from guanxi.key_accounts.models import CREATE, JUDGED, AccountMember, AccountPlan, StrategicTrait
from guanxi.key_accounts.operations.people import lock_account, refuse_gone
from guanxi.key_accounts.operations.steps import plan_step
from guanxi.key_accounts.queries.doers import doers_of
from guanxi.key_accounts.refusals import MapRefused
from guanxi.key_accounts.rules.drafts import Seen, StepDraft
from guanxi.key_accounts.rules.growth import create_of
from guanxi.organization.acts import Act, changed_fields, leave_trace
from guanxi.organization.edits import refuse_stale
from guanxi.organization.models import User

MOST_MEMBERS = 30
COACHED_WITHIN = timedelta(days=3)


@transaction.atomic
def save_plan(
    act: Act, customer_id: int, values: dict[str, Any], *, version: int, seen: Seen | None = None
) -> AccountPlan:
    """Change the plan; ``version`` is 0 for an account that has none. ``values`` are fields of AccountPlan; the stage
    of the relation, trust, benefit and affection change only with what shows it.

    A self-score of CREATE that falls below 18 of 30 puts a coaching step into the owner's Today (handbook 9.4).

    Raises Customer.DoesNotExist, StaleEdit, MapRefused without evidence, for a day to come, a number out of its range.
    """
    customer = lock_account(act, customer_id)
    plan = AccountPlan.objects.select_for_update().filter(customer=customer).first()
    plan = plan or AccountPlan(customer=customer, version=0)
    refuse_stale(plan, version)
    changes = changed_fields(plan, values)
    if not changes:
        return plan
    asked_before = _asks_for_coaching(plan)
    reason = ""
    if set(changes) & set(JUDGED):
        reason = _evidence(act, plan, seen or Seen())
    for name in changes:
        setattr(plan, name, values[name])
    _check(plan, changes)
    plan.version = version + 1
    plan.save()
    leave_trace([act.entry("plan_saved", plan, customer=customer.pk, changes=changes, reason=reason)])
    if _asks_for_coaching(plan) and not asked_before and customer.owner in doers_of(customer):
        plan_step(act, customer_id, StepDraft(
            goal=_("First meetings that open the door"),
            action=_("Go through the last first meeting with your supervisor, letter by letter (CREATE)"),
            due_on=act.on + COACHED_WITHIN, rule="CREATE",
        ))  # fmt: skip
    return plan


@transaction.atomic
def save_member(
    act: Act, customer_id: int, member_id: int | None, values: dict[str, Any], *, version: int = 0
) -> AccountMember:
    """Put one of us into the team, or change the ``version`` shown. ``values``: ``user`` and ``counterpart`` by key or
    None, ``function``.

    Raises Customer.DoesNotExist, AccountMember.DoesNotExist, StaleEdit, MapRefused for a colleague of another store, a
    person of another account, the same row twice, a team that is full.
    """
    customer = lock_account(act, customer_id)
    rows = AccountMember.objects.filter(customer=customer)
    member = rows.get(pk=member_id) if member_id else AccountMember(customer=customer, version=0)
    refuse_stale(member, version)
    wanted = {
        "user_id": values["user"], "function": values["function"], "counterpart_id": values.get("counterpart")
    }  # fmt: skip
    if wanted["function"] not in AccountMember.Function.values:
        raise MapRefused(_("Choose a function of the list."), "function")
    if not User.objects.active().filter(store_id=customer.store_id, pk=wanted["user_id"]).exists():
        raise MapRefused(_("This colleague does not work in the store."), "user")
    person = wanted["counterpart_id"]
    if person is not None and not customer.contacts.filter(pk=person).exists():
        raise MapRefused(_("Choose somebody of this account."), "counterpart")
    if person != member.counterpart_id:
        refuse_gone([person], "counterpart")
    others = rows.exclude(pk=member.pk)
    if others.filter(**wanted).exists():
        raise MapRefused(_("They are in the team with this already."), "user")
    if member.pk is None and others.count() >= MOST_MEMBERS:
        raise MapRefused(_("A team holds at most %(count)s people.") % {"count": MOST_MEMBERS})
    changes = changed_fields(member, wanted)
    if changes:
        for name in changes:
            setattr(member, name, wanted[name])
        member.version += 1
        member.save()
        leave_trace([act.entry("member_saved", member, customer=customer.pk, changes=changes)])
    return member


@transaction.atomic
def remove_member(act: Act, customer_id: int, member_id: int, *, version: int) -> None:
    """Take one of us out of the team. Raises Customer.DoesNotExist, AccountMember.DoesNotExist, StaleEdit."""
    customer: Customer = lock_account(act, customer_id)
    member = AccountMember.objects.select_for_update().get(customer=customer, pk=member_id)
    refuse_stale(member, version)
    changes = {"user_id": [member.user_id, None], "function": [member.function, None]}
    leave_trace([act.entry("member_removed", member, customer=customer.pk, changes=changes)])
    member.delete()


def _asks_for_coaching(plan: AccountPlan) -> bool:
    return create_of([getattr(plan, name) for name in CREATE]).asks_for_coaching


def _evidence(act: Act, plan: AccountPlan, seen: Seen) -> str:
    if not seen.evidence.strip():
        raise MapRefused(_("Say what shows it: a mark without evidence is only an opinion."), "evidence")
    on = seen.on or act.on
    if on > act.on:
        raise MapRefused(_("The evidence cannot lie in the future."), "evidence_on")
    if plan.evidence_on is not None and on < plan.evidence_on:
        raise MapRefused(_("There is newer evidence already."), "evidence_on")
    plan.evidence, plan.evidence_on = seen.evidence.strip()[:300], on
    return plan.evidence


def _check(plan: AccountPlan, changes: dict[str, Any]) -> None:
    if set(plan.strategic_traits) - set(StrategicTrait.values):
        raise MapRefused(_("Choose from the four traits."), "strategic_traits")
    every = [field.name for field in plan._meta.concrete_fields]
    try:
        plan.clean_fields(exclude=[name for name in every if name not in changes])
    except ValidationError as error:
        name, reasons = next(iter(error.message_dict.items()))
        raise MapRefused(str(reasons[0]), name) from error
