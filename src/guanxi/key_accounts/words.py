"""The map in words: what to do about a warning, how to treat a style, the way to a person."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanxi.key_accounts.queries.insights import Insights
from guanxi.key_accounts.queries.maps import AccountMap
from guanxi.key_accounts.rules.alerts import Alert, Code
from guanxi.key_accounts.rules.marks import VALID
from guanxi.key_accounts.rules.sheets import MARKED, ChartRow
from guanxi.key_accounts.rules.support import Marked
from guanxi.key_accounts.rules.ways import Node
from guanxi.lib.networks.paths import Path
from guanxi.paper.comma_separated import neutralised
from guanxi.ui.punctuation import listed

ALERTS: dict[Code, tuple[Any, Any]] = {
    "ENEMY_DECIDES": (
        gettext_lazy("An enemy approves or decides: %(who)s"),
        gettext_lazy("Find out what they stand to lose, and win whoever they listen to."),
    ),
    "NO_APPROVER": (
        gettext_lazy("Nobody is known to approve"),
        gettext_lazy("Ask who signs, and who may still say no. Without them no proposal goes out."),
    ),
    "NO_DECIDER": (
        gettext_lazy("Nobody is known to decide"),
        gettext_lazy("Ask who said yes last time. Without them no proposal goes out."),
    ),
    "APPROVER_UNMET": (
        gettext_lazy("Never met who approves: %(who)s"),
        gettext_lazy("Have somebody who knows them take you along."),
    ),
    "OPPONENT_UNMET": (
        gettext_lazy("Against us and never met: %(who)s"),
        gettext_lazy("Meet them before they speak; the aim is neutral, not friendly."),
    ),
    "NO_COACH": (
        gettext_lazy("No coach in the house"),
        gettext_lazy("Look among the supporters for one with a wide network who wants you to succeed."),
    ),
    "ONE_COACH": (
        gettext_lazy("Only one coach: %(who)s"),
        gettext_lazy("One voice may be wrong or leave. Win a second one in another department."),
    ),
    "COACH_WEAK": (
        gettext_lazy("A coach of little influence: %(who)s"),
        gettext_lazy("Liking you is not enough. Have what they say confirmed by somebody else."),
    ),
    "COACH_SILENT": (
        gettext_lazy("Nothing heard from the coach for a month: %(who)s"),
        gettext_lazy("Ask what moved in the house, who was new, what the rivals did."),
    ),
    "LINK_SILENT": (
        gettext_lazy("A core link without contact for a month: %(who)s"),
        gettext_lazy("Call or visit within the week."),
    ),
}
STYLES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "D": (
        gettext_lazy("Driver: wants results, quickly"),
        (
            gettext_lazy("Begin with the result and the figure, the reasons after."),
            gettext_lazy("Lay out two or three ways and let them choose."),
            gettext_lazy("Keep to the time; no small talk they did not start."),
        ),
    ),
    "K": (
        gettext_lazy("Amiable: wants peace and safety"),
        (
            gettext_lazy("Ask after people first; take time."),
            gettext_lazy("Show who else went this way and who stands by them."),
            gettext_lazy("Do not press: agree small steps, and keep every one."),
        ),
    ),
    "A": (
        gettext_lazy("Analytical: wants proof"),
        (
            gettext_lazy("Bring data, sources and the method, in writing."),
            gettext_lazy("Name the weak points yourself, before they find them."),
            gettext_lazy("Give them time to check, and a day for the answer."),
        ),
    ),
    "E": (
        gettext_lazy("Expressive: wants to be seen"),
        (
            gettext_lazy("Paint what it will look like and who will talk about it."),
            gettext_lazy("Praise in front of others; ask for their story."),
            gettext_lazy("Write down what was agreed: details are not their thing."),
        ),
    ),
}
METHOD = {
    "CHART": gettext_lazy("Reporting lines"),
    "AUTHORITY": gettext_lazy("Authority A/D/E/U"),
    "STYLE": gettext_lazy("Social style"),
    "ATTITUDE": gettext_lazy("Attitude"),
    "CONTACT": gettext_lazy("Degree of contact"),
    "INFLUENCE": gettext_lazy("Informal influence"),
}
COACH_USES = (
    gettext_lazy("Ask them what moved in the house this week."),
    gettext_lazy("Have them tell you who is passed over, shielded or misled."),
    gettext_lazy("Save their word for when the offers lie close together."),
)
# As many names as a warning can carry.
NAMED = 6
# As many people as one moves at a time.
MOVES = 6
REFUSALS = {
    "NO_NAME": gettext_lazy("The name is missing."),
    "TOO_LONG": gettext_lazy("Too long: %(about)s…"),
    "TWICE": gettext_lazy("%(about)s stands in the sheet twice."),
    "TWO_BOSSES": gettext_lazy("%(about)s has two formal superiors. Keep one."),
    "SELF": gettext_lazy("Nobody reports to themselves."),
    "BOSS_UNCLEAR": gettext_lazy("Several people are called %(about)s. Add their departments."),
    "BOSS_UNKNOWN": gettext_lazy("%(about)s stands neither in the sheet nor on the map."),
    "TOO_DEEP": gettext_lazy(
        "They would stand on level %(about)s: a chart has at most 30. Check the superiors."
    ),
    "SUPERIORS": gettext_lazy("%(about)s: a person has one formal superior. Keep one."),
    "BOSS_MEANT": gettext_lazy("%(about)s stands neither in the sheet nor on the map. Is it %(meant)s?"),
    "BAD_ROLE": gettext_lazy("%(about)s is no role. Valid: %(valid)s"),
    "BAD_STYLE": gettext_lazy("%(about)s is no social style. Valid: %(valid)s"),
    "BAD_ATTITUDE": gettext_lazy("%(about)s is no attitude. Valid: %(valid)s"),
    "BAD_CONTACT": gettext_lazy("%(about)s is no degree of contact. Valid: %(valid)s"),
    "CYCLE": gettext_lazy("They report in a circle: %(about)s."),
}


@dataclass(frozen=True)
class AlertWords:
    """``person`` is the first one it is about, for the step to plan."""

    alert: Alert
    text: str
    advice: str
    person: int | None


@dataclass(frozen=True)
class MoveWords:
    """A person to move and the mark to move. ``gain`` is what it adds to the index, None without a role; ``is_best``:
    no other step adds more."""

    person: Marked
    before: str
    after: str
    goal: str
    gain: Fraction | None
    is_best: bool


@dataclass(frozen=True)
class Stop:
    """One name on a way; ``person`` is None for one of us."""

    name: str
    person: int | None


@dataclass(frozen=True)
class WayWords:
    """The ways to a person in names; probabilities in whole per cent."""

    best: list[Stop]
    best_percent: int
    second: list[Stop]
    second_percent: int
    first_asked: Stop | None
    needed: list[Stop]
    improvement: str


def shortened(names: Iterable[str]) -> str:
    """The first of the names, and how many more there are."""
    every = list(names)
    who = listed(every[:NAMED])
    if (rest := len(every) - NAMED) > 0:
        who = _("%(names)s and %(count)s more") % {"names": who, "count": rest}
    return who


def alert_words(alert: Alert) -> AlertWords:
    text, advice = ALERTS[alert.code]
    who = shortened(person.name for person in alert.people)
    first = alert.people[0].key if alert.people else None
    return AlertWords(alert, str(text) % {"who": who} if who else str(text), str(advice), first)


def moves_of(told: Insights) -> list[MoveWords]:
    """Whom to move next in the order of work (R-KEY-03), each with its gain. When none of them adds as much to the
    index as another step would, that step stands below them."""
    gains = {(step.person.key, step.mark): step.gain for step in told.steps}
    best = told.best
    found = []
    for move in told.order[:MOVES]:
        gain = gains.get((move.person.key, "attitude"))
        is_best = best is not None and gain == best.gain
        found.append(
            MoveWords(move.person, move.person.attitude, move.after, _goal(move.after), gain, is_best)
        )
    if best is not None and not any(one.is_best for one in found):
        sign = "/" if best.mark == "contact" else ""
        goal = _("know them better") if sign else _goal(best.after)
        found.append(
            MoveWords(best.person, f"{sign}{best.before}", f"{sign}{best.after}", goal, best.gain, True)
        )
    return found


def _goal(after: str) -> str:
    names = {
        "−": _("from enemy to mere opponent"), "=": _("from opponent to neutral"),
        "+": _("from neutral to supporter"), "*": _("from supporter to coach"),
    }  # fmt: skip
    return names[after]


def way_words(told: Insights, found: AccountMap, users: dict[int, str]) -> WayWords | None:
    """The ways in names; None when nobody is chosen and nobody decides."""
    if told.ways is None:
        return None
    ways, people = told.ways, found.by_key

    def stop(node: Node) -> Stop:
        kind, key = node
        return Stop(people[key].name, key) if kind == 2 else Stop(users.get(key, _("We")), None)

    def stops(path: Path[Node] | None) -> list[Stop]:
        return [stop(node) for node in path.nodes[1:]] if path else []

    improvement = ""
    if ways.improvement is not None:
        edge = ways.improvement.edge
        improvement = _("%(ours)s ↔ %(theirs)s one step closer: %(percent)s%%") % {
            "ours": stop(edge.source).name, "theirs": stop(edge.target).name,
            "percent": round(ways.improvement.probability * 100),
        }  # fmt: skip
    first = ways.first_asked
    return WayWords(
        best=stops(ways.best),
        best_percent=round(ways.best.probability * 100) if ways.best else 0,
        second=stops(ways.second),
        second_percent=round(ways.second.probability * 100) if ways.second else 0,
        first_asked=Stop(people[first].name, first) if first is not None else None,
        needed=[Stop(people[key].name, key) for key in ways.needed],
        improvement=improvement,
    )


@dataclass(frozen=True)
class GroupWords:
    """A group in names; ``circle`` is "" where nobody stands in one."""

    names: str
    circle: str
    apart: str


def group_words(told: Insights, found: AccountMap) -> list[GroupWords]:
    """The groups found, against the circles drawn."""
    people = found.by_key
    circles = {circle.pk: circle.name for circle in found.circles}
    return [
        GroupWords(
            listed(people[key].name for key in group.people),
            circles.get(group.circle or 0, ""),
            listed(people[key].name for key in group.apart),
        )
        for group in told.groups
    ]


def refusal_words(row: ChartRow) -> str:
    """Why a line of a chart is not entered; "" when it is."""
    if not row.refusal:
        return ""
    valid = VALID.get(row.refusal.removeprefix("BAD_").lower(), ())
    told = {"about": row.about, "meant": listed(row.meant), "valid": listed(valid)}
    return str(REFUSALS[row.refusal]) % told


def refused_sheet(rows: Iterable[ChartRow]) -> bytes:
    """The lines that were not entered as a sheet that can be mended and read again, each with its reason."""
    text = io.StringIO()
    sheet = csv.writer(text)
    sheet.writerow(
        [_("Row"), _("Name"), _("Job title"), _("Department"), _("Superior"), _("Role"), _("Social style"),
         _("Attitude"), _("Degree of contact"), _("Why it was not entered")]
    )  # fmt: skip
    for row in rows:
        marks = [row.marks.get(kind, "") for kind in MARKED]
        cells = [row.name, row.title, row.department, row.boss, *marks, refusal_words(row)]
        sheet.writerow([row.line, *(neutralised(cell) for cell in cells)])
    return text.getvalue().encode("utf-8-sig")
