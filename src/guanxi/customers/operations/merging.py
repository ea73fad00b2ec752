"""The card itself when two become one: its values, numbers, people and belongings, and the way back.

Called by ``merging``, which locks first and has every domain move its own rows in one transaction.
"""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from guanxi.customers.models import (
    CardMerge,
    Collision,
    Contact,
    Customer,
    Intent,
    OwnedItem,
    Phone,
    SearchEntry,
)
from guanxi.customers.operations.cards import base_class_after
from guanxi.customers.operations.search import index_cards
from guanxi.customers.queries.cards import changeable
from guanxi.customers.rules.lifecycle import BASE_CONDITIONS, VIP_CONDITIONS
from guanxi.customers.rules.merging import (
    CARD_FIELDS,
    FILLED,
    INTENT_FIELDS,
    chosen,
    filled_dict,
    joined,
    owner_kind_of,
)
from guanxi.lib.names import sorting_of
from guanxi.lib.phones import mask_phone
from guanxi.organization.acts import Act, changed_fields, leave_trace
from guanxi.organization.models import AuditEntry, User
from guanxi.organization.refusals import Refused, StaleEdit
from guanxi.organization.rules.roles import Reach
from guanxi.organization.snapshots import repoint, restore, snapshot

_PHONE = ("store", "kind", "raw", "normalized", "is_primary")
_SAME_PHONE = ("kind", "normalized")


class MergeRefused(Refused):
    """The cards cannot become one, or not two again, as they stand."""


def lock_pair(act: Act, one: int, other: int) -> tuple[Customer, Customer]:
    """Both cards locked, the older one first: by the instant it was opened, then by its key.

    Raises Customer.DoesNotExist unless the actor may change both, MergeRefused for two that cannot be one.
    """
    if one == other:
        raise MergeRefused(_("This is the same card."))
    rows = changeable(act).select_for_update(of=("self",)).select_related("store").filter(pk__in=[one, other])
    cards = list(rows.order_by("pk"))
    if len(cards) != 2:
        raise Customer.DoesNotExist
    kept, merged = sorted(cards, key=older_first)
    if kept.store_id != merged.store_id:
        raise MergeRefused(_("The cards belong to two stores."))
    if kept.kind != merged.kind:
        raise MergeRefused(_("A person and an organisation are not one customer."))
    return kept, merged


def lock_merged(act: Act, merge: CardMerge) -> tuple[Customer, Customer]:
    """The kept card and the one merged into it, locked. Raises CardMerge.DoesNotExist unless the actor may change
    the one and could change the other if it stood by itself."""
    if not changeable(act).filter(pk=merge.kept_id).exists():
        raise CardMerge.DoesNotExist
    rows = Customer.objects.select_for_update(of=("self",)).select_related("store")
    cards = {row.pk: row for row in rows.filter(pk__in=[merge.kept_id, merge.merged_id]).order_by("pk")}
    kept, merged = cards[merge.kept_id], cards[merge.merged_id]
    if kept.merged_into_id is not None or not _is_within(act, merged):
        raise CardMerge.DoesNotExist
    return kept, merged


def _is_within(act: Act, card: Customer) -> bool:
    """Whose card it was decides, as it will again."""
    if act.by is None or act.by.write_reach in (Reach.STORE, Reach.ALL):
        return True
    return User.objects.within(act.by, act.by.write_reach).filter(pk=card.owner_id).exists()


def older_first(card: Customer) -> tuple[Any, int]:
    """Sorts cards by age: the older one keeps its number (handbook 1.5)."""
    return card.created_at, card.pk


def refuse_changed(card: Customer, version: int) -> None:
    """Raises StaleEdit when somebody saved the card since the page was shown."""
    if card.version != version:
        raise StaleEdit(_("Somebody saved one of the cards meanwhile. Look at both again."), card)


@transaction.atomic
def fold_card(act: Act, kept: Customer, merged: Customer, others: frozenset[str]) -> dict[str, Any]:
    """Give ``kept`` what it lacks of ``merged``, and the fields named in ``others``; move what hangs on the card.

    Returns what ``unfold_card`` needs. Level and dates are cadence's.
    """
    facts: dict[str, Any] = {"phones": [], "phones_gone": []}
    values = _values(kept, merged, others)
    changes = changed_fields(kept, values)
    facts["card"] = {"before": snapshot(kept, changes)}
    for name in changes:
        setattr(kept, name, values[name])
    facts["card"]["after"] = snapshot(kept, changes)
    if merged.id_no_cipher and not kept.id_no_cipher:
        kept.id_no_cipher, kept.id_no_masked = merged.id_no_cipher, merged.id_no_masked
        facts["id_no"] = True
        changes["id_no"] = ["", kept.id_no_masked]
    facts["intent"] = _fold_intent(kept, merged, others, changes)
    _move_phones(kept, merged, facts, changes)
    facts["contacts"] = _people(kept, merged)
    facts["owned"] = repoint(OwnedItem.objects.filter(customer=merged), customer=kept)
    claimed = Collision.objects.filter(customer=kept, state=Collision.State.OPEN).values("claimant")
    collisions = Collision.objects.filter(customer=merged)
    # One claim of a person is enough: the same of both cards stays where it was, out of sight.
    doubled = collisions.filter(
        state=Collision.State.OPEN, claimant__in=list(claimed.values_list("claimant", flat=True))
    )
    facts["collisions"] = repoint(
        collisions.exclude(pk__in=list(doubled.values_list("pk", flat=True))), customer=kept
    )
    facts["referred"] = repoint(Customer.objects.filter(referrer=merged).exclude(pk=kept.pk), referrer=kept)
    facts["merged_cards"] = repoint(Customer.objects.filter(merged_into=merged), merged_into=kept)
    facts["owner_kind"] = merged.owner_kind
    merged.owner_kind = ""
    merged.merged_into = kept
    for card in (kept, merged):
        card.version += 1
        card.save()
    SearchEntry.objects.filter(customer=merged).delete()
    index_cards([kept.pk])
    changes = {"merged_from": [None, merged.customer_no], **changes}
    leave_trace([
        act.entry("cards_merged", kept, customer=kept.pk, changes=changes),
        act.entry("cards_merged", merged, customer=merged.pk, changes={"merged_into": [None, kept.customer_no]}),
    ])  # fmt: skip
    return facts


@transaction.atomic
def unfold_card(act: Act, kept: Customer, merged: Customer, facts: dict[str, Any]) -> None:
    """Undo ``fold_card``: what it filled is empty again, what it moved goes back."""
    _restore_untouched(kept, facts["card"])
    if facts.get("id_no"):
        kept.id_no_cipher, kept.id_no_masked = None, ""
    _unfold_intent(kept, facts["intent"])
    Phone.objects.filter(pk__in=[row["id"] for row in facts["phones"]], customer=kept).update(customer=merged)
    for row in facts["phones"]:
        Phone.objects.filter(pk=row["id"], customer=merged).update(is_primary=row["is_primary"])
    for row in facts["phones_gone"]:
        phone = Phone(pk=row["id"], customer=merged)
        restore(phone, {name: row[name] for name in _PHONE})
        phone.save(force_insert=True)
    for key, is_primary in facts["contacts"]:
        Contact.objects.filter(pk=key, customer=kept).update(customer=merged, is_primary=is_primary)
    OwnedItem.objects.filter(pk__in=facts["owned"], customer=kept).update(customer=merged)
    Collision.objects.filter(pk__in=facts["collisions"], customer=kept).update(customer=merged)
    Customer.objects.filter(pk__in=facts["referred"], referrer=kept).update(referrer=merged)
    Customer.objects.filter(pk__in=facts["merged_cards"], merged_into=kept).update(merged_into=merged)
    merged.owner_kind, merged.merged_into = facts["owner_kind"], None
    for card in (kept, merged):
        card.version += 1
        card.save()
    index_cards([kept.pk, merged.pk])
    leave_trace([
        act.entry("merge_undone", kept, customer=kept.pk, changes={"merged_from": [merged.customer_no, None]}),
        act.entry("merge_undone", merged, customer=merged.pk, changes={"merged_into": [kept.customer_no, None]}),
    ])  # fmt: skip


@transaction.atomic
def keep_merge(act: Act, kept: Customer, merged: Customer, facts: dict[str, Any]) -> CardMerge:
    """Remember the merge with all its undo needs; the last step, after every trace of it."""
    newest = (
        AuditEntry.objects.filter(customer_key=kept.pk).order_by("-pk").values_list("pk", flat=True).first()
    )
    return CardMerge.objects.create(
        store=kept.store, kept=kept, merged=merged, by=act.by, at=act.at, facts=facts, audit_mark=newest or 0
    )


def _values(kept: Customer, merged: Customer, others: frozenset[str]) -> dict[str, Any]:
    names = (*CARD_FIELDS, *FILLED)
    values = chosen(read(kept, names), read(merged, names), others)
    referrer = values.get("referrer", kept.referrer)
    if referrer is not None and referrer.pk in (kept.pk, merged.pk):
        values.pop("referrer", None)
        if kept.referrer_id == merged.pk:
            values["referrer"] = None
    values["sorted_as"] = sorting_of(values.get("name", kept.name))
    for name in ("dimensions", "meta_programs"):
        values[name] = filled_dict(getattr(kept, name), getattr(merged, name))
    values["family"] = joined(kept.family, merged.family)
    values["opt_outs"] = joined(kept.opt_outs, merged.opt_outs)
    for name in (*BASE_CONDITIONS, *VIP_CONDITIONS):
        values[name] = getattr(kept, name) or getattr(merged, name)
    values["is_vip_supporter"] = all(values[name] for name in VIP_CONDITIONS)
    values["owner_kind"] = owner_kind_of(kept.owner_kind, merged.owner_kind)
    if "OWNER" in (kept.card_type, merged.card_type):
        values |= {"card_type": "OWNER", "card_no": f"C-{kept.customer_no}"}
    based = Customer.BaseClass.BASE in (kept.base_class, merged.base_class)
    probe = Customer(
        owner_kind=values["owner_kind"], intent_status=kept.intent_status,
        **{name: values[name] for name in BASE_CONDITIONS},
    )  # fmt: skip
    values["base_class"] = Customer.BaseClass.BASE if based else base_class_after(probe)
    return values


def read(row: Model | None, names: Iterable[str]) -> dict[str, Any]:
    """The values of a card or its intent block by name; None of each where there is no block."""
    return {name: getattr(row, name) if row is not None else None for name in names}


def _fold_intent(
    kept: Customer, merged: Customer, others: frozenset[str], changes: dict[str, list[Any]]
) -> dict[str, Any]:
    theirs = Intent.objects.filter(customer=merged).first()
    if theirs is None:
        return {}
    ours = Intent.objects.filter(customer=kept).first()
    made = ours is None
    block = ours or Intent(customer=kept)
    values = chosen(read(block, INTENT_FIELDS), read(theirs, INTENT_FIELDS), others)
    values |= {
        "trade_in": block.trade_in or theirs.trade_in,
        "deposit_held": block.deposit_held + theirs.deposit_held,
    }
    told = changed_fields(block, values)
    before = snapshot(block, told)
    for name in told:
        setattr(block, name, values[name])
    block.save()
    changes |= told
    return {"made": made, "before": before, "after": snapshot(block, told)}


def _unfold_intent(kept: Customer, facts: dict[str, Any]) -> None:
    block = Intent.objects.filter(customer=kept).first() if facts else None
    if block is None:
        return
    untouched = _restore_untouched(block, facts)
    if facts["made"] and untouched:
        block.delete()
    else:
        block.save()


def _restore_untouched(row: Model, facts: dict[str, Any]) -> bool:
    """Put back what stood before where nobody has changed it since; whether nobody has."""
    now = snapshot(row, facts["after"])
    same = {name: value for name, value in facts["before"].items() if now[name] == facts["after"][name]}
    restore(row, same)
    return len(same) == len(facts["after"])


def _move_phones(
    kept: Customer, merged: Customer, facts: dict[str, Any], changes: dict[str, list[Any]]
) -> None:
    held = {(phone.kind, phone.normalized) for phone in kept.phones.all()}
    has_primary = any(phone.is_primary for phone in kept.phones.all())
    moved = []
    for phone in merged.phones.all():
        row = {"id": phone.pk, **snapshot(phone, _PHONE)}
        if tuple(row[name] for name in _SAME_PHONE) in held:
            facts["phones_gone"].append(row)
            phone.delete()
            continue
        facts["phones"].append(row)
        moved.append(mask_phone(phone.normalized))
        phone.customer, phone.is_primary = kept, phone.is_primary and not has_primary
        phone.save()
    if moved:
        changes["phones"] = [[], moved]


def _people(kept: Customer, merged: Customer) -> list[list[Any]]:
    people = list(Contact.objects.filter(customer=merged).order_by("pk"))
    has_primary = Contact.objects.filter(customer=kept, is_primary=True).exists()
    told = [[person.pk, person.is_primary] for person in people]
    for person in people:
        person.customer, person.is_primary = kept, person.is_primary and not has_primary
        person.save()
    return told
