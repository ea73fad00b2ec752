"""What becomes of a row of sales: a new row of the ledger, nothing, or a failure. Pure; the dry run and the run
share it, so what was promised is what happens."""

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from guanxi.imports.rules.deal_rows import DealRow
from guanxi.imports.rules.plans import Outcome, product_key
from guanxi.imports.rules.rows import RowWarning
from guanxi.lib.names import normalize_text

# Customer, day, product, amount and order number: two rows alike in these are one sale.
Same = tuple[int, date, str, Decimal | None, str]
# Customer, product, quantity and amount of a return.
Returned = tuple[int, str, int, Decimal | None]
# A page and a sheet may put one return on different days, this far apart.
APART = timedelta(days=31)


@dataclass
class DealBook:
    """What the plan needs to know of cards the importer may change, and of the ledger as the importer sees it. ``seen``
    are the sales and returns that stand there or did before they were corrected; ``sold`` whose order numbers they
    are, whatever wrote them; ``numbers`` whose those of this file are; ``lines`` the rows of this file under one;
    ``returns`` the days on which something came back, as the pages recorded it."""

    by_no: dict[str, int] = field(default_factory=dict)
    by_phone: dict[str, int] = field(default_factory=dict)
    by_name: dict[str, set[int]] = field(default_factory=dict)
    names: dict[int, set[str]] = field(default_factory=dict)
    seen: set[Same] = field(default_factory=set)
    sold: dict[str, set[int]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    lines: set[Same] = field(default_factory=set)
    returns: dict[Returned, list[tuple[date, str]]] = field(default_factory=dict)

    def learn(self, other: "DealBook") -> None:
        """Take in what another chunk of rows meets, and keep what was planned."""
        self.by_no |= other.by_no
        self.by_phone |= other.by_phone
        self.by_name |= other.by_name
        self.names |= other.names
        self.seen |= other.seen
        self.sold |= other.sold
        self.numbers = other.numbers | self.numbers
        self.lines |= other.lines
        self.returns |= other.returns


@dataclass
class DealPlan:
    row: DealRow
    outcome: Outcome
    customer: int | None = None


@dataclass
class DealPlanner:
    """``book`` grows with every row planned; ``products`` the catalogue's names, folded."""

    book: DealBook
    products: set[str]
    sellers: Container[str]
    headers: dict[str, str]

    def plan(self, row: DealRow) -> DealPlan:
        """Decide about one row and remember its effect for the rows below it."""
        if row.reason:
            return DealPlan(row, "FAILED")
        customer = self._customer(row)
        if customer is None:
            return DealPlan(row, "FAILED")
        if known := self._known(row, customer):
            row.warnings.append(known)
            return DealPlan(row, "SKIPPED", customer)
        if row.number and not row.is_return and self._is_of_another(row.number, customer):
            row.reason, row.column = "number_taken", self.headers["number"]
            return DealPlan(row, "FAILED")
        self._remember(row, customer)
        if row.seller and row.seller not in self.sellers:
            row.warnings.append(RowWarning("unknown_seller", self.headers["seller"]))
        if row.product and product_key(row.product) not in self.products:
            row.warnings.append(RowWarning("new_product"))
            self.products.add(product_key(row.product))
        if row.is_return:
            row.warnings.append(RowWarning("came_back"))
        return DealPlan(row, "CREATED", customer)

    def _known(self, row: DealRow, customer: int) -> RowWarning | None:
        """Why the ledger holds the row already. A sale with an order number is known by that alone."""
        if row.number and not row.is_return:
            sold = customer in self.book.sold.get(row.number, ())
            return RowWarning("sold_already", self.headers["number"]) if sold else None
        if _same(row, customer) in self.book.seen:
            return RowWarning("sold_twice")
        recorded = self.book.returns.get((customer, product_key(row.product), row.quantity, row.amount), ())
        if row.is_return and any(
            abs(day - row.on) <= APART and number in ("", row.number or number) for day, number in recorded
        ):
            return RowWarning("came_back_already")
        return None

    def _is_of_another(self, number: str, customer: int) -> bool:
        return bool(self.book.sold.get(number)) or self.book.numbers.setdefault(number, customer) != customer

    def _remember(self, row: DealRow, customer: int) -> None:
        """Without an order number a second row of the kind is the same sale; under one it is another line of it."""
        same = _same(row, customer)
        if not row.number:
            self.book.seen.add(same)
        elif same in self.book.lines:
            row.warnings.append(RowWarning("line_twice"))
        else:
            self.book.lines.add(same)

    def _customer(self, row: DealRow) -> int | None:
        """By customer number, else by phone, else by the exact name when one card alone bears it. What belongs to
        others is as unknown as what nobody has."""
        if row.customer_no:
            column, found = "customer_no", {self.book.by_no.get(row.customer_no)}
        elif row.numbers:
            column, found = "phone", {self.book.by_phone.get(number.normalized) for number in row.numbers}
        else:
            column, found = "name", set(self.book.by_name.get(row.name, ()))
        cards = found - {None}
        if len(cards) != 1:
            row.reason, row.column = "two_customers" if cards else "unknown_customer", self.headers[column]
            return None
        card = cards.pop()
        assert card is not None
        if row.name and column != "name" and normalize_text(row.name) not in self.book.names.get(card, ()):
            row.warnings.append(RowWarning("other_name", self.headers["name"]))
        return card


def _same(row: DealRow, customer: int) -> Same:
    return customer, row.on, product_key(row.product), row.amount, row.number
