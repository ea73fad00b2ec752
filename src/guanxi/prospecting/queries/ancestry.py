"""Through whom a customer came, and whom they brought: one statement each, the same on both engines."""

from django.db import connection

# Longer chains are rings, or nobody's memory.
FURTHEST = 30

_UP = """
WITH RECURSIVE line(id, step) AS (
    SELECT referrer_id, 1 FROM customers_customer WHERE id = %s AND referrer_id IS NOT NULL
    UNION
    SELECT card.referrer_id, line.step + 1 FROM customers_customer card JOIN line ON card.id = line.id
    WHERE card.referrer_id IS NOT NULL AND line.step < %s
)
SELECT id FROM line ORDER BY step
"""
_DOWN = """
WITH RECURSIVE line(id, step) AS (
    SELECT id, 1 FROM customers_customer WHERE referrer_id = %s AND merged_into_id IS NULL
    UNION
    SELECT card.id, line.step + 1 FROM customers_customer card JOIN line ON card.referrer_id = line.id
    WHERE card.merged_into_id IS NULL AND line.step < %s
)
SELECT id, MIN(step) FROM line GROUP BY id
"""


def recommenders_of(customer_id: int) -> list[int]:
    """The customer's recommender, that one's, and so on. Access is the caller's."""
    with connection.cursor() as cursor:
        cursor.execute(_UP, [customer_id, FURTHEST])
        found = [row[0] for row in cursor.fetchall()]
    # In a ring the same people come round again.
    return list(dict.fromkeys(one for one in found if one != customer_id))


def brought_by(customer_id: int) -> dict[int, int]:
    """Customer → generation, of all whom a customer brought, themselves left out. Access is the caller's."""
    with connection.cursor() as cursor:
        cursor.execute(_DOWN, [customer_id, FURTHEST])
        return {pk: step for pk, step in cursor.fetchall() if pk != customer_id}
