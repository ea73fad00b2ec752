"""What is known for a review of a customer, and what reviews say together."""

from datetime import date, timedelta
from decimal import Decimal

from guanxi.cadence.models import Interaction
from guanxi.customers.models import Customer
from guanxi.insights.models import CustomerReview
from guanxi.insights.queries.values import values_of
from guanxi.insights.rules.goodness import must_choose

VISIT = "VISIT"
YEAR = timedelta(days=365)


def known_income(card: Customer) -> Decimal | None:
    """The margin of 12 months the newest run tells; None where it tells none. The caller fetched with access."""
    row = values_of(card.store, [card.pk]).get(card.pk)
    return row.margin_year if row else None


def counted_visits(card: Customer, on: date) -> int:
    """Visits among the contacts of the 12 months up to ``on``."""
    made = Interaction.objects.filter(customer=card, method=VISIT, on__gt=on - YEAR, on__lte=on)
    return made.count()


def reviews_of(card: Customer) -> list[CustomerReview]:
    """Of a card the caller fetched with access, the newest first."""
    return list(CustomerReview.objects.filter(customer=card))


def choice_due(card: Customer, year: int) -> bool:
    """R-VAL-11: whether ``year`` and the year before were poor."""
    thresholds = card.store.playbook.settings.good_thresholds
    return must_choose({row.year: row.grade(thresholds) for row in reviews_of(card)}, year)
