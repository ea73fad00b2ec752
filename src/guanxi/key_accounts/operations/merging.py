"""The maps of two cards that become one: people go with their contacts, the rest is moved here."""

from typing import Any

from django.db import transaction

from guanxi.customers.models import Customer
from guanxi.key_accounts.models import (
    AccountMember,
    AccountPlan,
    Circle,
    InfoItem,
    KeyPerson,
    PlannedStep,
)
from guanxi.organization.snapshots import repoint

MOVED = {"circles": Circle, "facts": InfoItem, "steps": PlannedStep, "members": AccountMember}
ROW_OF_TEAM = ("user", "function", "counterpart")


@transaction.atomic
def fold_map(kept: Customer, merged: Customer) -> dict[str, Any]:
    """Returns what ``unfold_map`` needs. Two trees side by side are one map: nobody gets a second boss by it. A circle
    whose name the kept card has too gives its people to that one, a row of the team that stands there too is left out;
    both wait with the merged card. The kept card keeps its plan; without one it takes over the other's as a copy, and
    the row waits for an undo."""
    joined = _join_circles(kept, merged)
    standing = set(AccountMember.objects.filter(customer=kept).values_list(*ROW_OF_TEAM))
    twice = [
        pk
        for pk, *row in AccountMember.objects.filter(customer=merged).values_list("pk", *ROW_OF_TEAM)
        if tuple(row) in standing
    ]
    left = {"circles": [one["circle"] for one in joined], "members": twice}
    facts: dict[str, Any] = {
        name: repoint(
            model._default_manager.filter(customer=merged).exclude(pk__in=left.get(name, [])), customer=kept
        )
        for name, model in MOVED.items()
    }
    if joined:
        facts["joined"] = joined
    plan = AccountPlan.objects.filter(customer=merged).first()
    if plan is not None and not AccountPlan.objects.filter(customer=kept).exists():
        plan.customer = kept
        plan.save(force_insert=True)
        facts["plan"] = [plan.version]
    return facts


@transaction.atomic
def unfold_map(kept: Customer, merged: Customer, facts: dict[str, Any]) -> None:
    """Undo ``fold_map``; a plan that somebody changed since stays with the kept card."""
    if version := facts.get("plan"):
        AccountPlan.objects.filter(customer=kept, version=version[0]).delete()
    for name, model in MOVED.items():
        # Merged before there were maps: nothing moved.
        model._default_manager.filter(pk__in=facts.get(name, []), customer=kept).update(customer=merged)
    for one in facts.get("joined", []):
        KeyPerson.objects.filter(pk__in=one["people"], circle=one["into"]).update(circle=one["circle"])


def _join_circles(kept: Customer, merged: Customer) -> list[dict[str, Any]]:
    """Put the people of circles that both cards have under one name into the kept card's."""
    names = {circle.name: circle.pk for circle in kept.circles.all()}
    joined = []
    for circle in merged.circles.order_by("pk"):
        if into := names.get(circle.name):
            people = repoint(KeyPerson.objects.filter(circle=circle), circle=into)
            joined.append({"circle": circle.pk, "into": into, "people": people})
    return joined
