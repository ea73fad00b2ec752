"""The reckoning of a store's customers: read, reckon, then write whole or not at all."""

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from guanxi.insights.models import CustomerValue, ValueRun
from guanxi.insights.queries.ledger import (
    ledger_lines,
    positive_gaps,
    ranks_of_people,
    referrals_won,
    under_contract,
)
from guanxi.insights.rules.profiles import Profile, influence_score, loyalty_score, potential_score
from guanxi.lib.money import fen_to_yuan
from guanxi.organization.acts import Act
from guanxi.organization.models import Store
from guanxi.playbooks.definitions import Settings

if TYPE_CHECKING:
    from guanxi.insights.rules.valuation import Terms, Valuation

# What the movers are told from, and how the last week went.
MONTHS_KEPT, NIGHTS_KEPT = 13, 7
# A sale at a loss is no step up from none, and none no step up from a loss.
CLASS_RANKS = {"": 0, "LOSS": 0, "C": 1, "B": 2, "A": 3}
MONEY = ("margin_year", "expected_value", "at_risk")


def make_run(act: Act, on: date, *, again: bool = False) -> ValueRun | None:
    """Reckon the act's store as its ledger stood at the end of ``on``; None when that was done before.

    ``again`` puts a new run in the place of the old one. Reckoning takes its time and happens outside the
    transaction; two at once write one run, and a process killed at any moment leaves what was there.
    """
    store = act.store
    if not again and ValueRun.objects.filter(store=store, on=on).exists():
        return None
    settings = store.playbook.settings
    last_month = on.replace(day=1) - timedelta(days=1)
    found = _reckoned(store, on, settings, last_month)
    gaps = positive_gaps(store, on)
    # R-LOY-06 goes by purchases; of who is under contract it says nothing.
    bound = under_contract(store, on)
    for row in found.rows:
        if row["customer_id"] in bound:
            row["churn_risk"] = ""
    won, ranks = referrals_won(store, on), ranks_of_people(store, on)
    try:
        with transaction.atomic():
            if again:
                ValueRun.objects.filter(store=store, on=on).delete()
            ahead = found.outlook
            run = ValueRun.objects.create(
                store=store, on=on, made_at=act.at, model=ahead.model, refusal=ahead.refusal,
                spend_refusal=ahead.spend_refusal, parameters=ahead.parameters, log_likelihood=ahead.log_likelihood,
                customers=len(found.rows), horizon_weeks=settings.value_horizon_weeks,
                facts=found.facts
                | {"keep_cost": str(settings.value_keep_cost), "cost_ratio": str(settings.value_cost_ratio)},
            )  # fmt: skip
            before = _before(store, last_month)
            CustomerValue.objects.bulk_create(
                (_row(run, row, before, ranks, won, gaps, settings.value_lines) for row in found.rows), batch_size=500
            )  # fmt: skip
            _forget_old_runs(store)
    except IntegrityError:
        if ValueRun.objects.filter(store=store, on=on).exists():
            return None
        raise
    return run


def make_due_runs(act: Act) -> int:
    """The runs a night owes: of the day before, and of the last day of the month before; how many were made."""
    yesterday = act.on - timedelta(days=1)
    month_end = act.on.replace(day=1) - timedelta(days=1)
    return sum(make_run(act, on) is not None for on in sorted({month_end, yesterday}))


def _reckoned(store: Store, on: date, settings: Settings, last_month: date) -> "Valuation":
    import numpy as np

    from guanxi.insights.rules.valuation import value_base

    latest = ValueRun.objects.filter(store=store, on__lt=on).order_by("-on").first()
    groups = latest.facts.get("segments", {}).get("groups", {}) if latest else {}
    previous = {int(label): np.array(group["centre"]) for label, group in groups.items()}
    lines = ledger_lines(store, on, settings.value_margin_rate)
    return value_base(lines, on, _terms(settings), last_month=last_month, previous=previous or None)


def _terms(settings: Settings) -> "Terms":
    from guanxi.insights.rules.valuation import Terms
    from guanxi.lib.statistics.rfm import QUINTILES, Bands

    bands = QUINTILES
    if settings.rfm_bands == "FIXED":
        edges = (settings.rfm_recency, settings.rfm_frequency, settings.rfm_monetary)
        recency, frequency, monetary = ([edge[place] for place in ("1", "2", "3", "4")] for edge in edges)
        bands = Bands(recency, frequency, [yuan * 100 for yuan in monetary])
    return Terms(
        settings.value_horizon_weeks, settings.pareto_cuts["A"], settings.pareto_cuts["B"], settings.value_cycle_days,
        settings.clv_d, settings.value_keep_cost, settings.value_cost_ratio, bands,
    )  # fmt: skip


def _before(store: Store, last_month: date) -> dict[int, tuple[str, Decimal]]:
    """Customer → class and margin in the run of the month's end."""
    rows = CustomerValue.objects.filter(run__store=store, run__on=last_month)
    return {
        key: (then, margin)
        for key, then, margin in rows.values_list("customer_id", "past_class", "margin_year")
    }


def _row(
    run: ValueRun, row: dict[str, Any], before: dict[int, tuple[str, Decimal]], ranks: dict[int, list[int | None]],
    won: dict[int, int], gaps: dict[int, int], lines: dict[Any, int],
) -> CustomerValue:  # fmt: skip
    key = row["customer_id"]
    profile = Profile(
        row["profit"],
        influence_score(ranks.get(key, ()), won.get(key, 0)),
        loyalty_score(row.get("alive")),
        potential_score(gaps.get(key, 0)),
    )
    money = {name: None if row.get(name) is None else fen_to_yuan(row[name]) for name in MONEY}
    then, margin = before.get(key, ("", None))
    moved = 0
    if before:
        here, there = CLASS_RANKS[row["past_class"]], CLASS_RANKS[then]
        moved = (here > there) - (here < there)
    return CustomerValue(
        run=run, class_before=then, margin_before=margin, moved=moved, influence=profile.influence,
        loyalty=profile.loyalty, potential=profile.potential, score=profile.score,
        square=profile.square(lines["PRESENT"], lines["FUTURE"]), **(row | money),
    )  # fmt: skip


def _forget_old_runs(store: Store) -> None:
    """Keep the last nights and the ends of thirteen months."""
    days = list(ValueRun.objects.filter(store=store).order_by("-on").values_list("on", flat=True))
    ends = [on for on in days if (on + timedelta(days=1)).day == 1][:MONTHS_KEPT]
    ValueRun.objects.filter(store=store, on__in=set(days[NIGHTS_KEPT:]) - set(ends)).delete()
