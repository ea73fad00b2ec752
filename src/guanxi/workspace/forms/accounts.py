"""F-KEY-1 key persons with the map, F-KEY-2 plan of steps, F-CHN-1 customer chain (handbook 9.7, 2.4)."""

from datetime import date

from django.template.loader import render_to_string

from guanxi.cadence.models import Task
from guanxi.key_accounts.models import ChainRole, PlannedStep
from guanxi.key_accounts.queries.drawings import drawing_of
from guanxi.key_accounts.queries.insights import reach_of
from guanxi.key_accounts.queries.maps import AccountMap, MapPerson, map_of
from guanxi.key_accounts.rules.support import support_of
from guanxi.key_accounts.templatetags.key_accounts import exactly, signed
from guanxi.lib.money import format_ratio
from guanxi.lib.networks.reach import Reach
from guanxi.paper.sheets import (
    Block,
    CellLike,
    Column,
    Document,
    Field,
    Fields,
    Note,
    PageBreak,
    Picture,
    Sheet,
    Table,
)
from guanxi.ui.punctuation import said_of
from guanxi.workspace.forms.cards import Print

# A small map stands above the table, a larger one has the first page to itself. Millimetres.
SMALL, SMALL_HEIGHT, PAGE_HEIGHT = 10, 80.0, 146.0
# How many times as wide as high the room for the map is.
LANDSCAPE = 2.2
# The map stands on paper as long as it can be read there.
MOST_DRAWN = 80
BLANK_ROWS = 8

CHAIN = {
    "INFLUENCER": ("影响者", "Influencer"), "PROPOSER": ("提议者", "Proposer"), "DECIDER": ("决定者", "Decider"),
    "USER": ("使用者", "User"), "BUYER": ("购买者", "Buyer"), "CONSUMER": ("消费者", "Consumer"),
    "MARKETER": ("营销者", "Marketer"), "AGENT": ("代理者", "Agent"), "RECEIVER": ("接受者", "Receiver"),
}  # fmt: skip
ADAPTABILITY = {
    "FANATIC": ("发烧友", "Fanatic"), "PIONEER": ("先行者", "Pioneer"), "FOLLOWER": ("跟随者", "Follower"),
    "DIE_HARD": ("顽固者", "Die-hard"),
}  # fmt: skip
STATUS = {
    Task.Status.OPEN: ("进行中", "Open"),
    Task.Status.DONE: ("完成", "Done"),
    Task.Status.CANCELLED: ("放弃", "Given up"),
    Task.Status.MISSED: ("未做", "Missed"),
}


def key_persons(wanted: Print) -> Document:
    """F-KEY-1: the map at its head, and everybody's marks as they stood on the day."""
    say, found = wanted.words, map_of(wanted.customer, wanted.card.on)
    support = support_of(found.marked, wanted.customer.store.playbook.settings.support_role_weights)
    figures = Fields(
        (
            Field(say("客户", "Customer"), wanted.name()),
            Field(say("支持指数", "Support index"), signed(support.index)),
            Field(say("接触覆盖", "Met"), format_ratio(exactly(support.coverage))),
            Field(say("关键人覆盖", "Deciders met well"), format_ratio(exactly(support.key_coverage))),
        ),
        columns=4,
    )
    columns = (
        Column(say("序号", "No."), 9, "center"), Column(say("姓名", "Name"), 17), Column(say("部门", "Department"), 16),
        Column(say("职务", "Title"), 19), Column(say("上级", "Superior"), 16),
        Column(say("角色", "Role"), 10, "center"),
        Column(say("风格", "Style"), 10, "center"), Column(say("态度", "Attitude"), 10, "center"),
        Column(say("接触", "Contact"), 10, "center"), Column(say("政治圈", "Circle"), 17),
        Column(say("适应能力", "Adaptability"), 16), Column(say("个人需求", "Need"), 12, "center"),
        Column(say("关注点", "Concern"), 36), Column(say("对策", "Countermeasure"), 36),
        Column(say("责任人", "By"), 16), Column(say("日期", "Date"), 18),
    )  # fmt: skip
    names = {person.pk: person.name for person in found.people}
    rows = tuple(
        _key_row(wanted, found, names, number, person) for number, person in enumerate(found.people, 1)
    )
    legend = say(
        "角色 A 批准者 D 决策者 E 评估者 U 使用者；风格 D 干劲 K 亲切 A 分析 E 表达；"
        "态度 * 内线 + 支持 = 中立 − 反对 X 敌人；接触 0 未接触 1 一次 N 多次 F 深交；◎ 核心成员",
        "Role A approves D decides E evaluates U uses; style D driver K amiable A analytical E expressive; "
        "attitude * coach + supporter = neutral − against X enemy; contact 0 never 1 once N often F friend; "
        "◎ inner core",
    )
    drawn = _drawn(found) if 0 < len(found.people) <= MOST_DRAWN else ()
    table = Table(columns, rows, min_rows=BLANK_ROWS)
    return landscape(
        wanted, "F-KEY-1", say("关键人分析表", "Key persons"), (figures, *drawn, table, Note(legend))
    )


def plan_of_steps(wanted: Print) -> Document:
    """F-KEY-2: what is planned, by whom, until when, and what came of it by the day."""
    say, on = wanted.words, wanted.card.on
    columns = (
        Column(say("序号", "No."), 9, "center"), Column(say("目标", "Goal"), 34), Column(say("行动", "Action"), 46),
        Column(say("对象", "With whom"), 18), Column(say("竞争对手应对", "Answer to rival"), 36),
        Column(say("责任人", "Who"), 18), Column(say("开始", "Start"), 19), Column(say("完成", "Due"), 19),
        Column(say("资源", "Resources"), 24), Column(say("状态", "State"), 15, "center"),
        Column(say("结果", "Result"), 40),
    )  # fmt: skip
    steps = PlannedStep.objects.filter(customer=wanted.customer).select_related("task__owner", "person")
    known = [step for step in steps if wanted.customer.store.local_date(step.at) <= on]
    rows = []
    for number, step in enumerate(known, 1):
        task = step.task
        assert task is not None
        closed = task.done_on is not None and task.done_on <= on
        state = STATUS[Task.Status(task.status) if closed or task.done_on is None else Task.Status.OPEN]
        rows.append(
            (
                number, step.goal, done_by(step), step.person.name if step.person else "", step.answer_to_rival,
                str(task.owner or ""), step.starts_on, task.due_on, step.resources, say(*state),
                step.result if closed else "",
            )
        )  # fmt: skip
    table = Table(columns, tuple(rows), min_rows=BLANK_ROWS, row_height=8)
    head = Fields((Field(say("客户", "Customer"), wanted.name()),), columns=1)
    return landscape(wanted, "F-KEY-2", say("推进计划表", "Plan of steps"), (head, table))


def done_by(step: PlannedStep) -> str:
    """The action, behind the means where one is named."""
    return said_of(step.get_means_display(), step.action) if step.means else step.action


def customer_chain(wanted: Print) -> Document:
    """F-CHN-1: roles in the chain, key links first, and whom each influences directly and through others."""
    say, found = wanted.words, map_of(wanted.customer, wanted.card.on)
    moved = reach_of(found)
    columns = (
        Column(say("序号", "No."), 9, "center"), Column(say("姓名", "Name"), 17),
        Column(say("单位/部门", "Department"), 20), Column(say("职务", "Title"), 20),
        Column(say("角色", "Roles"), 28), Column(say("购买力", "Power"), 12, "center"),
        Column(say("影响力", "Influence"), 12, "center"), Column(say("重要环节", "Key link"), 14, "center"),
        Column(say("直接影响谁", "Influences"), 36), Column(say("间接影响谁", "Through others"), 36),
        Column(say("对营销员", "To us"), 12, "center"), Column(say("对商品", "Product"), 12, "center"),
        Column(say("对公司", "Company"), 12, "center"), Column(say("对竞品", "Rivals"), 12, "center"),
        Column(say("下次接触", "Next"), 20),
    )  # fmt: skip
    due = _next_steps(wanted, found)
    order = sorted(
        found.people,
        key=lambda one: (
            not one.is_key_link,
            int(one.marks["buy_power"] or 9) + int(one.marks["influence"] or 9),
        ),
    )
    rows = tuple(
        _chain_row(wanted, found, moved, due, number, person) for number, person in enumerate(order, 1)
    )
    note = say(
        "购买力、影响力 1 最高 5 最低；任一项 1–2 为重要环节",
        "Power and influence: 1 highest, 5 lowest; a key link has 1–2 in either",
    )
    # At the head: at the foot the note alone would begin another page.
    head = Fields(
        (Field(say("客户", "Customer"), wanted.name()), Field(say("说明", "Note"), note)), columns=2
    )
    table = Table(columns, rows, min_rows=BLANK_ROWS, row_height=5.4)
    return landscape(wanted, "F-CHN-1", say("客户链/重要环节表", "Chain and key links"), (head, table))


def landscape(wanted: Print, code: str, title: str, blocks: tuple[Block, ...]) -> Document:
    """The sheet of a form about an account, on its side."""
    made = wanted.sheet(code, title, blocks)
    return wanted.document(Sheet(made.code, made.title, made.blocks, made.footer, "landscape", made.subtitle))


def _drawn(found: AccountMap) -> tuple[Block, ...]:
    context = {"drawing": drawing_of(found, LANDSCAPE), "customer": found.customer}
    svg = render_to_string("key_accounts/drawing.html", context)
    if len(found.people) <= SMALL:
        return (Picture(svg, SMALL_HEIGHT),)
    return Picture(svg, PAGE_HEIGHT), PageBreak()


def _key_row(
    wanted: Print, found: AccountMap, names: dict[int, str], number: int, person: MapPerson
) -> tuple[CellLike, ...]:
    say, row, marks = wanted.words, person.row, person.marks
    ties = [tie for tie in found.ties if tie.person_id == person.pk]
    circle = f"{row.circle}{' ◎' if row.is_core else ''}" if row.circle else ""
    return (
        number, person.name, person.contact.department, person.contact.title, names.get(person.boss or 0, ""),
        marks["role"], marks["style"], marks["attitude"], marks["degree"], circle,
        say(*ADAPTABILITY[marks["adaptability"]]) if marks["adaptability"] else "", marks["needs_level"], row.concern,
        row.countermeasure, str(ties[0].user if ties else wanted.card.owner or ""), person.last_heard_on,
    )  # fmt: skip


def _chain_row(
    wanted: Print,
    found: AccountMap,
    moved: dict[int, Reach[int]],
    due: dict[int, date],
    number: int,
    person: MapPerson,
) -> tuple[CellLike, ...]:
    say, marks, names = wanted.words, person.marks, found.by_key
    reach = moved[person.pk]
    between = say("、", ", ")
    roles = [say(*CHAIN[code]) for code in ChainRole.values if code in person.row.chain_roles]
    return (
        number, person.name, person.contact.department, person.contact.title, between.join(roles), marks["buy_power"],
        marks["influence"], say("是", "yes") if person.is_key_link else say("否", "no"),
        between.join(names[key].name for key in reach.direct), between.join(names[key].name for key in reach.indirect),
        marks["attitude"], marks["attitude_to_product"], marks["attitude_to_company"], marks["attitude_to_rival"],
        due.get(person.pk),
    )  # fmt: skip


def _next_steps(wanted: Print, found: AccountMap) -> dict[int, date]:
    """Person → the day of the next open step with them, as of the day of the form."""
    steps = PlannedStep.objects.filter(customer=wanted.customer, person__in=[one.pk for one in found.people])
    nearest: dict[int, date] = {}
    for step in steps.select_related("task").order_by("-task__due_on"):
        task = step.task
        assert task is not None and step.person_id is not None
        closed = task.done_on is not None and task.done_on <= wanted.card.on
        if not closed and wanted.customer.store.local_date(step.at) <= wanted.card.on:
            nearest[step.person_id] = task.due_on
    return nearest
