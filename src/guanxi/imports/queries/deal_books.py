"""The cards a chunk of sales is about, and what the ledger says of them, as the planner wants to know."""

from collections.abc import Sequence

from django.db.models import Q

from guanxi.customers.models import Customer, Phone
from guanxi.customers.queries.cards import changeable
from guanxi.deals.models import Order
from guanxi.deals.queries.sales import known_rows
from guanxi.imports.models import ImportBatch
from guanxi.imports.rules.deal_plans import APART, DealBook
from guanxi.imports.rules.deal_rows import DealRow
from guanxi.imports.rules.plans import product_key
from guanxi.lib.names import normalize_text
from guanxi.organization.acts import Act


def source_of(batch: ImportBatch, row_no: int | str) -> str:
    """What the ledger says a row came from; without a row number, how that begins."""
    return f"import {batch.pk} row {row_no}"


def book_of(
    act: Act, rows: Sequence[DealRow], *, batch: ImportBatch | None = None, lock: bool = False
) -> DealBook:
    """What these rows meet. With ``lock`` the cards stay as they are until the transaction ends, and no order with one
    of the numbers is delivered meanwhile; orders before cards, as delivering does."""
    numbers = {row.number for row in rows if row.number}
    if lock and numbers:
        orders = Order.objects.filter(store=act.store, order_no__in=numbers).order_by("pk")
        list(orders.select_for_update().values_list("pk"))
    book = DealBook()
    ids = _find_cards(act, rows, book, lock)
    _read_ledger(act, rows, book, ids, batch)
    return book


def _find_cards(act: Act, rows: Sequence[DealRow], book: DealBook, lock: bool) -> set[int]:
    mine = changeable(act).filter(store=act.store)
    phones = {number.normalized for row in rows for number in row.numbers}
    held = Phone.objects.filter(store=act.store, normalized__in=phones, customer__in=mine)
    book.by_phone = dict(held.values_list("normalized", "customer_id"))
    named = {row.name for row in rows if row.name and not (row.customer_no or row.numbers)}
    wanted = Q(customer_no__in={row.customer_no for row in rows if row.customer_no})
    wanted |= Q(pk__in=set(book.by_phone.values())) | Q(name__in=named) | Q(org_name__in=named)
    cards = mine.filter(wanted).order_by("pk").only("pk", "customer_no", "name", "org_name")
    found: list[Customer] = list(cards.select_for_update(of=("self",)) if lock else cards)
    # Read anew under the lock: a card merged or given away in between is not there any more.
    kept = {card.pk for card in found}
    book.by_phone = {number: pk for number, pk in book.by_phone.items() if pk in kept}
    for card in found:
        book.by_no[card.customer_no] = card.pk
        book.names[card.pk] = {normalize_text(name) for name in (card.name, card.org_name) if name}
        for name in named & {card.name, card.org_name}:
            book.by_name.setdefault(name, set()).add(card.pk)
    return kept


def _read_ledger(
    act: Act, rows: Sequence[DealRow], book: DealBook, ids: set[int], batch: ImportBatch | None
) -> None:
    days = [row.on for row in rows if not row.reason]
    if not days:
        return
    own = source_of(batch, "") if batch else None
    first, last = min(days), max(days)
    written = known_rows().filter(customer__in=ids, on__range=(first - APART, last + APART))
    facts = ("customer_id", "on", "product__name", "amount", "number", "quantity", "returns", "source")
    for customer, on, product, amount, number, quantity, returns, source in written.values_list(*facts):
        key = product_key(product or "")
        # Of this import's own rows under an order number another one alike is another line.
        is_line = own is not None and source.startswith(own) and bool(number)
        (book.lines if is_line else book.seen).add((customer, on, key, amount, number))
        if returns is not None:
            book.returns.setdefault((customer, key, quantity, amount), []).append((on, number))
    numbers = {row.number for row in rows if row.number}
    sold = known_rows().filter(store=act.store, number__in=numbers, returns__isnull=True, quantity__gt=0)
    if act.by is not None:
        # What customers of others bought under a number is told to nobody.
        sold = sold.visible_to(act.by)
    for number, customer, source in sold.values_list("number", "customer_id", "source"):
        if own and source.startswith(own):
            book.numbers[number] = customer
        else:
            book.sold.setdefault(number, set()).add(customer)
