"""Segments with the levels of their markets, and campaigns."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Router

from guanxi.catalogue.models import sees_margins
from guanxi.markets.models import MarketLevel
from guanxi.markets.queries.campaigns import campaigns_of
from guanxi.markets.queries.outcomes import without_margins
from guanxi.markets.queries.segments import segment_board
from guanxi.organization.api.callers import acting, caller
from guanxi.organization.api.schemas import Amount, Told
from guanxi.organization.rules.roles import Reach

router = Router(tags=["markets"])


class LevelsTold(Told):
    """Counts are heads, ratios fractions; ``plan_value`` in yuan, told to those who see margins. A ratio without
    denominator is null."""

    on: date
    potential: int
    available: int
    served: int
    penetrated: int
    reach: Decimal | None
    focus: Decimal | None
    penetration: Decimal | None
    headroom: int
    share: Decimal | None
    plan_value: Amount | None


class SegmentTold(Told):
    """``customers`` counts the caller's own cards, null without a rule; ``tests`` are true, false or null;
    ``points`` of 25; ``est_margin`` is told to those who see margins."""

    id: int
    name: str
    bases: list[str]
    rule: dict[str, str]
    customers: int | None
    market_size: int | None
    tests: dict[str, bool | None]
    est_margin: Amount | None
    cost: Amount | None
    points: int | None
    chosen_on: date | None
    levels: LevelsTold | None
    version: int


class SegmentsTold(Told):
    """``counted_twice``: the caller's cards that are in two or more chosen segments."""

    items: list[SegmentTold]
    counted_twice: int


class CampaignTold(Told):
    """``addressed`` and ``held_back`` count the caller's own cards; ``result`` is what the evaluation kept, told to
    those who read the whole store; margins and returns in it to those who see margins."""

    id: int
    name: str
    kind: str
    segment: int
    product: int | None
    scheme: int | None
    offer: str
    starts_on: date
    ends_on: date
    phase: str
    budget: Amount | None
    cost: Amount | None
    control_percent: int
    addressed: int
    held_back: int
    result: dict[str, Any] | None
    version: int


class CampaignsTold(Told):
    items: list[CampaignTold]


@router.get("/segments", response=SegmentsTold)
def list_segments(request: HttpRequest) -> Any:
    """The segments of the store, those chosen to be served first, each with its newest market levels."""
    act, user = acting(request), caller(request)
    rows, overlap = segment_board(user, act.store, act.on)
    money = sees_margins(user)
    secret = {} if money else {"est_margin": None}
    items = [
        SegmentTold.copied(
            row.segment,
            customers=row.count,
            tests={test: answer for test, (answer, _evidence) in row.segment.answers.items()},
            points=row.segment.total,
            levels=row.level and _levels(row.level, money=money),
            **secret,
        )
        for row in rows
    ]
    return SegmentsTold(items=items, counted_twice=overlap.doubled)


@router.get("/campaigns", response=CampaignsTold)
def list_campaigns(request: HttpRequest) -> Any:
    """The campaigns of the store, the newest first."""
    act, user = acting(request), caller(request)
    reads_all, money = user.read_reach in (Reach.STORE, Reach.ALL), sees_margins(user)
    items = [
        CampaignTold.copied(
            row,
            segment=row.segment_id,
            product=row.product_id,
            scheme=row.scheme_id,
            phase=row.phase(act.on),
            held_back=row.held,
            result=(row.result if money else without_margins(row.result)) or None if reads_all else None,
        )
        for row in campaigns_of(user, act.store)
    ]
    return CampaignsTold(items=items)


def _levels(level: MarketLevel, *, money: bool) -> LevelsTold:
    sizes, secret = level.sizes, {} if money else {"plan_value": None}
    return LevelsTold.copied(
        level, reach=sizes.reach, focus=sizes.focus, penetration=sizes.penetration, headroom=sizes.headroom,
        share=sizes.share, **secret,
    )  # fmt: skip
