"""An organisation chart as a sheet: name, title, department, superior, marks. Read, checked and matched, nothing
written."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from guanxi.key_accounts.rules.charts import circles_in, levels_of
from guanxi.key_accounts.rules.marks import MarkRefused, read_mark
from guanxi.lib.names import normalize_text
from guanxi.lib.spreadsheets.cells import Cell, cell_text
from guanxi.lib.spreadsheets.headers import HeaderNotFound, find_header
from guanxi.paper.comma_separated import restored

HEADERS = {
    "name": ("姓名", "名字", "员工姓名", "人员", "name", "full name", "employee"),
    "title": ("职务", "职位", "岗位", "头衔", "title", "job title", "position"),
    "department": ("部门", "科室", "所属部门", "单位", "department", "dept", "team"),
    "boss": (
        "上级", "直接上级", "直属上级", "上级姓名", "汇报对象", "汇报给", "领导", "主管",
        "superior", "boss", "manager", "reports to", "supervisor",
    ),
    "role": ("角色", "role"),
    "style": ("社交风格", "风格", "social style"),
    "attitude": ("态度", "attitude"),
    "contact": ("接触程度", "接触", "degree of contact"),
}  # fmt: skip
LONGEST = {"name": 40, "title": 60, "department": 60, "boss": 40}
MARKED = ("role", "style", "attitude", "contact")
# Two superiors in one cell.
_BETWEEN = re.compile(r"[、,，;；/&＆\n]")
MOST_MEANT, CLOSE = 3, 0.5
MOST_ROWS = 2000
# No house has more; a deeper one is a sheet whose superiors are wrong, and nobody could read its map.
DEEPEST = 30


@dataclass(frozen=True)
class ChartRow:
    """One line of the sheet. ``refusal`` names what is wrong with it ("" nothing), ``about`` whom it concerns; ``key``
    is the contact it meets, None for a new person; ``boss_row`` the line of the superior, ``boss_key`` a contact.
    ``is_loose``: it is entered without its superior, whose line is refused. ``marks`` are role, style, attitude and
    contact as written, where something was; they count for new people only. ``meant`` are names like ``about``."""

    line: int
    name: str
    title: str = ""
    department: str = ""
    boss: str = ""
    refusal: str = ""
    about: str = ""
    key: int | None = None
    boss_row: int | None = None
    boss_key: int | None = None
    is_loose: bool = False
    marks: dict[str, str] = field(default_factory=dict)
    meant: tuple[str, ...] = ()


@dataclass(frozen=True)
class Known:
    """Somebody who is on the map already."""

    key: int
    name: str
    department: str = ""
    boss: int | None = None


class NoChart(ValueError):
    """The sheet has no column with names."""


def read_chart(rows: Sequence[Sequence[Cell]], numbers: Sequence[int]) -> list[ChartRow]:
    """The lines of a sheet with their row numbers as people call them. Raises NoChart."""
    try:
        found = find_header(rows, HEADERS)
    except HeaderNotFound as error:
        raise NoChart from error
    if "name" not in found.mapping.values():
        raise NoChart
    read = []
    for place in range(found.row_index + 1, len(rows)):
        values = {
            name: restored(cell_text(rows[place][column])).strip() for column, name in found.mapping.items()
        }
        if any(values.values()):
            marks = {name: text for name in MARKED if (text := values.pop(name, ""))}
            read.append(replace(ChartRow(numbers[place], "", marks=marks), **values))  # type: ignore[arg-type]
    return read


def columns_left(rows: Sequence[Sequence[Cell]]) -> list[str]:
    """The headers of a sheet that ``read_chart`` reads which it does not read."""
    found = find_header(rows, HEADERS)
    heads = [cell_text(cell).strip() for cell in rows[found.row_index]]
    return [head for column, head in enumerate(heads) if head and column not in found.mapping]


def check_chart(rows: Sequence[ChartRow], known: Iterable[Known]) -> list[ChartRow]:
    """Each line with what would become of it.

    Refused are lines without a name or with an unknown mark, the same person twice (with another superior: two formal
    bosses), a superior nobody has heard of or whose name two people bear, two superiors in one cell, and everybody in
    a reporting circle or below the thirtieth level, the map's lines included.
    """
    people = list(known)
    by_name: dict[str, list[Known]] = defaultdict(list)
    for one in people:
        by_name[normalize_text(one.name)].append(one)
    checked = _twice([_matched(row, by_name) for row in rows])
    return _circles(_bosses(checked, by_name), people)


def _matched(row: ChartRow, by_name: Mapping[str, Sequence[Known]]) -> ChartRow:
    if not row.name:
        return replace(row, refusal="NO_NAME")
    for name, most in LONGEST.items():
        if len(getattr(row, name)) > most:
            return replace(row, refusal="TOO_LONG", about=getattr(row, name)[:20])
    try:
        marks = {kind: read_mark(kind, text) for kind, text in row.marks.items()}
    except MarkRefused as refused:
        return replace(row, refusal=f"BAD_{refused.kind.upper()}", about=refused.text[:20])
    row = replace(row, marks=marks)
    same = list(by_name.get(normalize_text(row.name), ()))
    if len(same) > 1 or (len(same) == 1 and row.department and same[0].department):
        same = [one for one in same if normalize_text(one.department) == normalize_text(row.department)]
    return replace(row, key=same[0].key) if len(same) == 1 else row


def _twice(rows: list[ChartRow]) -> list[ChartRow]:
    lines: dict[tuple[str, str], list[ChartRow]] = defaultdict(list)
    for row in rows:
        if not row.refusal:
            lines[normalize_text(row.name), normalize_text(row.department)].append(row)
    reasons = {}
    for same in lines.values():
        if len(same) < 2:
            continue
        bosses = {normalize_text(row.boss) for row in same if row.boss}
        for row in same if len(bosses) > 1 else same[1:]:
            reasons[row.line] = "TWO_BOSSES" if len(bosses) > 1 else "TWICE"
    met: set[int] = set()
    for row in rows:
        if row.key is not None and row.line not in reasons:
            # 张伟 of two departments, of whom the map knows one without a department.
            if row.key in met:
                reasons[row.line] = "TWICE"
            met.add(row.key)
    return [
        replace(row, refusal=reasons[row.line], about=row.name) if row.line in reasons else row
        for row in rows
    ]


def _bosses(rows: list[ChartRow], on_map: Mapping[str, Sequence[Known]]) -> list[ChartRow]:
    lines = defaultdict(list)
    for row in rows:
        if not row.refusal:
            lines[normalize_text(row.name)].append(row)
    found = []
    for row in rows:
        if row.refusal or not row.boss:
            found.append(row)
            continue
        wanted = normalize_text(row.boss)
        named = lines.get(wanted, [])
        if len(named) > 1:
            # Two people of one name: the one of the same department is meant.
            named = [one for one in named if normalize_text(one.department) == normalize_text(row.department)]
        if wanted == normalize_text(row.name) and [one.line for one in named] == [row.line]:
            found.append(replace(row, refusal="SELF", about=row.boss))
        elif len(named) == 1:
            found.append(replace(row, boss_row=named[0].line))
        elif wanted not in lines and len(on_map.get(wanted, ())) == 1:
            found.append(replace(row, boss_key=on_map[wanted][0].key))
        else:
            several = lines.get(wanted) or on_map.get(wanted)
            found.append(replace(row, refusal="BOSS_UNCLEAR" if several else "BOSS_UNKNOWN", about=row.boss))
    return [_unknown_boss(row, [*lines, *on_map]) if row.refusal == "BOSS_UNKNOWN" else row for row in found]


def _unknown_boss(row: ChartRow, names: Sequence[str]) -> ChartRow:
    """Two names in the cell are two superiors; a name nearly like one that is there was perhaps meant for it."""
    parts = [part.strip() for part in _BETWEEN.split(row.boss) if part.strip()]
    if len(parts) > 1:
        return replace(row, refusal="SUPERIORS", about=row.boss)
    wanted = normalize_text(row.boss)
    alike = [name for name in names if name[:1] == wanted[:1] and name != normalize_text(row.name)]
    meant = get_close_matches(wanted, alike, MOST_MEANT, CLOSE)
    return replace(row, refusal="BOSS_MEANT", meant=tuple(meant)) if meant else row


def _circles(rows: list[ChartRow], people: Sequence[Known]) -> list[ChartRow]:
    """Lines and map together must stay a tree. Whose superior is refused is entered without one."""
    by_line = {row.line: row for row in rows}
    bosses: dict[str, str | None] = {f"map {one.key}": _on_map(one.boss) for one in people}
    for row in rows:
        if not row.refusal:
            bosses[_node(row)] = (
                _node(by_line[row.boss_row]) if row.boss_row is not None else _on_map(row.boss_key)
            ) or bosses.get(_node(row))
    circles = circles_in(bosses)
    inside = Counter(node for circle in circles for node in circle)
    names = {_node(row): row.name for row in rows} | {f"map {one.key}": one.name for one in people}
    told = {node: " → ".join(names[one] for one in circle) for circle in circles for node in circle}
    levels = levels_of(bosses)
    found = []
    for row in rows:
        if not row.refusal and inside[_node(row)]:
            row = replace(row, refusal="CYCLE", about=told[_node(row)])
        elif not row.refusal and levels[_node(row)] > DEEPEST:
            row = replace(row, refusal="TOO_DEEP", about=str(levels[_node(row)]))
        found.append(row)
    gone = {row.line for row in found if row.refusal}
    return [
        replace(row, boss_row=None, is_loose=True) if not row.refusal and row.boss_row in gone else row
        for row in found
    ]


def _node(row: ChartRow) -> str:
    return f"line {row.line}" if row.key is None else f"map {row.key}"


def _on_map(key: int | None) -> str | None:
    return None if key is None else f"map {key}"


def counted(rows: Iterable[ChartRow]) -> Mapping[str, int]:
    """How many lines are new people, meet somebody, are refused."""
    counts = Counter("refused" if row.refusal else "new" if row.key is None else "met" for row in rows)
    return {kind: counts[kind] for kind in ("new", "met", "refused")}
