"""Classifying a card: base and VIP conditions, tier and touch tier (R-CUS-01, R-CUS-02; 2.2, 2.5)."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.customers.models import Customer
from guanxi.customers.operations.cards import base_class_after
from guanxi.customers.queries.cards import lock_card
from guanxi.customers.rules.lifecycle import BASE_CONDITIONS, TOUCH_TIERS, VIP_CONDITIONS
from guanxi.organization.acts import Act, changed_fields, leave_trace
from guanxi.organization.refusals import Refused, StaleEdit
from guanxi.organization.rules.roles import LEADERS

FIELDS = frozenset({*BASE_CONDITIONS, *VIP_CONDITIONS, "tier", "touch_tier"})


class ClassificationRefused(Refused):
    """The card cannot be classified this way."""


@transaction.atomic
def classify(act: Act, customer_id: int, *, version: int, values: Mapping[str, Any]) -> Customer:
    """Set conditions and tiers of a card; base class and VIP supporter follow from them.

    BASE and VIP each need all four of their conditions. That a supervisor has met a supporter is said by a
    supervisor or the manager only. Raises Customer.DoesNotExist, StaleEdit, ClassificationRefused.
    """
    customer = lock_card(act, customer_id)
    if version != customer.version:
        raise StaleEdit(_("Somebody saved this card first."), customer)
    unknown = set(values) - FIELDS
    if unknown:
        raise ClassificationRefused(_("Unknown field: %(name)s") % {"name": ", ".join(sorted(unknown))})
    changes = changed_fields(customer, dict(values))
    if changes.get("vip_met", [None, False])[1] and not (act.by is None or act.by.has_role(*LEADERS)):
        raise ClassificationRefused(
            _("Only a supervisor or the manager can say they met in person."), "vip_met"
        )
    if "tier" in changes and values["tier"] not in {None, 1, 2, 3}:
        raise ClassificationRefused(_("Choose tier 1, 2 or 3."), "tier")
    if "touch_tier" in changes and values["touch_tier"] not in {"", *TOUCH_TIERS}:
        raise ClassificationRefused(
            _("Choose one of %(codes)s.") % {"codes": ", ".join(TOUCH_TIERS)}, "touch_tier"
        )
    if not changes:
        return customer
    for name in changes:
        setattr(customer, name, values[name])
    derived: dict[str, Any] = {}
    if any(name in BASE_CONDITIONS for name in changes):
        derived["base_class"] = base_class_after(customer)
    if any(name in VIP_CONDITIONS for name in changes):
        derived["is_vip_supporter"] = all(getattr(customer, name) for name in VIP_CONDITIONS)
    changes |= changed_fields(customer, derived)
    for name, value in derived.items():
        setattr(customer, name, value)
    customer.version += 1
    customer.save(update_fields=[*changes, "version"])
    leave_trace([act.entry("card_classified", customer, customer=customer.pk, changes=changes)])
    return customer
