"""The token index beside ``SearchEntry``, in the words of the engine.

Both engines answer alike: the newest cards that hold a token of every group of any of the alternatives.
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

# A row must hold one token of each group, in one of the alternatives.
Groups = list[list[str]]
Alternatives = list[Groups]

# A search of a whole store meets a common fragment among its newest cards; a rare one is left to the index.
NEWEST = 2_000


class EntryRow(NamedTuple):
    """One card to write; ``tokens`` separated by spaces."""

    customer_id: int
    store_id: int
    owner_id: int | None
    texts: str
    numbers: str
    tokens: str


class Candidate(NamedTuple):
    """A card that holds the tokens; store and owner as the card has them now."""

    customer_id: int
    store_id: int
    owner_id: int | None
    texts: str
    numbers: str
    customer_no: str


def write_entries(rows: Sequence[EntryRow]) -> None:
    """Insert or replace the entries and their tokens: two statements on SQLite, one on PostgreSQL."""
    if rows:
        (_write_sqlite if connection.vendor == "sqlite" else _write_postgres)(rows)


def newest_candidates(
    wanted: Alternatives, *, sift: bool, store_id: int | None, before: int | None, count: int
) -> list[Candidate]:
    """Up to ``count`` cards with smaller ids than ``before``, newest first; one statement.

    ``sift`` and ``store_id`` are hints for speed and filter nothing: whether the scope is wide enough to look
    through its newest cards first, and the store it is.
    """
    ask = _ask_sqlite if connection.vendor == "sqlite" else _ask_postgres
    statement, parameters = ask(wanted, sift, store_id, before or 2**62, count)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [Candidate(*row) for row in cursor.fetchall()]


_UPSERT = """INSERT INTO customers_searchentry (customer_id, store_id, owner_id, texts, numbers{more})
VALUES {values} ON CONFLICT (customer_id) DO UPDATE SET store_id = excluded.store_id,
owner_id = excluded.owner_id, texts = excluded.texts, numbers = excluded.numbers{keep}"""


def _write_sqlite(rows: Sequence[EntryRow]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            _UPSERT.format(values="(%s, %s, %s, %s, %s)", more="", keep=""), [row[:5] for row in rows]
        )
        cursor.executemany(
            "INSERT OR REPLACE INTO customers_search_tokens (rowid, tokens) VALUES (%s, %s)",
            [(row.customer_id, row.tokens) for row in rows],
        )


def _write_postgres(rows: Sequence[EntryRow]) -> None:
    one = "(%s, %s, %s, %s, %s, array_to_tsvector(string_to_array(%s, ' ')))"
    statement = _UPSERT.format(
        values=", ".join([one] * len(rows)), more=", tokens", keep=", tokens = excluded.tokens"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for row in rows for value in row])


_ROWS = """SELECT c.id, c.store_id, c.owner_id, e.texts, e.numbers, c.customer_no FROM newest
    JOIN customers_searchentry e ON e.customer_id = newest.customer_id
    JOIN customers_customer c ON c.id = newest.customer_id ORDER BY c.id DESC"""


def _ask_sqlite(
    wanted: Alternatives, sift: bool, store_id: int | None, before: int, count: int
) -> tuple[str, list[str | int]]:
    statement = f"""WITH newest AS MATERIALIZED (SELECT rowid AS customer_id FROM customers_search_tokens
            WHERE customers_search_tokens MATCH %s AND rowid < %s ORDER BY rowid DESC LIMIT %s)
        {_ROWS}"""
    return statement, [_expression(wanted, '"', " AND ", " OR "), before, count]


def _ask_postgres(
    wanted: Alternatives, sift: bool, store_id: int | None, before: int, count: int
) -> tuple[str, list[str | int]]:
    # Trap: ORDER BY id DESC LIMIT 20 over the index makes the planner walk the whole table backwards for a
    # rare fragment (1-17 s at a million rows). So the newest rows first, then all matches, materialised.
    match = _expression(wanted, "'", " & ", " | ")
    found = "SELECT customer_id FROM customers_searchentry WHERE tokens @@ %s::tsquery AND customer_id < %s"
    parameters: list[str | int] = [match, before]
    if sift:
        here = "customer_id < %s" if store_id is None else "customer_id < %s AND store_id = %s"
        found = f"""WITH near AS MATERIALIZED (SELECT customer_id FROM (
              SELECT customer_id, tokens FROM customers_searchentry WHERE {here}
              ORDER BY customer_id DESC LIMIT {NEWEST}) newest WHERE tokens @@ %s::tsquery LIMIT %s)
            SELECT customer_id FROM near
            UNION {found} AND (SELECT count(*) FROM near) < %s"""
        place = [before] if store_id is None else [before, store_id]
        parameters = [*place, match, count, *parameters, count]
    statement = f"""WITH h AS MATERIALIZED ({found}),
            newest AS MATERIALIZED (SELECT customer_id FROM h ORDER BY customer_id DESC LIMIT %s)
        {_ROWS}"""
    return statement, [*parameters, count]


def _expression(wanted: Alternatives, quote: str, all_of: str, any_of: str) -> str:
    """The engine's query text: every token in quotes, so that nothing typed is an operator (INJ-06)."""

    def quoted(token: str) -> str:
        inside = token.replace(quote, quote * 2)
        return f"{quote}{inside}{quote}"

    def one(groups: Groups) -> str:
        return all_of.join(f"({any_of.join(map(quoted, group))})" for group in groups)

    return any_of.join(f"({one(groups)})" for groups in wanted)
