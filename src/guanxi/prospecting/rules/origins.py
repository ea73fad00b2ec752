"""Where new cards and sales came from; every rate of 4.4 and every plan asks here. Pure."""

# Leads come by the telephone or the net (handbook 3.1).
LEAD_SOURCES = ("T",)
REFERRED_SOURCE, BASE_SOURCE = "R", "B"
REFERRED = "REFERRED"
OWNERS_BUY = ("REPLACE", "ADD")


def is_lead(source: str, *, filed_here: bool, called: bool) -> bool:
    """Whether a new card came as a lead: filed on the telephone, or found there or on the net, and not filed at a
    visit to the showroom. Of a party filed on the telephone the source says walk-in or phone-in alike."""
    return not filed_here and (called or source in LEAD_SOURCES)


def by_referral(source: str, purchase_kind: str | None, referrer_id: int | None) -> bool:
    """Whether a sale came by a referral: the customer was recommended, or somebody is named who did."""
    return purchase_kind == REFERRED or source == REFERRED_SOURCE or referrer_id is not None


def tied_to_owners(source: str, purchase_kind: str | None, referrer_id: int | None) -> bool:
    """Whether a sale is tied to owners (保有): by referral, from the base, or to an owner who buys again."""
    again = source == BASE_SOURCE or purchase_kind in OWNERS_BUY
    return again or by_referral(source, purchase_kind, referrer_id)
