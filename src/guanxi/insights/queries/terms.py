"""Every term of the contracts of a store as a case: renewed or not, or still running."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Min, QuerySet

from guanxi.cadence.models import LevelChange, LossReport
from guanxi.customers.models import Customer, Transfer
from guanxi.deals.models import Contract, Deal
from guanxi.insights.queries.histories import contacts_of
from guanxi.insights.rules.nights import REMEMBERED
from guanxi.insights.rules.readings import History
from guanxi.insights.rules.renewals import FIRST, LATER, LONGEST_QUIET, YEAR, Term
from guanxi.organization.models import Store

NIGHT, HALF_A_DAY = time(2), timedelta(hours=12)
OPEN = frozenset("OHABCN")
Times = dict[int, list[datetime]]


def terms(store: Store, at: datetime) -> list[Term]:
    """The terms that run at ``at`` or ended in the time that is remembered; seven queries.

    A term that ran out as many days ago as notice is given, without a word, counts as not renewed.
    """
    notice = timedelta(days=store.playbook.settings.contract_notice_days)
    since, zone, today = at - REMEMBERED, ZoneInfo(store.timezone), store.local_date(at)
    rows = Contract.objects.filter(store=store, customer__merged_into__isnull=True, agreed_on__lte=today)
    told = list(rows.select_related("renewed_by").order_by("pk"))
    begun = _begun(told)
    found = []
    for row in told:
        if (known := _known_on(row, today, notice)) is not None and row.ends_on < since.date():
            continue
        known_on, renewed = known or (None, None)
        ended_at = None if known_on is None else _night(known_on, zone) + HALF_A_DAY
        if ended_at is not None and ended_at > at:
            ended_at = renewed = None
        started = _night(begun[row.pk], zone)
        case = Term(
            row.customer_id, None, started, ended_at, renewed,
            History([(started, FIRST if row.term_no == 1 else LATER)]), contract=row.pk, ends_on=row.ends_on,
            looked_at=_night(row.ends_on - notice, zone), amount=row.amount, term_no=row.term_no,
        )  # fmt: skip
        found.append(case)
    _with_histories(found, store, since)
    return found


def _known_on(row: Contract, today: date, notice: timedelta) -> tuple[date, bool] | None:
    """The day on which it was known whether there is a next term, and whether; None of one that runs."""
    following = getattr(row, "renewed_by", None)
    if following is not None and following.agreed_on <= today:
        return following.agreed_on, True
    if row.ended_on is not None:
        return row.ended_on, False
    # Not the other way round: a day to come may have no day after it.
    if row.ends_on <= today - notice and following is None:
        return row.ends_on + notice, False
    return None


def _night(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, NIGHT, zone)


def _begun(rows: Iterable[Contract]) -> dict[int, date]:
    """Term → the day on which the first term of its contract began. A renewal has the larger key."""
    found: dict[int, date] = {}
    for row in rows:
        found[row.pk] = found.get(row.renews_id or 0, row.begins_on)
    return found


def _with_histories(cases: list[Term], store: Store, since: datetime) -> None:
    since -= timedelta(days=LONGEST_QUIET)
    cards = Customer.objects.filter(store=store, contracts__isnull=False).distinct().order_by()
    contacts = contacts_of(cards, since)
    deals = Deal.objects.in_force().filter(customer__in=cards.values("pk"), recorded_at__gte=since - YEAR)
    # As the value panel counts: several lines of one day are one purchase, known from the first of them on.
    days = (
        deals.filter(quantity__gt=0)
        .order_by()
        .values("customer_id", "on")
        .annotate(known_at=Min("recorded_at"))
    )
    bought = _times(days, "known_at")
    returned = _times(deals.filter(quantity__lt=0), "recorded_at")
    lost = _times(LossReport.objects.filter(customer__in=cards.values("pk")), "applied_at")
    handed = _times(Transfer.objects.filter(customer__in=cards.values("pk")), "at")
    intents: dict[int, list[tuple[datetime, bool]]] = defaultdict(list)
    moves = LevelChange.objects.filter(customer__in=cards.values("pk"), state=LevelChange.State.IN_FORCE)
    for key, asked, decided, to in moves.order_by().values_list(
        "customer_id", "at", "decided_at", "to_level"
    ):
        intents[key].append((decided or asked, to in OPEN))
    levels = {key: History(items) for key, items in intents.items()}
    for case in cases:
        key = case.customer
        case.contacts = contacts.get(key, case.contacts)
        case.purchases, case.returns = bought.get(key, []), returned.get(key, [])
        case.losses, case.hand_overs = lost.get(key, []), handed.get(key, [])
        case.intents = levels.get(key, case.intents)


def _times(rows: QuerySet[Any], name: str) -> Times:
    found: Times = defaultdict(list)
    for key, when in rows.order_by(name).values_list("customer_id", name):
        found[key].append(when)
    return found
