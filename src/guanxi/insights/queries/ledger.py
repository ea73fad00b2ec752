"""The lines of the ledger as the reckoning of value wants them. The system's own reading: no actor, a whole store."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, Max, OuterRef, Q

from guanxi.cadence.models import Interaction
from guanxi.customers.models import Customer
from guanxi.deals.models import Contract, Deal, sent_back
from guanxi.key_accounts.models import KeyPerson
from guanxi.lib.money import yuan_to_fen
from guanxi.markets.models import ProductStanding
from guanxi.markets.queries.purchases import purchases
from guanxi.markets.rules.composite import Pair, grade_of
from guanxi.organization.models import Store
from guanxi.prospecting.models import ReferralLead

SHOWROOM = "SHOWROOM"

if TYPE_CHECKING:
    from guanxi.insights.rules.lines import Lines


def ledger_lines(store: Store, on: date, margin_rate: Decimal) -> "Lines":
    """What stood at the end of ``on``, each sale less what came back of it. A line without a margin brings its amount
    times ``margin_rate``, without either nothing. A return without its sale takes its money off and is no purchase,
    nor is the sale that it takes back whole. Four queries."""
    import numpy as np

    from guanxi.insights.rules.lines import Lines

    standing = Deal.objects.standing(on).filter(store=store, customer__merged_into__isnull=True)
    rows = standing.annotate(gone=sent_back(on)).order_by()
    told = rows.values_list("customer_id", "on", "net_amount", "net_margin", "net_quantity", "gone")
    places: dict[int, int] = {}
    owners, days, margins, sales = [], [], [], []
    without_price = 0
    for customer, day, amount, margin, quantity, gone in told.iterator(chunk_size=5000):
        if margin is None:
            without_price += amount is None
            margin = (amount or Decimal(0)) * margin_rate
        owners.append(places.setdefault(customer, len(places)))
        days.append(day.toordinal())
        margins.append(yuan_to_fen(margin))
        sales.append(quantity > 0 and not gone)
    owner, on_day, margin_fen = (np.array(column, np.int64) for column in (owners, days, margins))
    return Lines(
        list(places), owner, on_day, margin_fen, np.array(sales, np.bool_), without_price, last_visits(store, on),
        recommended_in_a_year(store, on),
    )  # fmt: skip


def last_visits(store: Store, on: date) -> dict[int, int]:
    """Customer → the last day up to ``on`` on which they were in the showroom or agreed a term of a contract, as an
    ordinal: both break the silence (R-LOY-06). Two queries."""
    came = Interaction.objects.valid().filter(store=store, method=SHOWROOM, on__lte=on).order_by()
    agreed = Contract.objects.filter(store=store, agreed_on__lte=on).order_by()
    found: dict[int, int] = {}
    for rows in (
        came.values_list("customer").annotate(last=Max("on")),
        agreed.values_list("customer").annotate(last=Max("agreed_on")),
    ):
        for customer, last in rows:
            found[customer] = max(found.get(customer, 0), last.toordinal())
    return found


def under_contract(store: Store, on: date) -> set[int]:
    """Customers with a term that had been agreed and ran on ``on``. One query."""
    terms = Contract.objects.running().filter(store=store, agreed_on__lte=on, ends_on__gte=on)
    return set(terms.values_list("customer_id", flat=True))


def recommended_in_a_year(store: Store, on: date) -> tuple[int, int]:
    """How many names customers gave us in the year up to ``on``, and how many of these bought something that stood
    then. One query."""
    names = ReferralLead.objects.filter(store=store, recommender__isnull=False).exclude(result="INVALID")
    names = names.filter(noted_on__gt=on - timedelta(days=365), noted_on__lte=on)
    bought = Exists(Deal.objects.bought(on).filter(customer=OuterRef("customer")))
    told = names.annotate(bought=bought).aggregate(names=Count("pk"), won=Count("pk", filter=Q(bought=True)))
    return told["names"], told["won"]


def referrals_won(store: Store, on: date) -> Counter[int]:
    """Customer → how many of those they brought bought something that stood at the end of ``on``. One query."""
    brought = Customer.objects.filter(store=store, referrer__isnull=False, merged_into__isnull=True)
    bought = brought.filter(Exists(Deal.objects.bought(on).filter(customer=OuterRef("pk"))))
    return Counter(dict(bought.order_by().values_list("referrer").annotate(count=Count("pk"))))


def ranks_of_people(store: Store, on: date) -> dict[int, list[int | None]]:
    """Organisation → buying powers and influences of those of its people who had not left by ``on`` (R-CHN-01: 1 is
    the strongest). One query."""
    people = KeyPerson.objects.filter(Q(left_on__isnull=True) | Q(left_on__gt=on))
    people = people.filter(Q(buy_power__isnull=False) | Q(influence__isnull=False))
    rows = people.filter(contact__customer__store=store).values_list(
        "contact__customer_id", "buy_power", "influence"
    )
    found: dict[int, list[int | None]] = {}
    for customer, power, influence in rows:
        found.setdefault(customer, []).extend((power, influence))
    return found


def positive_gaps(store: Store, on: date) -> Counter[int]:
    """Customer → the sum of steps by which what could be bought of a product passes what is bought (R-CMP-01); a
    potential nobody is sure of counts as the two steps it sorts by. Two queries."""
    rows = ProductStanding.objects.filter(customer__store=store, customer__merged_into__isnull=True)
    bought = purchases(rows.values("customer"), on)
    edges = store.playbook.settings.composite_current_edges
    found: Counter[int] = Counter()
    for row in rows:
        key = row.customer_id, row.product_id
        pair = Pair(grade_of(bought[key], edges) if row.current is None else row.current, row.potential)
        found[row.customer_id] += max(pair.sorted_gap, 0)
    return found
