"""F-REG-1 来店顾客登记表 and F-REG-2 来电顾客登记表: the rows of a day (handbook 4.2)."""

from datetime import date
from typing import Any

from guanxi.paper.sheets import Block, CellLike, Column, Field, Fields, Note, Sheet, Table
from guanxi.performance.queries.about import About
from guanxi.workspace.forms.wording import Wording

TICK = "✓"
# A blank form is filled by hand too.
ROWS = 12


def walk_in_register(figures: dict[str, Any], about: About, say: Wording) -> Sheet:
    """F-REG-1: one row for every party, also when it left nothing."""
    columns = tuple(Column(say(zh, en), width) for zh, en, width in (
        ("序号", "No.", 8), ("来店", "Arrived", 11), ("离店", "Left", 11), ("人数", "People", 9),
        ("来店工具", "Came by", 14), ("首次/再次", "Visit", 19), ("来店目的", "Purpose", 12), ("顾客姓名", "Name", 16),
        ("性别", "Sex", 8), ("联系电话", "Phone", 22), ("微信", "WeChat", 8), ("区域", "Region", 14),
        ("意向车型", "Model", 18), ("颜色", "Colour", 12), ("竞品对比", "Compared with", 16), ("初判", "Level", 9),
        ("24h确认", "In 24 h", 10), ("信息渠道", "Channel", 14), ("试驾", "Drive", 8), ("报价", "Quote", 8),
        ("留档", "Filed", 8), ("顾问", "Consultant", 13), ("经过情形", "What happened", 34), ("备注", "Remark", 16),
    ))  # fmt: skip
    rows = tuple(_walk_in(place, row, say) for place, row in enumerate(figures["rows"], 1))
    table = Table(columns, rows, min_rows=ROWS)
    return _sheet("F-REG-1", say("来店顾客登记表", "Walk-in register"), figures, table, about, say)


def call_register(figures: dict[str, Any], about: About, say: Wording) -> Sheet:
    """F-REG-2: every call that came in."""
    columns = tuple(Column(say(zh, en), width) for zh, en, width in (
        ("序号", "No.", 8), ("来电时间", "Called", 13), ("结束", "Ended", 12), ("时长(分)", "Minutes", 12),
        ("姓名", "Name", 18), ("电话", "Phone", 24), ("来电性质", "Kind", 20), ("得知渠道", "Channel", 17),
        ("咨询车型", "Model", 20), ("咨询内容", "Asked", 40), ("级别", "Level", 9), ("邀约到店", "Invited for", 20),
        ("留档", "Filed", 9), ("接听顾问", "Taken by", 16), ("跟踪结果", "Result", 24), ("备注", "Remark", 20),
    ))  # fmt: skip
    rows = tuple(_call(place, row, say) for place, row in enumerate(figures["rows"], 1))
    table = Table(columns, rows, min_rows=ROWS)
    return _sheet("F-REG-2", say("来电顾客登记表", "Phone-in register"), figures, table, about, say)


def _walk_in(place: int, row: dict[str, Any], say: Wording) -> tuple[CellLike, ...]:
    kind = (
        say("（同日再来）", "(continued)") if row["continues"] else say.code("visit_types", row["visit_type"])
    )
    if row["kind"] == "EVENT":
        kind = f"{say('活动', 'Event')} {kind}"
    drive = (
        say("✓ 未核驾照", "✓ no licence")
        if row["test_drive"] and not row["licence"]
        else _tick(row["test_drive"])
    )
    return (
        place, row["arrived"], row["left"], row["party_size"], say.code("arrival_modes", row["arrival_mode"]), kind,
        say.code("visit_purposes", row["purpose"]), row["name"], _gender(row["gender"], say),
        row["phone"], _tick(row["wechat"]), row["region"], row["product"], row["colour"], row["competitor"],
        row["level_first"], row["level_confirmed"], say.code("channels", row["channel"]), drive, _tick(row["quoted"]),
        _tick(row["filed"]), row["consultant"], row["course"], row["remark"],
    )  # fmt: skip


def _call(place: int, row: dict[str, Any], say: Wording) -> tuple[CellLike, ...]:
    return (
        place, row["arrived"], row["left"], row["minutes"], row["name"], row["phone"],
        say.code("call_natures", row["nature"]), say.code("channels", row["channel"]), row["product"], row["course"],
        row["level_confirmed"] or row["level_first"], row["invited_on"], _tick(row["filed"]), row["consultant"],
        row["result"], row["remark"],
    )  # fmt: skip


def _sheet(code: str, title: str, figures: dict[str, Any], table: Table, about: About, say: Wording) -> Sheet:
    on = date.fromisoformat(figures["on"])
    head = Fields(
        (
            Field(say("日期", "Date"), on),
            Field(say("星期", "Weekday"), say.weekday(on)),
            Field(say("天气", "Weather"), say.code("weathers", figures["weather"])),
        ),
        columns=3,
    )
    foot = Fields(
        (
            Field(say("合计", "Total"), _total(code, figures, say)),
            Field(say("前台签字", "Front desk"), figures["front_desk"]),
            Field(say("展厅主管", "Supervisor"), figures["supervisor"]),
            Field(say("销售经理", "Manager"), figures["manager"]),
        ),
        columns=4,
    )  # fmt: skip
    blocks: list[Block] = [head, table, foot]
    if figures["locked_at"]:
        at = figures["locked_at"][:16].replace("T", " ")
        blocks.append(Note(say(f"已于 {at} 锁定", f"Locked at {at}")))
    if figures["reopened"]:
        blocks.append(Note(say(f"曾重新打开：{figures['reopened']}", f"Re-opened: {figures['reopened']}")))
    who = str(about.person or about.store.name)
    return Sheet(
        code, title, tuple(blocks), say.footer(None, about.days.as_of, []), orientation="landscape",
        subtitle=f"{on}　{who}",
    )  # fmt: skip


def _total(code: str, figures: dict[str, Any], say: Wording) -> str:
    parties, filed = figures["parties"], figures["filed"]
    if code == "F-REG-2":
        return say(f"{parties} 个来电，留档 {filed}", f"{parties} calls, {filed} filed")
    people = figures["people"]
    return say(
        f"{parties} 组 {people} 人，留档 {filed}", f"{parties} parties, {people} people, {filed} filed"
    )


def _tick(yes: bool) -> str:
    return TICK if yes else ""


def _gender(code: str, say: Wording) -> str:
    return {"M": say("男", "M"), "F": say("女", "F")}.get(code, "")
