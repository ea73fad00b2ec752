"""What becomes of everything that hangs on a card when it is merged into another (handbook 1.5)."""

MOVES, STAYS, DERIVED = "moves", "stays", "derived"

# Every relation to a card. A new one fails a test until it stands here, and a domain's fold and unfold carry it.
RELATIONS = {
    "customers.Phone.customer": MOVES,
    "customers.Contact.customer": MOVES,
    "customers.OwnedItem.customer": MOVES,
    "customers.Collision.customer": MOVES,
    "customers.Customer.referrer": MOVES,
    "customers.Customer.merged_into": MOVES,
    "cadence.Interaction.customer": MOVES,
    "cadence.Task.customer": MOVES,
    "cadence.EvidenceTick.customer": MOVES,
    "cadence.LossReport.customer": MOVES,
    "deals.Order.customer": MOVES,
    "deals.Deposit.customer": MOVES,
    "deals.Deal.customer": MOVES,
    "deals.Contract.customer": MOVES,
    "pipeline.Opportunity.customer": MOVES,
    # One a quarter: it goes along where the kept card has none of that quarter, and changes places with a better one.
    "pipeline.CreditReview.customer": MOVES,
    # The people go along with the contacts they are; these hang on the card itself.
    "key_accounts.Circle.customer": MOVES,
    "key_accounts.InfoItem.customer": MOVES,
    "key_accounts.PlannedStep.customer": MOVES,
    "key_accounts.AccountMember.customer": MOVES,
    # Where the kept card is in the campaign itself, it keeps its own side.
    "markets.CampaignMember.customer": MOVES,
    "markets.ProductStanding.customer": MOVES,
    "insights.DeliveredValue.customer": MOVES,
    # One a year: it goes along where the kept card has none of that year.
    "insights.CustomerReview.customer": MOVES,
    "prospecting.Visit.customer": MOVES,
    "prospecting.ReferralRequest.customer": MOVES,
    "prospecting.ReferralLead.recommender": MOVES,
    "prospecting.ReferralLead.customer": MOVES,
    # One row a card: it goes along where the kept card has none.
    "prospecting.InfluenceCentre.customer": MOVES,
    # Its values fill the kept card's block; the row waits for an undo.
    "customers.Intent.customer": STAYS,
    # Month sheets tell from these whose customer stood where on a past day.
    "cadence.LevelChange.customer": STAYS,
    "customers.Transfer.customer": STAYS,
    # The kept map keeps its places; whoever comes to it is placed by themselves.
    "key_accounts.MapLayout.customer": STAYS,
    "key_accounts.ChartImport.customer": STAYS,
    # The kept plan counts; a card without one gets a copy.
    "key_accounts.AccountPlan.customer": STAYS,
    # What the sheet said and what was made of it; an undo of the import leaves merged cards alone.
    "imports.ImportRow.customer": STAYS,
    # Reckoned anew each night; a merged card shows none, and an undo drops what came since, which told of both.
    "insights.Chance.customer": STAYS,
    "customers.CardMerge.kept": STAYS,
    "customers.CardMerge.merged": STAYS,
    "customers.SearchEntry.customer": DERIVED,
    # The next night reckons the kept card with the deals that came to it; an undo drops what came since.
    "insights.CustomerValue.customer": DERIVED,
}

# What may have happened on the kept card since, and an undo is still exact: it stays with the kept card. A merge
# counts while it stands, which is asked apart.
HARMLESS = (
    "number_revealed", "number_called", "number_looked_up", "taken_number_asked", "card_printed", "form_printed",
    "exported", "contact_recorded", "level_changed", "level_requested", "evidence_changed", "close_date_set",
    "follow_up_moved", "instructed", "instruction_withdrawn", "task_status", "collision_recorded",
    "referral_asked", "name_noted", "name_edited", "name_warmed", "name_result", "name_carded",
    "name_claimed", "name_freed",
    "contract_entered", "cards_merged", "merge_undone", "opportunity_opened", "opportunity_edited", "opportunity_moved",
    "opportunity_reviewed", "opportunity_evidence", "opportunity_assessed", "rival_saved", "time_spent",
    "bid_task_reported", "bid_task_decided", "bid_approval_asked", "bid_approval_decided",
)  # fmt: skip
