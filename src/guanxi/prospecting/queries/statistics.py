"""F-STAT-1 and F-STAT-2: the registers of a month, day by day, with what came before and every rate of 4.4."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, OuterRef

from guanxi.deals.models import Order
from guanxi.lib.money import ratio
from guanxi.organization.models import Store, User
from guanxi.prospecting.models import RegisterDay, Visit
from guanxi.prospecting.queries.month_facts import NewCard, Span, month_facts, new_cards
from guanxi.prospecting.queries.tallies import Tally, channel_counts, day_tallies, register_rows, summed
from guanxi.prospecting.rules.metrics import MonthFacts, Value, Variants, values_of

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Statistics:
    """``days`` holds every day of the month; a day to come, or without rows, is an empty tally. ``seen`` is the
    last day that had come, None for a month to come."""

    kind: str
    first: date
    seen: date | None
    days: dict[date, Tally]
    weather: dict[date, str]
    week: Tally
    month: Tally
    last_month: Tally
    channels: list[tuple[str, int]]
    variants: Variants

    @property
    def change(self) -> Value:
        """环比: how many more rows than in the same days of last month, as a share of those."""
        return ratio(self.month.total - self.last_month.total, self.last_month.total)


def statistics(
    store: Store, kind: str, first: date, last: date, as_of: date, person: User | None = None
) -> Statistics:
    """The register ``kind`` from ``first`` to ``last`` as seen on ``as_of``; a fixed number of queries."""
    seen = min(last, as_of) if first <= as_of else None
    before = (first - DAY).replace(day=1)
    upto = seen or first - DAY
    found = day_tallies(store, kind, before, upto, person)
    _add_orders(found, store, kind, before, upto, person)
    if kind == Visit.Kind.PHONEIN:
        _add_invited(found, store, before, upto, person)
    else:
        for card in new_cards(Span(store, before, upto, person)):
            found[card.on].cards += 1
    days = {on: found.get(on) or Tally() for on in _days(first, last)}
    monday = upto - timedelta(days=upto.weekday())
    # The same days of the month before: a shorter one ends with its last day.
    same = min(before + (upto - first), first - DAY) if seen else before - DAY
    return Statistics(
        kind=kind,
        first=first,
        seen=seen,
        days=days,
        weather=dict(
            RegisterDay.objects.filter(store=store, on__range=(first, last)).values_list("on", "weather")
        ),
        week=summed(found[on] for on in _days(monday, upto) if on in found) if seen else Tally(),
        month=summed(days.values()),
        last_month=summed(found[on] for on in _days(before, same) if on in found),
        channels=channel_counts(store, kind, first, upto, person) if seen else [],
        variants=Variants.of(store.playbook.settings),
    )


@dataclass(frozen=True)
class Rates:
    """The facts of a month, and every metric of 4.4 for them."""

    facts: MonthFacts
    variants: Variants

    @cached_property
    def values(self) -> dict[str, Value]:
        return values_of(self.facts, self.variants)


@dataclass(frozen=True)
class OrderTargets:
    """The order targets of the month and of the next, which this domain does not know; None: none is set."""

    this: int | None = None
    following: int | None = None


def month_rates(
    store: Store,
    first: date,
    last: date,
    as_of: date,
    person: User | None = None,
    targets: OrderTargets = OrderTargets(),
) -> Rates:
    """Every metric of 4.4 for the days up to ``as_of``; a fixed number of queries."""
    span = Span(store, first, min(last, as_of), person)
    variants = Variants.of(store.playbook.settings)
    if first > as_of:
        return Rates(MonthFacts(), variants)
    walk_ins = day_tallies(store, Visit.Kind.WALKIN, first, span.last, person)
    calls = day_tallies(store, Visit.Kind.PHONEIN, first, span.last, person)
    cards: list[NewCard] = new_cards(span)
    facts = month_facts(span, walk_ins.values(), calls.values(), cards)
    return Rates(replace(facts, order_target=targets.this, next_order_target=targets.following), variants)


def walk_in_figures(
    store: Store, person: User | None, first: date, last: date, as_of: date, targets: OrderTargets
) -> dict[str, Any]:
    """F-STAT-1 in JSON shapes."""
    rates = month_rates(store, first, last, as_of, person, targets)
    return _figures(statistics(store, Visit.Kind.WALKIN, first, last, as_of, person)) | {
        "rates": told_rates(rates),
        "variants": asdict(rates.variants),
    }


def call_figures(store: Store, person: User | None, first: date, last: date, as_of: date) -> dict[str, Any]:
    """F-STAT-2 in JSON shapes."""
    return _figures(statistics(store, Visit.Kind.PHONEIN, first, last, as_of, person))


def told_rates(rates: Rates) -> dict[str, str | int | None]:
    """Rates as text, exact to six places: a frozen month must read the same for ever."""
    return {code: value if isinstance(value, int) else _text(value) for code, value in rates.values.items()}


def told_tally(tally: Tally, variants: Variants) -> dict[str, Any]:
    """One day, or a sum of days, in JSON shapes."""
    return {
        "total": tally.total,
        "bands": tally.bands,
        "first": tally.first,
        "again": tally.again,
        "effective": tally.effective,
        "types": {code: count for code, count in sorted(tally.types.items()) if count},
        "filed": tally.filed,
        "filing_rate": _text(tally.filing_rate(variants.filing)),
        "levels": {code: count for code, count in sorted(tally.levels.items()) if code},
        "test_drives": tally.test_drives,
        "quoted": tally.quoted,
        "orders": tally.orders,
        "return_rate": _text(tally.return_rate),
        "invited": tally.invited,
        "came": tally.came,
        "arrival_rate": _text(tally.arrival_rate),
        "timeliness": _text(tally.timeliness),
    }


def _figures(found: Statistics) -> dict[str, Any]:
    return {
        "days": [
            {
                "on": on.isoformat(),
                "weather": found.weather.get(on, ""),
                "seen": found.seen is not None and on <= found.seen,
                **told_tally(tally, found.variants),
            }
            for on, tally in found.days.items()
        ],
        "week": told_tally(found.week, found.variants),
        "month": told_tally(found.month, found.variants),
        "last_month": told_tally(found.last_month, found.variants),
        "change": _text(found.change),
        "channels": [[code, count] for code, count in found.channels],
    }


def _text(value: Value) -> str | None:
    return None if value is None else f"{value:.6f}"


def _add_orders(
    found: dict[date, Tally], store: Store, kind: str, first: date, last: date, person: User | None
) -> None:
    """Orders by day: all of them beside the walk-ins, those of callers beside the calls."""
    orders = Order.objects.filter(store=store, ordered_on__range=(first, last)).order_by()
    if person:
        orders = orders.filter(consultant=person)
    if kind != Visit.Kind.WALKIN:
        theirs = Visit.objects.filter(
            customer=OuterRef("customer"), kind=kind, on__lte=OuterRef("ordered_on")
        )
        orders = orders.filter(Exists(theirs))
    for on, count in orders.values_list("ordered_on").annotate(n=Count("pk")):
        found[on].orders += count


def _add_invited(
    found: dict[date, Tally], store: Store, first: date, last: date, person: User | None
) -> None:
    """Callers who were invited, and those of them who came to the showroom since."""
    calls = register_rows(store, Visit.Kind.PHONEIN, first, last, person).filter(invited_on__isnull=False)
    came = Visit.objects.came().filter(customer=OuterRef("customer"), on__gte=OuterRef("on"), on__lte=last)
    rows = calls.annotate(came=Exists(came)).values_list("on", "came").annotate(n=Count("pk"))
    for on, has_come, count in rows:
        found[on].invited += count
        found[on].came += count * bool(has_come)


def _days(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)
