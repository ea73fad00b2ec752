"""Hostile uploads are refused with a message while the next request is served (XLS-01 to XLS-05)."""

import io
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.imports.sheets import prospects, run

from guanxi.imports.models import ImportBatch

pytestmark = pytest.mark.django_db
SHEET = "xl/worksheets/sheet1.xml"


def changed(path: Path, parts: dict[str, bytes]) -> bytes:
    """The workbook with some of its parts replaced or added."""
    target = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in source.namelist():
            if name not in parts:
                copy.writestr(name, source.read(name))
        for name, content in parts.items():
            copy.writestr(name, content)
    return target.getvalue()


HEAD = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = b"</sheetData></worksheet>"
ENTITY = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "http://127.0.0.1:9/x">]><sst>&a;</sst>'


def files(path: Path) -> dict[str, tuple[str, bytes]]:
    sparse = (
        HEAD
        + b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        + TAIL
    )
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600
    return {
        "bomb": ("a.xlsx", changed(path, {SHEET: HEAD + b" " * 200_000_000 + TAIL})),
        "sparse": ("a.xlsx", changed(path, {SHEET: sparse})),
        "entities": ("a.xlsx", changed(path, {"xl/sharedStrings.xml": ENTITY})),
        "macros": ("a.xlsm", changed(path, {"xl/vbaProject.bin": b"x"})),
        "binary": ("a.xlsb", changed(path, {"xl/workbook.bin": b"x"})),
        "encrypted": ("a.xlsx", ole),
        "truncated": ("a.xlsx", path.read_bytes()[:700]),
        "picture": ("a.xlsx", b"\x89PNG\r\n" + b"x" * 100),
        "page": ("a.csv", b"<!doctype html><html></html>"),
        "large": ("a.csv", b"x" * 20_000_001),
    }


@pytest.mark.parametrize(
    "kind",
    ["bomb", "sparse", "entities", "macros", "binary", "encrypted", "truncated", "picture", "page", "large"],
)
def test_refused_with_a_message_and_nothing_kept(cast, client_for, tmp_path, settings, kind):
    settings.UPLOADS = tmp_path / "uploads"
    name, content = files(prospects(tmp_path / "base.xlsx", ["王芳", "13912345678"]))[kind]
    client = client_for(cast.lin)
    answer = client.post(reverse("imports"), {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    (message,) = answer.context["form"].errors["file"]
    assert len(message) > 5
    assert not ImportBatch.objects.exists()
    assert not any((tmp_path / "uploads").iterdir())
    assert client_for(cast.wu).get(reverse("imports")).status_code == 200


def test_a_name_that_climbs_is_only_a_name(cast, client_for, tmp_path):
    path = prospects(tmp_path / "base.xlsx", ["王芳", "13912345678"])
    file = SimpleUploadedFile("x.xlsx", path.read_bytes())
    file._name = "../../../etc/<b>x.xlsx"
    client_for(cast.lin).post(reverse("imports"), {"file": file})
    batch = ImportBatch.objects.get()
    assert "/" not in batch.filename
    assert (settings.UPLOADS / batch.stored_as).parent == settings.UPLOADS


def test_numbers_that_are_none_are_text(cast, act, tmp_path):
    """XLS-05: an overflow in a cell must not stop the import of the other rows."""
    path = prospects(
        tmp_path / "a.xlsx", ["王芳", "13912345678", "", "", "", "", "", "", 7777.5], ["李强", 8888.5]
    )
    with zipfile.ZipFile(path) as book:
        sheet = book.read(SHEET).replace(b">7777.5<", b">1e400<").replace(b">8888.5<", b">NaN<")
    path.write_bytes(changed(path, {SHEET: sheet}))
    batch = run(act(cast.lin), path)
    assert (batch.state, batch.created, batch.failed) == ("DONE", 1, 1)
    assert batch.import_rows.get(row_no=2).cells[-1] == "Infinity"


def test_escaped_nul_is_dropped(cast, act, tmp_path):
    """INJ-07: Excel's _x0000_ becomes NUL, which PostgreSQL refuses in text and in JSON."""
    path = prospects(tmp_path / "a.xlsx", ["王七千芳", "13912345678"])
    with zipfile.ZipFile(path) as book:
        strings = book.read("xl/sharedStrings.xml").replace("七千".encode(), b"_x0000_")
    path.write_bytes(changed(path, {"xl/sharedStrings.xml": strings}))
    batch = run(act(cast.lin), path)
    assert (batch.state, batch.created) == ("DONE", 1)
    assert "\0" not in "".join(str(cell) for cell in batch.import_rows.get().cells)
