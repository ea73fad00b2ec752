"""F-LOSS-1 on paper: loss by loss, and the summary of reason, competitor, consultant and level (handbook 7.5)."""

from datetime import date
from decimal import Decimal
from typing import Any

from guanxi.lib.money import format_ratio
from guanxi.paper.sheets import Cell, CellLike, Column, Field, Fields, Sheet, Table, Tone
from guanxi.performance.queries.about import About
from guanxi.workspace.forms.wording import Wording

ROWS = 12


def share(value: str | None) -> str:
    """A share kept as text; a dash without a denominator."""
    return format_ratio(None if value is None else Decimal(value))


def loss_analysis(figures: dict[str, Any], about: About, say: Wording) -> Sheet:
    """The month's sheet of a person or of the store."""
    who = figures["person"] or say("全店", "Whole store")
    blocks = (
        _head(figures, say),
        _rows(figures, say),
        _buckets(figures, say),
        _crossed(figures, say),
        _by(figures, say),
    )
    title = say("销售促成失控（战败）分析表", "Loss analysis")
    footer = say.footer(None, about.days.as_of, [])
    return Sheet("F-LOSS-1", title, blocks, footer, "landscape", f"{figures['month']} · {who}")


def _head(figures: dict[str, Any], say: Wording) -> Fields:
    return Fields((
        Field(say("申请", "Applied for"), figures["applied"]),
        Field(say("审批战败", "Approved"), figures["approved"]),
        Field(say("驳回", "Rejected"), figures["rejected"]),
        Field(say("待审批", "Waiting"), figures["pending"]),
        Field(say("已核实", "Verified"), figures["verified"]),
        Field(say("战败明确率", "Loss clarity"), share(figures["clarity"])),
    ), columns=6)  # fmt: skip


def _rows(figures: dict[str, Any], say: Wording) -> Table:
    columns = (
        Column(say("序号", "No."), 8, "center"), Column(say("客户", "Customer"), 18), Column(say("电话", "Phone"), 22),
        Column(say("来源", "Source"), 9, "center"), Column(say("意向车型", "Model"), 20),
        Column(say("建卡日", "Card opened"), 18), Column(say("最高级别", "Highest"), 10, "center"),
        Column(say("失去时级别", "Then"), 10, "center"), Column(say("在库天数", "Days"), 10, "right"),
        Column(say("接触次数", "Contacts"), 10, "right"), Column(say("试驾", "Drove"), 8, "center"),
        Column(say("结果", "Outcome"), 18), Column(say("购买厂牌车型", "Bought"), 20),
        Column(say("购买店/价格", "From, price"), 20), Column(say("主因", "Reason"), 16),
        Column(say("次因", "Second"), 16), Column(say("顾问分析", "Analysis"), 28), Column(say("对策", "Measure"), 24),
        Column(say("主管核实", "Call-back"), 24), Column(say("审批/日期", "Decided"), 20),
    )  # fmt: skip
    rows = [_row(number, row, say) for number, row in enumerate(figures["rows"], start=1)]
    return Table(columns, tuple(rows), min_rows=ROWS)


def _row(number: int, row: dict[str, Any], say: Wording) -> tuple[CellLike, ...]:
    states = {
        "APPROVED": say("通过", "Approved"),
        "REJECTED": say("驳回", "Rejected"),
        "APPLIED": say("待审批", "Waiting"),
    }
    decided = f"{states[row['state']]} {row['decided_by']} {row['decided_on'] or ''}".strip()
    bought_from = " ".join(part for part in (row["bought_from"], _price(row["price"])) if part)
    words = f"{row['analysis']} {row['words']}".strip()
    outcome = f"{say.code('outcomes', row['outcome'])} {row['bucket']}"
    return (
        number, row["name"], row["phone"], row["source"], row["model"], date.fromisoformat(row["opened_on"]),
        row["highest"], row["level"], row["days"], row["contacts"],
        say("是", "yes") if row["drove"] else say("否", "no"),
        outcome, row["bought"], bought_from, say.code("reasons", row["reason"]), say.code("reasons", row["second"]),
        words, row["countermeasure"], row["found"], decided,
    )  # fmt: skip


def _buckets(figures: dict[str, Any], say: Wording) -> Fields:
    counted = [
        Field(say.level(row["value"]), f"{row['count']}（{share(row['share'])}）")
        for row in figures["buckets"]
    ]
    return Fields(tuple(counted), columns=3, title=say("归类", "Buckets"))


def _crossed(figures: dict[str, Any], say: Wording) -> Table:
    columns = (
        Column(say("主因", "Reason"), 40), Column(say("竞品", "Competitor"), 50), Column(say("顾问", "Consultant"), 30),
        Column(say("失去时级别", "Level"), 20, "center"), Column(say("数量", "Losses"), 20, "right"),
        Column("%", 20, "right"),
    )  # fmt: skip
    rows = tuple(
        (say.code("reasons", row["reason"]), row["competitor"] or "—", row["consultant"], row["level"], row["count"],
         share(row["share"]))
        for row in figures["crossed"]
    )  # fmt: skip
    return Table(
        columns, rows, title=say("主因 × 竞品 × 顾问 × 级别", "Reason × competitor × consultant × level")
    )


def _by(figures: dict[str, Any], say: Wording) -> Table:
    """Each aspect by itself; the first three are bold."""
    names = {
        "reason": say("主因", "Reason"), "competitor": say("竞品", "Competitor"),
        "consultant": say("顾问", "Consultant"), "level": say("失去时级别", "Level"),
    }  # fmt: skip
    columns = (
        Column(say("项目", "Aspect"), 40), Column(say("内容", "Value"), 80), Column(say("数量", "Losses"), 25, "right"),
        Column("%", 25, "right"), Column(say("前三", "Top 3"), 20, "center"),
    )  # fmt: skip
    rows = []
    for aspect, values in figures["by"].items():
        for row in values:
            value = say.code("reasons", row["value"]) if aspect == "reason" else row["value"] or "—"
            tone = Tone.STRONG if row["top"] else Tone.PLAIN
            rows.append((
                names[aspect], Cell(value, tone), Cell(row["count"], tone), share(row["share"]),
                "√" if row["top"] else "",
            ))  # fmt: skip
    return Table(columns, tuple(rows), title=say("汇总", "Summary"))


def _price(text: str | None) -> str:
    """``¥130,000``; nothing where it is not known (7.6)."""
    return "" if text is None else f"¥{Decimal(text):,.0f}"
