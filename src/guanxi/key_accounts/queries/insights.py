"""What the map tells: figures, warnings, whom to move next, ways to a person. Everything from a map in hand."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from guanxi.key_accounts.models import Influence
from guanxi.key_accounts.queries.maps import AccountMap, MapPerson
from guanxi.key_accounts.rules.alerts import Alert, Move, alerts_of, work_order
from guanxi.key_accounts.rules.links import key_links, reaches
from guanxi.key_accounts.rules.method import MethodStep, method_steps, step_now
from guanxi.key_accounts.rules.support import (
    Marked,
    Step,
    Support,
    alignment,
    best_step,
    steps_of,
    support_of,
)
from guanxi.key_accounts.rules.ways import (
    Group,
    Tie,
    Ways,
    brokers,
    groups_of,
    network_of,
    ways_to,
    whom_to_reach,
)
from guanxi.lib.networks.edges import Edge
from guanxi.lib.networks.reach import Reach
from guanxi.playbooks.definitions import Playbook


@dataclass(frozen=True)
class Insights:
    """``to`` is the person the ways lead to: the one asked for, else the approver or decider we know least."""

    support: Support
    alignment: Fraction | None
    alerts: list[Alert]
    order: list[Move]
    steps: list[Step]
    best: Step | None
    links: list[Marked]
    moved: dict[int, Reach[int]]
    to: MapPerson | None
    ways: Ways | None
    brokers: list[MapPerson]
    groups: list[Group]
    method: list[MethodStep]

    @property
    def step(self) -> MethodStep:
        """The step of the analysis that is being worked on."""
        return step_now(self.method)


def insights_of(found: AccountMap, playbook: Playbook, to: int | None = None) -> Insights:
    """Everything the panel beside the map says; no queries."""
    people, weights = found.marked, playbook.settings.support_role_weights
    bosses = {one.pk: one.boss for one in found.people}
    lines = edges_of(found.lines)
    keys = [one.pk for one in found.people]
    goal = found.by_key.get(to or whom_to_reach(people) or 0)
    ways = None
    if goal is not None:
        ties = [Tie(tie.user_id, tie.person_id, tie.current) for tie in found.ties]
        ways = ways_to(network_of(people, bosses, lines, ties, found.customer.owner_id or 0), goal.pk)
    moved = reach_of(found)
    circles = {one.pk: one.row.circle_id for one in found.people}
    return Insights(
        support=support_of(people, weights),
        alignment=alignment([one.marked(found.on) for one in found.people if one.row.is_core]),
        alerts=alerts_of(people),
        order=work_order(people, weights),
        steps=steps_of(people, weights),
        best=best_step(people, weights),
        links=key_links(people, moved),
        moved=moved,
        to=goal,
        ways=ways,
        brokers=[found.by_key[one] for one in brokers(keys, bosses, lines)],
        groups=groups_of(lines, circles),
        method=_method(found),
    )


def reach_of(found: AccountMap) -> dict[int, Reach[int]]:
    """Whom everybody influences (R-CHN-02)."""
    return reaches(
        edges_of(one for one in found.lines if not one.is_indirect),
        edges_of(one for one in found.lines if one.is_indirect),
        [one.pk for one in found.people],
    )


def edges_of(lines: Iterable[Influence]) -> list[Edge[int]]:
    """The informal lines along which a word travels: influence one way, friendship both ways, conflict none."""
    edges: list[Edge[int]] = []
    for line in lines:
        if line.kind == Influence.Kind.CONFLICT:
            continue
        edges.append(Edge(line.source_id, line.target_id, Decimal(line.strength)))
        if line.kind == Influence.Kind.FRIEND:
            edges.append(Edge(line.target_id, line.source_id, Decimal(line.strength)))
    return edges


def _method(found: AccountMap) -> list[MethodStep]:
    chart = {one.pk for one in found.people if one.boss is not None} | {one.boss or 0 for one in found.people}
    lines = {key for line in found.lines for key in (line.source_id, line.target_id)}
    return method_steps(found.marked, {one.pk for one in found.people if one.marks["style"]}, chart, lines)
