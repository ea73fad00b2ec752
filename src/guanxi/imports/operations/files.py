"""Uploaded files: kept under a name of ours, read in a child process."""

import hashlib
import secrets
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from guanxi.lib.spreadsheets.precheck import LARGEST_FILE, WorkbookRefused
from guanxi.lib.spreadsheets.reading import Sheet, read_workbook
from guanxi.organization.refusals import Refused

MOST_ROWS = 50_000
# Title, header and total lines do not count as rows.
ROOM_FOR_TITLES = 100
READING_SECONDS = 40.0
SUFFIXES = {".xlsx", ".xls", ".csv", ".txt"}

REFUSALS = {
    "not_a_workbook": _("This is no workbook we read. Save it as .xlsx, .xls or .csv, without macros."),
    "too_large": _("The file is too large: at most 20 MB. Split it."),
    "encrypted": _("The workbook is protected with a password. Save it without one."),
    "bomb": _("The file unpacks to far more than a customer list holds. Copy the list into a new workbook."),
    "entities": _("The file contains declarations no workbook needs. Save it anew with Excel."),
    "too_many_rows": _("The sheet has more than 50,000 rows. Split it."),
    "timeout": _("The workbook took too long to read. Copy the list into a new workbook."),
    "unreadable": _("The workbook is damaged. Open and save it with Excel, then try again."),
    "empty": _("The file is empty."),
}


class ImportRefused(Refused):
    """The file or the step cannot be taken; ``code`` names the reason."""

    def __init__(self, message: object, code: str = "", field: str = "") -> None:
        super().__init__(message, field)
        self.code = code


def keep_file(filename: str, chunks: Iterable[bytes]) -> tuple[str, str]:
    """Store an upload; returns our name for it and its sha256. Raises ImportRefused beyond 20 MB."""
    suffix = Path(filename).suffix.lower()
    settings.UPLOADS.mkdir(parents=True, exist_ok=True, mode=0o700)
    stored_as = secrets.token_hex(16) + (suffix if suffix in SUFFIXES else ".bin")
    digest, size = hashlib.sha256(), 0
    path = settings.UPLOADS / stored_as
    try:
        with path.open("xb") as target:
            path.chmod(0o600)
            for chunk in chunks:
                size += len(chunk)
                if size > LARGEST_FILE:
                    raise ImportRefused(REFUSALS["too_large"], "too_large", "file")
                digest.update(chunk)
                target.write(chunk)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return stored_as, digest.hexdigest()


def read_sheets(path: Path) -> list[Sheet]:
    """The sheets of a file. Raises ImportRefused with what to change about a file that is not read."""
    try:
        return read_workbook(path, max_rows=MOST_ROWS + ROOM_FOR_TITLES, timeout_seconds=READING_SECONDS)
    except WorkbookRefused as refused:
        raise ImportRefused(REFUSALS[refused.code], refused.code, "file") from refused


def drop_file(stored_as: str) -> None:
    (settings.UPLOADS / stored_as).unlink(missing_ok=True)
