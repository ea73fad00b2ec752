"""Targets of the running and the last months, with what is done about a gap."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

from guanxi.demo.world import World
from guanxi.performance.operations.targets import MeasureDraft, comment_on_month, save_measure, set_targets
from guanxi.performance.rules.targets import split

SEED = 20260401
MONTHS = 3
# What the store means to do in a month of the demo's size.
STORE = {
    "ORDERS": 30, "DELIVERIES": 28, "DEPOSITS": 30, "WALKIN": 180, "PHONEIN": 60, "FILED": 130, "CARDS": 130,
    "NEW_H": 8, "NEW_A": 30, "NEW_B": 50, "PUSH": 700, "MANAGE": 400, "TEST_DRIVE": 50, "INVITED": 60,
    "BASE_TOUCH": 360, "VIP_VISIT": 12, "REFERRALS": 12,
}  # fmt: skip
SHARED = ("ORDERS", "DELIVERIES", "DEPOSITS", "FILED", "CARDS", "PUSH", "MANAGE")
MEASURES = {
    "ORDERS": ("竞品置换补贴分流", "本周六闭店团购，顾问各邀约 3 组"),
    "VIP_VISIT": ("拜访排不进日程", "每周三下午固定拜访两位 VIP"),
}
COMMENTS = ("H 级判得准，多带新人。", "跟踪不够及时，先清逾期。", "留档做得好，促进要再勤一些。")


def set_the_targets(world: World) -> None:
    """The manager's figures, shared out by skill; a change in the running month is its second version."""
    rng = Random(SEED)
    first = world.last.replace(day=1)
    months = [first]
    for _ in range(MONTHS - 1):
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    manager = world.users["ma"]
    for month in reversed(months):
        on = month - timedelta(days=2)
        set_targets(world.act(manager, on, 17 * 60), month, _cells(world, rng))
    for month in months[1:]:
        _comment(world, rng, month)
    if world.last.day < 6:
        return
    raised = {("STORE", 0, "ORDERS"): Decimal(STORE["ORDERS"] + 2)}
    set_targets(world.act(manager, first + timedelta(days=4), 9 * 60), first, raised)
    for metric, (cause, measure) in MEASURES.items():
        draft = MeasureDraft(
            ("STORE", 0), first, metric, cause, measure, world.users["chen"], world.last + timedelta(days=5)
        )
        save_measure(world.act(manager, world.last, 18 * 60), draft, version=0)


def _cells(world: World, rng: Random) -> dict[tuple[str, int, str], Decimal | None]:
    cells: dict[tuple[str, int, str], Decimal | None] = {}
    for metric, value in STORE.items():
        total = max(round(value * rng.uniform(0.9, 1.1)), 1)
        cells["STORE", 0, metric] = Decimal(total)
        if metric in SHARED:
            weights = [Fraction(str(world.skills[person.pk])) for person in world.consultants]
            for person, part in zip(world.consultants, split(total, weights), strict=True):
                cells["USER", person.pk, metric] = Decimal(part)
    return cells


def _comment(world: World, rng: Random, month: date) -> None:
    at = (month + timedelta(days=34)).replace(day=1)
    for person in world.consultants[::3]:
        comment_on_month(
            world.act(world.users["ma"], min(at, world.last), 19 * 60),
            person.pk,
            month,
            rng.choice(COMMENTS),
            version=0,
        )
