"""A store's own rates of the last six months, for planning back (R-TEAM-02)."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q

from guanxi.customers.models import Customer
from guanxi.deals.models import Order
from guanxi.organization.models import Store
from guanxi.performance.queries.standing import levels_on, stock_on, summed
from guanxi.performance.rules.backward import DEFAULT_RATES, LEVELS, Rate, chosen_rate
from guanxi.performance.rules.periods import month_of, start_of
from guanxi.prospecting.models import Visit
from guanxi.prospecting.rules.origins import is_lead
from guanxi.prospecting.rules.visits import FIRST_FILED

MONTHS = 6


@dataclass(frozen=True)
class OwnRates:
    """Every rate a plan stands on by its name, the chances by level, and where the store stands now."""

    rates: dict[str, Rate]
    chances: dict[str, Rate]
    carry_orders: int
    stock: dict[str, int]


def own_rates(store: Store, month: date) -> OwnRates:
    """The store's rates of the six months before ``month`` and its stock on the eve."""
    months = []
    first = month.replace(day=1)
    for _ in range(MONTHS):
        first = (first - timedelta(days=1)).replace(day=1)
        months.append(first)
    settings = store.playbook.settings
    hits, cases = _levels(store, months)
    delivered, due = _deliveries(store, months)
    sold, cards, showroom = _new_cards(store, months)
    filed, first_visits = _counts(store, months, calls=False)
    called, first_calls = _counts(store, months, calls=True)
    eve = month.replace(day=1) - timedelta(days=1)
    return OwnRates(
        rates={
            "delivery_rate": chosen_rate(delivered, due, DEFAULT_RATES["delivery_rate"]),
            "p_new": chosen_rate(sold, cards, DEFAULT_RATES["p_new"]),
            "showroom_share": chosen_rate(showroom, cards, DEFAULT_RATES["showroom_share"]),
            "filing_rate": chosen_rate(filed, first_visits, DEFAULT_RATES["filing_rate"]),
            "lead_card_rate": chosen_rate(called, first_calls, DEFAULT_RATES["lead_card_rate"]),
        },
        chances={
            level: chosen_rate(hits[level], cases[level], settings.level_probability[level])  # type: ignore[index]
            for level in LEVELS
        },
        carry_orders=_open_orders(store, eve),
        stock=summed(stock_on(store, eve)),
    )


def _levels(store: Store, months: list[date]) -> tuple[Counter[str], Counter[str]]:
    """Of those who stood at a level when a month began, how many ordered within it."""
    hits: Counter[str] = Counter()
    cases: Counter[str] = Counter()
    ordered: dict[date, set[int]] = defaultdict(set)
    rows = Order.objects.filter(store=store, ordered_on__gte=months[-1])
    for pk, on in rows.values_list("customer_id", "ordered_on"):
        ordered[on.replace(day=1)].add(pk)
    for first in months:
        for pk, (_owner, level) in levels_on(store, first - timedelta(days=1)).items():
            cases[level] += 1
            hits[level] += pk in ordered[first]
    return hits, cases


def _open_orders(store: Store, on: date) -> int:
    """Orders not yet delivered at the end of ``on``."""
    rows = Order.objects.filter(store=store, ordered_on__lte=on)
    rows = rows.filter(Q(delivered_on__isnull=True) | Q(delivered_on__gt=on))
    return rows.filter(Q(cancelled_on__isnull=True) | Q(cancelled_on__gt=on)).count()


def _deliveries(store: Store, months: list[date]) -> tuple[int, int]:
    """Deliveries, and orders with those carried into each month (4.4 delivery_rate)."""
    rows = Order.objects.filter(store=store)
    delivered = due = 0
    for first in months:
        month = month_of(first, first)
        counts = rows.aggregate(
            delivered=Count("pk", filter=Q(delivered_on__range=(month.first, month.last))),
            ordered=Count("pk", filter=Q(ordered_on__range=(month.first, month.last))),
        )
        delivered += counts["delivered"]
        due += counts["ordered"] + _open_orders(store, first - timedelta(days=1))
    return delivered, due


def _new_cards(store: Store, months: list[date]) -> tuple[int, int, int]:
    """New cards that ordered within their month, new cards, and those that were no leads."""
    last = month_of(months[0], months[0]).next_day
    rows = Customer.objects.filter(
        store=store, card_created_at__gte=start_of(months[-1], store.timezone),
        card_created_at__lt=start_of(last, store.timezone), level_changes__isnull=False,
    ).distinct()  # fmt: skip
    opened = {
        pk: (store.local_date(at).replace(day=1), source)
        for pk, at, source in rows.order_by().values_list("pk", "card_created_at", "source_code")
        if at is not None
    }
    orders = Order.objects.filter(store=store, ordered_on__gte=months[-1])
    sold = {
        pk for pk, on in orders.values_list("customer_id", "ordered_on")
        if pk in opened and opened[pk][0] == on.replace(day=1)
    }  # fmt: skip
    filed = Visit.objects.filter(store=store, visit_type=FIRST_FILED, customer__isnull=False).counted()
    kinds: dict[int | None, set[str]] = defaultdict(set)
    for pk, kind in filed.between(months[-1], last).order_by().values_list("customer_id", "kind"):
        kinds[pk].add(kind)
    leads = sum(
        is_lead(source, filed_here=Visit.Kind.WALKIN in kinds[pk], called=Visit.Kind.PHONEIN in kinds[pk])
        for pk, (_month, source) in opened.items()
    )
    return len(sold), len(opened), len(opened) - leads


def _counts(store: Store, months: list[date], *, calls: bool) -> tuple[int, int]:
    """Filed first visits over first visits without a card (4.4 filing_rate); of calls, filed over first calls."""
    last = month_of(months[0], months[0]).last
    rows = Visit.objects.filter(store=store).between(months[-1], last).counted()
    if calls:
        first_calls = rows.filter(kind=Visit.Kind.PHONEIN, nature="FIRST")
        return first_calls.filter(filed=True).count(), first_calls.count()
    came = rows.came().filter(visit_type__in=["FIRST_FILED", "FIRST_NOT_FILED"])
    return came.filter(visit_type="FIRST_FILED").count(), came.count()
