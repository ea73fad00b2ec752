"""Sales: rows read and planned, written into the ledger, and written back."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from guanxi.catalogue.models import Product
from guanxi.customers.queries.cards import changeable
from guanxi.deals.models import Deal
from guanxi.deals.operations.ledger import Entry, Sold, reverse_rows, write_rows
from guanxi.imports.models import ImportBatch, ImportRow
from guanxi.imports.operations.planning import Layout, Row
from guanxi.imports.operations.products import named_products
from guanxi.imports.queries.books import product_keys, sellers
from guanxi.imports.queries.deal_books import book_of, source_of
from guanxi.imports.queries.rights import allowed
from guanxi.imports.rules.deal_plans import DealBook, DealPlan, DealPlanner
from guanxi.imports.rules.deal_rows import DealRules, read_deal
from guanxi.imports.rules.plans import product_key
from guanxi.lib.money import yuan_to_fen
from guanxi.organization.acts import Act
from guanxi.organization.rules.roles import LEADERS


class DealSheet:
    """``summary["sums"]``: year → number of rows and fen they add up to, of the rows that go into the ledger."""

    def __init__(self, act: Act, layout: Layout) -> None:
        self.act = act
        mapping = allowed(act.by, layout.mapping, layout.kind)
        self.rules = DealRules(layout.headers, mapping, act.on)
        headers = {
            name: self.rules.header(name) for name in ("customer_no", "phone", "name", "number", "seller")
        }
        self.planner = DealPlanner(DealBook(), product_keys(act), sellers(act), headers)
        self.summary: dict[str, Any] = {"sums": {}}

    def plan(
        self, rows: Iterable[Row], *, batch: ImportBatch | None = None, lock: bool = False
    ) -> list[DealPlan]:
        """Plan the next rows; the planner learns of the cards and the ledger they meet."""
        read = [read_deal(row_no, cells, self.rules) for row_no, cells in rows]
        self.planner.book.learn(book_of(self.act, read, batch=batch, lock=lock))
        plans = [self.planner.plan(row) for row in read]
        for row in (plan.row for plan in plans if plan.outcome == "CREATED"):
            count, fen = self.summary["sums"].get(str(row.on.year), (0, 0))
            self.summary["sums"][str(row.on.year)] = [count + 1, fen + yuan_to_fen(row.amount)]
        return plans

    def note(self, plans: Sequence[DealPlan]) -> None:
        """Nothing of others is told: their customers are as unknown as nobody's."""


def write_sales(
    act: Act, batch: ImportBatch, rows: Sequence[ImportRow], plans: Sequence[DealPlan]
) -> list[int]:
    """Write the planned rows into the ledger; returns the keys of the products they brought.

    A sheet that does not say who sold leaves that open, unless it is a consultant's own.
    """
    created = [(row, plan) for row, plan in zip(rows, plans, strict=True) if plan.outcome == "CREATED"]
    products, new = named_products(act, [plan.row.product for _row, plan in created if plan.row.product])
    people = sellers(act)
    otherwise = None if act.by is None or act.by.has_role(*LEADERS) else act.by
    entries = []
    for row, plan in created:
        assert plan.customer is not None
        seller = people.get(plan.row.seller, otherwise)
        entries.append(
            Entry(
                plan.customer, plan.row.on, _sold(plan, products), seller.pk if seller else None,
                source_of(batch, row.row_no), plan.row.number,
            )
        )  # fmt: skip
    for row, plan in zip(rows, plans, strict=True):
        row.customer_id, row.before, row.made = plan.customer, {}, {}
    for (row, _plan), deal in zip(created, write_rows(act, entries), strict=True):
        row.made = {"deal": deal.pk}
    return [product.pk for product in new]


def take_back_sales(act: Act, batch: ImportBatch, rows: Sequence[ImportRow]) -> list[ImportRow]:
    """Write the rows back on their own days. Returns those somebody corrected, took back or recorded a return of
    since, and those whose cards the act may not change: they stay as they are."""
    made = {row.made["deal"]: row for row in rows if "deal" in row.made}
    mine = changeable(act).filter(store=act.store)
    deals = Deal.objects.in_force().filter(pk__in=made, customer__in=mine).order_by("pk")
    locked = list(deals.select_for_update(of=("self",)))
    returned = set(
        Deal.objects.in_force()
        .filter(returns__in=[deal.pk for deal in locked])
        .values_list("returns", flat=True)
    )
    free = [deal for deal in locked if deal.pk not in returned]
    reverse_rows(act, free, reason=_("Import %(number)s was taken back") % {"number": batch.pk})
    untouched = {deal.pk for deal in free}
    return [row for pk, row in made.items() if pk not in untouched]


def _sold(plan: DealPlan, products: dict[str, Product]) -> Sold:
    product = products[product_key(plan.row.product)] if plan.row.product else None
    return Sold(product, plan.row.quantity, plan.row.amount, plan.row.margin)
