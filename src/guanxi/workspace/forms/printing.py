"""Printing a form: who may, with which numbers, and the trace it leaves (Annex F, R-PRM-04, R-PRM-05)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.customers.models import Customer
from guanxi.customers.operations.numbers import reveal_account, reveal_number
from guanxi.customers.rules.masks import mask_account
from guanxi.lib.phones import mask_phone
from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.refusals import Refused
from guanxi.paper.comma_separated import render_csv
from guanxi.paper.pdf import render_pdf
from guanxi.paper.sheets import Document
from guanxi.paper.workbooks import render_xlsx
from guanxi.workspace.forms.cards import Print
from guanxi.workspace.forms.past import card_on
from guanxi.workspace.forms.registry import BY_CODE
from guanxi.workspace.forms.wording import Wording

NUMBERS_ON_A_FORM = 2


class PrintRefused(Refused):
    """The form cannot be printed as asked."""


@dataclass(frozen=True)
class Format:
    """``is_export``: leaves the house as a file of cells, which 21.1 gives to some roles only."""

    content_type: str
    render: Callable[[Document], bytes]
    is_export: bool


FORMATS = {
    "pdf": Format("application/pdf", render_pdf, False),
    "xlsx": Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", render_xlsx, True),
    "csv": Format("text/csv; charset=utf-8", render_csv, True),
}


@transaction.atomic
def print_card(
    act: Act, customer: Customer, code: str, extension: str, *, on: date | None = None, full: bool = False,
    language: str = "zh-hans",
) -> bytes:  # fmt: skip
    """The form as a file; ``on`` re-creates it for a past day, ``full`` reveals the numbers of a PDF.

    ``customer`` comes from ``get_customer``. Each full number counts as a reveal. Raises Customer.DoesNotExist
    when the form, the format or the reveal is not the actor's to have, PrintRefused for a day on which there
    was no card, RevealRefused when the day's budget is used up.
    """
    form, output = BY_CODE.get(code), FORMATS.get(extension)
    if form is None or output is None or not form.fits(customer):
        raise Customer.DoesNotExist
    if act.by is not None and not (form.offered_to(act.by) and (act.by.may_export or not output.is_export)):
        raise Customer.DoesNotExist
    today = act.on
    day = on or today
    if day > today:
        raise PrintRefused(_("A form cannot be printed for a day to come."), "on")
    if day < customer.store.local_date(customer.card_created_at or customer.created_at):
        raise PrintRefused(_("There was no card yet on that day."), "on")
    full = full and not output.is_export
    wanted = Print(
        card_on(customer, day),
        act.by,
        today,
        _numbers(act, customer, full),
        _wechat(act, customer, full and form.shows_wechat),
        full,
        Wording(language, customer.store),
    )
    document = form.build(wanted)
    leave_trace([
        act.entry(
            "form_printed", customer, customer=customer.pk,
            changes={"form": [None, code], "format": [None, extension], "on": [None, str(day)], "full": [None, full]},
        )
    ])  # fmt: skip
    return output.render(document)


def _wechat(act: Act, customer: Customer, full: bool) -> str:
    if not full or not customer.wechat:
        return mask_account(customer.wechat)
    return reveal_account(act, customer.pk, "wechat")


def _numbers(act: Act, customer: Customer, full: bool) -> list[str]:
    phones = list(customer.phones.all()[:NUMBERS_ON_A_FORM])
    if not full:
        return [mask_phone(phone.normalized) for phone in phones]
    return [reveal_number(act, customer.pk, phone.pk).normalized for phone in phones]
