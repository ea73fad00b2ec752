"""An import as its page shows it: what will happen, or what happened, row by row."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from guanxi.catalogue.models import Product
from guanxi.customers.models import Customer
from guanxi.imports.models import ImportBatch, ImportRow
from guanxi.imports.queries.kinds import KINDS, DealExample, Example
from guanxi.imports.queries.words import REASONS, WARNINGS
from guanxi.lib.money import fen_to_yuan
from guanxi.lib.phones import PhoneRefused, mask_phone, parse_phone, parse_phones
from guanxi.lib.spreadsheets.cells import Cell, cell_text
from guanxi.organization.models import User

SHOWN_OF_EACH = 5
SHOWN_FAILURES = 10
SHOWN_TEXT = 40
SAMPLES = 3
OUTCOMES = ("CREATED", "UPDATED", "SKIPPED")
_NUMBER = re.compile(r"\+?[0-9][0-9 ()-]{5,}[0-9]")


@dataclass(frozen=True)
class Failure:
    """A failed row with the cell that is wrong. ``fits``: where several customers fit, their numbers, of those whom the
    reader sees."""

    row_no: int
    column: str
    reason: Any
    value: str
    fits: Sequence[str] = ()


@dataclass(frozen=True)
class Group:
    """An outcome with its label, how many rows have it, and the first of them."""

    outcome: str
    label: Any
    count: int
    examples: Sequence[Example | DealExample]


@dataclass(frozen=True)
class Preview:
    """All a page says about a checked or finished import."""

    counts: dict[str, int]
    groups: Sequence[Group] = ()
    failures: Sequence[Failure] = ()
    reasons: Sequence[tuple[Any, int]] = ()
    warnings: Sequence[tuple[Any, int]] = ()
    ignored: Sequence[str] = ()
    years: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    kept_products: Sequence[str] = ()


@dataclass(frozen=True)
class ColumnSample:
    """A column of the sheet for the mapping page: its header and its first values, numbers masked."""

    index: int
    header: str
    values: Sequence[str] = field(default_factory=tuple)


def get_batch(actor: User, batch_id: int) -> ImportBatch:
    """The import, or ImportBatch.DoesNotExist alike for an absent and a foreign one."""
    rows = ImportBatch.objects.visible_to(actor).select_related("store", "by", "owner", "undone_by")
    return rows.get(pk=batch_id)


def preview_of(batch: ImportBatch, reader: User) -> Preview:
    """What will happen (checked) or happened (later), from the staged rows; ten queries whatever the size."""
    column = "planned" if batch.state == ImportBatch.State.CHECKED else "outcome"
    counts = Counter(batch.import_rows.values_list(column, flat=True).order_by())
    example = KINDS[batch.kind].examples(batch)
    groups = []
    for outcome in OUTCOMES:
        rows = batch.import_rows.filter(**{column: outcome}).order_by("row_no")[:SHOWN_OF_EACH]
        label = ImportRow.Outcome(outcome).label
        groups.append(Group(outcome, label, counts[outcome], [example(row) for row in rows]))
    failed = batch.import_rows.filter(**{column: "FAILED"}).order_by("row_no")[:SHOWN_FAILURES]
    return Preview(
        {"rows": sum(counts.values()), **{name.lower(): counts[name] for name in (*OUTCOMES, "FAILED")}},
        groups,
        _failures(list(failed), batch, reader),
        _reasons(batch),
        _warnings(batch),
        _ignored(batch),
        _years(batch),
        kept_products(batch),
    )


def kept_products(batch: ImportBatch) -> list[str]:
    """The products an import brought that its undo left, because something else names them."""
    if batch.state != ImportBatch.State.UNDONE or not batch.products:
        return []
    return [
        str(name) for name in Product.objects.filter(pk__in=batch.products).values_list("name", flat=True)
    ]


def samples_of(batch: ImportBatch) -> list[ColumnSample]:
    """The columns of the chosen sheet with the first filled values below the header."""
    sheet = next(found for found in batch.sheets if found["name"] == batch.sheet)
    below = sheet["head"][batch.header_row :]
    samples = []
    for index, header in enumerate(batch.headers):
        values = [row[index] for row in below if index < len(row) and row[index]]
        if header or values:
            samples.append(ColumnSample(index, header, [masked(value) for value in values[:SAMPLES]]))
    return samples


def masked(text: str) -> str:
    """The text with everything that looks like a phone number masked, whatever width its digits have."""
    plain = unicodedata.normalize("NFKC", text)
    if not _NUMBER.search(plain):
        return text[:SHOWN_TEXT]
    return _NUMBER.sub(lambda found: _masked_number(found[0]), plain)[:SHOWN_TEXT]


def _masked_number(text: str) -> str:
    try:
        return mask_phone(parse_phone(text).normalized)
    except PhoneRefused:
        digits = re.sub(r"[^0-9]", "", text)
    if len(digits) < 10 or (len(digits) == 8 and digits.startswith(("19", "20"))):
        return text
    return f"{digits[:3]}****{digits[-4:]}"


def _failures(rows: Sequence[ImportRow], batch: ImportBatch, reader: User) -> list[Failure]:
    values = {row.pk: _wrong_cell(row, batch.headers) for row in rows}
    unclear = {values[row.pk] for row in rows if row.reason == "two_customers"}
    fits = _bearing(unclear, batch, reader) if unclear else {}
    return [
        Failure(
            row.row_no, row.column, REASONS.get(row.reason, row.reason), masked(values[row.pk]),
            fits.get(values[row.pk], [])[:SHOWN_OF_EACH] if row.reason == "two_customers" else (),
        )
        for row in rows
    ]  # fmt: skip


def _wrong_cell(row: ImportRow, headers: Sequence[str]) -> str:
    cells: list[Cell] = row.cells
    position = headers.index(row.column) if row.column in headers else -1
    return cell_text(cells[position]) if 0 <= position < len(cells) else ""


def _bearing(texts: Collection[str], batch: ImportBatch, reader: User) -> dict[str, list[str]]:
    """Name or phone numbers in a cell → the customers that fit, by customer number and masked phone; two queries."""
    called = {text: _numbers(text) for text in texts}
    numbers = {number for found in called.values() for number in found}
    wanted = Q(name__in=texts) | Q(org_name__in=texts) | Q(phones__normalized__in=numbers)
    cards = Customer.objects.visible_to(reader).filter(wanted, store=batch.store, merged_into__isnull=True)
    found: dict[str, list[str]] = {}
    for card in cards.distinct().order_by("customer_no").prefetch_related("phones"):
        phones = list(card.phones.all())
        told = " ".join([card.customer_no, *(phone.masked for phone in phones[:1])])
        for text in texts:
            if text in (card.name, card.org_name) or called[text] & {phone.normalized for phone in phones}:
                found.setdefault(text, []).append(told)
    return found


def _numbers(text: str) -> set[str]:
    try:
        return {number.normalized for number in parse_phones(text)}
    except PhoneRefused:
        return set()


def _reasons(batch: ImportBatch) -> list[tuple[Any, int]]:
    """In the order in which a row is judged."""
    counts = Counter(batch.import_rows.exclude(reason="").values_list("reason", flat=True).order_by())
    return [(label, counts[code]) for code, label in REASONS.items() if counts[code]]


def _warnings(batch: ImportBatch) -> list[tuple[Any, int]]:
    rows = batch.import_rows.exclude(warnings=[]).values_list("warnings", flat=True).order_by()
    counts = Counter(code for warnings in rows for code, _column in warnings)
    return [(WARNINGS.get(code, code), count) for code, count in counts.most_common()]


def _years(batch: ImportBatch) -> dict[str, dict[str, Any]]:
    return {
        year: {"rows": rows, "amount": fen_to_yuan(fen)} for year, (rows, fen) in sorted(batch.sums.items())
    }


def _ignored(batch: ImportBatch) -> list[str]:
    used = set(batch.columns)
    return [header for index, header in enumerate(batch.headers) if header and index not in used]
