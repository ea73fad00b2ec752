"""The kinds of sheets as people meet them: their words, who may use which column, and how a row looks on the page. What
a kind writes stands in ``operations/kinds.py``."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.catalogue.rules import SEE_MARGINS
from guanxi.imports.models import ImportBatch, ImportRow
from guanxi.imports.queries.words import CUSTOMER_WORDS, DEAL_WORDS, WARNINGS
from guanxi.imports.rules.columns import is_owner_sheet
from guanxi.imports.rules.deal_rows import DealRules, read_deal
from guanxi.imports.rules.fields import LEADERS_ONLY
from guanxi.imports.rules.rows import read_row
from guanxi.imports.rules.values import Codes, SheetRules
from guanxi.lib.phones import PhoneNumber, mask_phone
from guanxi.organization.rules.roles import LEADERS, Role


@dataclass(frozen=True)
class Example:
    """One of the first rows of an outcome, numbers masked."""

    row_no: int
    name: str
    phone: str
    level: str
    model: str
    warnings: list[Any]
    customer_id: int | None


@dataclass(frozen=True)
class DealExample:
    """One of the first sales or returns of an outcome; ``amount`` in yuan."""

    row_no: int
    name: str
    on: date
    product: str
    quantity: int
    amount: Decimal
    warnings: list[Any]
    customer_id: int | None


@dataclass(frozen=True)
class KindShown:
    """``needs`` asks for the columns without which nothing is imported; ``words`` names the fields; ``reserved`` are
    fields only some roles may use; ``gives_cards``: somebody gets what is imported."""

    label: Any
    needs: Any
    words: Mapping[str, Any]
    reserved: Mapping[str, Collection[Role]]
    gives_cards: bool
    examples: Callable[[ImportBatch], Callable[[ImportRow], Example | DealExample]]


def _customers_of(batch: ImportBatch) -> Callable[[ImportRow], Example]:
    codes, today = Codes.of(batch.store.playbook), batch.store.local_date(batch.created_at)
    mapping = batch.columns
    rules = SheetRules(tuple(batch.headers), mapping, is_owner_sheet(mapping), codes, {}, today)

    def example(row: ImportRow) -> Example:
        read = read_row(row.row_no, row.cells, rules)
        model = read.intent.get("product") or read.owned.get("model", "")
        return Example(
            row.row_no,
            read.name,
            _masked(read.numbers),
            read.level or "",
            model,
            _notes(row),
            row.customer_id,
        )

    return example


def _deals_of(batch: ImportBatch) -> Callable[[ImportRow], DealExample]:
    rules = DealRules(tuple(batch.headers), batch.columns, batch.store.local_date(batch.created_at))

    def example(row: ImportRow) -> DealExample:
        deal = read_deal(row.row_no, row.cells, rules)
        name = deal.name or deal.customer_no or _masked(deal.numbers)
        return DealExample(
            row.row_no, name, deal.on, deal.product, deal.quantity, deal.amount, _notes(row), row.customer_id
        )

    return example


def _masked(numbers: list[PhoneNumber]) -> str:
    return mask_phone(numbers[0].normalized) if numbers else ""


def _notes(row: ImportRow) -> list[Any]:
    return [WARNINGS.get(code, code) for code, _column in row.warnings]


KINDS = {
    "customers": KindShown(
        _("Customers"),
        _("Say which column holds the name and which the phone."),
        CUSTOMER_WORDS,
        dict.fromkeys(LEADERS_ONLY, LEADERS),
        gives_cards=True,
        examples=_customers_of,
    ),
    # Whose a sale was is a leader's to say; a margin is a secret of the business.
    "deals": KindShown(
        _("Deals"),
        _("Say which columns hold the customer (number, phone or name), the date and the amount."),
        DEAL_WORDS,
        {"seller": LEADERS, "margin": SEE_MARGINS},
        gives_cards=False,
        examples=_deals_of,
    ),
}
