"""One row of a sheet read into what it says about a customer, or into the one reason why it cannot be used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from guanxi.imports.rules.fields import FIELDS
from guanxi.imports.rules.values import SheetRules, folded, gender_of, level_of
from guanxi.lib.phones import PhoneNumber, PhoneRefused, parse_phones
from guanxi.lib.spreadsheets.cells import Cell, DateRefused, cell_date, cell_text

NO_NAME, NO_PHONE, BAD_PHONE, BAD_LEVEL, BAD_DATE = (
    "no_name",
    "no_phone",
    "bad_phone",
    "bad_level",
    "bad_date",
)


@dataclass(frozen=True)
class RowWarning:
    """Something the person should know; the row is taken all the same."""

    code: str
    column: str = ""


@dataclass
class ReadRow:
    """``level`` is None for a blank cell; ``reason`` is set when the row fails, with the header of its cell."""

    row_no: int
    name: str = ""
    numbers: list[PhoneNumber] = field(default_factory=list)
    customer: dict[str, Any] = field(default_factory=dict)
    intent: dict[str, Any] = field(default_factory=dict)
    owned: dict[str, Any] = field(default_factory=dict)
    level: str | None = None
    last_contact_on: date | None = None
    consultant: str = ""
    warnings: list[RowWarning] = field(default_factory=list)
    reason: str = ""
    column: str = ""


class _Failed(Exception):
    def __init__(self, reason: str, field_name: str) -> None:
        self.reason, self.field_name = reason, field_name


def read_row(row_no: int, cells: Sequence[Cell], rules: SheetRules) -> ReadRow:
    """What the row says. One reason when it fails: no_name, no_phone, bad_phone, bad_level, bad_date, in this
    order; anything else that cannot be read is left out with a warning."""
    row = ReadRow(row_no)
    given = {name: cells[column] for name, column in rules.columns.items() if column < len(cells)}
    try:
        _read_name(row, given, rules)
        _read_numbers(row, given, rules)
        _read_level(row, given)
        _read_dates(row, given, rules)
    except _Failed as failed:
        row.reason, row.column = failed.reason, rules.header(failed.field_name)
        return row
    for name, cell in given.items():
        if text := cell_text(cell):
            _read_other(row, name, text, rules)
    _settle_owner(row, rules)
    return row


def _read_name(row: ReadRow, given: Mapping[str, Cell], rules: SheetRules) -> None:
    text = " ".join(cell_text(given.get("name")).split())
    if not text:
        raise _Failed(NO_NAME, "name")
    row.name = _cut(row, "name", text, rules)


def _read_numbers(row: ReadRow, given: Mapping[str, Cell], rules: SheetRules) -> None:
    try:
        row.numbers = parse_phones(given.get("phone"))
    except PhoneRefused as refused:
        if refused.reason == "bad":
            raise _Failed(BAD_PHONE, "phone") from None
    try:
        row.numbers += parse_phones(given.get("phone2"))
    except PhoneRefused as refused:
        if refused.reason == "bad":
            if not row.numbers:
                raise _Failed(NO_PHONE, "phone") from None
            row.warnings.append(RowWarning("bad_second_phone", rules.header("phone2")))
    if not row.numbers:
        raise _Failed(NO_PHONE, "phone")


def _read_level(row: ReadRow, given: Mapping[str, Cell]) -> None:
    text = cell_text(given.get("level"))
    if text:
        row.level = level_of(text)
        if row.level is None:
            raise _Failed(BAD_LEVEL, "level")


def _read_dates(row: ReadRow, given: Mapping[str, Cell], rules: SheetRules) -> None:
    for name, cell in given.items():
        if FIELDS[name].reader != "date":
            continue
        try:
            day = cell_date(cell)
        except DateRefused:
            day, problem = None, "bad_optional_date"
        else:
            problem = "" if day is None else _implausible(name, day, rules)
        if problem and name == "bought_on":
            raise _Failed(BAD_DATE, name)
        if problem:
            row.warnings.append(RowWarning(problem, rules.header(name)))
        elif day is not None:
            _keep(row, name, day)
    bought, delivered = row.owned.get("bought_on"), row.owned.get("delivered_on")
    if bought and delivered and delivered < bought:
        del row.owned["delivered_on"]
        row.warnings.append(RowWarning("bad_optional_date", rules.header("delivered_on")))


def _implausible(name: str, day: date, rules: SheetRules) -> str:
    """Handbook 1.5: no birthday before 1900, nothing past that lies ahead, no close date already gone."""
    if name == "last_contact_on":
        return "future_contact" if day > rules.today else ""
    if name == "expected_close_on":
        return "bad_optional_date" if day < rules.today else ""
    if name == "insurance_expires_on":
        return ""
    return "bad_optional_date" if day > rules.today or day < rules.earliest_birth else ""


def _read_other(row: ReadRow, name: str, text: str, rules: SheetRules) -> None:
    kind = FIELDS[name].reader
    if kind == "text":
        _keep(row, name, _cut(row, name, text, rules), rules)
    elif kind == "consultant":
        row.consultant = text
    elif kind == "gender":
        _keep_known(row, name, gender_of(text), "unknown_gender", rules)
    elif kind == "source":
        _read_source(row, text, rules)
    elif kind == "channel":
        _read_channel(row, text, rules)
    elif kind == "code":
        _keep_known(row, name, rules.codes.lists[name].get(folded(text)), f"unknown_{name}", rules)


def _read_source(row: ReadRow, text: str, rules: SheetRules) -> None:
    """R-SRC-02: an unknown source is X and flagged; the words are kept as the detail."""
    code = rules.codes.sources.get(folded(text))
    if code is None:
        row.warnings.append(RowWarning("unknown_source", rules.header("source_code")))
        row.customer["source_detail"] = _cut(row, "source_detail", text, rules)
        if channel := rules.codes.channels.get(folded(text)):
            row.customer.setdefault("channel", channel)
    row.customer["source_code"] = code or "X"


def _read_channel(row: ReadRow, text: str, rules: SheetRules) -> None:
    """A channel column often tells the source instead: 来店 is no channel of the list but the source S."""
    key = folded(text)
    if channel := rules.codes.channels.get(key):
        row.customer["channel"] = channel
    elif source := rules.codes.sources.get(key):
        row.customer.setdefault("source_code", source)
    else:
        row.warnings.append(RowWarning("unknown_channel", rules.header("channel")))


def _settle_owner(row: ReadRow, rules: SheetRules) -> None:
    """A row of an owner sheet is an owner; without a readable kind, one of our own sale, and said so."""
    if not rules.is_owner_sheet:
        return
    if "owner_kind" not in row.customer:
        row.customer["owner_kind"] = "OWN_SALE"
        row.warnings.append(RowWarning("owner_kind_assumed", rules.header("owner_kind")))
    row.owned["is_ours"] = row.customer["owner_kind"] in {"OWN_SALE", "OTHER_SALE"}


def _keep(row: ReadRow, name: str, value: Any, rules: SheetRules | None = None) -> None:
    if name == "last_contact_on":
        row.last_contact_on = value
    elif name == "colour" and rules and rules.is_owner_sheet:
        row.owned[name] = value
    else:
        blocks = {"customer": row.customer, "intent": row.intent, "owned": row.owned}
        blocks[FIELDS[name].block][name] = value


def _keep_known(row: ReadRow, name: str, code: str | None, warning: str, rules: SheetRules) -> None:
    if code is None:
        row.warnings.append(RowWarning(warning, rules.header(name)))
    else:
        _keep(row, name, code)


def _cut(row: ReadRow, name: str, text: str, rules: SheetRules) -> str:
    length = rules.lengths.get(name)
    if length is None or len(text) <= length:
        return text
    row.warnings.append(RowWarning("too_long", rules.header(name)))
    return text[:length]
