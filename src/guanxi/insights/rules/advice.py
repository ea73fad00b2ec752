"""One sentence of advice a customer, out of what the other rules say (the order is a choice, docs/method)."""

from datetime import date, timedelta
from decimal import Decimal

# What the rules of squares and groups call what they tell.
MAINTAIN = "MAINTAIN"
BY_GROUP = {
    "NEW": "SECOND",
    "GROWING": "OFFER",
    "BEST": "OFFER",
    "SLIPPING": "REASON",
    "FADING": "REASON",
    "LOST": "LET_GO",
}
PEACE, CALL, CONTRACT, LOSING = "PEACE", "CALL", "CONTRACT", "LOSING"
LOSS = "LOSS"
# In the order in which a page tells them: who needs somebody today first.
ADVICE = (CALL, CONTRACT, LOSING, "KEEP", "RAISE", "NURTURE", "SECOND", "OFFER", "REASON", "LET_GO")
# In whose place Today puts a call: of class A as if a deal closed within a week, of others within a month.
FIRST_CLASS, PLACE_OF_A, PLACE_OF_OTHERS = "A", "H", "A"


# Whoever was spoken to within so many days is not called again.
LATELY = timedelta(days=7)


def reached_lately(last: date | None, on: date) -> bool:
    return last is not None and last > on - LATELY


def worth_a_call(at_risk: Decimal | None, churn_risk: str, keep_cost: Decimal) -> bool:
    """Whether a call is worth it: their own rhythm misses them (R-LOY-06), and more is at risk than keeping a customer
    costs a year. Where nobody could tell the money, those silent for two of their cycles and more."""
    if at_risk is None:
        return churn_risk in ("MID", "HIGH")
    return bool(churn_risk) and at_risk > keep_cost


def advice(
    square: str, group: str, past_class: str = "", *,
    is_called: bool, refuses: bool = False, has_contract: bool = False,
) -> str:  # fmt: skip
    """The one thing to do: leave in peace who refuses every channel, serve who is under contract, call who is worth it,
    look into who costs more than they bring, else what the square of present and future value says, and of those worth
    little now and later what recency and frequency say."""
    if refuses:
        return PEACE
    if has_contract:
        return CONTRACT
    if is_called:
        return CALL
    if past_class == LOSS:
        return LOSING
    return BY_GROUP[group] if square == MAINTAIN else square


def place_in_today(past_class: str) -> str:
    """The level in whose place a call for value stands in Today."""
    return PLACE_OF_A if past_class == FIRST_CLASS else PLACE_OF_OTHERS
