"""F-EFF-1 on paper: the effectiveness of each consultant's month (handbook 17.4)."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from guanxi.lib.money import NONE_SHOWN, format_ratio
from guanxi.paper.sheets import Cell, CellLike, Column, Heading, Note, Sheet, Table, Tone
from guanxi.performance.queries.about import About
from guanxi.workspace.forms.wording import Wording


def effectiveness(figures: dict[str, Any], about: About, say: Wording) -> Sheet:
    """The month's sheet of the store, or of one person."""
    who = figures["person"] or say("全店", "Whole store")
    title = say("销售顾问营业活动成效分析表", "Effectiveness of the consultants")
    note = say(
        "得分 = 留存、新增与留档、活动量、业绩四项达成率（最高 120%）按权重相加；跟踪及时率低于 80% 扣 10 分；"
        "没有目标的项目不计。出勤不足 10 个工作日不排名。新车保险、续保尚无数据来源。",
        "Score = attainment of stock, new and filing, activity and results (120% at most) by weight; follow-ups "
        "in time under 80% cost 10 points; what has no target is left out. Fewer than 10 working days: no place. "
        "Insurance has no source yet.",
    )
    footer = say.footer(None, about.days.as_of, [])
    return Sheet(
        "F-EFF-1",
        title,
        (_table(figures, say), Note(note)),
        footer,
        "landscape",
        f"{figures['month']} · {who}",
    )


def _table(figures: dict[str, Any], say: Wording) -> Table:
    def small(*words: str) -> tuple[Column, ...]:
        return tuple(Column(word, 9, "right") for word in words)

    columns = (
        Column(say("顾问", "Consultant"), 18),
        *small("H", "A", "B", "C", say("自销", "Own"), say("他销", "Other")),
        *small(say("来店", "Walk-in"), say("来电", "Phone"), say("基盘", "Base")),
        *small(say("情报", "Info"), say("开发", "Dev.")),
        Column(say("来店留档率", "Filing"), 14, "right"),
        *small(say("管理", "Care"), say("促进", "Push"), say("开拓", "Dev."), say("合计", "Sum")),
        Column(say("有效接触", "Reached"), 12, "right"),
        *small(say("试驾", "Drives"), say("订金", "Deposits"), say("交车", "Deliv.")),
        *small(say("新保", "Ins."), say("续保", "Ren.")),
        *(Column(word, 14, "right") for word in (
            say("成交率", "Closing"), say("战败率", "Defeat"), say("跟踪及时率", "In time"), say("得分", "Score"),
        )),
        Column(say("排名", "Place"), 12, "center"),
        Column(say("主管评语", "Comment"), 34),
    )  # fmt: skip
    heads = (
        Heading(), Heading(say("留存意向", "Open"), 4), Heading(say("保有", "Owners"), 2),
        Heading(say("新增客户资源", "New customers"), 5), Heading(), Heading(say("活动量", "Activity"), 4),
        *(Heading() for _ in range(12)),
    )  # fmt: skip
    return Table(columns, tuple(_row(row) for row in figures["rows"]), min_rows=12, header_rows=(heads,))


def _row(row: dict[str, Any]) -> tuple[CellLike, ...]:
    activity = row["activity"]
    late = row["follow_rate"] is not None and Decimal(row["follow_rate"]) < Decimal("0.8")
    return (
        row["person"], *(row["stock"][level] for level in "HABC"),
        row["owners"]["OWN_SALE"], row["owners"]["OTHER_SALE"],
        *(row["new"][way] for way in ("WALKIN", "PHONEIN", "BASE", "INFORMATION", "DEVELOPED")), _share(row["filing"]),
        activity["MANAGE"], activity["PUSH"], activity["DEVELOP"], sum(activity.values()), row["valid"], row["drives"],
        row["deposits"], row["deliveries"], NONE_SHOWN, NONE_SHOWN, _share(row["close_rate"]),
        _share(row["defeat_rate"]),
        Cell(_share(row["follow_rate"]), Tone.LATE if late else Tone.PLAIN), _points(row["score"]),
        NONE_SHOWN if row["rank"] is None else row["rank"], row["comment"],
    )  # fmt: skip


def _points(score: str | None) -> str:
    """A score to one place, half up."""
    return NONE_SHOWN if score is None else str(Decimal(score).quantize(Decimal("0.1"), ROUND_HALF_UP))


def _share(value: str | None) -> str:
    return format_ratio(None if value is None else Decimal(value))
