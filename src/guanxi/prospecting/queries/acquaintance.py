"""Through whom two customers know each other: who brought whom, and who named whom."""

from dataclasses import dataclass, field

from django.db.models import Q

from guanxi.customers.models import Customer
from guanxi.organization.models import User
from guanxi.prospecting.models import ReferralLead
from guanxi.prospecting.rules.acquaintance import shortest_lines

LINES = 3
CHOICES = 8


@dataclass(frozen=True)
class Meant:
    """What was typed for a customer, and who is meant: ``card``, or several to choose from, or nobody."""

    typed: str
    card: Customer | None = None
    choices: list[Customer] = field(default_factory=list)


@dataclass(frozen=True)
class Acquaintance:
    """The shortest lines from one customer to another; no line when nothing connects them. People the reader may
    not see stand in a line as None."""

    start: Meant
    goal: Meant
    lines: list[list[Customer | None]]


def acquaintance_of(user: User, start: str, goal: str) -> Acquaintance:
    """The lines between two customers of whom ``user`` sees both, given by number, name or organisation. At most
    seven queries."""
    one, other = meant_by(user, start), meant_by(user, goal)
    if one.card is None or other.card is None:
        return Acquaintance(one, other, [])
    lines = shortest_lines(_links(user), one.card.pk, other.card.pk, most=LINES)
    known = Customer.objects.visible_to(user).in_bulk({pk for line in lines for pk in line})
    return Acquaintance(one, other, [[known.get(pk) for pk in line] for line in lines])


def meant_by(user: User, typed: str) -> Meant:
    """The customer with this number, else with exactly this name or organisation, else those who have it in it."""
    text = typed.replace("\0", "").strip()[:120]
    if not text:
        return Meant(text)
    cards = Customer.objects.visible_to(user)
    exact = Q(customer_no=text.upper()) | Q(name=text) | Q(org_name=text)
    for asked in (exact, Q(name__icontains=text) | Q(org_name__icontains=text)):
        found = list(cards.filter(asked).order_by("pk")[:CHOICES])
        if len(found) == 1 or (found and found[0].customer_no == text.upper()):
            return Meant(text, found[0])
        if found:
            return Meant(text, choices=found)
    return Meant(text)


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
