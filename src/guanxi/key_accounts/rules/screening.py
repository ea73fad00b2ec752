"""F-KEY-0: which accounts are worth the hours (handbook 9.1)."""

HIGHEST = 5
# From so many of 25 points on, so many hours a month.
HOURS = ((20, 16), (15, 8), (10, 4), (0, 1))


def screening_score(
    potential: int | None, margin: int | None, fit: int | None, access: int | None, rival_hold: int | None
) -> int | None:
    """0–25: the first four as rated, the rival's hold the other way round; None until all five are rated."""
    rated = [potential, margin, fit, access, None if rival_hold is None else HIGHEST - rival_hold]
    return None if any(value is None for value in rated) else sum(value or 0 for value in rated)


def proposed_hours(score: int | None) -> int | None:
    """Hours a month that the points are worth; None without points."""
    return None if score is None else next(hours for least, hours in HOURS if score >= least)
