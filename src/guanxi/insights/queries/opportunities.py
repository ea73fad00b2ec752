"""Every opportunity of a store, open or closed, as a case: one for each cycle it went through."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from guanxi.cadence.models import LossReport
from guanxi.customers.models import Customer
from guanxi.insights.queries.histories import changes_of, contacts_of
from guanxi.insights.rules.nights import REMEMBERED
from guanxi.insights.rules.readings import Deal, History, Step
from guanxi.key_accounts.models import MarkChange
from guanxi.organization.models import Store
from guanxi.pipeline.models import Competitor, Opportunity, StageMove

Dated = list[tuple[datetime, Any]]

STARTS = (StageMove.Kind.OPENED, StageMove.Kind.REOPENED)
ASSESSMENTS = ("bi", "ucv", "four")
# What a rival is taken for until somebody says otherwise.
FIRST_THREAT = Competitor.Threat.MIDDLE
MARKS = ("role", "attitude", "degree")
MONTH = timedelta(days=30)


def opportunities(store: Store, at: datetime) -> list[Deal]:
    """The cases known at ``at``; six queries and one for each thousand cards."""
    closed = Q(won_on__isnull=False) | Q(loss__state=LossReport.State.APPROVED)
    since = store.local_date(at - REMEMBERED)
    young = Q(won_on__gte=since) | Q(won_on__isnull=True, loss__decided_on__gte=since)
    rows = Opportunity.objects.filter(store=store, customer__merged_into__isnull=True).filter(~closed | young)
    told = {row.pk: row for row in rows.select_related("loss").order_by()}
    cards = Customer.objects.filter(pk__in={row.customer_id for row in told.values()}).order_by()
    contacts, marks = contacts_of(cards, at - REMEMBERED - MONTH), _marks(cards)
    assessments, rivals = _changes(told)
    found = []
    for (key, cycle), moves in _moves(told, at).items():
        row = told[key]
        case = _case(row, cycle, moves)
        case.contacts = contacts.get(row.customer_id, case.contacts)
        case.marks = marks.get(row.customer_id, case.marks)
        case.assessments = assessments.get(key, case.assessments)
        case.rivals = rivals.get(key, case.rivals)
        found.append(case)
    return found


def _moves(told: dict[int, Opportunity], at: datetime) -> dict[tuple[int, int], list[StageMove]]:
    """(opportunity, cycle) → its moves from the one that begins it on."""
    found: dict[tuple[int, int], list[StageMove]] = defaultdict(list)
    moves = StageMove.objects.filter(opportunity__in=told.keys(), at__lte=at).order_by("at", "pk")
    for move in moves:
        place = (move.opportunity_id, move.cycle_no)
        if found[place] or move.kind in STARTS:
            found[place].append(move)
    return {place: moves for place, moves in found.items() if moves}


def _case(row: Opportunity, cycle: int, moves: list[StageMove]) -> Deal:
    stages: Dated = [(moves[0].at, moves[0].to_stage)]
    stages += [
        (move.at, move.to_stage)
        for move, before in zip(moves[1:], moves, strict=False)
        if move.kind == StageMove.Kind.MOVED and move.to_stage != before.to_stage
    ]
    case = Deal(row.customer_id, row.pk, moves[0].at, standings=History(stages))
    case.steps = History(
        (move.at, Step(move.to_stage, move.amount, move.expected_close_on)) for move in moves
    )
    if cycle < row.cycle_no:
        # Opened again, so this cycle was lost.
        case.ended_at, case.won = _last(moves, StageMove.Kind.LOST), False
    elif row.won_on is not None:
        case.ended_at, case.won = _last(moves, StageMove.Kind.WON), True
    elif row.is_lost:
        case.ended_at, case.won = _last(moves, StageMove.Kind.LOST), False
    return case


def _last(moves: list[StageMove], kind: str) -> datetime:
    """When the end was recorded; a loss when it was applied for, which tells it before anybody approves."""
    return max((move.at for move in moves if move.kind == kind), default=moves[-1].at)


def _marks(cards: QuerySet[Customer]) -> dict[int, History[tuple[int, str, str]]]:
    """Card → the marks of its people by when each was written down, whatever day it was seen on."""
    found: dict[int, Dated] = defaultdict(list)
    changes = MarkChange.objects.filter(person__customer__in=cards.values("pk"), mark__in=MARKS)
    told = changes.order_by("pk").values_list("person__customer", "at", "person_id", "mark", "after")
    for key, when, person, mark, after in told:
        found[key].append((when, (person, mark, after)))
    return {key: History(items) for key, items in found.items()}


def _changes(
    told: dict[int, Opportunity],
) -> tuple[dict[int, History[tuple[str, Any]]], dict[int, History[tuple[int, str, Any]]]]:
    """Opportunity → its assessments and its rivals as the audit trail saw them change."""
    of_rival = dict(
        Competitor.objects.filter(opportunity__in=told.keys()).values_list("pk", "opportunity_id")
    )
    assessments: dict[int, Dated] = defaultdict(list)
    rivals: dict[int, Dated] = defaultdict(list)
    cards = {row.customer_id for row in told.values()}
    for action, _card, thing, when, changes in changes_of(cards, ["opportunity_assessed", "rival_saved"]):
        if action == "opportunity_assessed":
            assessments[thing] += [
                (when, (part, changes[part][1])) for part in ASSESSMENTS if part in changes
            ]
        elif thing in of_rival:
            known = rivals[of_rival[thing]]
            if not any(rival == thing for _when, (rival, _part, _value) in known):
                known.append((when, (thing, "threat", FIRST_THREAT)))
            known += [
                (when, (thing, part, changes[part][1])) for part in ("threat", "is_gone") if part in changes
            ]
    return (
        {key: History(items) for key, items in assessments.items()},
        {key: History(items) for key, items in rivals.items()},
    )
