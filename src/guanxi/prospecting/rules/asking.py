"""When a customer may be asked for a recommendation, and how often they were (handbook 10.3, R-REF-01). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

NAMES, REFUSED, LATER = "NAMES", "REFUSED", "LATER"


@dataclass(frozen=True)
class Ask:
    """One request and what came of it: names, a no, or not now."""

    on: date
    result: str


@dataclass(frozen=True)
class Asked:
    """Where a round of requests stands: ``asked`` of ``wanted``. ``rests_until`` is the last day of the rest after
    a round in which nobody was named, None while the customer may be asked."""

    asked: int
    wanted: int
    rests_until: date | None = None

    @property
    def next_no(self) -> int:
        """The number of the next request of the round."""
        return self.asked + 1

    @property
    def may_ask(self) -> bool:
        return self.rests_until is None


def asked_so_far(asks: Sequence[Ask], on: date, *, wanted: int, rest_days: int) -> Asked:
    """R-REF-01 on ``on``; ``asks`` in the order in which they were made.

    A round ends with names, or with its last request. A last request without names declines: nobody asks for
    ``rest_days`` days, and then a new round begins. A request put off counts as one that was made.
    """
    count, declined_on = 0, None
    for ask in asks:
        if count == wanted:
            count = 0
        count += 1
        declined_on = None
        if ask.result == NAMES:
            count = 0
        elif count == wanted:
            declined_on = ask.on
    if declined_on is None:
        return Asked(count, wanted)
    rests_until = declined_on + timedelta(days=rest_days)
    return Asked(count, wanted, rests_until) if on <= rests_until else Asked(0, wanted)


def is_centre(traits: Sequence[str]) -> bool:
    """10.2: four of the five traits make an influence centre (影响力中心)."""
    return len(set(traits)) >= CENTRE_TRAITS


CENTRE_TRAITS = 4
