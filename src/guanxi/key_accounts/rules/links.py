"""Key links of the customer chain (R-CHN-01) and whom they move, at first hand and through others (R-CHN-02)."""

from collections.abc import Iterable, Sequence

from guanxi.key_accounts.rules.support import Marked
from guanxi.lib.networks.edges import Edge
from guanxi.lib.networks.network import Network
from guanxi.lib.networks.reach import Reach, reach


def reaches(
    direct: Sequence[Edge[int]], through_others: Sequence[Edge[int]], people: Iterable[int]
) -> dict[int, Reach[int]]:
    """Whom each of the people influences (R-CHN-02): at first hand along ``direct`` lines only; a line drawn
    ``through_others`` leads to indirect influence, as do the lines of those reached. Circles are allowed."""
    network = Network([*direct, *through_others], people)
    at_hand = {(line.source, line.target) for line in direct}
    found = {}
    for person in network.nodes:
        whole = reach(network, person)
        reached = sorted((*whole.direct, *whole.indirect))
        found[person] = Reach(
            tuple(one for one in reached if (person, one) in at_hand),
            tuple(one for one in reached if (person, one) not in at_hand),
        )
    return found


def key_links(people: Sequence[Marked], moved: dict[int, Reach[int]]) -> list[Marked]:
    """The key links in the order in which to plan for them: core links first, then by their two ratings, then by how
    many they move. The title says nothing; whoever is no key link, a user in a tender too, is not listed."""

    def rank(one: Marked) -> tuple[bool, int, int]:
        reached = moved[one.key]
        rating = (one.buy_power or 5) + (one.influence or 5)
        return (not one.is_core_link, rating, -len(reached.direct) - len(reached.indirect))

    return sorted((one for one in people if one.is_key_link), key=rank)
