"""Undo of imported customers: cards the import made go, cards it completed get back what stood there.

A card somebody worked on since is listed and left as it is. The proof is the audit trail: every change of a
card leaves an entry, so an entry of others that is newer than the row means work.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Max

from guanxi.cadence.operations.imported import remove_imported_cards, withdraw_judgements
from guanxi.customers.operations.claims import withdraw_claims
from guanxi.customers.operations.completion import Completed, take_back
from guanxi.customers.queries.cards import changeable
from guanxi.deals.models import Order
from guanxi.imports.models import ImportBatch, ImportRow
from guanxi.imports.operations.leases import request_id
from guanxi.organization.acts import Act
from guanxi.organization.models import AuditEntry

# Looking at a card is no work on it; any other action, known here or not, is.
LOOKS = (
    "number_revealed",
    "number_called",
    "number_looked_up",
    "taken_number_asked",
    "card_printed",
    "exported",
)


def take_back_customers(act: Act, batch: ImportBatch, rows: Sequence[ImportRow]) -> list[ImportRow]:
    """Take back what can be; returns the rows whose cards stay as they are."""
    changed = [row for row in rows if row.outcome in {"CREATED", "UPDATED"} and row.customer_id]
    ids = {row.customer_id for row in changed}
    untouched = _untouched(act, batch, changed)
    made_here = set(
        batch.import_rows.filter(outcome="CREATED", customer__in=ids).values_list("customer_id", flat=True)
    )
    created = [row for row in changed if row.outcome == "CREATED"]
    completed = [row for row in changed if row.outcome == "UPDATED" and row.customer_id not in made_here]
    _take_back(act, [row for row in completed if row in untouched and row.before])
    remove_imported_cards(act, [pk for row in created if row in untouched and (pk := row.customer_id)])
    withdraw_claims(act, [row.made["claim"] for row in rows if "claim" in row.made])
    return [row for row in (*created, *completed) if row not in untouched]


def _untouched(act: Act, batch: ImportBatch, rows: Iterable[ImportRow]) -> list[ImportRow]:
    rows = list(rows)
    ids = {row.customer_id for row in rows if row.customer_id}
    mine = changeable(act)
    cards = set(
        mine.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk").values_list("pk", flat=True)
    )
    entries = AuditEntry.objects.filter(customer_key__in=ids).exclude(request_id=request_id(batch))
    newest = entries.exclude(action__in=LOOKS).order_by().values("customer_key").annotate(newest=Max("pk"))
    worked_on = dict(newest.values_list("customer_key", "newest"))
    ordered = set(
        Order.objects.filter(customer__in=ids, created_at__gt=batch.created_at).values_list(
            "customer", flat=True
        )
    )
    return [
        row for row in rows
        if row.customer_id in cards - ordered and worked_on.get(row.customer_id, 0) <= row.audit_mark
    ]  # fmt: skip


def _take_back(act: Act, rows: Sequence[ImportRow]) -> None:
    """Newest row first, and of each card its last judgement first."""
    for row in rows:
        facts: dict[str, Any] = row.before
        assert row.customer_id is not None
        for judgement in reversed(facts.get("judgements", [])):
            withdraw_judgements(act, [(row.customer_id, judgement)])
    rounds: list[dict[int, Completed]] = []
    for row in rows:
        done = Completed(**row.before["completion"])
        assert row.customer_id is not None
        free = next((found for found in rounds if row.customer_id not in found), None)
        if free is None:
            rounds.append(free := {})
        free[row.customer_id] = done
    for one_each in rounds:
        take_back(act, list(one_each.items()))
