"""Puts the bundled SQLite in the place of the system's before Django imports it.

Trap: SQLite before 3.51.3 can lose committed rows in WAL mode with several connections, and the
system library of current distributions is older. ``pysqlite3`` bundles a fixed one.
"""

import sys

SAFE_WAL = (3, 51, 3)


def use_bundled_sqlite() -> None:
    """Make ``import sqlite3`` mean the bundled library for the whole process; idempotent."""
    if "pysqlite3" in sys.modules:
        return
    try:
        import pysqlite3
    except ImportError:
        return
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2


def journal_mode() -> str:
    """WAL only where the library is known to be safe, else TRUNCATE."""
    import sqlite3

    return "WAL" if sqlite3.sqlite_version_info >= SAFE_WAL else "TRUNCATE"
