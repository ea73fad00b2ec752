"""Which cards of names may be seen by whoever holds the name."""

from collections import defaultdict
from collections.abc import Iterable

from guanxi.customers.models import Customer
from guanxi.organization.models import User
from guanxi.prospecting.models import ReferralLead


def seen_by_holders(leads: Iterable[ReferralLead]) -> set[int]:
    """The keys of the names whose card their holder may read; a card may have gone to a colleague since. Two
    queries for each holder."""
    lists: dict[User, list[ReferralLead]] = defaultdict(list)
    for lead in leads:
        if lead.holder is not None and lead.customer_id is not None:
            lists[lead.holder].append(lead)
    found = set()
    for holder, theirs in lists.items():
        cards = Customer.objects.visible_to(holder).filter(pk__in={lead.customer_id for lead in theirs})
        seen = set(cards.values_list("pk", flat=True))
        found |= {lead.pk for lead in theirs if lead.customer_id in seen}
    return found
