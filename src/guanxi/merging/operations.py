"""Two cards of one customer become one, and two again. Every domain moves its own rows; all of it or nothing."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.cadence.operations.merging import fold_history, unfold_history
from guanxi.customers.models import CardMerge
from guanxi.customers.operations.merging import (
    MergeRefused,
    fold_card,
    keep_merge,
    lock_merged,
    lock_pair,
    refuse_changed,
    unfold_card,
)
from guanxi.deals.operations.merging import fold_contracts, lock_contracts, unfold_contracts
from guanxi.deals.operations.orders import fold_orders, lock_orders, unfold_orders
from guanxi.insights.operations.merging import fold_judgements, forget_reckoned, unfold_judgements
from guanxi.key_accounts.operations.merging import fold_map, unfold_map
from guanxi.markets.operations.merging import (
    fold_campaigns,
    fold_standings,
    unfold_campaigns,
    unfold_standings,
)
from guanxi.merging.queries import Outcome, changed_since, outcome_of, why_not_undone
from guanxi.organization.acts import Act
from guanxi.organization.refusals import StaleEdit
from guanxi.pipeline.operations.merging import (
    fold_credit,
    fold_opportunities,
    lock_opportunities,
    refuse_held_bids,
    unfold_credit,
    unfold_opportunities,
)
from guanxi.prospecting.operations.merging import (
    fold_referrals,
    fold_visits,
    lock_names,
    lock_visits,
    unfold_referrals,
    unfold_visits,
)


@dataclass(frozen=True)
class MergeDraft:
    """Two cards as they were shown: card → version. ``others`` are the fields that take the newer card's value;
    ``shown`` is the outcome the page promised, None when nobody saw one."""

    versions: dict[int, int]
    others: frozenset[str] = frozenset()
    shown: Outcome | None = None


@transaction.atomic
def merge_cards(act: Act, draft: MergeDraft) -> CardMerge:
    """Merge the newer card into the older one (handbook 1.5): older number, logs by time, the higher active level
    with its follow-up, an audit row on both.

    Raises Customer.DoesNotExist unless the actor may change both, StaleEdit when one changed since it was shown,
    MergeRefused and OrderRefused for cards that cannot be one now.
    """
    one, other = (*draft.versions, *draft.versions)[:2]
    _lock_belongings([one, other])
    kept, merged = lock_pair(act, one, other)
    for card in (kept, merged):
        refuse_changed(card, draft.versions[card.pk])
    if draft.shown is not None and draft.shown != outcome_of(kept, merged):
        # Contacts leave the version as it is, but not the level and the date.
        raise StaleEdit(_("Somebody saved one of the cards meanwhile. Look at both again."), kept)
    orders = fold_orders(kept, merged)
    cards = fold_card(act, kept, merged, draft.others)
    history = fold_history(act, kept, merged)
    visits, referrals = fold_visits(kept, merged), fold_referrals(kept, merged)
    maps = fold_map(kept, merged)
    pipeline = fold_opportunities(kept, merged)
    campaigns = fold_campaigns(kept, merged)
    facts = {
        "cards": cards, "history": history, "orders": orders, "visits": visits, "maps": maps,
        "opportunities": pipeline, "referrals": referrals, "standings": fold_standings(kept, merged),
        "campaigns": campaigns, "judgements": fold_judgements(kept, merged),
        "contracts": fold_contracts(kept, merged),
        "credit": fold_credit(kept, merged),
    }  # fmt: skip
    return keep_merge(act, kept, merged, facts)


@transaction.atomic
def undo_merge(act: Act, merge_id: int) -> CardMerge:
    """Make two cards of the one again. Contacts, levels and tasks that came since stay with the kept card.

    Raises CardMerge.DoesNotExist unless the actor may change the kept card and the merge stands, MergeRefused when
    it can no longer be undone exactly, OpportunityRefused for a bid since that the credit of its own card holds back.
    """
    found = CardMerge.objects.get(pk=merge_id, undone_at__isnull=True)
    _lock_belongings([found.kept_id])
    kept, merged = lock_merged(act, found)
    merge = CardMerge.objects.select_for_update(of=("self",)).get(pk=merge_id, undone_at__isnull=True)
    if reason := why_not_undone(merge):
        raise MergeRefused(reason)
    facts = merge.facts
    # A merge of an older release knows of no contracts, no credit, no judgements, no campaigns and no opportunities.
    unfold_credit(kept, merged, facts.get("credit", []))
    unfold_judgements(kept, merged, facts.get("judgements", {}))
    forget_reckoned(kept, merged, merge.at)
    unfold_contracts(kept, merged, facts.get("contracts", []))
    unfold_campaigns(kept, merged, facts.get("campaigns", {"members": [], "tasks": []}))
    unfold_opportunities(kept, merged, facts.get("opportunities", []))
    unfold_standings(kept, merged, facts.get("standings", []))
    unfold_map(kept, merged, facts.get("maps", {}))
    unfold_referrals(kept, merged, facts.get("referrals", {}))
    unfold_visits(kept, merged, facts["visits"])
    unfold_orders(kept, merged, facts["orders"])
    unfold_history(act, kept, merged, facts["history"], owned=facts["cards"]["owned"])
    unfold_card(act, kept, merged, facts["cards"])
    refuse_held_bids(act, changed_since(merge, "Opportunity"))
    merge.undone_by, merge.undone_at = act.by, act.at
    merge.save(update_fields=["undone_by", "undone_at"])
    return merge


def _lock_belongings(customer_ids: list[int]) -> None:
    lock_visits(customer_ids)
    lock_opportunities(customer_ids)
    lock_names(customer_ids)
    lock_orders(customer_ids)
    lock_contracts(customer_ids)
