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
    _cards(found, store, days, person)
    _levels(found, store, between, person)
    _touches(found, store, between, person)
    return found


def _grouped(found: Actuals, metric: str, rows: QuerySet[Any], person: str, on: str) -> None:
    # The name of the entry must exist even when nothing was done: 0 is a figure, "—" is not known.
    entry = found[metric]
    counted = rows.order_by().values_list(person, on).annotate(count=Count("pk"))
    for who, day, count in counted:
        entry[who or 0][day] += count


def _of(person: User | None, field: str) -> Q:
    return Q() if person is None else Q(**{field: person})


def _orders(found: Actuals, store: Store, between: tuple[date, date], person: User | None) -> None:
    rows = Order.objects.filter(_of(person, "consultant"), store=store)
    _grouped(found, "ORDERS", rows.filter(ordered_on__range=between), "consultant_id", "ordered_on")
    _grouped(found, "DELIVERIES", rows.filter(delivered_on__range=between), "consultant_id", "delivered_on")
    deposits = Deposit.objects.filter(_of(person, "by"), customer__store=store, received_on__range=between)
    _grouped(found, "DEPOSITS", deposits, "by_id", "received_on")


def _visits(found: Actuals, store: Store, between: tuple[date, date], person: User | None) -> None:
    rows = Visit.objects.filter(_of(person, "consultant"), store=store).between(*between).counted()
    came, called = rows.came(), rows.filter(kind=Visit.Kind.PHONEIN)
    filed = Q(visit_type="FIRST_FILED") | Q(kind=Visit.Kind.PHONEIN, filed=True)
    for metric, chosen in (
        ("WALKIN", came), ("PHONEIN", called), ("FILED", rows.filter(filed)),
        ("TEST_DRIVE", came.filter(test_drive=True)),
        ("INVITED", came.filter(visit_type__in=["FIRST_WITH_CARD", "RETURN"])),
    ):  # fmt: skip
        _grouped(found, metric, chosen, "consultant_id", "on")


def _cards(found: Actuals, store: Store, days: Days, person: User | None) -> None:
    first, after = start_of(days.first, store.timezone), start_of(days.after_seen, store.timezone)
    rows = Customer.objects.filter(
        _of(person, "owner"), store=store, card_created_at__gte=first, card_created_at__lt=after
    )
    zone = ZoneInfo(store.timezone)
    new, referred = found["CARDS"], found["REFERRALS"]
    for owner, source, at in rows.order_by().values_list("owner_id", "source_code", "card_created_at"):
        on = _day(at, zone)
        if on <= days.seen:
            new[owner or 0][on] += 1
            referred[owner or 0][on] += source == "R"


def _day(at: datetime | None, zone: ZoneInfo) -> date:
    assert at is not None
    return at.astimezone(zone).date()


def _levels(found: Actuals, store: Store, between: tuple[date, date], person: User | None) -> None:
    """An intent counts once, on the day of its first level that is one (7.3: N counts when it is judged)."""
    rows = LevelChange.objects.filter(
        _of(person, "customer__owner"),
        customer__store=store,
        state=LevelChange.State.IN_FORCE,
        on__range=between,
        from_level__in=["", "N"],
    )
    for level in NEW_LEVELS:
        _grouped(found, f"NEW_{level}", rows.filter(to_level=level), "customer__owner_id", "on")


def _touches(found: Actuals, store: Store, between: tuple[date, date], person: User | None) -> None:
    rows = Interaction.objects.filter(_of(person, "by"), store=store, on__range=between).exclude(
        method="IMPORTED"
    )
    for metric, chosen in (
        ("DEVELOP", rows.filter(purpose="DEVELOP")), ("PUSH", rows.filter(purpose="PUSH")),
        ("MANAGE", rows.filter(purpose="CARE")),
        ("BASE_TOUCH", rows.filter(is_valid=True, level_before__in=BASE_LEVELS)),
        ("VIP_VISIT", rows.filter(is_valid=True, method="VISIT", customer__is_vip_supporter=True)),
        ("TOUCHES", rows), ("VALID", rows.filter(is_valid=True)),
    ):  # fmt: skip
        _grouped(found, metric, chosen, "by_id", "on")


def sold_by_model(store: Store, days: Days) -> Actuals:
    """Orders and deliveries by model instead of person."""
    found: Actuals = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    between = (days.first, days.seen)
    rows = Order.objects.filter(store=store, product__isnull=False)
    _grouped(found, "ORDERS", rows.filter(ordered_on__range=between), "product_id", "ordered_on")
    _grouped(found, "DELIVERIES", rows.filter(delivered_on__range=between), "product_id", "delivered_on")
    return found


def by_day(
    found: Mapping[str, Mapping[int, Mapping[date, int]]],
    metric: str,
    people: Iterable[int] | None,
    counts: Callable[[int, date], bool] = lambda person, on: True,
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
