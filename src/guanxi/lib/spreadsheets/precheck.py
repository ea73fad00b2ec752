"""Look at an uploaded file before any parser does, in constant memory (XLS-01 to XLS-04)."""

import re
import struct
import zipfile
import zlib
from pathlib import Path

LARGEST_FILE = 20_000_000
LARGEST_CONTENT = 300_000_000
LARGEST_UNSUSPICIOUS = 20_000_000
LARGEST_RATIO = 100
MOST_PARTS = 2_000
MOST_COLUMNS = 512
# Rows past the limit by less than this are counted by the reader, which can say how many there are.
ROW_MARGIN = 1_000

XLSX, XLS, CSV = "xlsx", "xls", "csv"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OSError, ValueError)
_CHUNK = 1 << 18
_OVERLAP = 128
# "<row r='1'/>" and the like: a part with fewer bytes per row number than this is nearly all gap.
_BYTES_PER_ROW = 10


class WorkbookRefused(ValueError):
    """The file will not be read.

    `code` is one of not_a_workbook, too_large, encrypted, bomb, entities, too_many_rows, timeout, unreadable,
    empty.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def precheck(path: Path, *, max_rows: int) -> str:
    """Return "xlsx", "xls" or "csv" by content. Raises `WorkbookRefused` for a file not to be parsed."""
    size = path.stat().st_size
    if size == 0:
        raise WorkbookRefused("empty", "The file is empty.")
    if size > LARGEST_FILE:
        raise WorkbookRefused("too_large", f"The file is larger than {LARGEST_FILE // 1_000_000} MB.")
    with path.open("rb") as stream:
        head = stream.read(8)
    suffix = path.suffix.lower()
    if head.startswith(b"PK") and suffix not in {".csv", ".txt"}:
        try:
            _check_zip(path, size, max_rows)
        except (
            zipfile.BadZipFile,
            zlib.error,
            struct.error,
            EOFError,
            NotImplementedError,
            OSError,
            ValueError,
        ) as e:
            if isinstance(e, WorkbookRefused):
                raise
            raise WorkbookRefused("unreadable", "The file is damaged.") from e
        return XLSX
    if head == _OLE and suffix not in {".csv", ".txt"}:
        _check_ole(path.read_bytes())
        return XLS
    if head.startswith((b"PK", _OLE)) or suffix in {".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".et"}:
        raise WorkbookRefused(
            "not_a_workbook", f"The content of the file is not what its ending {suffix} says."
        )
    return CSV


def _check_ole(content: bytes) -> None:
    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in content

    if holds("EncryptedPackage") or holds("EncryptionInfo"):
        raise WorkbookRefused("encrypted", "The workbook is protected with a password; save it without one.")
    if not (holds("Workbook") or holds("Book")):
        raise WorkbookRefused("not_a_workbook", "The file is not an Excel workbook.")


def _check_zip(path: Path, size: int, max_rows: int) -> None:
    _check_directory(path, size)
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        if any(part.flag_bits & 0x1 for part in parts):
            raise WorkbookRefused("encrypted", "The file is protected with a password; save it without one.")
        content = sum(part.file_size for part in parts)
        if (
            len(parts) > MOST_PARTS
            or content > LARGEST_CONTENT
            or (content > LARGEST_UNSUSPICIOUS and content > LARGEST_RATIO * size)
        ):
            raise WorkbookRefused("bomb", "The file unpacks to far more than a workbook holds.")
        _check_kind({part.filename.lower().replace("\\", "/") for part in parts})
        far = _far_reference(max_rows + ROW_MARGIN)
        for part in parts:
            _check_part(archive, part, far)


def _check_directory(path: Path, size: int) -> None:
    """Bound the list of parts before zipfile builds an object for each: 20 MB hold 400,000."""
    with path.open("rb") as stream:
        start = max(0, size - 65_557)
        stream.seek(start)
        tail = stream.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) < place + 22:
        raise WorkbookRefused("unreadable", "The file is damaged or incomplete.")
    length, _, comment = struct.unpack("<LLH", tail[place + 12 : place + 22])
    if place + 22 + comment != len(tail) or tail[place - 20 : place - 16] == b"PK\x06\x07":
        raise WorkbookRefused("unreadable", "The file is not an ordinary workbook.")
    if length > MOST_PARTS * 300:
        raise WorkbookRefused("bomb", "The file holds far more parts than a workbook.")


def _check_kind(names: set[str]) -> None:
    if "xl/vbaproject.bin" in names:
        raise WorkbookRefused("not_a_workbook", "The workbook holds macros; save it as .xlsx.")
    if "xl/workbook.bin" in names:
        raise WorkbookRefused("not_a_workbook", "Binary workbooks (.xlsb) are not read; save it as .xlsx.")
    if "content.xml" in names:
        raise WorkbookRefused("not_a_workbook", "OpenDocument files (.ods) are not read; save it as .xlsx.")
    if "xl/workbook.xml" not in names:
        raise WorkbookRefused("not_a_workbook", "The file is not an Excel workbook.")


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, far: re.Pattern[bytes]) -> None:
    picture = part.filename.lower().startswith("xl/media/")
    in_sheet = False
    window = b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            if (
                not window
                and not picture
                and (b"\x00" in chunk[:4] or chunk[:2] in {b"\xff\xfe", b"\xfe\xff"})
            ):
                _check_binary(part.filename)
            window = window[-_OVERLAP:] + chunk
            if not picture and (b"<!DOCTYPE" in window or b"<!ENTITY" in window):
                raise WorkbookRefused("entities", "The file declares XML entities, which no workbook needs.")
            in_sheet = in_sheet or b"sheetData" in window
            if in_sheet and (found := far.search(window)):
                _refuse_far(found, part.file_size)


def _check_binary(name: str) -> None:
    """UTF-16 would hide a DOCTYPE from the search below; Excel writes UTF-8."""
    if name.lower().endswith((".xml", ".rels")):
        raise WorkbookRefused("unreadable", "The workbook has an unusual encoding; save it with Excel.")


def _refuse_far(found: re.Match[bytes], part_size: int) -> None:
    if found["column"]:
        raise WorkbookRefused("bomb", f"A cell lies beyond column {MOST_COLUMNS}; delete the stray cells.")
    row = int(found["row"])
    if part_size < row * _BYTES_PER_ROW:
        raise WorkbookRefused("bomb", f"A single cell lies at row {row}; delete the stray cells.")
    raise WorkbookRefused("too_many_rows", "The sheet has more rows than can be read at once.")


def _far_reference(last_row: int) -> re.Pattern[bytes]:
    """Match a cell or row position beyond column 512 ("SR") or `last_row`, and no other: there are millions.

    The literal front ` r=` makes the search five times faster; a file that spells it otherwise meets the
    limits of the child process.
    """
    digits = str(last_row)
    greater = [
        f"{digits[:place]}[{int(digit) + 1}-9][0-9]{{{len(digits) - place - 1}}}"
        for place, digit in enumerate(digits)
        if digit != "9"
    ]
    row = "|".join([f"[1-9][0-9]{{{len(digits)},12}}", *greater])
    column = "[A-Za-z]{3,8}|[T-Zt-z][A-Za-z]|[Ss][S-Zs-z]"
    pattern = rf" r=[\"'](?:(?P<column>{column})[0-9]|[A-Za-z]{{0,2}}0{{0,9}}(?P<row>{row})[\"'])"
    return re.compile(pattern.encode())
