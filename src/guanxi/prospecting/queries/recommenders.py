"""One customer as a recommender: how often asked, whom they named, whom and what they brought."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, Sum

from guanxi.cadence.models import Task
from guanxi.customers.models import Customer
from guanxi.deals.models import Deal, Order
from guanxi.organization.models import User
from guanxi.prospecting.models import InfluenceCentre, ReferralLead, ReferralRequest
from guanxi.prospecting.queries.ancestry import brought_by, recommenders_of
from guanxi.prospecting.queries.asks import standings
from guanxi.prospecting.rules.asking import Asked
from guanxi.prospecting.rules.generations import NOTHING, Value

SHOWN = 8


@dataclass(frozen=True)
class Generation:
    """The customers of one generation and what their orders brought."""

    number: int
    people: int
    value: Value


@dataclass(frozen=True)
class Recommender:
    """What the panel of the customer page says. ``line`` leads from the recommender back to the first; people the
    reader may not see stand in it as None."""

    asked: Asked
    influence: InfluenceCentre | None
    requests: list[ReferralRequest]
    names: list[ReferralLead]
    names_count: int
    generations: list[Generation]
    value: Value
    line: list[Customer | None]
    reports: list[Task]

    @property
    def people(self) -> int:
        return sum(generation.people for generation in self.generations)


def recommender_of(user: User, card: Customer, on: date) -> Recommender:
    """Everything about ``card``, which the caller fetched with access; a fixed number of queries."""
    names = ReferralLead.objects.visible_to(user).filter(recommender=card)
    steps = brought_by(card.pk)
    seen = set(Customer.objects.visible_to(user).filter(pk__in=steps).values_list("pk", flat=True))
    values = values_brought(user, Q(customer__in=seen))
    generations = [
        Generation(number, len(people), sum((values.get(pk, NOTHING) for pk in people), NOTHING))
        for number, people in _by_generation({pk: step for pk, step in steps.items() if pk in seen})
    ]
    above = recommenders_of(card.pk)
    known = Customer.objects.visible_to(user).in_bulk(above)
    reports = Task.objects.open().filter(customer=card, kind=Task.Kind.REPORT_BACK)
    return Recommender(
        asked=standings(card.store, [card.pk], on)[card.pk],
        influence=InfluenceCentre.objects.filter(customer=card).first(),
        requests=list(ReferralRequest.objects.filter(customer=card).select_related("by")[:SHOWN]),
        names=list(names.order_by("-warmth", "-id")[:SHOWN]),
        names_count=names.count(),
        generations=generations,
        value=sum((generation.value for generation in generations), NOTHING),
        line=[known.get(pk) for pk in above],
        reports=list(reports.order_by("due_on", "pk")[:SHOWN]),
    )


def values_brought(user: User, about: Q) -> dict[int, Value]:
    """Customer → what they bought, of what ``user`` may read: the ledger of deals, in which delivered orders and won
    opportunities stand, and the orders still to be delivered. Two queries."""
    deals = Deal.objects.visible_to(user).filter(about).order_by().values_list("customer")
    standing = Deal.objects.filter(about).bought()
    closed = deals.annotate(
        closed=Count("source", filter=Q(pk__in=standing.order_by().values("pk")), distinct=True),
        amount=Sum("amount"),
    )
    found = {pk: Value(count, count, amount or NOTHING.amount) for pk, count, amount in closed}
    orders = Order.objects.visible_to(user).filter(about, state=Order.State.OPEN).order_by()
    placed = orders.values_list("customer").annotate(orders=Count("pk"), amount=Sum("amount"))
    for pk, count, amount in placed:
        found[pk] = found.get(pk, NOTHING) + Value(count, 0, amount or NOTHING.amount)
    return found


def _by_generation(steps: dict[int, int]) -> list[tuple[int, list[int]]]:
    found: dict[int, list[int]] = {}
    for pk, step in steps.items():
        found.setdefault(step, []).append(pk)
    return sorted(found.items())
