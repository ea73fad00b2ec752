"""Through whom two customers know each other: who brought whom, and who named whom."""

from dataclasses import dataclass

from guanxi.customers.models import Customer
from guanxi.organization.models import User
from guanxi.prospecting.models import ReferralLead
from guanxi.prospecting.rules.acquaintance import shortest_lines

LINES = 3


@dataclass(frozen=True)
class Acquaintance:
    """The shortest lines from one customer to another; no line when nothing connects them. People the reader may
    not see stand in a line as None."""

    start: Customer
    goal: Customer
    lines: list[list[Customer | None]]


def acquaintance_of(user: User, start_no: str, goal_no: str) -> Acquaintance | None:
    """The lines between two customers given by number; None unless ``user`` may see both. Four queries."""
    numbers = [start_no.strip().upper(), goal_no.strip().upper()]
    found = {
        card.customer_no: card for card in Customer.objects.visible_to(user).filter(customer_no__in=numbers)
    }
    if len(found) < len(set(numbers)):
        return None
    start, goal = (found[number] for number in numbers)
    lines = shortest_lines(_links(user), start.pk, goal.pk, most=LINES)
    known = Customer.objects.visible_to(user).in_bulk({pk for line in lines for pk in line})
    return Acquaintance(start, goal, [[known.get(pk) for pk in line] for line in lines])


def _links(user: User) -> set[tuple[int, int]]:
    """Who recommended whom, of the cards and names ``user`` may read; two queries."""
    brought = (
        Customer.objects.visible_to(user).filter(referrer__isnull=False).values_list("referrer_id", "pk")
    )
    named = (
        ReferralLead.objects.visible_to(user)
        .filter(recommender__isnull=False, customer__isnull=False)
        .values_list("recommender_id", "customer_id")
    )
    return {(one, other) for one, other in (*brought, *named) if one is not None and other is not None}
