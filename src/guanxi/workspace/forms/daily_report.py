"""F-DAY-1 on paper: the contacts of the day, the counts, the plan of the next day (handbook 7.2)."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from guanxi.paper.sheets import CellLike, Column, Field, Fields, Heading, Sheet, Table
from guanxi.performance.queries.about import About
from guanxi.workspace.forms.wording import Wording

ROWS = 20
TICK = "√"


def daily_report(figures: dict[str, Any], about: About, say: Wording) -> Sheet:
    """The sheet of one person and day; a day without contacts is a zero report."""
    on = date.fromisoformat(figures["on"])
    weekday = say("周一 周二 周三 周四 周五 周六 周日", "Mon Tue Wed Thu Fri Sat Sun").split()[on.weekday()]
    title = say("销售活动日报表", "Daily activity report")
    subtitle = f"{on} {weekday} · {figures['person']}"
    blocks = (
        _head(figures, about, say),
        _rows(figures, say),
        _counts(figures, say),
        _words(figures, say),
        _plan(figures, say),
    )
    return Sheet("F-DAY-1", title, blocks, say.footer(None, about.days.as_of, []), "landscape", subtitle)


def _head(figures: dict[str, Any], about: About, say: Wording) -> Fields:
    states = {
        "DRAFT": say("未提交", "Not submitted"),
        "SUBMITTED": say("已提交", "Submitted"),
        "REVIEWED": say("已批阅", "Reviewed"),
    }
    state = states[figures["state"]] + (say("（迟交）", " (late)") if figures["late"] else "")
    if added := figures.get("supplemented_at"):
        at = datetime.fromisoformat(added).astimezone(ZoneInfo(about.store.timezone))
        state += say(f"，补充 {at:%m-%d %H:%M}", f", supplemented {at:%m-%d %H:%M}")
    return Fields((
        Field(say("日期", "Date"), date.fromisoformat(figures["on"])),
        Field(say("区域", "Team"), figures["team"]),
        Field(say("销售顾问", "Consultant"), figures["person"]),
        Field(say("状态", "State"), state),
    ))  # fmt: skip


def _rows(figures: dict[str, Any], say: Wording) -> Table:
    columns = (
        Column(say("序号", "No."), 9, "center"),
        Column(say("客户姓名", "Customer"), 22),
        Column(say("车型", "Model"), 26),
        Column(say("电话", "Phone"), 24),
        Column(say("访问计划", "Planned"), 11, "center"),
        Column(say("信息来源", "Channel"), 11, "center"),
        Column(say("目的", "Purpose"), 22),
        Column(say("原有", "Before"), 10, "center"),
        Column(say("现在", "Now"), 10, "center"),
        Column(say("访问状况", "How"), 16),
        Column(say("上月留存", "Carried"), 12, "center"),
        Column(say("本月新增", "New"), 12, "center"),
        Column(say("访问经过", "What was said"), 72),
    )
    heads = (
        *(Heading() for _ in range(7)), Heading(say("意向级别", "Level"), 2), Heading(),
        Heading(say("促进成交", "Where from"), 2), Heading(),
    )  # fmt: skip
    rows = [_row(number, row, say) for number, row in enumerate(figures["rows"], start=1)]
    blank: tuple[CellLike, ...] = ("",) * 12
    rows += [(len(rows) + place, *blank[1:], line) for place, line in enumerate(figures["free"], start=1)]
    if not rows:
        rows = [("", *blank[1:], say("零报告：当天没有访问", "Zero report: no contacts on this day"))]
    return Table(columns, tuple(rows), min_rows=ROWS, header_rows=(heads,), row_height=4.6)


def _row(number: int, row: dict[str, Any], say: Wording) -> tuple[CellLike, ...]:
    how = say.code("methods", row["method"]) + ("" if row["reached"] else say("（未接通）", " (not reached)"))
    return (
        number, row["name"], row["model"], row["phone"], TICK if row["planned"] else "", row["channel"],
        say.code("purposes", row["purpose"]), row["level_before"], row["level_after"], how,
        TICK if row["origin"] == "CARRY" else "", TICK if row["origin"] == "NEW" else "", row["course"],
    )  # fmt: skip


def _counts(figures: dict[str, Any], say: Wording) -> Fields:
    stock, owners = figures["stock"], figures["owners"]
    counted = [Field(say(f"意向 {level}", f"Level {level}"), stock[level]) for level in "HABC"]
    return Fields(
        (
            Field(say("本日访问客户数", "Customers today"), figures["customers"]),
            Field(say("本月访问累计", "Contacts this month"), figures["month_rows"]),
            Field(say("其中有效", "Of these reached"), figures["month_valid"]),
            Field(say("意向客户合计", "Open customers"), sum(stock.values())),
            *counted,
            Field(say("自销保有", "Own-sale owners"), owners["OWN_SALE"]),
            Field(say("他销保有", "Other-sale owners"), owners["OTHER_SALE"]),
        ),
        columns=5,
        title=say("本日止合计", "Totals at the end of the day"),
    )


def _plan(figures: dict[str, Any], say: Wording) -> Table:
    columns = (
        Column(say("客户姓名", "Customer"), 40), Column(say("级别", "Level"), 15, "center"),
        Column(say("车型", "Model"), 60), Column(say("预定日", "Due"), 25),
    )  # fmt: skip
    rows = tuple(
        (row["name"], row["level"], row["model"], date.fromisoformat(row["due_on"]))
        for row in figures["plan"]
    )
    return Table(columns, rows, title=say("次日访问计划", "Plan of the next day"))


def _words(figures: dict[str, Any], say: Wording) -> Fields:
    def signed(note: str, who: str) -> str:
        return f"{note}（{who}）" if note else ""

    return Fields(
        (
            Field(say("备注", "Remark"), figures["remark"]),
            Field(
                say("主管指示事项", "Supervisor"), signed(figures["supervisor_note"], figures["supervisor"])
            ),
            Field(say("经理指示", "Manager"), signed(figures["manager_note"], figures["manager"])),
        ),
        columns=3,
        row_height=10,
    )
