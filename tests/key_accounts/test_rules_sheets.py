"""An organisation chart as a sheet: what is refused and why (handbook 9.7)."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanxi.key_accounts.rules.charts import ChartRefused, check_boss, circles_in, present_bosses
from guanxi.key_accounts.rules.histories import Change, marks_on
from guanxi.key_accounts.rules.sheets import (
    ChartRow,
    Known,
    NoChart,
    check_chart,
    columns_left,
    counted,
    read_chart,
)

HEAD = ["姓名", "职务", "部门", "直接上级"]


def read(*rows):
    table = [["甬锐模具组织架构"], HEAD, *map(list, rows)]
    return read_chart(table, range(1, len(table) + 1))


def refusals(rows, known=()):
    return {row.line: row.refusal for row in check_chart(rows, known) if row.refusal}


def test_a_sheet_reads_by_its_headers():
    rows = read(("郑国华", "总经理", "总经办", None), ("许明", "副总", "运营", "郑国华"))
    assert rows == [
        ChartRow(3, "郑国华", "总经理", "总经办", ""),
        ChartRow(4, "许明", "副总", "运营", "郑国华"),
    ]
    checked = check_chart(rows, [])
    assert (checked[1].boss_row, counted(checked)) == (3, {"new": 2, "met": 0, "refused": 0})
    with pytest.raises(NoChart):
        read_chart([["电话", "地址"]], [1])


def test_two_formal_bosses_are_refused_on_both_lines():
    rows = read(("甲", "", "", None), ("乙", "", "", None), ("丙", "", "", "甲"), ("丙", "", "", "乙"))
    assert refusals(rows) == {5: "TWO_BOSSES", 6: "TWO_BOSSES"}


def test_the_same_line_twice_is_entered_once():
    assert refusals(read(("甲", "", "", None), ("甲", "", "", None))) == {4: "TWICE"}


def test_reporting_circles_are_refused_as_a_whole():
    rows = read(("甲", "", "", "丙"), ("乙", "", "", "甲"), ("丙", "", "", "乙"), ("丁", "", "", "甲"))
    assert refusals(rows) == {3: "CYCLE", 4: "CYCLE", 5: "CYCLE"}
    last = check_chart(rows, [])[3]
    assert (last.is_loose, last.boss_row) == (True, None)


def test_a_circle_through_the_map_is_a_circle():
    known = [Known(1, "甲"), Known(2, "乙", boss=1)]
    assert refusals(read(("甲", "", "", "乙")), known) == {3: "CYCLE"}


def test_other_refusals():
    rows = read(
        (None, "经理", "", None), ("甲", "", "", "甲"), ("乙", "", "", "没有此人"), ("丙" * 41, "", "", None),
        ("张伟", "", "一部", None), ("张伟", "", "二部", None), ("丁", "", "三部", "张伟"), ("戊", "", "二部", "张伟"),
    )  # fmt: skip
    assert refusals(rows) == {
        3: "NO_NAME", 4: "SELF", 5: "BOSS_UNKNOWN", 6: "TOO_LONG", 9: "BOSS_UNCLEAR",
    }  # fmt: skip


def test_people_on_the_map_are_met_not_doubled():
    known = [Known(7, "郑国华", "总经办"), Known(8, "许明")]
    rows = read(("郑国华", "", "", None), ("许明", "", "运营", "郑国华"), ("何伟", "", "", "许明"))
    checked = check_chart(rows, known)
    assert [row.key for row in checked] == [7, 8, None]
    assert [row.boss_row for row in checked] == [None, 3, 4]


NAMES = st.sampled_from("甲乙丙丁戊己庚")


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(NAMES, st.one_of(st.none(), NAMES)), max_size=10))
def test_what_is_entered_is_a_forest(pairs):
    checked = check_chart(read(*((name, "", "", boss) for name, boss in pairs)), [])
    kept = {row.line: row for row in checked if not row.refusal}
    names = [row.name for row in kept.values()]
    assert len(names) == len(set(names))
    assert all(row.boss_row is None or row.boss_row in kept for row in kept.values())
    assert not circles_in({
        row.name: kept[row.boss_row].name if row.boss_row else None for row in kept.values()
    })  # fmt: skip


@given(st.dictionaries(st.integers(1, 8), st.one_of(st.none(), st.integers(1, 8)), max_size=8))
def test_checking_boss_by_boss_never_lets_a_circle_in(wishes):
    bosses: dict[int, int | None] = {}
    for person, boss in wishes.items():
        try:
            check_boss(bosses, person, boss)
        except ChartRefused as refused:
            assert refused.path[0] == person
        else:
            bosses[person] = boss
    assert not circles_in({str(one): str(boss) if boss else None for one, boss in bosses.items()})


@given(
    st.dictionaries(st.integers(1, 8), st.one_of(st.none(), st.integers(1, 8)), max_size=8),
    st.frozensets(st.integers(1, 8)),
)
def test_whoever_is_there_has_a_boss_who_is_there(bosses, present):
    found = present_bosses(bosses, present)
    assert set(found) == present
    assert all(boss is None or (boss in present and boss != one) for one, boss in found.items())


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("=+*")), max_size=8))
def test_history_goes_back_as_it_came(moves):
    first, now = date(2026, 3, 1), {1: {"a": "", "b": ""}}
    stood, changes = [{1: dict(now[1])}], []
    for day, (mark, after) in enumerate(moves):
        changes.append(Change(1, mark, now[1][mark], after, first + timedelta(days=day)))
        now[1][mark] = after
        stood.append({1: dict(now[1])})
    for day, state in enumerate(stood):
        assert marks_on(now, changes, first + timedelta(days=day - 1)) == state


def test_a_chart_of_more_than_thirty_levels_is_refused_where_it_grows_too_deep():
    """The map's own lines count too: 张总 stands two levels down."""
    on_map = [Known(1, "董事长"), Known(2, "张总", boss=1)]
    rows = [ChartRow(n, f"人{n}", boss=f"人{n - 1}" if n > 1 else "张总") for n in range(1, 40)]
    checked = check_chart(rows, on_map)
    assert [row.line for row in checked if row.refusal == "TOO_DEEP"] == list(range(29, 40))
    assert not any(row.refusal or row.is_loose for row in checked[:28])


def test_two_superiors_in_a_cell_and_names_that_are_nearly_right_are_told_apart():
    rows = [
        ChartRow(1, "周涛"), ChartRow(2, "钱峰"), ChartRow(3, "甲", boss="周涛、钱峰"), ChartRow(4, "乙", boss="周淘"),
        ChartRow(5, "丙", boss="欧阳"),
    ]  # fmt: skip
    told = {row.name: (row.refusal, row.meant) for row in check_chart(rows, [])}
    assert told["甲"] == ("SUPERIORS", ())
    assert told["乙"] == ("BOSS_MEANT", ("周涛",))
    assert told["丙"] == ("BOSS_UNKNOWN", ())


def test_the_marks_of_a_sheet_are_read_and_the_unknown_refused():
    table = [
        ["姓名", "角色", "风格", "态度", "接触", "手机"],
        ["周涛", "ａ", "K", "－", "n", "1"],
        ["钱峰", "Z", "", "", "", ""],
        ["何伟", "", "", "？", "", ""],
    ]
    rows = check_chart(read_chart(table, [1, 2, 3, 4]), [])
    assert rows[0].marks == {"role": "A", "style": "K", "attitude": "−", "contact": "N"}
    assert [(row.refusal, row.about) for row in rows] == [
        ("", ""), ("BAD_ROLE", "Z"), ("BAD_ATTITUDE", "？"),
    ]  # fmt: skip
    assert columns_left(table) == ["手机"]
