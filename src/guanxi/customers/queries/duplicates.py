"""Does this number already have a card, and what may the asker be told (handbook 1.5, attack AZ-21)."""

from dataclasses import dataclass

from guanxi.customers.models import Customer
from guanxi.customers.queries.cards import holders_of
from guanxi.lib.phones import PhoneNumber
from guanxi.organization.models import Store, User


@dataclass(frozen=True)
class Duplicate:
    """``customer`` is set only when the asker may see the card; otherwise merely that it is taken."""

    number: PhoneNumber
    customer: Customer | None

    @property
    def customer_id(self) -> int | None:
        return self.customer.pk if self.customer else None


def duplicates_of(actor: User, store: Store, numbers: list[PhoneNumber]) -> list[Duplicate]:
    """One entry for each number that has a card in the store; two queries."""
    holders = holders_of(store, numbers)
    visible = set(
        Customer.objects.visible_to(actor)
        .filter(pk__in=[customer.pk for customer in holders.values()])
        .values_list("pk", flat=True)
    )
    return [
        Duplicate(number, holders[number.normalized] if holders[number.normalized].pk in visible else None)
        for number in numbers
        if number.normalized in holders
    ]
