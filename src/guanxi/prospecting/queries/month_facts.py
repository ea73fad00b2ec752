"""The facts of a month that the rates of 4.4 are reckoned from."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Max, Q

from guanxi.cadence.models import LevelChange, LossReport
from guanxi.customers.models import Customer
from guanxi.deals.models import Order
from guanxi.organization.models import Store, User
from guanxi.prospecting.models import Visit
from guanxi.prospecting.queries.tallies import Tally, register_rows, summed
from guanxi.prospecting.rules.metrics import MonthFacts
from guanxi.prospecting.rules.origins import by_referral, is_lead, tied_to_owners
from guanxi.prospecting.rules.visits import FIRST_FILED, FIRST_WITH_CARD, INCOMPLETE, NON_INTENT, RETURN

CARRIED = ("H", "A", "B", "C")
RECENT = timedelta(days=90)


@dataclass(frozen=True)
class Span:
    """Days of a store, both ends in, with their instants."""

    store: Store
    first: date
    last: date
    person: User | None = None

    @property
    def instants(self) -> tuple[datetime, datetime]:
        zone = ZoneInfo(self.store.timezone)
        after = datetime.combine(self.last + timedelta(days=1), time(), zone)
        return datetime.combine(self.first, time(), zone), after


def month_facts(
    span: Span, walk_ins: Iterable[Tally], calls: Iterable[Tally], cards: Iterable["NewCard"]
) -> MonthFacts:
    """The facts of the span, given what was counted of it already; a fixed number of queries."""
    came, called, opened = summed(walk_ins), summed(calls), list(cards)
    visits = register_rows(span.store, Visit.Kind.WALKIN, span.first, span.last, span.person)
    by_visit = visits.filter(customer__isnull=False)
    types = by_visit.filter(visit_type__in=[FIRST_FILED, FIRST_WITH_CARD, RETURN])
    filed_here: set[int] = set()
    invited: set[int] = set()
    for customer_id, visit_type in types.values_list("customer_id", "visit_type"):
        (filed_here if visit_type == FIRST_FILED else invited).add(customer_id)
    by_call = register_rows(span.store, Visit.Kind.PHONEIN, span.first, span.last, span.person)
    calling = set(
        by_call.filter(visit_type=FIRST_FILED, customer__isnull=False).values_list("customer_id", flat=True)
    )
    not_filed_here = [card for card in opened if card.pk not in filed_here]
    leads = sum(is_lead(card.source, filed_here=False, called=card.pk in calling) for card in not_filed_here)
    pool = _carried_in(span)
    recent = {pk for pk, since in pool.items() if since is not None and span.first - since <= RECENT}
    facts = MonthFacts(
        first_filed=came.filed,
        first_with_card=came.types[FIRST_WITH_CARD],
        first_not_filed=came.types["FIRST_NOT_FILED"],
        returned=came.again,
        non_intent=came.types[NON_INTENT],
        incomplete=came.types[INCOMPLETE],
        leads_carded=leads,
        leads_no_intent=called.types["FIRST_NOT_FILED"],
        leads_already_filed=called.types[FIRST_WITH_CARD],
        other_cards=len(not_filed_here) - leads,
        carry_in=len(pool),
        came_twice=came.returned,
        test_drives=came.test_drives,
    )
    return _with_losses(span, _with_orders(span, facts, filed_here, invited, recent))


@dataclass(frozen=True)
class NewCard:
    pk: int
    on: date
    source: str


def new_cards(span: Span) -> list[NewCard]:
    """Cards of prospects opened in the span. The months in the customer numbers lead the index there."""
    first, after = span.instants
    rows = Customer.objects.filter(
        store=span.store, card_created_at__gte=first, card_created_at__lt=after,
        customer_no__gte=f"C{span.first:%y%m}", customer_no__lt=f"C{span.last:%y%m}~",
    ).exclude(card_type="OWNER", level="").order_by()  # fmt: skip
    if span.person:
        rows = rows.filter(owner=span.person)
    local = span.store.local_date
    return [
        NewCard(pk, local(at), source)
        for pk, at, source in rows.values_list("pk", "card_created_at", "source_code")
        if at is not None
    ]


def _carried_in(span: Span) -> dict[int, date | None]:
    """Open H, A, B and C cards at the beginning of the span, with the day they were opened on."""
    before = LevelChange.objects.filter(
        customer__store=span.store, state=LevelChange.State.IN_FORCE, on__lt=span.first
    )
    if span.person:
        before = before.filter(customer__owner=span.person)
    latest = before.order_by().values("customer").annotate(last=Max("id")).values("last")
    rows = LevelChange.objects.filter(pk__in=latest, to_level__in=CARRIED).order_by()
    local = span.store.local_date
    return {
        pk: local(at) if at else None
        for pk, at in rows.values_list("customer_id", "customer__card_created_at")
    }


def _with_orders(
    span: Span, facts: MonthFacts, filed_here: set[int], invited: set[int], recent: set[int]
) -> MonthFacts:
    orders = Order.objects.filter(store=span.store).order_by()
    if span.person:
        orders = orders.filter(consultant=span.person)
    days = (span.first, span.last)
    placed = list(orders.filter(ordered_on__range=days).values_list("customer_id", flat=True))
    delivered = list(
        orders.filter(delivered_on__range=days).values_list(
            "customer__source_code", "customer__intent__purchase_kind", "customer__referrer_id"
        )
    )
    still = Q(delivered_on__isnull=True) | Q(delivered_on__gte=span.first)
    open_then = orders.filter(still, ordered_on__lt=span.first).exclude(cancelled_on__lt=span.first)
    return replace(
        facts,
        orders=len(placed),
        orders_of_first_filed=sum(pk in filed_here for pk in placed),
        orders_of_invited=sum(pk in invited for pk in placed),
        orders_of_recent_carry_in=sum(pk in recent for pk in placed),
        recent_carry_in=len(recent),
        carry_orders=open_then.count(),
        deliveries=len(delivered),
        cancelled=orders.filter(cancelled_on__range=days).count(),
        sales_to_owners=sum(tied_to_owners(*sale) for sale in delivered),
        deliveries_by_referral=sum(by_referral(*sale) for sale in delivered),
    )


def _with_losses(span: Span, facts: MonthFacts) -> MonthFacts:
    """Losses count in the month of their approval; what became of the month's applications is counted over these,
    by what was decided until the end of the span."""
    losses = LossReport.objects.of_cards().filter(store=span.store).of_person(span.person).order_by()
    approved = losses.filter(state=LossReport.State.APPROVED, decided_on__range=(span.first, span.last))
    buckets = list(approved.values_list("bucket", flat=True))
    applied = list(losses.applied_in(*span.instants).values_list("state", "called_back", "decided_on"))
    decided = [(state, called) for state, called, on in applied if on is not None and on <= span.last]
    return replace(
        facts,
        losses=len(buckets),
        losses_of_control=buckets.count("L"),
        losses_verified=sum(state == LossReport.State.APPROVED and called for state, called in decided),
        losses_rejected=sum(state == LossReport.State.REJECTED for state, _called in decided),
        losses_applied=len(applied),
    )
