"""F-REF-1 转介绍名单 and F-NAME-1 准客户名单 (handbook 10.5, 3.2): a person's names as they stood on a day."""

from datetime import date
from typing import Any

from guanxi.paper.sheets import CellLike, Column, Field, Fields, Sheet, Table
from guanxi.performance.queries.about import About
from guanxi.workspace.forms.wording import Wording

TICK = "✓"
# A blank form is filled by hand too.
ROWS = 15


def referral_list(figures: dict[str, Any], about: About, say: Wording) -> Sheet:
    """F-REF-1: the recommended names."""
    columns = tuple(Column(say(zh, en), width) for zh, en, width in (
        ("推介人", "Recommender", 20), ("与被荐关系", "Relation", 20), ("姓名", "Name", 18), ("电话", "Phone", 24),
        ("职业", "Occupation", 22), ("家庭", "Family", 24), ("近况（触发）", "What is new", 26), ("温度", "Warmth", 14),
        ("加温方式", "Warmed by", 20), ("首访日", "First visit", 20), ("结果", "Result", 20),
        ("回报推介人日", "Reported on", 22),
    ))  # fmt: skip
    rows = tuple(_referral(row, say) for row in figures["rows"])
    table = Table(columns, rows, min_rows=ROWS)
    return _sheet("F-REF-1", say("转介绍名单", "Referral list"), figures, (), table, about, say)


def name_list(figures: dict[str, Any], about: About, say: Wording) -> Sheet:
    """F-NAME-1: all names, with the four conditions of the pack."""
    labels = say.store.playbook.labels("name_conditions")
    columns = (
        *(Column(say(zh, en), width) for zh, en, width in (
            ("序号", "No.", 10), ("姓名", "Name", 18), ("关系类别", "Relation", 20), ("认识年数", "Years known", 12),
            ("年龄", "Age", 10), ("职业", "Occupation", 22), ("婚姻", "Marriage", 14), ("子女", "Children", 10),
            ("收入带", "Income", 18), ("电话", "Phone", 24),
        )),
        *(Column(label.text(say.language), 13) for label in labels.values()),
        *(Column(say(zh, en), width) for zh, en, width in (
            ("温度", "Warmth", 14), ("首访日", "First visit", 20), ("结果", "Result", 20),
        )),
    )  # fmt: skip
    rows = tuple(_name(place, row, list(labels), say) for place, row in enumerate(figures["rows"], 1))
    table = Table(columns, rows, min_rows=ROWS)
    totals = (
        Field(
            say("有效名单（有关系、未作废）", "Valid names (with a relation, not struck off)"),
            f"{figures['valid']} / {figures['goal']}",
        ),
        Field(say("理想准客户", "Ideal prospects"), figures["ideal"]),
    )
    return _sheet("F-NAME-1", say("准客户名单", "Name list"), figures, totals, table, about, say)


def _referral(row: dict[str, Any], say: Wording) -> tuple[CellLike, ...]:
    news = " ".join(part for part in (say.code("name_triggers", row["trigger"]), row["situation"]) if part)
    return (
        row["recommender"], say.code("relations", row["relation"]), row["name"], row["phone"], _work(row),
        row["family"], news, _warmth(row, say), say.code("warm_methods", row["warm_method"]), row["first_visit_on"],
        say.code("name_results", row["result"]), row["reported_on"],
    )  # fmt: skip


def _name(place: int, row: dict[str, Any], conditions: list[str], say: Wording) -> tuple[CellLike, ...]:
    married = {"MARRIED": say("已婚", "married"), "SINGLE": say("未婚", "single")}.get(row["marital"], "")
    return (
        place, row["name"], say.code("relations", row["relation"]), row["years_known"], row["age"], _work(row),
        married, row["children"], say.code("income_bands", row["income_band"]), row["phone"],
        *(TICK if code in row["conditions"] else "" for code in conditions),
        _warmth(row, say), row["first_visit_on"], say.code("name_results", row["result"]),
    )  # fmt: skip


def _work(row: dict[str, Any]) -> str:
    return " · ".join(part for part in (row["company"], row["occupation"]) if part)


def _warmth(row: dict[str, Any], say: Wording) -> str:
    return f"{row['warmth']} {say.code('warm_levels', str(row['warmth']))}"


def _sheet(
    code: str,
    title: str,
    figures: dict[str, Any],
    totals: tuple[Field, ...],
    table: Table,
    about: About,
    say: Wording,
) -> Sheet:
    on = date.fromisoformat(figures["on"])
    who = str(about.person or about.store.name)
    head = Fields((Field(say("顾问", "Consultant"), who), Field(say("日期", "Date"), on), *totals), columns=4)
    return Sheet(
        code, title, (head, table), say.footer(None, about.days.as_of, [
            say("号码按规定只印中间隐去的；在系统里打开名单上的人点“拨打”即见全号，并留记录",
                "Numbers are masked; Call on the page of the name shows the whole one and is logged")
        ]), orientation="landscape",
        subtitle=f"{on}　{who}",
    )  # fmt: skip
