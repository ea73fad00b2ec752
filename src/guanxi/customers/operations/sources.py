"""Where a customer came from decides credit (R-SRC-01)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.customers.models import Customer
from guanxi.customers.queries.cards import lock_card
from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.refusals import Refused, StaleEdit
from guanxi.organization.rules.roles import Role


class SourceRefused(Refused):
    """The source stays as it is."""


@transaction.atomic
def change_source(
    act: Act, customer_id: int, *, version: int, code: str, detail: str, reason: str
) -> Customer:
    """R-SRC-01: the source decides credit, so only a manager changes it, with a reason.

    Raises Customer.DoesNotExist for anybody else, StaleEdit, SourceRefused.
    """
    if act.by is not None and not act.by.has_role(Role.MANAGER):
        raise Customer.DoesNotExist
    customer = lock_card(act, customer_id)
    if customer.version != version:
        raise StaleEdit(_("Somebody saved this card first."), customer)
    if code not in act.store.playbook.labels("sources"):
        raise SourceRefused(_("Choose a source."), "code")
    if not reason.strip():
        raise SourceRefused(_("Say why the source changes."), "reason")
    changes = {"source_code": [customer.source_code, code], "source_detail": [customer.source_detail, detail]}
    customer.source_code, customer.source_detail = code, detail
    customer.version += 1
    customer.save(update_fields=["source_code", "source_detail", "version"])
    leave_trace([act.entry("source_changed", customer, customer=customer.pk, changes=changes, reason=reason)])
    return customer
