"""F-CMPX-1 复式分类表 (handbook 2.4): customers by products, what each buys and could buy."""

from datetime import date
from typing import Any

from guanxi.paper.sheets import Column, Field, Fields, Note, Sheet, Table
from guanxi.performance.queries.about import About
from guanxi.workspace.forms.wording import Wording

# A blank form is filled by hand too.
ROWS, BLANK_COLUMNS = 15, 6
# Millimetres that the products share on a landscape page.
WIDTH = 170


def composite_table(figures: dict[str, Any], about: About, say: Wording) -> Sheet:
    """F-CMPX-1 as it stood on the day."""
    products = figures["products"] or [""] * BLANK_COLUMNS
    columns = (
        Column(say("客户", "Customer"), 34), Column(say("分级", "Tier"), 12, "center"),
        *(Column(name, max(WIDTH // len(products), 12), "center") for name in products),
        Column(say("最大缺口", "Largest gap"), 18, "center"), Column(say("下次拜访目标", "Visit next"), 22, "center"),
    )  # fmt: skip
    rows = tuple(
        (
            row["org"] or row["name"], row["tier"] or "", *row["cells"], row["gap"],
            say("是", "yes") if row["target"] else say("否", "no"),
        )
        for row in figures["rows"]
    )  # fmt: skip
    on = date.fromisoformat(figures["on"])
    who = str(about.person or about.store.name)
    targets = sum(row["target"] for row in figures["rows"])
    head = Fields(
        (
            Field(say("顾问", "Consultant"), who), Field(say("日期", "Date"), on),
            Field(say("客户数", "Customers"), len(figures["rows"])), Field(say("下次拜访目标", "To visit"), targets),
        ),
        columns=4,
    )  # fmt: skip
    legend = say(
        "（现况，潜力）：0 不买 1 少买 2 常买 3 买得好 4 经常买；N 不知道买不买，缺口按 2 排序。"
        "现况取近 12 个月的购买，手工锁定的除外。",
        "(buys now, could buy): 0 never 1 rarely 2 commonly 3 well 4 often; N does not know, sorted as a gap of 2. "
        "What they buy now is from the purchases of the last 12 months, unless it was set by hand.",
    )
    blocks = (head, Table(columns, rows, min_rows=ROWS), Note(legend))
    return Sheet(
        "F-CMPX-1", say("复式分类表", "Composite classification"), blocks,
        say.footer(None, about.days.as_of, []), orientation="landscape", subtitle=f"{on}　{who}",
    )  # fmt: skip
