"""The search as people use it: whole numbers looked up by those who may not reveal are counted and logged."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.customers.queries.search import (
    Hit,
    reads_beyond_reveal,
    search_as_system,
    search_customers,
    whole_phone,
)
from guanxi.lib.phones import mask_phone
from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.models import AuditEntry, User
from guanxi.organization.refusals import BudgetUsedUp
from guanxi.playbooks.loader import load_pack

DAY = timedelta(hours=24)


class LookUpRefused(BudgetUsedUp):
    """The budget of whole numbers is used up: so many guesses that a masked number could be completed."""


def find_customers(act: Act, query: str, limit: int = 20) -> list[Hit]:
    """What ``search_customers`` finds; readers who may not reveal find by a whole number too (promise P8).

    Each such number is logged, found or not, before anything is answered, and counts against
    ``reveal.per_day`` for 24 hours. Raises LookUpRefused when that is used up.
    """
    assert act.by is not None
    number = whole_phone(query) if reads_beyond_reveal(act.by) else ""
    if number:
        _log_look_up(act, number)
    return search_customers(act.by, query, limit, whole_number=bool(number))


@transaction.atomic
def find_customers_as_system(act: Act, query: str, limit: int = 20) -> list[Hit]:
    """What ``query`` finds in the store of the act, or without one in all stores; each search is logged.

    For whoever holds the machine, who could read the database anyway.
    """
    assert act.by is None
    store = act.given_store
    hits = search_as_system(query, limit, store_id=store.pk if store else None)
    asked = mask_phone(number) if (number := whole_phone(query)) else query[:80]
    leave_trace([act.entry("searched", store, changes={"query": [None, asked], "found": [None, len(hits)]})])
    return hits


@transaction.atomic
def _log_look_up(act: Act, number: str) -> None:
    assert act.by is not None
    # The actor's row is locked so that two look-ups at once cannot both take the last of the budget.
    User.objects.select_for_update().get(pk=act.by.pk)
    store = act.given_store or act.by.store
    budget = (store.playbook if store else load_pack("auto")).settings.reveal_per_day
    made = AuditEntry.objects.filter(actor=act.by, action="number_looked_up", at__gt=act.at - DAY)
    if made.count() >= budget:
        raise LookUpRefused(
            _("You have looked up %(count)s whole numbers within a day, which is the limit. Search by name.")
            % {"count": budget},
            "q",
        )
    leave_trace([act.entry("number_looked_up", act.by, changes={"number": [None, mask_phone(number)]})])
