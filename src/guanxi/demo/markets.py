"""The markets of the demo store: three segments with their levels, one campaign evaluated and one running."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from guanxi.customers.models import Customer
from guanxi.deals.operations.ledger import Sold, write_deals
from guanxi.demo.world import World
from guanxi.markets.models import Campaign, CampaignMember, Segment
from guanxi.markets.operations.campaigns import draw_groups, evaluate_campaign, save_campaign
from guanxi.markets.operations.segments import choose_segment, save_levels, save_market_plan, save_segment
from guanxi.markets.queries.segments import buyers_of
from guanxi.markets.rules.sizes import LEVELS

SEED = 20260311
MORNING, EVENING = 9 * 60 + 10, 18 * 60
SCORES = ("profit", "need", "trend", "market", "competition")


def _segment(name: str, bases: list[str], rule: dict[str, str], tests: tuple[Any, ...], worth: tuple[int, int, int],
             scores: tuple[int, ...]) -> dict[str, Any]:  # fmt: skip
    names = ("accessible", "measurable", "profitable")
    answers = {f"is_{test}": answer for test, (answer, _evidence) in zip(names, tests, strict=True)}
    evidence = {f"{test}_evidence": words for test, (_answer, words) in zip(names, tests, strict=True)}
    size, margin, cost = worth
    return {
        "name": name, "bases": bases, "rule": rule, "market_size": size, "est_margin": Decimal(margin),
        "cost": Decimal(cost), **answers, **evidence,
        **{f"score_{one}": score for one, score in zip(SCORES, scores, strict=True)},
    }  # fmt: skip


SEGMENTS = (
    (
        _segment("本店保有客户", ["APPLICABILITY", "ACCEPTANCE"], {"base": "BASE"},
                 ((True, "电话和微信都在册，售后每年见两次面"), (True, "保有台账逐车可查"),
                  (True, "置换和保险毛利高于新客")),
                 (3_200, 1_150_000, 260_000), (5, 4, 4, 3, 4)),
        ((3_200, 2_400, 900), (3_200, 2_500, 1_000)),
    ),
    (
        _segment("意向中的家庭用户", ["POPULATION", "ATTITUDE"], {"kind": "PERSON", "status": "INTENT"},
                 ((True, "来店、来电都留了档"), (True, "意向台账按级别统计"), (True, "单台毛利稳定")),
                 (18_000, 2_400_000, 900_000), (3, 5, 4, 4, 2)),
        ((18_000, 6_500, 1_800), (18_000, 7_000, 2_000)),
    ),
    (
        _segment("企业和单位用车", ["POPULATION", "PRODUCT_KIND"], {"kind": "ORG"},
                 ((True, "工业园区走访名单"), (True, "工商登记可查车队规模"), (None, "")),
                 (640, 420_000, 380_000), (3, 3, 3, 4, 2)),
        ((640, 210, 60),),
    ),
)  # fmt: skip


def serve_the_markets(world: World) -> None:
    """Three segments, the first two served; a festival that helped, and an offer that runs now."""
    manager, first = world.users["ma"], world.last - timedelta(days=min(world.length - 1, 45))
    rows = []
    for values, levels in SEGMENTS:
        act = world.act(manager, first, MORNING)
        segment = save_segment(act, None, values)
        if values["is_profitable"]:
            segment = choose_segment(act, segment.pk, chosen=True, version=1)
        for ago, sizes in zip((0, 30), reversed(levels), strict=False):
            on = max(world.last - timedelta(days=ago), first)
            # Who bought is known from the ledger; how many there are around them is an estimate.
            penetrated = min(buyers_of(segment, manager, on) or 0, sizes[-1])
            save_levels(
                world.act(manager, on, MORNING), segment.pk, on,
                dict(zip(LEVELS, (*sizes, penetrated), strict=True)),
                {"gain": 15, "margin": Decimal(6_800), "source": "保有台账、上牌数据"},
            )  # fmt: skip
        rows.append(segment)
    save_market_plan(world.act(manager, first, EVENING), rows[0].pk, {
        "step": "CONCENTRATE", "path": "DIRECT", "goal": "年内置换 120 台", "research": "五年以上车龄占四成",
        "rivals": "二手车商上门收车", "actions": "每月老客户日\n到期前 90 天估价", "budget": Decimal(60_000),
    })  # fmt: skip
    _evaluated(world, rows[0], first)
    _running(world, rows[1])


def _campaign(world: World, segment: Segment, on: date, **values: Any) -> Campaign:
    act = world.act(world.users["ma"], on, MORNING)
    campaign = save_campaign(act, None, {"segment": segment, "control_percent": 20} | values)
    return draw_groups(act, campaign.pk, version=1, seed=SEED)


def _evaluated(world: World, segment: Segment, first: date) -> None:
    """The members' purchases are the campaign's own: accessories, which no order tells of."""
    ends_on = world.last - timedelta(days=4)
    campaign = _campaign(
        world, segment, first, name="老客户感恩节", kind="FESTIVAL", offer="到店送四轮定位，精品八折",
        starts_on=first, ends_on=ends_on, budget=Decimal(20_000), kpi_buyers=40,
    )  # fmt: skip
    rng, seen = Random(SEED), dict.fromkeys(CampaignMember.Side.values, 0)
    days = (ends_on - first).days + 1
    for member in CampaignMember.objects.filter(campaign=campaign).select_related("customer").order_by("pk"):
        seen[member.side] += 1
        # One in six of those addressed came for accessories, one in twelve of those held back.
        if seen[member.side] % (6 if member.side == CampaignMember.Side.TARGET else 12):
            continue
        card: Customer = member.customer
        on = first + timedelta(days=rng.randrange(days))
        amount = Decimal(rng.randint(8, 60) * 100)
        write_deals(
            world.act(world.users["ma"], on, EVENING), card, on,
            [Sold(None, 1, amount, (amount * Decimal("0.4")).quantize(Decimal("0.01")))],
            seller_id=card.owner_id, source=f"accessories {card.customer_no}", number=f"JP{card.customer_no[-6:]}",
        )  # fmt: skip
    evaluate_campaign(
        world.act(world.users["ma"], world.last, EVENING), campaign.pk,
        {"cost": Decimal(14_600), "next_step": "REPEAT", "lesson": "保有客户来店率高，下次把精品换成保养套餐"},
        version=campaign.version,
    )  # fmt: skip


def _running(world: World, segment: Segment) -> None:
    _campaign(
        world, segment, world.last, name="周末试驾礼", kind="NEW_OFFER", offer="周末到店试驾，送首次保养",
        starts_on=world.last, ends_on=world.last + timedelta(days=20), budget=Decimal(12_000), kpi_buyers=15,
    )  # fmt: skip
