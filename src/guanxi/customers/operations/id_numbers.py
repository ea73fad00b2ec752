"""The identity number: kept encrypted, shown by its mask (R-PRM-05)."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.customers.models import Customer
from guanxi.customers.queries.cards import lock_card
from guanxi.customers.rules.identity import is_id_number, mask_id_number
from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.refusals import Refused


class IdNumberRefused(Refused):
    """The identity number is none, or cannot be read."""


@transaction.atomic
def set_id_number(act: Act, customer_id: int, number: str) -> Customer:
    """Keep an identity number encrypted; "" forgets it. Pages show its mask; ``reveal_account`` tells it (R-PRM-05).

    Raises IdNumberRefused unless it is a valid number of GB 11643.
    """
    customer = lock_card(act, customer_id)
    number = number.strip().upper()
    if number and not is_id_number(number):
        raise IdNumberRefused(_("This is no identity number: 18 characters with a valid last one."), "id_no")
    before, customer.id_no_masked = customer.id_no_masked, mask_id_number(number) if number else ""
    customer.id_no_cipher = _cipher().encrypt(number.encode()) if number else None
    customer.version += 1
    customer.save(update_fields=["id_no_masked", "id_no_cipher", "version"])
    changes = {"id_no": [before, customer.id_no_masked]}
    leave_trace([act.entry("id_number_set", customer, customer=customer.pk, changes=changes)])
    return customer


def read_id_number(customer: Customer) -> str:
    """The number in full, "" when none is kept; whoever asks logs it. Raises IdNumberRefused when the key of the
    installation is no longer the one it was kept with."""
    if not customer.id_no_cipher:
        return ""
    try:
        return _cipher().decrypt(bytes(customer.id_no_cipher)).decode()
    except InvalidToken as error:
        raise IdNumberRefused(
            _("The ID number was kept with another secret key and cannot be read. Enter it again."), "id_no"
        ) from error


def _cipher() -> Fernet:
    key = hashlib.sha256(f"id numbers {settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
