"""The clockwork: nights made up in date order, and what has to happen each minute.

What is missing is read from the rows themselves, so a machine that was switched off, a process killed at any
moment and a second worker started by mistake change nothing.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from guanxi.cadence.models import Task
from guanxi.cadence.operations.gaps import close_filled_blocks
from guanxi.cadence.operations.levels import propose_downgrades, take_due_downgrades
from guanxi.cadence.operations.tasks import leave_in_peace
from guanxi.care.operations import plan_care
from guanxi.deals.operations.contracts import open_renewals
from guanxi.insights.operations.chances import make_due_chances
from guanxi.insights.operations.value_runs import make_due_runs
from guanxi.organization.acts import Act
from guanxi.organization.models import NightlyRun, Store
from guanxi.organization.operations.sealing import seal
from guanxi.performance.operations.closes import close_month, months_to_close, next_month
from guanxi.project.due_cards import cards_in_question, newly_delivered
from guanxi.project.housekeeping import sweep
from guanxi.prospecting.operations.moments import plan_referrals
from guanxi.prospecting.operations.nights import look_over_registers

log = logging.getLogger(__name__)

NIGHT = time(2)
REACH_BACK = 40
CHUNK = 200


def _downgrades(act: Act, late: bool) -> dict[str, int]:
    """R-LVL-04: earlier proposals first, so that none takes effect on the night it is made.

    A night made up later proposes nothing: the newest one finds the same cards, and only a proposal that
    stands for a working day gives the leaders their chance to intervene.
    """
    taken = take_due_downgrades(act)
    ids = [] if late else cards_in_question(act.store, act.on)
    made = sum(propose_downgrades(act, ids[at : at + CHUNK]) for at in range(0, len(ids), CHUNK))
    return {"taken": taken, "proposed": made, "completed": _completed(act)}


def _completed(act: Act) -> int:
    """R-CUS-08: cards completed by any road (import, API) need no reminder to complete them."""
    asked = Task.objects.open().filter(store=act.store, kind=Task.Kind.CARD).order_by("pk")
    ids = list(asked.values_list("customer_id", flat=True))
    return sum(close_filled_blocks(act, ids[at : at + CHUNK]) for at in range(0, len(ids), CHUNK))


def _care(act: Act, late: bool) -> dict[str, int]:
    """R-PRM-08 for cards whose channels were refused by another road than a person's edit (import, merge)."""
    return {"opened": plan_care(act), "given_up": leave_in_peace(act)}


def _referrals(act: Act, late: bool) -> dict[str, int]:
    """R-REF-04, R-REF-02: whom to ask after a delivery, and which recommender hears of an order."""
    return plan_referrals(act)


def _registers(act: Act, late: bool) -> dict[str, int]:
    """R-REG-05, R-REG-06. Sums that do not come out stay in the log as well."""
    found = look_over_registers(act)
    if found["broken"]:
        log.error("the registers of %s do not add up on the day before %s", act.store, act.on)
    return found


def _renewals(act: Act, late: bool) -> dict[str, int]:
    """Contracts whose end is near stand in the Today of who looks after them; a night made up later leaves it to the
    newest, which finds the same ones."""
    return {"opened": 0 if late else open_renewals(act)}


KINDS: dict[str, Callable[[Act, bool], dict[str, int]]] = {
    "downgrades": _downgrades,
    "care": _care,
    "referrals": _referrals,
    "registers": _registers,
    "renewals": _renewals,
}


def tick(at: datetime) -> None:
    """One minute of the clock. What fails is logged and tried again the next minute; the rest goes on."""
    nights = 0
    for store in Store.objects.order_by("pk"):
        nights += _guarded(make_up_nights, store, at)
        _guarded(close_months, store, at)
        _guarded(value_customers, store, at)
        _guarded(judge_chances, store, at)
        _guarded(care_for_deliveries, store, at)
    if nights:
        _guarded(sweep, at)
    _guarded(seal, at)


def make_up_nights(store: Store, at: datetime) -> int:
    """Run every night missing up to ``at``, oldest first, each in a transaction of its own; how many ran."""
    ran = 0
    for on, kind in missing_nights(store, at):
        if (result := run_night(store, kind, on, at)) is not None:
            if any(result.values()):
                log.info("night of %s in %s, %s: %s", on, store, kind, result)
            ran += 1
    return ran


def missing_nights(store: Store, at: datetime) -> Iterator[tuple[date, str]]:
    """Business dates and kinds still to be run, since the store was opened and at most ``REACH_BACK`` days."""
    last = store.local_date(at)
    if at < night_of(store, last):
        last -= timedelta(days=1)
    first = max(store.local_date(store.created_at), last - timedelta(days=REACH_BACK - 1))
    rows = NightlyRun.objects.filter(store=store, on__range=(first, last))
    done = set(rows.values_list("on", "kind"))
    for offset in range((last - first).days + 1):
        on = first + timedelta(days=offset)
        yield from ((on, kind) for kind in KINDS if (on, kind) not in done)


def night_of(store: Store, on: date) -> datetime:
    """The instant at which the night of a business date is due."""
    return datetime.combine(on, NIGHT, ZoneInfo(store.timezone))


def run_night(store: Store, kind: str, on: date, at: datetime) -> dict[str, Any] | None:
    """Carry out one night as of its own instant; None when it was done before, also by another worker."""
    with transaction.atomic():
        try:
            with transaction.atomic():
                # The row comes first: a second worker waits here, then finds the night done.
                run = NightlyRun.objects.create(store=store, kind=kind, on=on, done_at=at)
        except IntegrityError:
            return None
        act = Act(by=None, at=night_of(store, on), source="night", given_store=store)
        run.result = KINDS[kind](act, at >= night_of(store, on + timedelta(days=1)))
        run.save(update_fields=["result"])
    return run.result


def close_months(store: Store, at: datetime) -> int:
    """R-MON-04: lock the months that have ended, oldest first, after the nights of their days; how many."""
    closed = 0
    for month in months_to_close(store, at):
        if any(on < next_month(month) for on, _kind in missing_nights(store, at)):
            # A night of the month failed, or another worker is at it: the next minute goes on.
            break
        log.info("closing %s in %s", f"{month:%Y-%m}", store)
        close_month(store, month, at)
        closed += 1
    return closed


def care_for_deliveries(store: Store, at: datetime) -> int:
    """Care begins on the day of delivery, not on the night after (5.4); how many tasks were opened."""
    act = Act(by=None, at=at, source="night", given_store=store)
    ids = newly_delivered(store, act.on)
    return plan_care(act, ids) if ids else 0


def value_customers(store: Store, at: datetime) -> int:
    """What the customers are worth, reckoned once a night (R-VAL-07). It only reads until it writes its run, so it
    holds nobody up and keeps no row among the nightly runs: the run itself says that it was made."""
    if at < night_of(store, store.local_date(at)):
        return 0
    return make_due_runs(Act(by=None, at=at, source="night", given_store=store))


def judge_chances(store: Store, at: datetime) -> int:
    """The chances of the newest night, as known at its instant; as ``value_customers``, no row but the run itself. An
    earlier night would say what the newest one says better."""
    due = night_of(store, store.local_date(at))
    return 0 if at < due else make_due_chances(Act(by=None, at=due, source="night", given_store=store))


def _guarded(work: Callable[..., int], *arguments: Any) -> int:
    """What ``work`` counts; 0 when it failed."""
    try:
        return work(*arguments)
    except Exception:
        log.exception("the clockwork failed at %s", work.__name__)
        return 0
