"""Parse one workbook in a process that may die (XLS-02): `python -I child.py PATH MAX_ROWS MAX_CELLS`.

Writes JSON lines: {"sheet": name}, then one list per row; at the end {"done": true}, or
{"refused": code, "message": text}.
Imports nothing of Guanxi, so a hostile file meets no settings and no database.
"""

import json
import sys
from contextlib import suppress
from datetime import date, datetime, time, timedelta

MEMORY_BYTES = 768 * 1024 * 1024
CPU_SECONDS = 60
LONGEST_TEXT = 32_767


class Refused(Exception):
    """Ends the run with a code and a message for the parent."""


def limit_resources() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits; the parent's clock still holds
        return
    limits = {
        resource.RLIMIT_AS: MEMORY_BYTES,
        resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
    }
    for kind, most in limits.items():
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def plain(cell: object) -> object:
    if isinstance(cell, str):
        if len(cell) > LONGEST_TEXT:
            raise Refused("bomb", "A cell holds more text than Excel allows.")
        return cell or None
    if isinstance(cell, datetime):
        return {"datetime": cell.isoformat()}
    if isinstance(cell, date):
        return {"date": cell.isoformat()}
    if isinstance(cell, time):
        return {"time": cell.isoformat()}
    if isinstance(cell, timedelta):
        return str(cell)
    return cell


def parse(path: str, max_rows: int, max_cells: int) -> None:
    from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum

    try:
        with open(path, "rb") as stream:
            workbook = CalamineWorkbook.from_filelike(stream)
    except PasswordError:
        raise Refused(
            "encrypted", "The workbook is protected with a password; save it without one."
        ) from None
    cells = 0
    for about in workbook.sheets_metadata:
        if about.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.get_sheet_by_name(about.name)
        # total_height and total_width are one short of the counts.
        last_row, last_column = sheet.end or (-1, -1)
        if last_row >= max_rows:
            raise Refused("too_many_rows", f"Sheet {about.name} has more than {max_rows} rows.")
        cells += (last_row + 1) * (last_column + 1)
        if cells > max_cells:
            raise Refused("too_large", f"The workbook has more than {max_cells} cells; split it.")
        emit({"sheet": about.name})
        # iter_rows keeps blank rows above the first cell but drops blank columns left of it.
        left = [None] * (sheet.start[1] if sheet.start else 0)
        for row in sheet.iter_rows():
            emit([*left, *map(plain, row)])


def emit(line: object) -> None:
    sys.stdout.write(json.dumps(line, separators=(",", ":")) + "\n")


def main() -> None:
    limit_resources()
    try:
        parse(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    except Refused as refused:
        code, message = refused.args
        emit({"refused": code, "message": message})
    except MemoryError:
        emit({"refused": "too_large", "message": "The workbook needs too much memory; split it."})
    except Exception:
        emit({"refused": "unreadable", "message": "The workbook is damaged."})
    else:
        emit({"done": True})


if __name__ == "__main__":
    main()
