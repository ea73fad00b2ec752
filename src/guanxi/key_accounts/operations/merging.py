"""The maps of two cards that become one: people go with their contacts, the rest is moved here."""

from django.db import transaction

from guanxi.customers.models import Customer
from guanxi.key_accounts.models import AccountMember, AccountPlan, Circle, InfoItem, PlannedStep
from guanxi.organization.snapshots import repoint

MOVED = {"circles": Circle, "facts": InfoItem, "steps": PlannedStep, "members": AccountMember}


@transaction.atomic
def fold_map(kept: Customer, merged: Customer) -> dict[str, list[int]]:
    """Returns what ``unfold_map`` needs. Two trees side by side are one map: nobody gets a second boss by it. The kept
    card keeps its plan; without one it takes over the other's as a copy, and the row waits for an undo."""
    facts = {
        name: repoint(model._default_manager.filter(customer=merged), customer=kept)
        for name, model in MOVED.items()
    }
    plan = AccountPlan.objects.filter(customer=merged).first()
    if plan is not None and not AccountPlan.objects.filter(customer=kept).exists():
        plan.customer = kept
        plan.save(force_insert=True)
        facts["plan"] = [plan.version]
    return facts


@transaction.atomic
def unfold_map(kept: Customer, merged: Customer, facts: dict[str, list[int]]) -> None:
    """Undo ``fold_map``; a plan that somebody changed since stays with the kept card."""
    if version := facts.get("plan"):
        AccountPlan.objects.filter(customer=kept, version=version[0]).delete()
    for name, model in MOVED.items():
        # Merged before there were maps: nothing moved.
        model._default_manager.filter(pk__in=facts.get(name, []), customer=kept).update(customer=merged)
