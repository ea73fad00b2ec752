"""The kinds of sheets: each plans, writes and takes back its own rows; everything else is the same for all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from guanxi.imports.models import ImportBatch, ImportRow
from guanxi.imports.operations.customer_sheets import CustomerSheet
from guanxi.imports.operations.customer_undo import take_back_customers
from guanxi.imports.operations.customer_writing import write_customers
from guanxi.imports.operations.deal_sheets import DealSheet, take_back_sales, write_sales
from guanxi.imports.operations.planning import Layout, Sheet
from guanxi.organization.acts import Act

Rows = Sequence[ImportRow]


@dataclass(frozen=True)
class Kind:
    """``write`` carries out plans, notes on their rows what an undo needs, and returns the keys of new products;
    ``take_back`` undoes rows and returns those that stay because somebody worked on them since."""

    open_sheet: Callable[[Act, Layout], Sheet]
    write: Callable[[Act, ImportBatch, Rows, Sequence[Any]], list[int]]
    take_back: Callable[[Act, ImportBatch, Rows], list[ImportRow]]


KINDS = {
    "customers": Kind(CustomerSheet, write_customers, take_back_customers),
    "deals": Kind(DealSheet, write_sales, take_back_sales),
}


def open_sheet(act: Act, layout: Layout) -> Sheet:
    return KINDS[layout.kind].open_sheet(act, layout)


def write_plans(act: Act, batch: ImportBatch, rows: Rows, plans: Sequence[Any]) -> list[int]:
    return KINDS[batch.kind].write(act, batch, rows, plans)


def take_back(act: Act, batch: ImportBatch, rows: Rows) -> list[ImportRow]:
    return KINDS[batch.kind].take_back(act, batch, rows)
