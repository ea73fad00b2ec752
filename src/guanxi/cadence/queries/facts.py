"""The facts a card's level is judged by."""

from decimal import Decimal

from guanxi.cadence.models import EvidenceTick
from guanxi.cadence.rules.levels import LevelFacts
from guanxi.cadence.rules.merging import Side
from guanxi.customers.models import Customer


def level_facts(customer: Customer) -> LevelFacts:
    """Facts of a card that the caller got with access, its intent block selected; one query."""
    intent = getattr(customer, "intent", None)
    ticks = EvidenceTick.objects.filter(customer=customer, withdrawn_at__isnull=True)
    return LevelFacts(
        expected_close_on=intent.expected_close_on if intent else None,
        ticked=frozenset(ticks.values_list("code", flat=True)),
        deposit=(intent.deposit_held if intent else None) or Decimal(0),
        ordered=customer.intent_status == Customer.IntentStatus.ORDERED,
    )


def side_of(card: Customer) -> Side:
    """What the card stands at, for the rules of merging."""
    return Side(card.level, card.level_since, card.next_due_on if card.is_open else None)
