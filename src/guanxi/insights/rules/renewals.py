"""Terms of contracts as they were known some weeks before their end: what speaks for renewing them."""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import log1p
from typing import Any

from guanxi.insights.rules.figures import Figure
from guanxi.insights.rules.readings import Case, History, Pack, Reading
from guanxi.lib.statistics.chances.snapshots import Known

# In the order in which terms tell them. What somebody can bring about: two contacts in a season, one meeting in half a
# year (Choice).
RENEWAL = (
    Figure("tenure", 1), Figure("renewed", 1), Figure("price", -1), Figure("touches", 1, 2), Figure("met", 1, 1),
    Figure("quiet", -1), Figure("bought", 1), Figure("returned", -1), Figure("lost", -1), Figure("handed", -1),
    Figure("wants", 1),
)  # fmt: skip
FIRST, LATER = "FIRST", "LATER"
SEASON, HALF_YEAR, YEAR = timedelta(days=90), timedelta(days=180), timedelta(days=365)
LONGEST_QUIET, MOST = 365, 10


@dataclass
class Term(Case):
    """A term of a contract. ``started_at`` is the day the first term began; ``ended_at`` when it was known whether
    there is a next one, and ``won`` whether there is."""

    contract: int = 0
    ends_on: date = date.max
    # As of when it is told: so many days before its end.
    looked_at: datetime | None = None
    amount: Decimal = Decimal(0)
    term_no: int = 1
    # When each was written down: purchases, returns, losses of intents, changes of the consultant.
    purchases: list[datetime] = field(default_factory=list)
    returns: list[datetime] = field(default_factory=list)
    losses: list[datetime] = field(default_factory=list)
    hand_overs: list[datetime] = field(default_factory=list)
    # Whether the card had an open intent, from when on.
    intents: History[bool] = field(default_factory=History)

    def read(self, at: datetime, on: date, pack: Pack) -> Reading:
        """A contract is a paper with dates: what it says is known from the day it says, whenever it was entered."""
        known_contacts = self.contacts.until(at)
        newest = known_contacts[-1][0] if known_contacts else None
        touches = sum(contact.at > at - SEASON for _recorded, contact in known_contacts)
        met = sum(contact.is_meeting and contact.at > at - HALF_YEAR for _recorded, contact in known_contacts)
        last = max((contact.at for _recorded, contact in known_contacts), default=None)
        quiet = min(max((at - last).days, 0), LONGEST_QUIET) if last else LONGEST_QUIET
        counted = {
            name: _within(times, at)
            for name, times in (
                ("bought", self.purchases), ("returned", self.returns), ("lost", self.losses),
                ("handed", self.hand_overs),
            )
        }  # fmt: skip
        intent = self.intents.last(at)
        wants = intent is not None and intent[1]
        days = max((at - self.started_at).days, 0)
        known = (
            Known("tenure", log1p(days), None),
            Known("renewed", min(self.term_no - 1, MOST), None),
            Known("price", log1p(float(self.amount)), None),
            Known("touches", min(touches, MOST), newest),
            Known("met", min(met, MOST), newest),
            Known("quiet", quiet, newest),
            *(Known(name, min(count, MOST), when) for name, (count, when) in counted.items()),
            Known("wants", int(wants), intent[0] if intent else None),
        )
        shown = {
            "tenure": days, "renewed": self.term_no - 1, "price": str(self.amount), "touches": touches, "met": met,
            "quiet": quiet, **{name: count for name, (count, _when) in counted.items()}, "wants": int(wants),
        }  # fmt: skip
        assert tuple(one.name for one in known) == tuple(one.code for one in RENEWAL)
        # The paper says which term it is, also of one that begins only later.
        return Reading(known, shown, FIRST if self.term_no == 1 else LATER)


def told_reasons(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Reasons without a silence longer than a season that would speak for us: shorter than that of others, it still
    wins nobody."""
    return [
        one
        for one in found
        if not (one["code"] == "quiet" and one["effect"] > 0 and one["value"] > SEASON.days)
    ]


def _within(times: list[datetime], at: datetime) -> tuple[int, datetime | None]:
    """How many of the year before ``at``, of sorted ``times``, and the newest of them."""
    end = bisect_right(times, at)
    begin = bisect_right(times, at - YEAR)
    return end - begin, times[end - 1] if end > begin else None
