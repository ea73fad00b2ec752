"""One row of a sheet of sales read into a sale or a return, or into the one reason why it cannot be used."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from guanxi.deals.rules import EARLIEST, MOST_PIECES, MOST_YUAN
from guanxi.imports.rules.rows import BAD_PHONE, RowWarning
from guanxi.imports.rules.values import PlacedColumns
from guanxi.lib.phones import PhoneNumber, PhoneRefused, parse_phones
from guanxi.lib.spreadsheets.amounts import AmountRefused, cell_amount, cell_number
from guanxi.lib.spreadsheets.cells import Cell, DateRefused, cell_date, cell_text

SHOWN_LEVEL = re.compile(r"^[A-Z][0-9]?-")
LONGEST_PRODUCT, LONGEST_NUMBER = 60, 30


@dataclass(frozen=True)
class DealRules(PlacedColumns):
    """The columns, and the day after which nothing was sold yet."""

    today: date


@dataclass
class DealRow:
    """``quantity``, ``amount`` and ``margin`` are of one sign with what happened: below zero it came back. ``reason``
    is set when the row fails, with the header of its cell."""

    row_no: int
    customer_no: str = ""
    numbers: list[PhoneNumber] = field(default_factory=list)
    name: str = ""
    on: date = EARLIEST
    product: str = ""
    quantity: int = 1
    amount: Decimal = Decimal(0)
    margin: Decimal | None = None
    number: str = ""
    seller: str = ""
    warnings: list[RowWarning] = field(default_factory=list)
    reason: str = ""
    column: str = ""

    @property
    def is_return(self) -> bool:
        return self.quantity < 0


class _Failed(Exception):
    def __init__(self, reason: str, field_name: str) -> None:
        self.reason, self.field_name = reason, field_name


def read_deal(row_no: int, cells: Sequence[Cell], rules: DealRules) -> DealRow:
    """What the row says. One reason when it fails: no_customer, bad_phone, no_deal_date, bad_deal_date, bad_quantity,
    many_pieces, no_amount, bad_amount, large_amount, long_number, in this order; a margin that cannot be read is left
    out with a warning."""
    row = DealRow(row_no)
    given = {name: cells[column] for name, column in rules.columns.items() if column < len(cells)}
    try:
        _read_customer(row, given)
        _read_day(row, given, rules)
        _read_figures(row, given, rules)
        row.number = cell_text(given.get("number"))
        if len(row.number) > LONGEST_NUMBER:
            raise _Failed("long_number", "number")
    except _Failed as failed:
        row.reason, row.column = failed.reason, rules.header(failed.field_name)
        return row
    row.seller = cell_text(given.get("seller"))
    row.product = " ".join(cell_text(given.get("product")).split())
    if len(row.product) > LONGEST_PRODUCT:
        row.product = row.product[:LONGEST_PRODUCT]
        row.warnings.append(RowWarning("too_long", rules.header("product")))
    return row


def _read_customer(row: DealRow, given: Mapping[str, Cell]) -> None:
    # The card shows its level before the number.
    row.customer_no = SHOWN_LEVEL.sub("", cell_text(given.get("customer_no")).upper())
    row.name = " ".join(cell_text(given.get("name")).split())
    try:
        row.numbers = parse_phones(given.get("phone"))
    except PhoneRefused as refused:
        if refused.reason == "bad" and not row.customer_no:
            raise _Failed(BAD_PHONE, "phone") from None
    if not (row.customer_no or row.numbers or row.name):
        raise _Failed(
            "no_customer", next((name for name in ("customer_no", "phone", "name") if name in given), "")
        )


def _read_day(row: DealRow, given: Mapping[str, Cell], rules: DealRules) -> None:
    try:
        day = cell_date(given.get("on"))
    except DateRefused:
        raise _Failed("bad_deal_date", "on") from None
    if day is None:
        raise _Failed("no_deal_date", "on")
    if not EARLIEST <= day <= rules.today:
        raise _Failed("bad_deal_date", "on")
    row.on = day


def _read_figures(row: DealRow, given: Mapping[str, Cell], rules: DealRules) -> None:
    """A quantity or an amount below zero is a return. A margin goes with the amount it stands beside: both are
    turned round, or neither."""
    try:
        quantity = cell_number(given.get("quantity"))
    except AmountRefused:
        raise _Failed("bad_quantity", "quantity") from None
    if quantity == 0:
        raise _Failed("bad_quantity", "quantity")
    if quantity is not None and abs(quantity) > MOST_PIECES:
        raise _Failed("many_pieces", "quantity")
    try:
        amount = cell_amount(given.get("amount"))
    except AmountRefused:
        raise _Failed("bad_amount", "amount") from None
    if not amount:
        raise _Failed("no_amount" if amount is None else "bad_amount", "amount")
    if abs(amount) > MOST_YUAN:
        raise _Failed("large_amount", "amount")
    try:
        margin = cell_amount(given.get("margin"))
    except AmountRefused:
        margin = None
        row.warnings.append(RowWarning("bad_margin", rules.header("margin")))
    if margin is not None and abs(margin) > MOST_YUAN:
        margin = None
        row.warnings.append(RowWarning("bad_margin", rules.header("margin")))
    quantity = 1 if quantity is None else quantity
    is_return = quantity < 0 or amount < 0
    turned = -1 if is_return and amount > 0 else 1
    row.quantity = -abs(quantity) if is_return else quantity
    row.amount, row.margin = turned * amount, None if margin is None else turned * margin
    if is_return and row.margin is not None and row.margin > 0:
        row.warnings.append(RowWarning("margin_gained", rules.header("margin")))
