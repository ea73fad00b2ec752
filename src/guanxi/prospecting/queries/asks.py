"""Where the requests for a recommendation stand, of many customers at once."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from guanxi.organization.models import Store
from guanxi.prospecting.models import ReferralRequest
from guanxi.prospecting.rules.asking import Ask, Asked, asked_so_far


def standings(store: Store, customer_ids: Collection[int], on: date) -> dict[int, Asked]:
    """Customer → asked so far (R-REF-01), for every one of ``customer_ids``; one query."""
    asks: dict[int, list[Ask]] = defaultdict(list)
    rows = ReferralRequest.objects.filter(customer__in=customer_ids).order_by("asked_on", "id")
    for pk, asked_on, result in rows.values_list("customer_id", "asked_on", "result"):
        asks[pk].append(Ask(asked_on, result))
    settings = store.playbook.settings
    return {
        pk: asked_so_far(
            asks[pk], on, wanted=settings.referral_asks, rest_days=settings.referral_cooldown_days
        )
        for pk in customer_ids
    }
