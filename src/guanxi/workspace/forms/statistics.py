"""F-STAT-1 展厅来店统计表 and F-STAT-2 展厅来电统计表: a month day by day (handbook 4.2)."""

from datetime import date
from decimal import Decimal
from typing import Any

from guanxi.lib.money import format_ratio
from guanxi.paper.sheets import Cell, CellLike, Column, Field, Fields, Heading, Note, Sheet, Table, Tone
from guanxi.performance.queries.about import About
from guanxi.prospecting.queries.tallies import BAND_LABELS, LEVELS
from guanxi.prospecting.rules.metrics import METRICS, Variants
from guanxi.workspace.forms.wording import Wording

# 31 days and their sums on one page.
ROW_HEIGHT = 4.0
SUMS = (
    ("week", "本周累计", "This week"),
    ("month", "本月累计", "This month"),
    ("last_month", "上月同期", "Last month"),
)


def walk_in_statistics(figures: dict[str, Any], about: About, say: Wording) -> Sheet:
    """F-STAT-1: time bands, types of visit, levels, and below the sums of week and month."""
    left = (("日期", "Date", 17), ("星期", "Day", 11), ("天气", "Weather", 12))
    middle = (
        ("总批次", "Parties", 10), ("首次", "First", 9), ("再次", "Return", 9), ("已建卡首到", "With card", 12),
        ("非意向", "No intent", 11), ("未完善", "Open", 11), ("留档", "Filed", 9), ("留档率", "Filing", 14),
    )  # fmt: skip
    right = (
        ("试驾", "Drives", 9),
        ("报价", "Quotes", 9),
        ("订单", "Orders", 9),
        ("再回展厅率", "Return rate", 14),
    )
    columns = (
        *_columns(left, say), *(Column(band, 10, "right") for band in BAND_LABELS), *_columns(middle, say, "right"),
        *(Column(level, 7, "right") for level in LEVELS), *_columns(right, say, "right"),
    )  # fmt: skip
    header = (
        Heading("", 3), Heading(say("时段分布", "Time of arrival"), 5), Heading("", 8),
        Heading(say("级别", "Level"), 5), Heading("", 4),
    )  # fmt: skip
    spread = tuple(
        piece for heading in header for piece in ([heading] if heading.label else [Heading()] * heading.span)
    )
    rows = (
        *(_walk_in_row(row, _day_cells(row, say, weather=True), row["seen"]) for row in figures["days"]),
        *(
            _walk_in_row(
                figures[name], (Cell(say(zh, en), Tone.STRONG), "", ""), True, whole_month=name != "week"
            )
            for name, zh, en in SUMS
        ),
    )
    channels = Table(
        (Column(say("信息渠道", "Channel"), 40), Column(say("批次", "Parties"), 15, "right")),
        tuple(
            (say.code("channels", code) or say("未填", "Not said"), count)
            for code, count in figures["channels"]
        ),
        title=say("渠道分布", "Channels"),
        row_height=ROW_HEIGHT,
    )
    table = Table(columns, rows, header_rows=(spread,), row_height=ROW_HEIGHT)
    # Figures frozen before they said it were reckoned by the variants the store has.
    said = figures.get("variants")
    variants = Variants(**said) if said else Variants.of(about.store.playbook.settings)
    rates = Table(
        (Column(say("指标", "Rate"), 40), Column(say("代码", "Code"), 34), Column(say("数值", "Value"), 18, "right"),
         Column(say("公式", "Formula"), 110)),
        tuple(
            (metric.label.text(say.language), metric.code, _value(figures["rates"].get(metric.code), metric.is_rate),
             metric.formula(variants).text(say.language))
            for metric in METRICS
        ),
        title=say("本月指标", "Rates of the month"),
        row_height=ROW_HEIGHT,
    )  # fmt: skip
    return _sheet(
        "F-STAT-1", say("展厅来店统计表", "Walk-in statistics"), figures, (table, channels, rates), about, say
    )


def call_statistics(figures: dict[str, Any], about: About, say: Wording) -> Sheet:
    """F-STAT-2: calls, how many of them about buying, and who came after being invited."""
    middle = (
        ("来电总数", "Calls", 14), ("有效来电", "Effective", 14), ("首次来电", "First", 14), ("留档", "Filed", 12),
        ("留档率", "Filing", 16),
    )  # fmt: skip
    right = (
        ("邀约数", "Invited", 13),
        ("到店数", "Came", 13),
        ("到店率", "Arrival", 16),
        ("订单", "Orders", 12),
    )
    columns = (
        *_columns((("日期", "Date", 22), ("星期", "Day", 16)), say), *_columns(middle, say, "right"),
        *(Column(level, 9, "right") for level in LEVELS), *_columns(right, say, "right"),
    )  # fmt: skip
    rows = (
        *(_call_row(row, _day_cells(row, say, weather=False), row["seen"]) for row in figures["days"]),
        *(_call_row(figures[name], (Cell(say(zh, en), Tone.STRONG), ""), True) for name, zh, en in SUMS),
    )
    table = Table(columns, rows, row_height=ROW_HEIGHT)
    return _sheet("F-STAT-2", say("展厅来电统计表", "Phone-in statistics"), figures, (table,), about, say)


def _columns(named: Any, say: Wording, align: Any = "left") -> tuple[Column, ...]:
    return tuple(Column(say(zh, en), width, align) for zh, en, width in named)


def _day_cells(row: dict[str, Any], say: Wording, *, weather: bool) -> tuple[CellLike, ...]:
    on = date.fromisoformat(row["on"])
    tone = Tone.MUTED if on.isoweekday() >= 6 else Tone.PLAIN
    cells: tuple[CellLike, ...] = (Cell(f"{on:%m-%d}", tone), Cell(say.weekday(on), tone))
    return (*cells, say.code("weathers", row["weather"])) if weather else cells


def _walk_in_row(
    row: dict[str, Any], left: tuple[CellLike, ...], seen: bool, *, whole_month: bool = False
) -> tuple[CellLike, ...]:
    """``whole_month``: who came twice, over the new cards, is a rate of a month and none of a day."""
    if not seen:
        return (*left, *[""] * 22)
    kinds = row["types"]
    return (
        *left, *(count or "" for count in row["bands"]), row["total"], row["first"], row["again"],
        kinds.get("FIRST_WITH_CARD", 0), kinds.get("NON_INTENT", 0), kinds.get("INCOMPLETE", 0), row["filed"],
        _ratio(row["filing_rate"]), *_levels(row), row["test_drives"], row["quoted"], row["orders"],
        _ratio(row["return_rate"] if whole_month else None),
    )  # fmt: skip


def _call_row(row: dict[str, Any], left: tuple[CellLike, ...], seen: bool) -> tuple[CellLike, ...]:
    if not seen:
        return (*left, *[""] * 14)
    return (
        *left, row["total"], row["effective"], row["first"], row["filed"], _ratio(row["filing_rate"]), *_levels(row),
        row["invited"], row["came"], _ratio(row["arrival_rate"]), row["orders"],
    )  # fmt: skip


def _levels(row: dict[str, Any]) -> tuple[CellLike, ...]:
    return tuple(row["levels"].get(level, "") for level in LEVELS)


def _ratio(text: str | None) -> str:
    return format_ratio(None if text is None else Decimal(text))


def _value(value: str | int | None, is_rate: bool) -> CellLike:
    return _ratio(None if value is None else str(value)) if is_rate else value


def _sheet(
    code: str, title: str, figures: dict[str, Any], tables: tuple[Table, ...], about: About, say: Wording
) -> Sheet:
    month = about.days.month
    who = str(about.person or about.store.name)
    head = Fields(
        (
            Field(say("月份", "Month"), f"{month:%Y-%m}"),
            Field(say("环比", "Against last month"), _ratio(figures["change"])),
            Field(say("及时率", "Timeliness"), _ratio(figures["month"]["timeliness"])),
        ),
        columns=3,
    )
    rate = Note(say("没有分母的比率记作“—”。", "A rate without denominator is —."))
    return Sheet(
        code, title, (head, *tables, rate), say.footer(None, about.days.as_of, []), orientation="landscape",
        subtitle=f"{month:%Y-%m}　{who}",
    )  # fmt: skip
