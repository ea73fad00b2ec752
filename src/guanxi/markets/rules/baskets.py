"""The next product for a customer, from what others who bought the same also bought."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations

# Below so many buyers a product says nothing about its buyers; below so many of both it is chance, and below this
# share of the buyers no reason to ask the next one.
MIN_BUYERS = 10
MIN_BOTH = 3
MIN_SHARE = Fraction(1, 5)
MOST = 3


@dataclass(frozen=True)
class Suggestion:
    """``both`` of ``buyers`` other customers who bought ``because`` also bought ``product``."""

    product: int
    because: int
    both: int
    buyers: int
    likeness: Fraction


@dataclass(frozen=True)
class Suggestions:
    """``too_few``: nothing the customer bought has ``MIN_BUYERS`` other buyers, so nothing can be said."""

    rows: tuple[Suggestion, ...]
    too_few: bool


def counted_together(baskets: Iterable[Collection[int]]) -> Counter[tuple[int, int]]:
    """(product, other product) → baskets with both, in either order."""
    return Counter(pair for basket in baskets for pair in permutations(basket, 2))


def next_products(
    owned: Collection[int],
    together: Mapping[tuple[int, int], int],
    buyers: Mapping[int, int],
    customers: int,
    names: Mapping[int, str],
) -> Suggestions:
    """At most ``MOST`` products beyond ``owned``, the likeliest first, ties by name.

    ``together``: (owned product, other product) → how many other customers bought both; ``buyers`` how many of all
    ``customers`` others bought each product. Products not in ``names`` are left out. A product is named only if it is
    bought more often beside an owned one than by everybody (lift above 1), and by ``MIN_SHARE`` of those buyers. Ranked
    by the squared cosine both² ÷ (buyers of one × buyers of the other), exactly.
    """
    known = [product for product in owned if buyers.get(product, 0) >= MIN_BUYERS]
    found: dict[int, Suggestion] = {}
    for because in known:
        for product in names:
            both = together.get((because, product), 0)
            if product in owned or both < MIN_BOTH:
                continue
            of_one, of_other = buyers[because], buyers[product]
            if both * customers <= of_one * of_other or Fraction(both, of_one) < MIN_SHARE:
                continue
            row = Suggestion(product, because, both, of_one, Fraction(both * both, of_one * of_other))
            held = found.get(product)
            if held is None or _order(row, names) < _order(held, names):
                found[product] = row
    ranked = sorted(found.values(), key=lambda row: _order(row, names))
    return Suggestions(tuple(ranked[:MOST]), too_few=not known)


def _order(row: Suggestion, names: Mapping[int, str]) -> tuple[Fraction, str, str]:
    return (-row.likeness, names[row.product], names.get(row.because, ""))
