"""What was done, by metric, person and day: the actuals beside every target (handbook 17.1)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from guanxi.cadence.models import Interaction, LevelChange
from guanxi.customers.models import Customer
from guanxi.deals.models import Deposit, Order
from guanxi.organization.models import Store, User
from guanxi.performance.queries.standing import givers_since
from guanxi.performance.rules.periods import Days, start_of
from guanxi.prospecting.models import Visit

# Metric → person → day → how many. A metric without an entry has no source yet.
Actuals = dict[str, dict[int, dict[date, int]]]
NEW_LEVELS = ("O", "H", "A", "B", "C")
BASE_LEVELS = ("", "D", "M", "F1", "F2", "L")


def actuals(store: Store, days: Days, person: User | None = None) -> Actuals:
    """What the store, or one person, did from the first to the last day seen; a fixed number of queries."""
    found: Actuals = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    if days.seen < days.first:
        return found
    between = (days.first, days.seen)
    _orders(found, store, between, person)
    _visits(found, store, between, person)
    givers = givers_since(store, start_of(days.after_seen, store.timezone))
    _cards(found, store, days, person, givers)
    _levels(found, store, days, person, givers)
    _touches(found, store, days, person)
    return found


def _grouped(found: Actuals, rows: QuerySet[Any], person: str, on: str, metrics: Mapping[str, Q]) -> None:
    """Count the rows that meet each metric's condition, by person and day; one query."""
    # The name of the entry must exist even when nothing was done: 0 is a figure, "—" is not known.
    entries = [found[metric] for metric in metrics]
    counts = {f"n{place}": Count("pk", filter=asked) for place, asked in enumerate(metrics.values())}
    for who, day, *counted in rows.order_by().values_list(person, on).annotate(**counts):
        for entry, count in zip(entries, counted, strict=True):
            if count:
                entry[who or 0][day] += count


def _of(person: User | None, field: str) -> Q:
    return Q() if person is None else Q(**{field: person})


def _orders(found: Actuals, store: Store, between: tuple[date, date], person: User | None) -> None:
    rows = Order.objects.filter(_of(person, "consultant"), store=store)
    _sold(found, rows, between, "consultant_id")
    deposits = Deposit.objects.filter(_of(person, "by"), customer__store=store, received_on__range=between)
    _grouped(found, deposits, "by_id", "received_on", {"DEPOSITS": Q()})


def _sold(found: Actuals, rows: QuerySet[Order], between: tuple[date, date], by: str) -> None:
    _grouped(found, rows.filter(ordered_on__range=between), by, "ordered_on", {"ORDERS": Q()})
    _grouped(found, rows.filter(delivered_on__range=between), by, "delivered_on", {"DELIVERIES": Q()})


def _visits(found: Actuals, store: Store, between: tuple[date, date], person: User | None) -> None:
    rows = Visit.objects.filter(_of(person, "consultant"), store=store).between(*between).counted()
    _grouped(found, rows, "consultant_id", "on", {
        "PHONEIN": Q(kind=Visit.Kind.PHONEIN),
        "FILED": Q(visit_type="FIRST_FILED") | Q(kind=Visit.Kind.PHONEIN, filed=True),
    })  # fmt: skip
    _grouped(found, rows.came(), "consultant_id", "on", {
        "WALKIN": Q(), "TEST_DRIVE": Q(test_drive=True), "INVITED": Q(visit_type__in=["FIRST_WITH_CARD", "RETURN"]),
    })  # fmt: skip


def _held(person: User | None, card: str, owner: str, givers: Mapping[int, int | None]) -> Q:
    """Rows of cards that are the person's, or were when the days ended."""
    if person is None:
        return Q()
    return Q(**{owner: person}) | Q(
        **{f"{card}__in": [pk for pk, giver in givers.items() if giver == person.pk]}
    )


def _cards(
    found: Actuals, store: Store, days: Days, person: User | None, givers: Mapping[int, int | None]
) -> None:
    first, after = start_of(days.first, store.timezone), start_of(days.after_seen, store.timezone)
    rows = Customer.objects.filter(
        _held(person, "pk", "owner", givers),
        store=store,
        card_created_at__gte=first,
        card_created_at__lt=after,
    ).exclude(card_type="OWNER", level="")
    zone = ZoneInfo(store.timezone)
    new, referred = found["CARDS"], found["REFERRALS"]
    for pk, owner, source, at in rows.order_by().values_list(
        "pk", "owner_id", "source_code", "card_created_at"
    ):
        on, holder = _day(at, zone), givers.get(pk, owner) or 0
        if on <= days.seen and (person is None or holder == person.pk):
            new[holder][on] += 1
            referred[holder][on] += source == "R"


def _day(at: datetime | None, zone: ZoneInfo) -> date:
    assert at is not None
    return at.astimezone(zone).date()


def _levels(
    found: Actuals, store: Store, days: Days, person: User | None, givers: Mapping[int, int | None]
) -> None:
    """An intent counts once, on the day of its first level that is one (7.3: N counts when it is judged)."""
    rows = LevelChange.objects.filter(
        _held(person, "customer", "customer__owner", givers),
        customer__store=store,
        state=LevelChange.State.IN_FORCE,
        on__range=(days.first, days.seen),
        from_level__in=["", "N"],
        to_level__in=NEW_LEVELS,
    )
    if days.until is not None:
        rows = rows.filter(at__lt=days.until)
    entries = {level: found[f"NEW_{level}"] for level in NEW_LEVELS}
    told = rows.order_by().values_list("customer_id", "customer__owner_id", "to_level", "on")
    for pk, owner, level, on in told:
        holder = givers.get(pk, owner) or 0
        if person is None or holder == person.pk:
            entries[level][holder][on] += 1


def _touches(found: Actuals, store: Store, days: Days, person: User | None) -> None:
    rows = Interaction.objects.filter(_of(person, "by"), store=store).between(days.first, days.seen)
    _grouped(found, rows.by_hand().known_by(days.until), "by_id", "on", {
        "DEVELOP": Q(purpose="DEVELOP"), "PUSH": Q(purpose="PUSH"), "MANAGE": Q(purpose="CARE"),
        "BASE_TOUCH": Q(is_valid=True, level_before__in=BASE_LEVELS),
        "VIP_VISIT": Q(is_valid=True, method="VISIT", customer__is_vip_supporter=True),
        "TOUCHES": Q(), "VALID": Q(is_valid=True),
    })  # fmt: skip


def sold_by_model(store: Store, days: Days) -> Actuals:
    """Orders and deliveries by model instead of person."""
    found: Actuals = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    rows = Order.objects.filter(store=store, product__isnull=False)
    _sold(found, rows, (days.first, days.seen), "product_id")
    return found


def every_day(person: int, on: date) -> bool:
    """What a person did counts on each day."""
    return True


def by_day(
    found: Mapping[str, Mapping[int, Mapping[date, int]]],
    metric: str,
    people: Iterable[int] | None,
    counts: Callable[[int, date], bool] = every_day,
) -> dict[date, int] | None:
    """What these people (None: everybody) did of a metric, by day, on the days that ``counts``; None for a metric
    without a source."""
    if metric not in found:
        return None
    rows = found[metric]
    total: dict[date, int] = defaultdict(int)
    for person in rows if people is None else people:
        for on, count in rows.get(person, {}).items():
            if counts(person, on):
                total[on] += count
    return total
