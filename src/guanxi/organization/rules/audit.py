"""The seal of the audit trail: a hash chain over rows in the order of their ids (promise P9)."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any


def chain(previous: str, rows: Iterable[dict[str, Any]]) -> str:
    """Hex digest that changes when any row before it is edited, removed, added or moved."""
    digest = hashlib.sha256(previous.encode())
    for row in rows:
        digest.update(json.dumps(row, sort_keys=True, ensure_ascii=False, default=str).encode())
        digest.update(b"\n")
    return digest.hexdigest()
