"""The paper of the last weeks: daily reports with what leaders wrote on them, instructions of the last evening."""

from datetime import date, timedelta
from random import Random

from guanxi.cadence.operations.instructions import instruct
from guanxi.customers.models import Customer
from guanxi.demo.world import World
from guanxi.organization.models import User
from guanxi.organization.rules.roles import Role
from guanxi.performance.models import DailyReport
from guanxi.performance.queries.report_days import generated_days

SEED = 20260317
REPORTED_DAYS = 14
EVENING = 18 * 60 + 20
REMARKS = (
    "",
    "",
    "",
    "两位客户要周末到店，请安排试驾车。",
    "竞品在做置换补贴，客户拿来比价。",
    "有一位客户想要现车，请帮忙查库存。",
    "今天到店客户多，电话跟踪明天补齐。",
    "金融方案问得多，希望有新的贴息话术。",
)
FREE = ("", "", "", "整理展车、更新价格牌", "参加新品培训 1 小时", "外拓发放传单 60 份")
SUPERVISOR = (
    "H 级客户明天上午先打。",
    "约到店的把试驾车提前备好。",
    "价格异议先讲保值率，再谈优惠。",
    "跟踪记录写得细，继续保持。",
)
MANAGER = ("竞品补贴的情况收到，明早晨会统一说法。", "现车已查到，明天联系客户。", "注意逾期的 A 级客户。")
ASKED = (
    "请他周末带家人来试驾，我来陪谈。",
    "先问清对比的是哪款竞品，再报价。",
    "把金融方案做成一页发给他，今天给我看。",
    "他提过置换，约评估师在场。",
    "交期问清楚，别承诺没把握的日子。",
    "礼品以装潢为主，现金优惠不要再让。",
)


def write_reports(world: World) -> None:
    """Reports of the last two weeks: most in time, a few late, yesterday's still to be reviewed, one missing."""
    rng = Random(SEED)
    days = [world.last - timedelta(days=ago) for ago in range(REPORTED_DAYS - 1, -1, -1)]
    days = [on for on in days if not world.store.calendar.is_closed(on)]
    told = {person: generated_days(person, world.store, days) for person in world.consultants}
    rows = []
    for on in days:
        for place, person in enumerate(world.consultants):
            if on == world.last and place % 6 == 4:
                continue
            rows.append(_report(world, rng, person, on, told[person][on]))
    DailyReport.objects.bulk_create(rows, batch_size=200)
    _instruct(world, rng)


def _report(world: World, rng: Random, person: User, on: date, figures: dict[str, object]) -> DailyReport:
    late = rng.random() < 0.05
    at = world.at(on + timedelta(days=1), 9 * 60 + 40) if late else world.at(on, EVENING + rng.randint(0, 50))
    report = DailyReport(
        user=person, store=world.store, on=on, state=DailyReport.State.SUBMITTED, figures=figures, submitted_at=at,
        is_late=late, remark=rng.choice(REMARKS), free_rows=rng.choice(FREE), version=1,
    )  # fmt: skip
    if at > world.now:
        report.submitted_at, report.is_late = world.at(on, EVENING), False
    if world.days_left(on) < 1:
        return report
    report.state, report.reviewed_at = DailyReport.State.REVIEWED, world.at(on + timedelta(days=1), 10 * 60)
    report.supervisor = leader_of(world, person)
    report.supervisor_note = rng.choice(SUPERVISOR) if rng.random() < 0.5 else ""
    if rng.random() < 0.2:
        report.manager, report.manager_note = world.users["ma"], rng.choice(MANAGER)
    return report


def leader_of(world: World, person: User) -> User:
    """The supervisor of a person's team, or the manager."""
    for user in world.users.values():
        if user.team_id == person.team_id and user.has_role(Role.SUPERVISOR):
            return user
    return world.users["ma"]


def _instruct(world: World, rng: Random) -> None:
    """What was asked for at the last evening meeting: one hot customer of every second consultant."""
    for person in world.consultants[::2]:
        cards = Customer.objects.filter(owner=person, level__in=["H", "A"]).order_by("level_since", "pk")
        card = cards.last()
        if card is not None:
            instruct(
                world.act(leader_of(world, person), world.last, 19 * 60 + 45), card.pk, rng.choice(ASKED)
            )
