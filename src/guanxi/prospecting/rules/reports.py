"""From what a report to a recommender was derived (R-REF-02): deriving it twice makes it once. Pure."""

GIVEN, CARDED, ORDERED = "GIVEN", "CARDED", "ORDERED"


def given_origin(noted_on: str) -> str:
    """The report on all names of a day."""
    return f"noted {noted_on}"


def outcome_origin(lead_id: int) -> str:
    """How the origins of the reports about one name begin."""
    return f"name {lead_id} "
