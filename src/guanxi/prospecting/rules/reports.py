"""From what a report to a recommender was derived (R-REF-02): deriving it twice makes it once. Pure."""

GIVEN, CARDED, ORDERED = "GIVEN", "CARDED", "ORDERED"


def given_origin(noted_on: str, first_lead: int | None = None) -> str:
    """The report on the names of a day from ``first_lead`` on; without it, how the origins of that day begin."""
    return f"noted {noted_on}" if first_lead is None else f"noted {noted_on} {first_lead}"


def first_given(origin: str) -> int:
    """From which name on a report on names tells; 0: from the first of its day."""
    *_, first = origin.split(" ")
    return int(first) if first.isdecimal() else 0


def outcome_origin(lead_id: int) -> str:
    """How the origins of the reports about one name begin."""
    return f"name {lead_id} "
