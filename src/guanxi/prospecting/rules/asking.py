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
    """Where a round of requests stands: ``asked`` of ``wanted``, more when some were put off. ``rests_until`` is the
    last day of the rest after declining, None while the customer may be asked."""

    asked: int
    wanted: int
    rests_until: date | None = None

    @property
    def shown(self) -> int:
        """How many of the wanted requests were made."""
        return min(self.asked, self.wanted)

    @property
    def next_no(self) -> int:
        """The number of the next request of the round."""
        return self.asked + 1

    @property
    def may_ask(self) -> bool:
        return self.rests_until is None


def asked_so_far(asks: Sequence[Ask], on: date, *, wanted: int, rest_days: int) -> Asked:
    """R-REF-01 on ``on``; ``asks`` in the order in which they were made.

    A round ends with names, or with as many refusals as requests are wanted. These decline: nobody asks for
    ``rest_days`` days, and then a new round begins. A request put off counts as one that was made, and refuses nothing.
    """
    count, refusals, declined_on = 0, 0, None
    for ask in asks:
        if declined_on is not None:
            count, refusals, declined_on = 0, 0, None
        count += 1
        refusals += ask.result == REFUSED
        if ask.result == NAMES:
            count, refusals = 0, 0
        elif refusals == wanted:
            declined_on = ask.on
    if declined_on is None:
        return Asked(count, wanted)
    rests_until = declined_on + timedelta(days=rest_days)
    return Asked(count, wanted, rests_until) if on <= rests_until else Asked(0, wanted)


def is_centre(traits: Sequence[str]) -> bool:
    """10.2: four of the five traits make an influence centre (影响力中心)."""
    return len(set(traits)) >= CENTRE_TRAITS


CENTRE_TRAITS = 4
