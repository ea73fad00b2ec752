"""The columns that all blocks of one worksheet share."""

from dataclasses import dataclass
from itertools import accumulate, pairwise

from guanxi.paper.placement import PAPER_WIDTH, label_share
from guanxi.paper.sheets import Fields, Sheet, Table

# From this many columns on a table is a register: it keeps its columns unmerged, whatever stands around it.
_REGISTER = 8


@dataclass(frozen=True, slots=True)
class Grid:
    """Widths in millimetres. Other blocks are laid over these columns by merging neighbours."""

    widths: tuple[float, ...]
    leader: Table | Fields | None

    def spans(self, parts: list[float]) -> list[tuple[int, int]]:
        """First and last column for each part of a row, as close to the parts' proportions as columns allow.

        Raises ValueError when there are more parts than columns.
        """
        if len(parts) > len(self.widths):
            raise ValueError("More parts than columns")
        edges = [0.0, *accumulate(self.widths)]
        scale = edges[-1] / sum(parts)
        cuts = [0]
        for index, end in enumerate(accumulate(parts[:-1])):
            first, last = cuts[-1] + 1, len(self.widths) - (len(parts) - 1 - index)
            cuts.append(min(range(first, last + 1), key=lambda cut: abs(edges[cut] - end * scale)))
        cuts.append(len(self.widths))
        return [(first, after - 1) for first, after in pairwise(cuts)]


def grid_of(sheet: Sheet) -> Grid:
    """The grid set by the sheet's widest register, else by its widest block."""
    paper = PAPER_WIDTH[sheet.orientation]
    tables = [block for block in sheet.blocks if isinstance(block, Table)]
    fields = [block for block in sheet.blocks if isinstance(block, Fields)]
    table = max(tables, key=lambda block: len(block.columns), default=None)
    widest = max(fields, key=lambda block: block.columns, default=None)
    if table and (len(table.columns) >= _REGISTER or not widest or len(table.columns) >= 2 * widest.columns):
        scale = paper / sum(column.width for column in table.columns)
        return Grid(_at_least_two(tuple(column.width * scale for column in table.columns)), table)
    if widest:
        share, pair = label_share(widest, paper), paper / widest.columns
        return Grid((share * pair, (1 - share) * pair) * widest.columns, widest)
    return Grid((paper / 2, paper / 2), None)


def _at_least_two(widths: tuple[float, ...]) -> tuple[float, ...]:
    """A label and its value need a column each."""
    return widths if len(widths) > 1 else (widths[0] / 2, widths[0] / 2)
