"""Counting register rows by day, in SQL and from one index."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Count, Min, QuerySet
from django.db.models.functions import TruncMonth

from guanxi.lib.money import ratio
from guanxi.organization.models import Store, User
from guanxi.prospecting.models import Visit
from guanxi.prospecting.rules.identities import broken_identities, first_total
from guanxi.prospecting.rules.metrics import filing_rate
from guanxi.prospecting.rules.visits import (
    FIRST_FILED,
    FIRST_NOT_FILED,
    FIRST_WITH_CARD,
    INCOMPLETE,
    NON_INTENT,
    RETURN,
)

# The hours at which the time bands of F-STAT-1 end; what comes before the first band counts in it.
BANDS = (11, 13, 15, 17)
BAND_LABELS = ("09–11", "11–13", "13–15", "15–17", "17–")
LEVELS = "OHABC"


def band_of(hour: int) -> int:
    """The place of the time band: 09–11, 11–13, 13–15, 15–17, 17–."""
    return sum(hour >= end for end in BANDS)


@dataclass
class Tally:
    """What was counted on one day, or on several."""

    total: int = 0
    types: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    bands: list[int] = field(default_factory=lambda: [0] * (len(BANDS) + 1))
    levels: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    test_drives: int = 0
    quoted: int = 0
    in_time: int = 0
    judged_in_time: int = 0
    invited: int = 0
    came: int = 0
    orders: int = 0
    returned: int = 0
    cards: int = 0

    def add(self, other: "Tally") -> None:
        for name in ("total", "test_drives", "quoted", "in_time", "judged_in_time", "invited", "came", "orders",
                     "returned", "cards"):  # fmt: skip
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for mine, theirs in ((self.types, other.types), (self.levels, other.levels)):
            for code, count in theirs.items():
                mine[code] += count
        self.bands = [one + two for one, two in zip(self.bands, other.bands, strict=True)]

    @property
    def first(self) -> int:
        return first_total(self.types)

    @property
    def again(self) -> int:
        return self.types[RETURN]

    @property
    def filed(self) -> int:
        return self.types[FIRST_FILED]

    @property
    def with_card(self) -> int:
        return self.types[FIRST_WITH_CARD]

    @property
    def non_intent(self) -> int:
        return self.types[NON_INTENT]

    @property
    def incomplete(self) -> int:
        return self.types[INCOMPLETE]

    @property
    def effective(self) -> int:
        """有效来电: calls that are no return call, no parts and no after-sales."""
        return self.total - self.types[NON_INTENT]

    def filing_rate(self, variant: str) -> Decimal | None:
        return filing_rate(self.filed, self.types[FIRST_NOT_FILED], self.types[FIRST_WITH_CARD], variant)

    @property
    def return_rate(self) -> Decimal | None:
        return ratio(self.returned, self.cards)

    @property
    def timeliness(self) -> Decimal | None:
        """R-REG-01: rows kept in time among those whose clocks have run out or stopped."""
        return ratio(self.in_time, self.judged_in_time)

    @property
    def arrival_rate(self) -> Decimal | None:
        return ratio(self.came, self.invited)


def summed(tallies: Iterable[Tally]) -> Tally:
    found = Tally()
    for tally in tallies:
        found.add(tally)
    return found


def register_rows(
    store: Store, kind: str, first: date, last: date, person: User | None = None
) -> QuerySet[Visit]:
    rows = Visit.objects.counted().filter(store=store, kind=kind, on__range=(first, last)).order_by()
    return rows.filter(consultant=person) if person else rows


def day_tallies(
    store: Store, kind: str, first: date, last: date, person: User | None = None
) -> dict[date, Tally]:
    """Day → what the register says of it, for the days with rows; two queries, three of walk-ins."""
    found: dict[date, Tally] = defaultdict(Tally)
    rows = register_rows(store, kind, first, last, person)
    for on, visit_type, hour, count in rows.values_list("on", "visit_type", "hour").annotate(n=Count("pk")):
        tally = found[on]
        tally.total += count
        tally.types[visit_type] += count
        tally.bands[band_of(hour)] += count
    flags = rows.values_list("on", "level_confirmed", "level_first", "test_drive", "quoted", "in_time")
    for on, confirmed, level, drove, quoted, in_time, count in flags.annotate(n=Count("pk")):
        tally = found[on]
        tally.levels[confirmed or level] += count
        tally.test_drives += count * drove
        tally.quoted += count * quoted
        if in_time is not None:
            tally.judged_in_time += count
            tally.in_time += count * in_time
    if kind == Visit.Kind.WALKIN:
        for on in _first_returns(rows):
            found[on].returned += 1
    return found


def _first_returns(rows: QuerySet[Visit]) -> list[date]:
    """The day of each month on which somebody came again for the first time in it, once for each of them. Who has
    a card is one customer by whatever number, and by the number before the card was opened."""
    again = rows.filter(visit_type=RETURN).values_list("customer_id", "phone_normalized", TruncMonth("on"))
    found = list(again.annotate(since=Min("on")))
    holders = {number: pk for pk, number, _month, _since in found if pk is not None and number}
    days: dict[tuple[int | str, date], date] = {}
    for pk, number, month, since in found:
        key = (pk or holders.get(number, number), month)
        days[key] = min(since, days.get(key, since))
    return list(days.values())


def channel_counts(
    store: Store, kind: str, first: date, last: date, person: User | None = None
) -> list[tuple[str, int]]:
    """Channel → rows, the most frequent first; rows that name none under ""."""
    rows = register_rows(store, kind, first, last, person).values_list("channel").annotate(n=Count("pk"))
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def broken_on(store: Store, on: date) -> dict[str, dict[str, tuple[int, int]]]:
    """R-REG-05 for one day: register → the identities that do not hold. Two queries."""
    rows = Visit.objects.counted().filter(store=store, on=on).order_by()
    totals = dict(rows.values_list("kind").annotate(n=Count("pk")))
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    filed: dict[str, int] = defaultdict(int)
    by_type = rows.values_list("kind", "visit_type", "filed").annotate(n=Count("pk"))
    for kind, visit_type, is_filed, count in by_type:
        counts[kind][visit_type] = counts[kind].get(visit_type, 0) + count
        if visit_type == FIRST_FILED and is_filed:
            filed[kind] += count
    found = {kind: broken_identities(total, counts[kind], filed[kind]) for kind, total in totals.items()}
    return {kind: broken for kind, broken in found.items() if broken}
