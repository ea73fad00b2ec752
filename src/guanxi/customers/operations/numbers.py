"""Showing a full number: one card, one number, logged before the digits leave (R-PRM-05, promise P8)."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.customers.models import Customer, Phone
from guanxi.customers.operations.id_numbers import read_id_number
from guanxi.customers.rules.masks import ACCOUNTS, ID_NUMBER
from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.models import AuditEntry, User
from guanxi.organization.refusals import BudgetUsedUp


class RevealRefused(BudgetUsedUp):
    """The day's budget of full numbers is used up."""


@transaction.atomic
def reveal_number(act: Act, customer_id: int, phone_id: int | None = None, *, to_call: bool = False) -> Phone:
    """The card's number in full; the primary one without ``phone_id``.

    Calling one's own customer is logged and not counted; every other reveal counts against
    ``reveal.per_day``. The system, which is whoever holds the machine, has no budget; its reveals are logged.
    Raises Customer.DoesNotExist or Phone.DoesNotExist unless the actor may reveal, RevealRefused when the
    budget is used up.
    """
    customer = _revealable(act, customer_id)
    phones = customer.phones.all()
    phone = phones.filter(pk=phone_id).first() if phone_id else phones.first()
    if phone is None:
        raise Phone.DoesNotExist
    free = act.by is not None and to_call and customer.owner_id == act.by.pk
    if not free:
        spend_reveal(act)
    leave_trace([act.entry("number_called" if free else "number_revealed", phone, customer=customer.pk)])
    return phone


@transaction.atomic
def reveal_account(act: Act, customer_id: int, name: str) -> str:
    """WeChat name, e-mail address or identity number (``id_no``) of the card in full, within the same budget and
    trail as a phone number.

    Raises Customer.DoesNotExist unless the actor may reveal and there is one, RevealRefused, IdNumberRefused.
    """
    customer = _revealable(act, customer_id)
    if name == ID_NUMBER:
        held = read_id_number(customer)
    else:
        held = getattr(customer, name) if name in ACCOUNTS else ""
    if not held:
        raise Customer.DoesNotExist
    spend_reveal(act)
    changes = {"field": [None, name]}
    leave_trace([act.entry("number_revealed", customer, customer=customer.pk, changes=changes)])
    return held


def _revealable(act: Act, customer_id: int) -> Customer:
    if act.by is None:
        return Customer.objects.get(pk=customer_id, store=act.store)
    # The actor's row is locked so that two reveals at once cannot both take the last of the budget.
    User.objects.select_for_update().get(pk=act.by.pk)
    return Customer.objects.revealable_by(act.by).get(pk=customer_id)


def spend_reveal(act: Act) -> None:
    """Take one full number from the actor's budget of the day. Raises RevealRefused when it is used up."""
    if act.by is None:
        return
    budget = act.store.playbook.settings.reveal_per_day
    used = AuditEntry.objects.filter(actor=act.by, action="number_revealed", at__gte=start_of_day(act))
    if used.count() >= budget:
        raise RevealRefused(
            _("You have seen %(count)s full numbers today, which is the limit. Tomorrow you can see more.")
            % {"count": budget}
        )


def start_of_day(act: Act) -> datetime:
    """The instant the store's business day began; day budgets count from it."""
    return datetime.combine(act.on, time(), ZoneInfo(act.store.timezone))
