"""What every question of ``guanxi insight`` is asked with, and what it answers."""

import csv
import re
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from django.core.management.base import CommandError

from guanxi.lib.money import NONE_SHOWN, fen_to_yuan
from guanxi.lib.spreadsheets.cells import DateRefused, cell_date
from guanxi.lib.spreadsheets.precheck import WorkbookRefused
from guanxi.organization.command_line import USAGE
from guanxi.paper.comma_separated import neutralised

if TYPE_CHECKING:
    from guanxi.lib.statistics.purchases import Purchases

LONGEST_HORIZON = 3_650


@dataclass(frozen=True)
class Asked:
    """``purchases`` are those up to ``until``, ``following`` those of the ``horizon`` days after it, None when none was
    asked for. What is to be said beside the answer is added to ``warnings``."""

    purchases: "Purchases"
    following: "Purchases | None"
    until: date
    horizon: int | None
    options: dict[str, Any]
    warnings: list[str]


@dataclass(frozen=True)
class Answer:
    """``found`` as JSON, ``lines`` for people, and ``columns`` with ``rows``, one a customer, for ``--out``."""

    customers: int
    found: dict[str, Any]
    lines: list[str]
    columns: list[str] = field(default_factory=list)
    rows: Iterable[Sequence[Any]] = ()


class Question(Protocol):
    """A module of this package. ``NEEDS_AMOUNT`` says whether ``--amount`` is required, ``FORECASTS`` whether the
    horizon lies ahead of all that is known, so that only ``--until`` holds rows back to judge by."""

    HELP: str
    NEEDS_AMOUNT: bool
    FORECASTS: bool

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options that only this question takes."""

    def answer(self, asked: Asked) -> Answer:
        """Raises CommandError."""


def day(text: str) -> date:
    """An argument that is a date."""
    try:
        found = cell_date(text)
    except DateRefused as refused:
        raise ArgumentTypeError(f"{text[:20]} is not a date ({refused}); write 2024-03-05") from refused
    if found is None:
        raise ArgumentTypeError("write a date like 2024-03-05")
    return found


def horizon(text: str) -> int:
    """Days of an argument like 39w or 90d."""
    match = re.fullmatch(r"([0-9]{1,4})([wd])", text)
    days = int(match[1]) * (7 if match[2] == "w" else 1) if match else 0
    if not 1 <= days <= LONGEST_HORIZON:
        raise ArgumentTypeError("weeks like 39w or days like 90d, up to ten years")
    return days


def read_asked(options: dict[str, Any]) -> Asked:
    """The file as it was asked for. Raises CommandError."""
    from guanxi.lib.statistics.purchase_files import Columns, read_purchases
    from guanxi.lib.statistics.purchase_rows import PurchasesRefused

    path: Path = options["file"]
    if not path.is_file():
        raise CommandError(f"There is no file {path}.", returncode=USAGE)
    columns = Columns(options["customer"], options["date"], options["amount"])
    try:
        read = read_purchases(path, columns, once=options["once"])
    except (PurchasesRefused, WorkbookRefused) as refused:
        raise CommandError(str(refused)) from refused
    except OSError as error:
        raise CommandError(f"{path} cannot be read ({error.strerror}).") from error
    return _split(read.purchases, read.warnings, options)


def _split(purchases: "Purchases", warnings: list[str], options: dict[str, Any]) -> Asked:
    days = options["horizon"]
    first, last = (date.fromordinal(int(edge)) for edge in (purchases.day.min(), purchases.day.max()))
    until = options["until"] or last - timedelta(0 if options["forecasts"] else days or 0)
    if until < first:
        raise CommandError(f"The first row is of {first}, later than {until}; choose --until and --horizon within "
                           f"{first} to {last}.")  # fmt: skip
    known = purchases.between(None, until)
    if days is None:
        if len(known) < len(purchases):
            warnings = [*warnings, f"Rows later than {until} left out: {len(purchases) - len(known)}."]
        return Asked(known, None, until, None, options, warnings)
    end = until + timedelta(days)
    following = purchases.between(until, end)
    if end > last > until:
        warnings = [*warnings, f"The file ends on {last}; the period judged lasts to {end}."]
    if later := len(purchases) - len(known) - len(following):
        warnings = [*warnings, f"Rows later than {end} left out: {later}."]
    return Asked(known, following, until, days, options, warnings)


def write_rows(path: Path, answer: Answer) -> None:
    """The customers as CSV that a Chinese Excel opens; text that looks like a formula is made harmless."""
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as target:
            writer = csv.writer(target)
            writer.writerow(answer.columns)
            for row in answer.rows:
                writer.writerow([neutralised(cell) if isinstance(cell, str) else cell for cell in row])
    except OSError as error:
        raise CommandError(f"{path} cannot be written ({error.strerror}).") from error


def number(value: Fraction | float | None) -> float | None:
    return None if value is None else float(value)


def percent(value: Fraction | float | None) -> str:
    return NONE_SHOWN if value is None else f"{float(value) * 100:.1f}%"


def yuan(fen: int) -> str:
    return str(fen_to_yuan(fen))
