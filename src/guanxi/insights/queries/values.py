"""The newest run as somebody may see it: rows of their customers, and for those who may the figures of the store."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, FilteredRelation, Q, QuerySet, Sum

from guanxi.customers.models import Customer
from guanxi.insights.models import CustomerValue, ValueRun
from guanxi.insights.queries.advice import advised
from guanxi.insights.queries.calls import opted_out, worth_calling
from guanxi.insights.rules.advice import ADVICE, PEACE
from guanxi.markets.rules.tiers import TierHint, tier_hint
from guanxi.organization.models import Store, User
from guanxi.organization.rules.roles import Reach, Role

MOVERS, AT_RISK, SPOTS = 6, 10, 120
# The fields of a run that lists narrow customers by, and the values they take.
NARROWED = {
    "past": ("past_class", CustomerValue.Class),
    "next": ("next_class", CustomerValue.Class),
    "group": ("group", CustomerValue.Group),
    "risk": ("churn_risk", CustomerValue.Risk),
    "square": ("square", CustomerValue.Square),
}
# What only links of the value page ask for: what to do, a found segment, who did not come back.
OPENED = ("advice", "segment", "left")


@dataclass(frozen=True)
class Tally:
    """How many of the visible customers, what they brought in 12 months, what they are expected to bring, what of it
    is at risk; yuan, None where nothing is told."""

    count: int = 0
    margin: Decimal | None = None
    expected: Decimal | None = None
    at_risk: Decimal | None = None


@dataclass(frozen=True)
class Standing:
    """What the value page shows of the visible customers."""

    whole: Tally
    cells: dict[tuple[str, str], Tally]
    groups: dict[str, Tally]
    segments: dict[int, Tally]
    squares: dict[str, Tally]
    risks: dict[str, Tally]
    # By the one thing to do (``rules.advice``): everybody stands in exactly one.
    advised: dict[str, Tally] = field(default_factory=dict)
    # Segment → what is to be done about most of its customers.
    segment_advice: dict[int, str] = field(default_factory=dict)
    fallen: list[CustomerValue] = field(default_factory=list)
    risen: list[CustomerValue] = field(default_factory=list)
    # How many first bought in the month of the run.
    first_bought: int = 0
    # As on the call list: the most value at risk first.
    spots: list[CustomerValue] = field(default_factory=list)


def latest_run(store: Store) -> ValueRun | None:
    return ValueRun.objects.filter(store=store).order_by("-on").first()


def sees_store(user: User) -> bool:
    """Totals of the whole store, without rows, are for its leaders, its owners and finance (21.1)."""
    return user.read_reach in (Reach.STORE, Reach.ALL) or user.has_role(Role.SUPERVISOR, Role.FINANCE)


def standing(user: User, run: ValueRun, on: date) -> Standing:
    """A fixed number of queries, however many customers."""
    rows = CustomerValue.objects.visible_to(user).filter(run=run)
    opted = opted_out(rows)
    do, segment_advice = _advised(advised(rows, run, on, opted))
    cells = _tallies(rows, "past_class", "next_class")
    moved = rows.with_contract(on).exclude(moved=0).select_related("customer")
    # Who first bought rose from nothing, which is no step from class to class.
    risen = moved.filter(moved=1, margin_before__isnull=False)
    return Standing(
        whole=_summed(cells.values()),
        cells=cells,
        groups=_one(_tallies(rows, "group")),
        segments=_one(_tallies(rows.filter(segment__isnull=False), "segment")),
        squares=_one(_tallies(rows, "square")),
        risks=_one(_tallies(rows, "churn_risk")),
        advised=do,
        segment_advice=segment_advice,
        fallen=list(moved.filter(moved=-1).order_by("-margin_before", "pk")[:MOVERS]),
        risen=list(risen.order_by("-margin_year", "pk")[:MOVERS]),
        first_bought=rows.filter(first_on__gte=run.on.replace(day=1)).count(),
        spots=list(worth_calling(rows, run, on, opted).select_related("customer__owner")[:SPOTS]),
    )


def store_tally(run: ValueRun) -> Tally:
    """Of the whole store, for whom ``sees_store`` lets in; one query."""
    return _summed(_tallies(CustomerValue.objects.filter(run=run), "past_class").values())


def _advised(rows: QuerySet[CustomerValue]) -> tuple[dict[str, Tally], dict[int, str]]:
    """Advice → how many and what they are worth; segment → its commonest advice. One query."""
    found: dict[str, list[Tally]] = {}
    counts: dict[int, Counter[str]] = {}
    for (segment, code), tally in _tallies(rows, "segment", "advice").items():
        found.setdefault(code, []).append(tally)
        if segment is not None:
            counts.setdefault(segment, Counter())[code] += tally.count
    commonest = {segment: tally.most_common(1)[0][0] for segment, tally in counts.items()}
    return {code: _summed(tallies) for code, tallies in found.items()}, commonest


def value_of(card: Customer, on: date) -> CustomerValue | None:
    """What the newest run says of a card the caller fetched with access; None where it says nothing."""
    run = latest_run(card.store)
    if run is None:
        return None
    return (
        CustomerValue.objects.with_contract(on).filter(customer=card, run=run).select_related("run").first()
    )


def hint_of(row: CustomerValue) -> TierHint | None:
    """2.2: the tier that the margin of the last 12 months stands for among those of the run who bought in them. Counts
    of others only, which names nobody. One query."""
    if not row.past_class:
        return None
    active = CustomerValue.objects.filter(run=row.run_id).exclude(past_class="")
    counts = active.aggregate(among=Count("pk"), ahead=Count("pk", filter=Q(margin_year__gt=row.margin_year)))
    return tier_hint(counts["ahead"], counts["among"])


def values_of(store: Store, customers: Iterable[int]) -> dict[int, CustomerValue]:
    """The newest run's of cards the caller fetched with access; two queries."""
    run = latest_run(store)
    if run is None:
        return {}
    return {
        row.customer_id: row for row in CustomerValue.objects.filter(run=run, customer__in=list(customers))
    }


def narrowed(
    cards: QuerySet[Customer], *, run: ValueRun | None, chosen: Mapping[str, str], on: date, by_risk: bool
) -> QuerySet[Customer]:
    """Cards whose value in ``run`` is as ``chosen``, by names of NARROWED and OPENED with values that
    ``is_choice`` took; with ``by_risk`` those whose value at risk is known, which is annotated as ``at_risk``."""
    cards = cards.annotate(worth=FilteredRelation("values", condition=Q(values__run=run.pk if run else None)))
    for name, value in chosen.items():
        if name in NARROWED:
            cards = cards.filter(**{f"worth__{NARROWED[name][0]}": value})
        elif run is None:
            cards = cards.none()
        elif name == "advice":
            told = advised(CustomerValue.objects.filter(run=run), run, on)
            done = told.filter(advice=value)  # type: ignore[misc]
            cards = cards.filter(pk__in=done.values("customer"))
        elif name == "segment":
            cards = cards.filter(worth__segment=int(value))
        else:
            first, last = earlier_period(run)
            cards = cards.filter(worth__last_on__gt=first, worth__last_on__lte=last)
    return cards.annotate(at_risk=F("worth__at_risk")).filter(at_risk__isnull=False) if by_risk else cards


def is_choice(run: ValueRun | None, name: str, value: str) -> bool:
    """Whether a list can be narrowed by it."""
    if name in NARROWED:
        return value in NARROWED[name][1].values
    if name == "advice":
        return value in (*ADVICE, PEACE)
    if name == "segment":
        return run is None or value in run.facts.get("segments", {}).get("groups", {})
    return value == "1"


def earlier_period(run: ValueRun) -> tuple[date, date]:
    """The earlier period of the leaky bucket (R-LOY-05), after the first day and up to the second. Who last bought in
    it was active then and did not come back in the later one."""
    period = timedelta(days=run.facts.get("bucket", {}).get("days", 0))
    return run.on - 2 * period, run.on - period


def _tallies(rows: QuerySet[CustomerValue], *names: str) -> dict[Any, Tally]:
    sums = {
        "n": Count("pk"),
        "margin": Sum("margin_year"),
        "expected": Sum("expected_value"),
        "risk": Sum("at_risk"),
    }
    found = rows.order_by().values_list(*names).annotate(**sums)
    return {row[: len(names)]: Tally(*row[len(names) :]) for row in found}


def _one(tallies: dict[Any, Tally]) -> dict[Any, Tally]:
    return {key: tally for (key,), tally in tallies.items()}


def _summed(tallies: Iterable[Tally]) -> Tally:
    parts = list(tallies)

    def total(name: str) -> Decimal | None:
        known = [getattr(part, name) for part in parts if getattr(part, name) is not None]
        return sum(known, Decimal(0)) if known else None

    return Tally(sum(part.count for part in parts), total("margin"), total("expected"), total("at_risk"))
