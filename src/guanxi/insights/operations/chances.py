"""Working the chances of a store out, by night or on demand. Numbers are crunched here, never in a page."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from guanxi.cadence.models import LossReport
from guanxi.customers.models import Customer
from guanxi.insights.models import Chance, ChanceRun
from guanxi.insights.operations.renewals import renewals
from guanxi.insights.operations.telling import closing_of, rates_of, rows_to_learn, tell
from guanxi.insights.queries.histories import pack_of
from guanxi.insights.queries.opportunities import opportunities
from guanxi.insights.queries.prospects import LIVE, prospects
from guanxi.insights.rules.closing import Closing
from guanxi.insights.rules.figures import DEAL, PROSPECT, Figure
from guanxi.insights.rules.readings import Case
from guanxi.organization.acts import Act
from guanxi.organization.rows import insert_rows
from guanxi.pipeline.models import Opportunity

KEPT = 8
FOUR_PLACES = Decimal("0.0001")
YUAN = Decimal(1)
About = ChanceRun.About


def make_due_chances(act: Act) -> int:
    """The chances of the day, once; how many cases were judged, 0 when that was done before, also by another worker
    meanwhile."""
    done = ChanceRun.objects.filter(store=act.store, on=act.on)
    if done.exists():
        return 0
    try:
        return sum(work_out_chances(act).values())
    except IntegrityError:
        if done.exists():
            return 0
        raise


def work_out_chances(act: Act) -> dict[str, int]:
    """The chances of all open cases and running contracts of the store as known at ``act.at``; how many of each.

    A run of the same day is replaced, the newest becomes the current one, ``KEPT`` of each kind stay. Learning takes
    its time and happens outside the transaction that writes all kinds: a run that is killed leaves the one before.
    """
    open_cards = Customer.objects.filter(store=act.store, level__in=LIVE, merged_into__isnull=True)
    waiting = LossReport.objects.pending().of_cards().filter(store=act.store)
    kept_cards = set(
        open_cards.exclude(pk__in=waiting.values("customer")).values_list("pk", flat=True).order_by()
    )
    amounts = dict(
        Opportunity.objects.counted().filter(store=act.store).values_list("pk", "amount").order_by()
    )
    found = {
        "prospects": _run(act, About.PROSPECT, prospects(act.store, act.at), PROSPECT, kept_cards, {}),
        "opportunities": _run(
            act, About.OPPORTUNITY, opportunities(act.store, act.at), DEAL, set(amounts), amounts
        ),
        "contracts": renewals(act),
    }
    with transaction.atomic():
        for run, chances in found.values():
            _write(run, chances)
    return {name: len(chances) for name, (_run_of, chances) in found.items()}


def _write(run: ChanceRun, chances: list[Chance]) -> None:
    runs = ChanceRun.objects.filter(store=run.store, about=run.about)
    runs.filter(on=run.on).delete()
    runs.filter(is_current=True).update(is_current=False)
    run.save()
    for chance in chances:
        chance.run = run
    insert_rows(chances)
    stay = runs.values_list("pk", flat=True)[:KEPT]
    runs.exclude(pk__in=list(stay)).delete()


def _run(
    act: Act,
    about: About,
    cases: Sequence[Case],
    figures: Sequence[Figure],
    still_open: set[int],
    amounts: dict[int, Decimal],
) -> tuple[ChanceRun, list[Chance]]:
    """One kind of cases, not yet written; ``still_open`` are the keys of those to judge."""
    pack, zone = pack_of(act.store.playbook), ZoneInfo(act.store.timezone)
    former = ChanceRun.objects.filter(store=act.store, about=about).exclude(on=act.on).first()
    before = _before(former)
    judged = [case for case in cases if case.ended_at is None and _key(case) in still_open]
    readings = [case.read(act.at, act.on, pack) for case in judged]
    closed = [case for case in cases if case.ended_at is not None and case.won is not None]
    closing = closing_of(cases, act.at)
    run = ChanceRun(
        store=act.store, about=about, on=act.on, made_at=act.at, cases=len(closed),
        won=sum(bool(case.won) for case in closed), season=closing.season, curve=closing.points(),
        stale_after=closing.stale_after,
    )  # fmt: skip
    season = timedelta(days=closing.season)
    told = tell(
        run, readings, figures, lambda: rows_to_learn(cases, act.at, season, pack, zone), season,
        rates_of(closed, pack, _standings(act, about)),
    )  # fmt: skip
    return run, [
        _chance(act.on, run, case, values, closing, amounts, before, case.days(act.at))
        for case, values in zip(judged, told, strict=True)
    ]


def _standings(act: Act, about: About) -> list[str]:
    """The levels or stages in which a case may stand."""
    settings = act.store.playbook.settings
    if about == About.OPPORTUNITY:
        return list(settings.stage_probability)
    return [code for code in settings.level_probability if code in LIVE]


def _key(case: Case) -> int:
    return case.customer if case.opportunity is None else case.opportunity


def _before(former: ChanceRun | None) -> dict[tuple[int, int | None], Decimal]:
    if former is None:
        return {}
    rows = former.chances.values_list("customer_id", "opportunity_id", "probability")
    return {(customer, opportunity): chance for customer, opportunity, chance in rows}


def _chance(
    on: date,
    run: ChanceRun,
    case: Case,
    told: dict[str, Any],
    closing: Closing,
    amounts: dict[int, Decimal],
    before: dict[tuple[int, int | None], Decimal],
    age: int,
) -> Chance:
    probability = _places(told["chance"])
    ahead = closing.days_to_win(age)
    amount = amounts.get(case.opportunity or 0)
    return Chance(
        run=run,
        customer_id=case.customer,
        opportunity_id=case.opportunity,
        probability=probability,
        lower=_places(told["lower"]),
        upper=_places(told["upper"]),
        before=before.get((case.customer, case.opportunity)),
        worth=None if amount is None else (amount * probability).quantize(YUAN),
        reasons=told["reasons"],
        raises=told["raises"],
        closes_on=None if ahead is None else on + timedelta(days=ahead),
        days=age,
        is_stale=run.stale_after is not None and age >= run.stale_after,
    )


def _places(chance: float) -> Decimal:
    return Decimal(chance).quantize(FOUR_PLACES)
