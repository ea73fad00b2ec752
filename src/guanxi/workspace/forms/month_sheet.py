"""F-MON-1 意向顾客接触状况表: a consultant's intent customers by the days of a month (handbook 7.3)."""

from datetime import date
from typing import Any

from guanxi.paper.sheets import (
    Block,
    Cell,
    CellLike,
    Column,
    Field,
    Fields,
    Heading,
    Note,
    Sheet,
    Table,
    Tone,
)
from guanxi.performance.queries.about import About
from guanxi.performance.rules.moves import IN, TERMS
from guanxi.workspace.forms.wording import Wording

TERM_WORDS = {
    "new": ("本月新增", "New"),
    "reactivated": ("战败激活", "Reactivated"),
    "reopened_orders": ("退订恢复", "Re-opened orders"),
    "transfer_in": ("转入", "Transferred in"),
    "won": ("成交", "Won"),
    "lost": ("战败/失控", "Lost"),
    "frozen": ("冷冻", "Frozen"),
    "transfer_out": ("转出", "Transferred out"),
    "merged": ("合并", "Merged"),
    "removed": ("导入撤销", "Removed"),
}
RESULT_WORDS = {"TRANSFER_OUT": ("转出", "out"), "MERGED": ("合并", "merged"), "REMOVED": ("撤销", "undone")}
DAY_WIDTH = 4.7


def month_sheet(figures: dict[str, Any], about: About, say: Wording) -> Sheet:
    """The sheet of one consultant, or of the store with a line for each of them."""
    month = date.fromisoformat(f"{figures['month']}-01")
    subtitle = say(f"{month.year} 年 {month.month} 月", f"{month:%Y-%m}")
    blocks = (_people if about.person is None else _customers)(figures, about, say)
    who = str(about.person or about.store.name)
    return Sheet(
        "F-MON-1", say("意向顾客接触状况表", "Contact-status table"), blocks, say.footer(None, about.days.as_of, []),
        orientation="landscape", subtitle=f"{subtitle}　{who}",
    )  # fmt: skip


def _head(head: dict[str, Any], who: Field, say: Wording) -> tuple[Block, ...]:
    terms = tuple(
        Field(say(*TERM_WORDS[term]), head["terms"].get(term, 0))
        for term in TERMS
        if term != "merged" or head["terms"].get(term)
    )
    fields = (
        who,
        Field(say("月初留存", "Carried in"), _stock(head["carried_in"], head["carry_in"]), span=2),
        Field(say("月末留存", "Carried out"), _stock(head["carried_out"], head["carry_out"]), span=2),
        Field(say("月初未交车", "Orders at start"), head["carry_orders"]),
        *terms,
        Field(say("未定级", "Not yet judged"), head["unjudged"]),
    )
    return Fields(fields, columns=6, row_height=5.5), Note(identity(head, say))


def identity(head: dict[str, Any], say: Wording) -> str:
    """The sum of 7.3 in words and numbers; terms of zero are left out."""
    parts = [f"{say('月初', 'carried in')} {head['carried_in']}"]
    for term in TERMS:
        if number := head["terms"].get(term):
            parts.append(f"{'+' if term in IN else '−'} {say(*TERM_WORDS[term]).lower()} {number}")
    return f"{' '.join(parts)} = {say('月末', 'carried out')} {head['carried_out']}"


def _stock(total: int, levels: dict[str, int]) -> str:
    parts = [f"{level} {number}" for level, number in levels.items() if number or level != "N"]
    return f"{total}:  {'  '.join(parts)}"


def _customers(figures: dict[str, Any], about: About, say: Wording) -> tuple[Block, ...]:
    days = about.days.last.day
    columns = (
        Column(say("序号", "No."), 7, "center"),
        Column(say("客户姓名", "Customer"), 17),
        Column(say("电话", "Phone"), 20),
        Column(say("意向车型", "Model"), 18),
        Column(say("颜色", "Colour"), 9),
        Column(say("来源", "Src"), 6.5, "center"),
        Column(say("建卡日", "Card"), 12),
        Column(say("初级别", "First"), 7, "center"),
        *(Column(str(day), DAY_WIDTH, "center") for day in range(1, 32)),
        Column(say("接触", "Times"), 7.5, "center"),
        Column(say("结果", "Result"), 8, "center"),
        Column(say("成交/战败/失控原因", "Reason"), 18),
        Column(say("备注", "Remark"), 13),
    )
    heading = (Heading(span=8), Heading(say("日期", "Day of the month"), 31), Heading(span=4))
    rows = tuple(_row(say, number, row, days) for number, row in enumerate(figures["rows"], 1))
    who = Field(say("销售顾问", "Consultant"), str(about.person or ""))
    legend = say(
        "* 预定接触日　红色 * 到期未接触　· 补访　○ 未接通　字母 接触后级别　→ 已转出　⊕ 已合并　× 导入已撤销",
        "* planned   red * missed   · retry   ○ not reached   letter: level after   → handed on   ⊕ merged   × undone",
    )  # fmt: skip
    table = Table(columns, rows, header_rows=(heading,), row_height=5)
    return *_head(figures["head"], who, say), table, Note(legend)


def _row(say: Wording, number: int, row: dict[str, Any], days: int) -> tuple[CellLike, ...]:
    late = set(row["late"])
    marks: list[CellLike] = [
        Cell(mark, Tone.LATE) if day in late else (mark or None) for day, mark in enumerate(row["cells"], 1)
    ]
    return (
        number,
        row["name"],
        row["phone"],
        row["product"],
        row["colour"],
        row["source"],
        say("上月留存", "carried") if row["came"] == "carry_in" else row["card_on"][2:],
        row["level"],
        *marks,
        *(None,) * (31 - days),
        row["contacts"],
        say(*RESULT_WORDS.get(row["result"], (row["result"], row["result"]))),
        reasons(row, say),
        remark(row, say),
    )  # fmt: skip


def reasons(row: dict[str, Any], say: Wording) -> str:
    """Why the customer was lost, main reason first."""
    return say("、", ", ").join(say.code("reasons", code) for code in row["reasons"])


def remark(row: dict[str, Any], say: Wording) -> str:
    """Where the customer came from or went within the store."""
    parts = []
    if row["came"] == "transfer_in":
        parts.append(say(f"由{row['came_from'] or '公共'}转入", f"from {row['came_from'] or 'nobody'}"))
    elif row["came"] in {"reactivated", "reopened_orders"}:
        parts.append(say(*TERM_WORDS[row["came"]]))
    if row["to"]:
        parts.append(say(f"转给{row['to']}", f"to {row['to']}"))
    return say("，", ", ").join(parts)


def _people(figures: dict[str, Any], about: About, say: Wording) -> tuple[Block, ...]:
    columns = (
        Column(say("销售顾问", "Consultant"), 26),
        Column(say("月初留存", "Carried in"), 15, "right"),
        *(Column(level, 9, "right") for level in "HABC"),
        *(Column(say(*TERM_WORDS[term]), 15, "right") for term in TERMS),
        Column(say("月末留存", "Carried out"), 15, "right"),
        *(Column(level, 9, "right") for level in "HABC"),
    )
    people = [(row["name"] or say("无顾问", "Nobody"), row) for row in figures["people"]]
    people.append((say("全店", "Whole store"), figures["head"]))
    rows = tuple(
        (
            name,
            head["carried_in"],
            *(head["carry_in"][level] for level in "HABC"),
            *(head["terms"].get(term, 0) for term in TERMS),
            head["carried_out"],
            *(head["carry_out"][level] for level in "HABC"),
        )
        for name, head in people
    )
    who = Field(say("门店", "Store"), about.store.name)
    return *_head(figures["head"], who, say), Table(columns, rows)
