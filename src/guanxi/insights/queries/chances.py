"""The chances a reader sees: the current run, its open cases by page, the stale ones."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.db.models import Q

from guanxi.cadence.models import LossReport
from guanxi.insights.models import Chance, ChanceRun
from guanxi.insights.models.chances import ChanceQuerySet
from guanxi.insights.queries.prospects import LIVE
from guanxi.lib.keys import parse_key
from guanxi.organization.models import Store, User

PAGE, STALE_SHOWN = 25, 10
ENDED = (LossReport.State.APPROVED, LossReport.State.APPLIED)


class CursorRefused(ValueError):
    """A cursor this list did not make."""


@dataclass(frozen=True)
class Page:
    """``after`` is the cursor of the next page, "" on the last."""

    rows: list[Chance]
    after: str


def current_run(store: Store, about: str) -> ChanceRun | None:
    return ChanceRun.objects.filter(store=store, about=about, is_current=True).first()


def open_chances(actor: User, run: ChanceRun) -> ChanceQuerySet:
    """What ``actor`` may see of a run and is still open: what ended since the night is gone from the list."""
    rows = Chance.objects.visible_to(actor).filter(run=run)
    if run.about == ChanceRun.About.PROSPECT:
        return rows.filter(opportunity__isnull=True, customer__level__in=LIVE)
    if run.about == ChanceRun.About.CONTRACT:
        return rows.filter(contract__ended_on__isnull=True, contract__renewed_by__isnull=True)
    ended = Q(opportunity__won_on__isnull=False) | Q(opportunity__loss__state__in=ENDED)
    return rows.exclude(ended)


def chance_page(rows: ChanceQuerySet, run: ChanceRun, cursor: str) -> Page:
    """A page in the order of what comes of it: opportunities by probability times amount, contracts by the amount
    at risk, prospects by probability.

    One query. Raises CursorRefused.
    """
    column = "probability" if run.about == ChanceRun.About.PROSPECT else "worth"
    if cursor:
        value, key = _parsed(cursor)
        # The first condition lets the index start at the cursor; the second breaks ties.
        rows = rows.filter(**{f"{column}__lte": value}).filter(Q(**{f"{column}__lt": value}) | Q(pk__lt=key))
    found = list(_with_names(rows).order_by(f"-{column}", "-id")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Page(found[:PAGE], f"{getattr(last, column)}~{last.pk}" if last else "")


def stale_chances(rows: ChanceQuerySet) -> list[Chance]:
    """The oldest of those that are past hoping for; one query."""
    return list(_with_names(rows.filter(is_stale=True)).order_by("-days", "id")[:STALE_SHOWN])


def chance_of(actor: User, store: Store, *, customer: int = 0, opportunity: int = 0) -> Chance | None:
    """What the current run says of a prospect or of an opportunity; None where it says nothing."""
    about = ChanceRun.About.OPPORTUNITY if opportunity else ChanceRun.About.PROSPECT
    run = current_run(store, about)
    if run is None:
        return None
    wanted = Q(opportunity=opportunity) if opportunity else Q(customer=customer)
    return _with_names(open_chances(actor, run).filter(wanted)).select_related("run").first()


def renewals_of(actor: User, store: Store, customer: int) -> dict[int, Chance]:
    """Contract → what the current run says of its renewal; for the running ones of a card."""
    run = current_run(store, ChanceRun.About.CONTRACT)
    if run is None:
        return {}
    rows = open_chances(actor, run).filter(customer=customer).select_related("run")
    return {row.contract_id: row for row in rows if row.contract_id is not None}


def since(run: ChanceRun) -> date | None:
    """The day of the run before."""
    former = (
        ChanceRun.objects.filter(store=run.store_id, about=run.about, on__lt=run.on).order_by("-on").first()
    )
    return former.on if former else None


def _with_names(rows: ChanceQuerySet) -> ChanceQuerySet:
    return rows.select_related("customer__owner", "opportunity", "contract__product")


def _parsed(cursor: str) -> tuple[Decimal, int]:
    value, _mark, key = cursor.partition("~")
    pk = parse_key(key)
    try:
        number = Decimal(value)
    except InvalidOperation as error:
        raise CursorRefused(cursor) from error
    if pk is None or not number.is_finite() or not 0 <= number < 10**12 or len(value) > 20:
        raise CursorRefused(cursor)
    return number, pk
