"""What merging two cards would give, and which merges of a card can be undone. Access is the caller's."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from guanxi.cadence.models import Interaction, LossReport, Task
from guanxi.cadence.queries.facts import side_of
from guanxi.cadence.rules.merging import date_of_other, level_of_other
from guanxi.customers.models import CardMerge, Collision, Contact, Customer, Intent, OwnedItem
from guanxi.customers.queries.cards import changeable
from guanxi.customers.rules.blanks import is_blank
from guanxi.customers.rules.merging import CARD_FIELDS, INTENT_FIELDS, conflicts
from guanxi.deals.models import Order
from guanxi.merging.rules import HARMLESS
from guanxi.organization.acts import Act
from guanxi.organization.labels import field_words
from guanxi.organization.models import AuditEntry
from guanxi.pipeline.models import Opportunity
from guanxi.prospecting.models import ReferralLead, Visit


@dataclass(frozen=True)
class Outcome:
    """What the one card stands at: its level, and the day of its follow-up."""

    level: str
    due_on: date | None


@dataclass(frozen=True)
class Line:
    """A field in which the cards are not alike. ``differs``: both tell something, so somebody may choose."""

    name: str
    label: str
    kept: Any
    merged: Any
    differs: bool


def outcome_of(kept: Customer, merged: Customer) -> Outcome:
    """The higher active level, and the one follow-up that stays open."""
    ours, theirs = side_of(kept), side_of(merged)
    level = theirs.level if level_of_other(ours, theirs) else ours.level
    return Outcome(level, theirs.due_on if date_of_other(ours, theirs) else ours.due_on)


def lines_of(kept: Customer, merged: Customer) -> list[Line]:
    """The fields in which the cards are not alike, in order."""
    found, words = [], field_words(Customer, Intent) | {"touch_tier": _("Attention")}
    blocks = (
        (kept, merged, CARD_FIELDS),
        (getattr(kept, "intent", None), getattr(merged, "intent", None), INTENT_FIELDS),
    )
    for ours, theirs, names in blocks:
        if theirs is None:
            continue
        old = {name: getattr(ours, name) if ours is not None else None for name in names}
        new = {name: getattr(theirs, name) for name in names}
        differing = set(conflicts(old, new))
        for name in names:
            if old[name] != new[name] and not (is_blank(name, old[name]) and is_blank(name, new[name])):
                label = str(words[name])
                found.append(Line(name, label, old[name], new[name], name in differing))
    return found


def what_moves(card: Customer) -> dict[str, int]:
    """Kind of row → how many of them go along; kinds without any are left out."""
    counts = {
        "contacts": Interaction.objects.filter(customer=card).count(),
        "people": Contact.objects.filter(customer=card).count(),
        "tasks": Task.objects.open().filter(customer=card).exclude(kind=Task.Kind.FOLLOW_UP).count(),
        "orders": Order.objects.filter(customer=card).count(),
        "owned": OwnedItem.objects.filter(customer=card).count(),
        "losses": LossReport.objects.filter(customer=card).count(),
        "opportunities": Opportunity.objects.filter(customer=card).count(),
        "visits": Visit.objects.filter(customer=card).count(),
        "collisions": Collision.objects.filter(customer=card).count(),
        "names": ReferralLead.objects.filter(recommender=card).count(),
        "referred": Customer.objects.filter(referrer=card).count(),
    }
    return {kind: count for kind, count in counts.items() if count}


def why_not_undone(merge: CardMerge) -> str:
    """Why the merge can no longer be undone exactly; "" while it can."""
    later = CardMerge.objects.filter(kept=merge.kept_id, undone_at__isnull=True, pk__gt=merge.pk)
    if later.exists():
        return _("Another card was merged into this one later: undo that first.")
    entries = AuditEntry.objects.filter(customer_key=merge.kept_id, pk__gt=merge.audit_mark)
    work = entries.exclude(action__in=HARMLESS).select_related("actor", "store").order_by("pk").first()
    if work is None:
        return ""
    return _("%(name)s changed the card on %(day)s, after the merge: it can no longer be undone exactly.") % {
        "name": work.actor or _("The system"), "day": merge.store.local_date(work.at).isoformat(),
    }  # fmt: skip


def changed_since(merge: CardMerge, entity: str) -> list[int]:
    """The keys of what somebody changed on the kept card since the merge."""
    entries = AuditEntry.objects.filter(customer_key=merge.kept_id, pk__gt=merge.audit_mark, entity=entity)
    keys = entries.order_by().values_list("entity_id", flat=True).distinct()
    return [key for key in keys if key is not None]


def standing_merges(act: Act, card: Customer) -> list[dict[str, Any]]:
    """The cards merged into ``card`` that still are, newest first, with what an undo would answer."""
    if not changeable(act).filter(pk=card.pk).exists():
        return []
    rows = CardMerge.objects.filter(kept=card, undone_at__isnull=True).select_related("merged", "by", "store")
    return [{"merge": row, "refusal": why_not_undone(row)} for row in rows]


def kept_in_place_of(customer_id: int) -> int | None:
    """The card that a card was merged into; None when it was not."""
    return (
        Customer.objects.filter(pk=customer_id, merged_into__isnull=False)
        .values_list("merged_into", flat=True)
        .first()
    )
