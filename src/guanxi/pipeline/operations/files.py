"""Files that show evidence: kept under a name of ours, by what they are and not by what they are called."""

import hashlib
import re
import secrets
import unicodedata
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from guanxi.pipeline.drafts import Upload
from guanxi.pipeline.operations.opportunities import OpportunityRefused

LARGEST_FILE = 10 * 1024 * 1024
LONGEST_NAME = 120
# Ending → type it is sent as, and how such a file begins. Text has no beginning, so it may hold no zero byte.
KINDS: dict[str, tuple[str, bytes]] = {
    ".pdf": ("application/pdf", b"%PDF-"),
    ".png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    ".jpg": ("image/jpeg", b"\xff\xd8\xff"),
    ".jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK\x03\x04"),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\x03\x04"),
    ".pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", b"PK\x03\x04"),
    ".txt": ("text/plain; charset=utf-8", b""),
}
ENDINGS = ", ".join(ending.lstrip(".") for ending in KINDS if ending != ".jpeg")


def folder() -> Path:
    """Where evidence is kept, beside the database."""
    return Path(settings.HOME) / "evidence"


def shown_name(name: str) -> str:
    """The name a file is offered under: its last part, without what steers a screen or a path."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    plain = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C" and sign not in '"<>|:*?;%')
    path = Path(plain.strip(". ") or "file")
    return path.stem[: LONGEST_NAME - len(path.suffix)] + path.suffix[:10]


def keep_file(upload: Upload) -> dict[str, object]:
    """Store an upload; returns the fields of its evidence item. Raises OpportunityRefused for a size or a kind we do
    not take."""
    name = shown_name(upload.name or "")
    ending = Path(name).suffix.lower()
    if ending not in KINDS:
        raise OpportunityRefused(_("Files of these kinds are taken: %(kinds)s.") % {"kinds": ENDINGS}, "file")
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    stored_as = secrets.token_hex(16)
    path, digest, size = folder() / stored_as, hashlib.sha256(), 0
    try:
        with path.open("xb") as target:
            path.chmod(0o600)
            for chunk in upload.chunks():
                if not size:
                    _check_kind(ending, chunk)
                if not KINDS[ending][1] and b"\0" in chunk:
                    raise _other_kind()
                size += len(chunk)
                if size > LARGEST_FILE:
                    raise OpportunityRefused(_("The file is too large: at most 10 MB."), "file")
                digest.update(chunk)
                target.write(chunk)
        if not size:
            raise OpportunityRefused(_("The file is empty."), "file")
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return {"filename": name, "stored_as": stored_as, "size": size, "sha256": digest.hexdigest()}


def drop_file(stored_as: str) -> None:
    if stored_as:
        (folder() / stored_as).unlink(missing_ok=True)


def sent_as(filename: str) -> str:
    """The type a stored file is sent with."""
    return KINDS.get(Path(filename).suffix.lower(), ("application/octet-stream", b""))[0]


def _check_kind(ending: str, beginning: bytes) -> None:
    if not beginning.startswith(KINDS[ending][1]):
        raise _other_kind()


def _other_kind() -> OpportunityRefused:
    return OpportunityRefused(_("The file is not what its name says. Save it anew in its own kind."), "file")
