"""F-TGT-1 on paper: plan and actual of a month by week, with what is done about a gap (handbook 7.4)."""

from datetime import date
from decimal import Decimal
from typing import Any

from guanxi.lib.money import NONE_SHOWN, format_ratio
from guanxi.paper.sheets import Cell, CellLike, Column, Field, Fields, Heading, Note, Sheet, Table, Tone
from guanxi.performance.queries.about import About
from guanxi.workspace.forms.wording import Wording

TONES = {"RED": Tone.LATE, "AMBER": Tone.STRONG, "GREEN": Tone.PLAIN, "": Tone.PLAIN}


def target_plan(figures: dict[str, Any], about: About, say: Wording) -> Sheet:
    """The month's sheet of a person or of the store; it names the version of the targets."""
    who = figures["person"] or say("全店", "Whole store")
    title = say("营业目标计划与实际比较表", "Targets, plan and actual")
    blocks = (_head(figures, say), _table(figures, say), Note(_legend(say)))
    footer = say.footer(None, about.days.as_of, [])
    return Sheet("F-TGT-1", title, blocks, footer, "landscape", f"{figures['month']} · {who}")


def _head(figures: dict[str, Any], say: Wording) -> Fields:
    set_on = f"{figures['set_on'] or ''} {figures['set_by']}".strip()
    version = (
        say(f"第 {figures['version']} 版", f"Version {figures['version']}")
        if figures["version"]
        else NONE_SHOWN
    )
    stock = " ".join(f"{level} {count}" for level, count in figures["stock"].items())
    return Fields((
        Field(say("目标版本", "Targets"), version),
        Field(say("编制日", "Set on"), set_on),
        Field(say("工作日", "Working days"), f"{figures['elapsed']} / {figures['work_days']}"),
        Field(say("留存意向", "Open customers"), stock),
        Field(say("未来一个月可望订单", "Orders in prospect"), f"{Decimal(figures['forecast']):.1f}"),
        Field(say("其中本月内", "By month end"), f"{Decimal(figures['forecast_month']):.1f}"
              if "forecast_month" in figures else NONE_SHOWN),
    ), columns=6)  # fmt: skip


def _table(figures: dict[str, Any], say: Wording) -> Table:
    groups = {
        "RESULTS": say("A 成果", "A Results"), "CUSTOMERS": say("B 客户", "B Customers"),
        "ACTIVITY": say("C 活动", "C Activity"), "BASE": say("D 基盘/VIP", "D Base and VIP"),
    }  # fmt: skip
    weeks = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in figures["weeks"]]
    columns = (
        Column(say("类别", "Group"), 20), Column(say("项目", "Figure"), 26),
        Column(say("上月实绩", "Last"), 13, "right"),
        Column(say("本月目标", "Target"), 14, "right"),
        *(Column(word, 10, "right") for _week in weeks for word in (say("计划", "Plan"), say("实际", "Done"))),
        Column(say("累计实际", "Actual"), 14, "right"), Column(say("差异", "Diff."), 13, "right"),
        Column(say("达成率", "Attained"), 14, "right"), Column(say("进度", "Progress"), 14, "right"),
        Column(say("差异原因", "Cause"), 26), Column(say("对策", "Measure"), 26), Column(say("责任人", "Who"), 14),
        Column(say("完成日", "Until"), 16),
    )  # fmt: skip
    heads = (
        *(Heading() for _ in range(4)), *(Heading(f"{first.day}–{last.day}", 2) for first, last in weeks),
        *(Heading() for _ in range(8)),
    )  # fmt: skip
    rows = tuple(_row(row, groups[row["group"]], say) for row in figures["rows"])
    return Table(columns, rows, header_rows=(heads,))


def _row(row: dict[str, Any], group: str, say: Wording) -> tuple[CellLike, ...]:
    weeks: list[CellLike] = []
    for week in row["weeks"]:
        weeks += [_number(week["plan"]), "" if week["actual"] is None else week["actual"]]
    return (
        group, say.code("target_metrics", row["metric"]), _number(row["last"]), _number(row["target"]), *weeks,
        _number(row["actual"]), _number(row["diff"]), _share(row["attainment"]),
        Cell(_share(row["progress"]), TONES[row["colour"]]), row["cause"], row["measure"], row["owner"],
        date.fromisoformat(row["due_on"]) if row["due_on"] else None,
    )  # fmt: skip


def _number(value: str | int | None) -> CellLike:
    """A figure; a dash for one without a source or a target."""
    if value is None:
        return NONE_SHOWN
    exact = Decimal(value)
    return int(exact) if exact == exact.to_integral_value() else exact.quantize(Decimal("0.1"))


def _share(value: str | None) -> str:
    return format_ratio(None if value is None else Decimal(value))


def _legend(say: Wording) -> str:
    return say(
        "进度 = 累计实际 ÷（目标 × 已过工作日 ÷ 工作日）；低于 80% 落后（红），低于 100% 接近（粗体）。"
        "“—”表示没有目标或没有数据来源。",
        "Progress = actual ÷ (target × working days gone ÷ working days); under 80% behind (red), under 100% nearly "
        "(bold). A dash: no target, or no source.",
    )
