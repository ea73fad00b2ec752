"""Whether each running term will be renewed: learnt from the terms that ended, or the playbook's rate."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from guanxi.insights.models import Chance, ChanceRun
from guanxi.insights.operations.telling import rates_of, tell
from guanxi.insights.queries.terms import terms
from guanxi.insights.rules.readings import Pack
from guanxi.insights.rules.renewals import FIRST, LATER, RENEWAL, Term, told_reasons
from guanxi.organization.acts import Act

# What was learnt of terms about to end says little of one that has most of its time before it.
TOLD = timedelta(days=180)
YUAN, FOUR_PLACES = Decimal(1), Decimal("0.0001")


def renewals(act: Act) -> tuple[ChanceRun, list[Chance]]:
    """The run of the contracts as known at ``act.at``, not yet written.

    One look at each term, as many days before its end as notice is given: what ended or was renewed before that day
    teaches nothing, for nothing could have been told of it then.
    """
    from guanxi.lib.statistics.chances.snapshots import snapshot

    settings, zone = act.store.playbook.settings, ZoneInfo(act.store.timezone)
    rate = float(settings.contract_renewal_rate)
    pack = Pack({FIRST: rate, LATER: rate}, {}, {})
    cases = terms(act.store, act.at)
    running = [case for case in cases if case.ended_at is None and case.ends_on <= act.on + TOLD]
    closed = [case for case in cases if _teaches(case)]
    readings = [case.read(act.at, act.on, pack) for case in running]
    former = (
        ChanceRun.objects.filter(store=act.store, about=ChanceRun.About.CONTRACT).exclude(on=act.on).first()
    )
    before = dict(former.chances.values_list("contract_id", "probability")) if former else {}
    run = ChanceRun(
        store=act.store, about=ChanceRun.About.CONTRACT, on=act.on, made_at=act.at, cases=len(closed),
        won=sum(bool(case.won) for case in closed), season=settings.contract_notice_days,
    )  # fmt: skip
    rows = [
        snapshot(
            number, case.looked_at, case.read(case.looked_at, case.looked_at.astimezone(zone).date(), pack).known,
            ended_at=case.ended_at, happened=case.won,
        )
        for number, case in enumerate(closed)
        if case.looked_at is not None
    ]  # fmt: skip
    told = tell(run, readings, RENEWAL, lambda: rows, timedelta(0), rates_of(closed, pack, (FIRST, LATER)))
    chances = []
    for case, values in zip(running, told, strict=True):
        probability = Decimal(values["chance"]).quantize(FOUR_PLACES)
        chances.append(
            Chance(
                run=run, customer_id=case.customer, contract_id=case.contract, probability=probability,
                lower=Decimal(values["lower"]).quantize(FOUR_PLACES),
                upper=Decimal(values["upper"]).quantize(FOUR_PLACES),
                before=before.get(case.contract), worth=(case.amount * (1 - probability)).quantize(YUAN),
                reasons=told_reasons(values["reasons"]), raises=values["raises"], closes_on=case.ends_on,
                days=max((act.on - case.started_at.astimezone(zone).date()).days, 0),
            )
        )  # fmt: skip
    return run, chances


def _teaches(case: Term) -> bool:
    """Whether its end lay ahead on the day of the look, and the contract was there."""
    looked = case.looked_at
    return case.ended_at is not None and looked is not None and case.started_at < looked < case.ended_at
