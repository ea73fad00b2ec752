"""The network behind the map: who of us knows whom of them, and who of them leads to whom. Ways to a person through it.

Nodes are pairs, so that ours and theirs never mix: ``ours(user)`` and ``theirs(contact)``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from guanxi.key_accounts.rules.marks import CONTACTS
from guanxi.key_accounts.rules.support import DECIDING, Marked
from guanxi.lib.networks.alternatives import second_best_path
from guanxi.lib.networks.centrality import centralities
from guanxi.lib.networks.communities import communities
from guanxi.lib.networks.edges import Edge, both_ways
from guanxi.lib.networks.network import Network
from guanxi.lib.networks.paths import Path, best_paths
from guanxi.lib.networks.weak_points import Improvement, best_improvement, single_points

Node = tuple[int, int]
# Everybody of us together: where every way begins.
WE: Node = (0, 0)

# How likely a relation carries an introduction: our ties 1–4, met 1/N/F, and the formal line up and down.
TIES = {1: Decimal("0.3"), 2: Decimal("0.5"), 3: Decimal("0.7"), 4: Decimal("0.9")}
BY_CONTACT = {"1": Decimal("0.3"), "N": Decimal("0.6"), "F": Decimal("0.9")}
UPWARDS, DOWNWARDS = Decimal("0.3"), Decimal("0.5")
CERTAIN = Decimal(1)
FEWEST = 3


def whom_to_reach(people: Sequence[Marked]) -> int | None:
    """Whom we should get to: the approver or decider we know least; None when nobody is either."""
    deciding = [one for one in people if one.role in DECIDING]
    least = min(deciding, key=lambda one: CONTACTS.index(one.contact), default=None)
    return least.key if least else None


def ours(user: int) -> Node:
    return (1, user)


def theirs(contact: int) -> Node:
    return (2, contact)


@dataclass(frozen=True)
class Tie:
    """One of us knows one of them at 1–4."""

    user: int
    contact: int
    degree: int


@dataclass(frozen=True)
class Ways:
    """Ways to one person: the best and the second-best, whom all of them need, and our one relation whose improvement
    by a step helps most."""

    best: Path[Node] | None
    second: Path[Node] | None
    needed: tuple[int, ...]
    improvement: Improvement[Node] | None

    @property
    def first_asked(self) -> int | None:
        """The contact of theirs to ask first; None when nobody leads there or we know the person ourselves."""
        if self.best is None or len(self.best.nodes) < 4:
            return None
        return self.best.nodes[2][1]


@dataclass(frozen=True)
class Group:
    """People more closely joined than chance joins them, and those among them who stand in no or another circle than
    most do."""

    people: tuple[int, ...]
    circle: int | None
    apart: tuple[int, ...]


def network_of(
    people: Sequence[Marked],
    bosses: Mapping[int, int | None],
    lines: Iterable[Edge[int]],
    ties: Iterable[Tie],
    owner: int,
) -> Network[Node]:
    """The network of a map. The card's owner stands for "met once, often, a friend". Opponents and enemies are led to
    but lead nobody on: they do not introduce us."""
    against = {one.key for one in people if one.attitude in ("−", "X")}
    edges: list[Edge[Node]] = []
    known = {owner}
    for one in people:
        if one.contact in BY_CONTACT:
            edges.append(Edge(ours(owner), theirs(one.key), BY_CONTACT[one.contact]))
        boss = bosses.get(one.key)
        if boss is not None and one.key not in against:
            edges.append(Edge(theirs(one.key), theirs(boss), UPWARDS))
        if boss is not None and boss not in against:
            edges.append(Edge(theirs(boss), theirs(one.key), DOWNWARDS))
    for tie in ties:
        known.add(tie.user)
        if tie.degree in TIES:
            edges.append(Edge(ours(tie.user), theirs(tie.contact), TIES[tie.degree]))
    for source, target, probability in lines:
        if source not in against:
            edges.append(Edge(theirs(source), theirs(target), probability))
    edges += [Edge(WE, ours(user), CERTAIN) for user in known]
    return Network(edges, [WE, *(theirs(one.key) for one in people)])


def ways_to(network: Network[Node], contact: int) -> Ways:
    """The ways from anyone of us to a person. Raises KeyError for somebody who is not on the map."""
    goal = theirs(contact)
    best = best_paths(network, WE, goal, most=1)
    return Ways(
        best=best[0] if best else None,
        second=second_best_path(network, WE, goal) if best else None,
        needed=tuple(node[1] for node in single_points(network, WE, goal) if node[0] == 2),
        improvement=best_improvement(network, WE, goal, raised=one_step_closer) if best else None,
    )


def one_step_closer(edge: Edge[Node]) -> Decimal:
    """One of our relations, a step deeper; other lines are not ours to raise."""
    if edge.source[0] != 1:
        return edge.probability
    return next((value for value in TIES.values() if value > edge.probability), edge.probability)


def brokers(people: Sequence[int], bosses: Mapping[int, int | None], lines: Sequence[Edge[int]]) -> list[int]:
    """Who stands between others without being anybody's boss, most between first; at most three."""
    if not lines:
        return []
    leading = {boss for boss in bosses.values() if boss is not None}
    measured = centralities(Network(both_ways(lines), people))
    found = [(one, measured[one].betweenness or 0) for one in people if one not in leading]
    found.sort(key=lambda pair: -pair[1])
    return [one for one, between in found[:FEWEST] if between > 0]


def groups_of(lines: Sequence[Edge[int]], circles: Mapping[int, int | None]) -> list[Group]:
    """The groups that the informal lines show, against the circles that were drawn; three people make a group."""
    if not lines:
        return []
    found = []
    for people in communities(Network(lines)):
        if len(people) < FEWEST:
            continue
        drawn = [circles.get(one) for one in people]
        named = [circle for circle in drawn if circle is not None]
        circle = max(sorted(set(named)), key=named.count, default=None)
        apart = tuple(one for one, its in zip(people, drawn, strict=True) if its != circle) if named else ()
        found.append(Group(people, circle, apart))
    return found
