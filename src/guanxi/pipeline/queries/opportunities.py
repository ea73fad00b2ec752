"""One opportunity with everything that is known of it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db.models import Prefetch

from guanxi.deals.models import Order
from guanxi.deals.queries.sales import sold_already
from guanxi.organization.models import User
from guanxi.organization.rules.roles import Role
from guanxi.pipeline.models import BidTask, EvidenceItem, Opportunity, StageMove
from guanxi.pipeline.queries.experience import Experience, dwell_limits, invested, store_experience
from guanxi.pipeline.rules.advice import Advice, Facts, advise
from guanxi.pipeline.rules.forecasts import cost_share, win_percent, won_at_age
from guanxi.pipeline.rules.stages import is_stalled

MOVES_SHOWN = 50
ANSWERED = (StageMove.Kind.MOVED, StageMove.Kind.REVIEWED)


def get_opportunity(actor: User, opportunity_id: int) -> Opportunity:
    """The opportunity, or Opportunity.DoesNotExist alike for one that is absent and one that is not visible."""
    rows = Opportunity.objects.visible_to(actor).select_related("customer__owner", "store", "loss")
    return rows.get(pk=opportunity_id)


@dataclass(frozen=True)
class Picture:
    """``limit`` are the days its stage may take; ``counted`` the probability (%) the forecast takes, ``is_own`` when
    that comes from outcomes; ``cost`` in yuan and ``share`` of the amount."""

    advice: Advice | None
    limit: Fraction | None
    counted: int
    is_own: bool
    minutes: int
    cash: Decimal
    cost: Decimal
    share: Fraction | None
    taught: Experience


def picture(row: Opportunity, on: date) -> Picture:
    """What the page says of an opportunity; five queries, whatever the history."""
    playbook = row.store.playbook
    settings = playbook.settings
    taught = store_experience(row.store, on)
    limit = dwell_limits(row.store, on).get(row.stage)
    minutes, cash = invested([row.pk]).get(row.pk, (0, Decimal(0)))
    cost, share = cost_share(minutes, cash, settings.hourly_cost, row.amount)
    of_stage = settings.stage_probability.get(row.stage, row.probability)
    age = max((on - row.opened_on).days, 0)
    facts = Facts(
        place=playbook.stage_order.get(row.stage, 0),
        bi=row.bi, ucv=row.ucv, four=row.four, bant=row.bant,
        days_in_stage=row.days_in_stage(on),
        is_stalled=limit is not None and is_stalled(row.stage_since, on, limit),
        days_past_closing=row.days_past_closing(on),
        cost=share if minutes or cash else None, usual_cost=taught.usual_cost,
        won_at_age=won_at_age(taught.lives, age, settings.forecast_min_closed), age=age,
    )  # fmt: skip
    counted = win_percent(row.probability, of_stage, taught.table)
    band = next(one for one in taught.table if one.low <= row.probability <= one.high)
    return Picture(
        advise(facts, settings) if row.is_open else None,
        limit, counted, band.rate is not None, minutes, cash, cost, share, taught,
    )  # fmt: skip


def history(row: Opportunity) -> list[StageMove]:
    """The newest steps with their evidence, two queries."""
    evidence = Prefetch("evidence", EvidenceItem.objects.select_related("by").order_by("id"))
    return list(row.moves.select_related("by", "loss").prefetch_related(evidence)[:MOVES_SHOWN])


def bid_tasks(actor: User, row: Opportunity) -> list[BidTask]:
    """The five tasks in order, those nobody touched unsaved; the tender-sensitive ones only for who may see them
    (R-PRM-11)."""
    visible = (
        BidTask.objects.visible_to(actor).filter(opportunity=row).select_related("asked_by", "decided_by")
    )
    stored = {task.code: task for task in visible}
    sees = (
        BidTask.Code
        if sees_tender_items(actor)
        else [one for one in BidTask.Code if one not in BidTask.SENSITIVE]
    )
    return [stored.get(code) or BidTask(opportunity=row, code=code, version=0) for code in sees]


def unfinished_tasks(actor: User, row: Opportunity) -> list[BidTask]:
    """Tasks of the bid that are not done, once the opportunity is worked as a large account; one query."""
    if row.process < Opportunity.Process.SHORTLIST:
        return []
    return [task for task in bid_tasks(actor, row) if task.state != BidTask.State.DONE]


def order_was_cancelled(row: Opportunity) -> bool:
    """Whether the order a won opportunity stands on is cancelled and nothing else was sold under its number."""
    if row.won_on is None:
        return False
    orders = Order.objects.filter(store=row.store_id, order_no=row.order_no, state=Order.State.CANCELLED)
    return orders.exists() and sold_already(row.store, row.order_no) is None


def sees_tender_items(actor: User) -> bool:
    return actor.has_role(Role.MANAGER)


def reviews(rows: list[Opportunity]) -> dict[int, StageMove]:
    """Opportunity → the last answers to the four questions, with their evidence; two queries."""
    keys = [row.pk for row in rows]
    said = StageMove.objects.filter(opportunity__in=keys, kind__in=ANSWERED).order_by("opportunity_id", "-id")
    last: dict[int, int] = {}
    for key, pk in said.values_list("opportunity_id", "pk"):
        last.setdefault(key, pk)
    moves = StageMove.objects.filter(pk__in=last.values()).select_related("by").prefetch_related("evidence")
    return {move.opportunity_id: move for move in moves}
