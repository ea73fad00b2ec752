"""What the machinery of an import asks of each kind of sheet."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

from guanxi.imports.models import ImportBatch
from guanxi.imports.rules.plans import Outcome
from guanxi.imports.rules.rows import RowWarning
from guanxi.lib.spreadsheets.cells import Cell

CHUNK = 200
Row = tuple[int, Sequence[Cell]]


@dataclass(frozen=True)
class Layout:
    """How the columns of a sheet are read."""

    headers: tuple[str, ...]
    mapping: Mapping[int, str]
    kind: str


class Reading(Protocol):
    """A row as it was read: its number in the sheet; why it fails, if so, and under which header; its warnings."""

    row_no: int
    reason: str
    column: str
    warnings: list[RowWarning]


class Plan(Protocol):
    """What becomes of a row."""

    @property
    def row(self) -> Reading: ...
    @property
    def outcome(self) -> Outcome: ...


class Sheet(Protocol):
    """A sheet on its way through: remembers what the rows so far will do to those below them."""

    summary: dict[str, Any]

    def plan(self, rows: Iterable[Row], *, batch: ImportBatch | None = None, lock: bool = False) -> list[Any]:
        """Plan the next rows. ``batch`` tells what this import itself has written; with ``lock`` the cards they are
        about stay locked until the transaction ends."""
        ...

    def note(self, plans: Sequence[Any]) -> None:
        """Take the plans of a dry run into ``summary``, and log what it tells. Raises ImportRefused when it may not
        tell so much."""
        ...


def in_parts(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    remaining = iter(rows)
    while part := list(islice(remaining, size)):
        yield part


def warnings_of(plan: Plan) -> list[list[str]]:
    """[code, header] pairs."""
    return [[warning.code, warning.column] for warning in plan.row.warnings]
