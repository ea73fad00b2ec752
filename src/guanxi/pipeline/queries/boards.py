"""Open opportunities by stage, in lists, and on the days they are to close."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from django.db.models import Count, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Sum

from guanxi.cadence.models import LossReport
from guanxi.organization.amounts import MoneyField
from guanxi.organization.models import User
from guanxi.pipeline.models import Opportunity, StageMove
from guanxi.pipeline.rules.stages import is_stalled, stalled_before
from guanxi.playbooks.definitions import Stage

A_COLUMN = 50
A_DAY = 4


@dataclass(frozen=True)
class Shown:
    """An opportunity with what calls for attention: days past its closing, and in its stage when that is too long."""

    row: Opportunity
    days_past: int
    days_stalled: int


class Card(NamedTuple):
    """What a card of the board tells: columns, for a board shows hundreds, and rows of models cost more than the
    database. ``days_past`` and ``days_stalled`` as in Shown."""

    pk: int
    title: str
    account: str
    owner: str
    amount: Decimal
    probability: int
    expected_close_on: date
    days_past: int
    days_stalled: int
    waits_for_loss: bool


_CARD = ("pk", "title", "customer__org_name", "customer__name", "customer__owner__name", "amount", "probability",
         "expected_close_on", "stage_since", "loss__state")  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One stage of the board: how many, their sum and the sum weighed by probability, and the first of them."""

    stage: Stage
    count: int
    amount: Decimal
    expected: Decimal
    cards: list[Card]

    @property
    def rest(self) -> int:
        return self.count - len(self.cards)


def board(
    rows: QuerySet[Opportunity], stages: Sequence[Stage], limits: Mapping[str, Fraction], on: date
) -> list[Column]:
    """A column for each stage of the playbook, the nearest closing first; one query and one for each stage."""
    open_rows = rows.open()  # type: ignore[attr-defined]
    # Amounts are whole fen in the database, so weighed sums stay exact until they are divided.
    weighed = ExpressionWrapper(F("amount") * F("probability"), output_field=MoneyField())
    summed = open_rows.order_by().values("stage").annotate(
        count=Count("pk"), total=Sum("amount"), weighed=Sum(weighed, filter=~Q(loss__state=LossReport.State.APPLIED))
    )  # fmt: skip
    sums = {row["stage"]: row for row in summed}
    columns = []
    for stage in stages:
        row = sums.get(stage.code)
        found = open_rows.filter(stage=stage.code).order_by("expected_close_on", "id")
        cards = list(found.values_list(*_CARD)[:A_COLUMN]) if row else []
        columns.append(
            Column(
                stage,
                row["count"] if row else 0,
                row["total"] if row else Decimal(0),
                (row["weighed"] or Decimal(0)) / 100 if row else Decimal(0),
                [_card(told, limits.get(stage.code), on) for told in cards],
            )
        )
    return columns


def _card(told: tuple[Any, ...], limit: Fraction | None, on: date) -> Card:
    pk, title, org_name, name, owner, amount, percent, closing, since, loss = told
    stalled = limit is not None and is_stalled(since, on, limit)
    return Card(
        pk, title, org_name or name, owner or "", amount, percent, closing, max((on - closing).days, 0),
        (on - since).days if stalled else 0, loss == LossReport.State.APPLIED,
    )  # fmt: skip


def shown(row: Opportunity, limits: Mapping[str, Fraction], on: date) -> Shown:
    limit = limits.get(row.stage)
    stalled = limit is not None and is_stalled(row.stage_since, on, limit)
    return Shown(row, row.days_past_closing(on), row.days_in_stage(on) if stalled else 0)


def listed(rows: QuerySet[Opportunity]) -> QuerySet[Opportunity]:
    """In the order of closing, with what a row tells."""
    return rows.select_related("customer__owner", "loss").order_by("expected_close_on", "id")


def after(rows: QuerySet[Opportunity], day: date, key: int) -> QuerySet[Opportunity]:
    """What follows a row in the order of closing. The first condition lets an index start at the cursor."""
    later = Q(expected_close_on__gt=day) | Q(pk__gt=key)
    return rows.filter(expected_close_on__gte=day).filter(later)


def stalled(rows: QuerySet[Opportunity], limits: Mapping[str, Fraction], on: date) -> QuerySet[Opportunity]:
    """Open ones that are in their stage for longer than it may take (R-OPP-04)."""
    too_long = Q(pk__in=[])
    for stage, limit in limits.items():
        too_long |= Q(stage=stage, stage_since__lt=stalled_before(on, limit))
    return rows.open().filter(too_long)  # type: ignore[attr-defined,no-any-return]


def slipped(rows: QuerySet[Opportunity], on: date) -> QuerySet[Opportunity]:
    """Open ones whose closing has passed or was put off in this cycle."""
    earlier = StageMove.objects.filter(
        opportunity=OuterRef("pk"),
        cycle_no=OuterRef("cycle_no"),
        expected_close_on__lt=OuterRef("expected_close_on"),
    )
    return rows.open().filter(Q(expected_close_on__lt=on) | Exists(earlier))  # type: ignore[attr-defined,no-any-return]


def sellers(actor: User) -> QuerySet[User]:
    """Whose opportunities ``actor`` may ask for."""
    return User.objects.colleagues_of(actor).consultants_of(actor.store).order_by("team_id", "pk")


@dataclass(frozen=True)
class ClosingDay:
    """The opportunities that are to close on a day: the first of them, how many more, and their sum."""

    on: date
    rows: list[Opportunity]
    more: int
    amount: Decimal


def closings(rows: QuerySet[Opportunity], first: date, last: date) -> dict[date, ClosingDay]:
    """Day → what is to close on it; days without any are left out."""
    found: dict[date, list[Opportunity]] = defaultdict(list)
    open_rows = rows.open().filter(expected_close_on__range=(first, last))  # type: ignore[attr-defined]
    for row in open_rows.select_related("customer").order_by("expected_close_on", "-amount", "id"):
        found[row.expected_close_on].append(row)
    return {
        on: ClosingDay(
            on, due[:A_DAY], max(len(due) - A_DAY, 0), sum((row.amount for row in due), Decimal(0))
        )
        for on, due in found.items()
    }
