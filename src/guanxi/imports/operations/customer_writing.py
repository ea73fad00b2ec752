"""Planned customers made real: cards, completions, levels and claims, in the caller's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from guanxi.cadence.operations.cards import receive_customers
from guanxi.cadence.operations.imported import judge_from_sheet
from guanxi.catalogue.models import Product
from guanxi.customers.operations.cards import CardDraft
from guanxi.customers.operations.claims import claim_cards
from guanxi.customers.operations.completion import Completion, complete_cards
from guanxi.imports.models import ImportBatch, ImportRow
from guanxi.imports.operations.customer_sheets import judgement_of
from guanxi.imports.operations.products import named_products
from guanxi.imports.queries.books import consultants
from guanxi.imports.rules.plans import RowPlan, product_key
from guanxi.organization.acts import Act
from guanxi.organization.models import User


@dataclass
class Written:
    """What the chunk left behind: by card what undo needs, and the products it brought."""

    facts: dict[int, dict[str, Any]] = field(default_factory=dict)
    claims: dict[int, int] = field(default_factory=dict)
    products: list[int] = field(default_factory=list)


def write_customers(
    act: Act, batch: ImportBatch, rows: Sequence[ImportRow], plans: Sequence[RowPlan]
) -> list[int]:
    """Open, complete and judge the cards of a chunk; returns the keys of the products it brought.

    Raises CardRefused when somebody else took one of the numbers meanwhile; plan again then.
    """
    written = _written(act, plans, batch.owner, consultants(act))
    for row, plan in zip(rows, plans, strict=True):
        row.customer_id = plan.card.pk if plan.card else None
        row.before, row.made = {}, {}
        # What undo needs of a card stands once, on the first row of the chunk that completed it.
        if plan.outcome == "UPDATED" and row.customer_id in written.facts:
            row.before = written.facts.pop(row.customer_id)
        if plan.taken and plan.taken.pk in written.claims:
            row.made = {"claim": written.claims.pop(plan.taken.pk)}
    return written.products


def _written(act: Act, plans: Sequence[RowPlan], owner: User | None, people: Mapping[str, User]) -> Written:
    written = Written()
    products = _products(act, plans, written)
    created = [plan for plan in plans if plan.outcome == "CREATED"]
    arrivals = [
        (
            CardDraft(
                plan.row.name, plan.numbers, people.get(plan.row.consultant, owner), plan.values,
                _with_product(plan.intent, products), plan.owned,
            ),
            judgement_of(plan),
        )
        for plan in created
    ]  # fmt: skip
    for plan, customer in zip(created, receive_customers(act, arrivals), strict=True):
        assert plan.card is not None
        plan.card.pk = customer.pk
    _complete(act, [plan for plan in plans if plan.outcome == "UPDATED"], products, written)
    claimant = owner if act.by is None else act.by
    taken = [plan.taken.pk for plan in plans if plan.taken and plan.taken.pk]
    if taken and claimant is not None:
        written.claims = claim_cards(act, claimant, taken)
    return written


def _complete(act: Act, plans: Sequence[RowPlan], products: Mapping[str, Product], written: Written) -> None:
    by_card: dict[int, list[RowPlan]] = {}
    for plan in plans:
        assert plan.card is not None and plan.card.pk is not None
        by_card.setdefault(plan.card.pk, []).append(plan)
    completions = [
        Completion(
            pk,
            _merged(plan.values for plan in rows),
            _with_product(_merged(plan.intent for plan in rows), products),
            _merged(plan.owned for plan in rows),
            [number for plan in rows for number in plan.numbers],
        )
        for pk, rows in by_card.items()
    ]
    for completion, done in zip(completions, complete_cards(act, completions), strict=True):
        written.facts[completion.customer_id] = {"completion": {"before": done.before, "made": done.made}}
    judged = []
    for pk, rows in by_card.items():
        brings = [judgement_of(plan) for plan in rows if plan.level or plan.contact]
        # N, then B within one chunk: the last level that could be set counts, and the one contact.
        for judgement in brings:
            judged.append((pk, judgement))
    for one_each in _rounds(judged):
        for (pk, _judgement), facts in zip(one_each, judge_from_sheet(act, one_each), strict=True):
            written.facts[pk].setdefault("judgements", []).append(facts)


def _rounds(judged: list[tuple[int, Any]]) -> list[list[tuple[int, Any]]]:
    """Split so that each round names a card once; nearly always one round."""
    rounds: list[dict[int, Any]] = []
    for pk, judgement in judged:
        free = next((found for found in rounds if pk not in found), None)
        if free is None:
            rounds.append(free := {})
        free[pk] = judgement
    return [list(found.items()) for found in rounds]


def _merged(parts: Any) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for part in parts:
        merged |= {name: value for name, value in part.items() if name not in merged}
    return merged


def _products(act: Act, plans: Sequence[RowPlan], written: Written) -> dict[str, Product]:
    products, new = named_products(act, [name for plan in plans if (name := plan.intent.get("product"))])
    written.products = [product.pk for product in new]
    return products


def _with_product(intent: dict[str, Any], products: Mapping[str, Product]) -> dict[str, Any]:
    name = intent.get("product")
    return intent if name is None else intent | {"product": products[product_key(name)]}
