"""The next product from what others bought: exact, ranked, and silent where it knows too little."""

from fractions import Fraction

from guanxi.markets.rules.baskets import MIN_BUYERS, counted_together, next_products

CAR, MATS, FILM, COVER, OLD = 1, 2, 3, 4, 5
NAMES = {CAR: "CR-V", MATS: "脚垫", FILM: "贴膜", COVER: "车衣"}


def asked(baskets, owned=frozenset({CAR}), alone=0, names=NAMES):
    """``alone`` further customers bought nothing but something else."""
    buyers = {}
    for basket in baskets:
        for product in basket:
            buyers[product] = buyers.get(product, 0) + 1
    alike = [basket for basket in baskets if basket & set(owned)]
    return next_products(owned, counted_together(alike), buyers, len(baskets) + alone, names)


def test_one_sentence_counts_both_and_all():
    baskets = [{CAR, MATS}] * 14 + [{CAR}] * 6
    (row,) = asked(baskets, alone=10).rows
    assert (row.product, row.because, row.both, row.buyers) == (MATS, CAR, 14, 20)
    assert row.likeness == Fraction(14 * 14, 20 * 14)


def test_the_likelier_first_ties_by_name():
    baskets = [{CAR, MATS, FILM}] * 5 + [{CAR, COVER}] * 8 + [{CAR}] * 2
    found = asked(baskets, alone=50)
    assert [row.product for row in found.rows] == [COVER, MATS, FILM]


def test_what_is_owned_off_sale_or_rare_is_not_named():
    baskets = [{CAR, MATS}] * 12 + [{CAR, FILM}] * 2 + [{CAR, OLD}] * 6
    assert [row.product for row in asked(baskets, {CAR, MATS}, alone=50).rows] == []


def test_what_everybody_buys_anyway_is_no_hint():
    baskets = [{CAR, MATS}] * 10 + [{CAR}] * 10 + [{MATS}] * 20
    assert asked(baskets).rows == ()


def test_what_few_of_the_buyers_bought_is_no_reason():
    assert [row.product for row in asked([{CAR, MATS}] * 3 + [{CAR}] * 12, alone=90).rows] == [MATS]
    assert asked([{CAR, MATS}] * 3 + [{CAR}] * 13, alone=90).rows == ()


def test_too_few_buyers_say_so():
    few = asked([{CAR, MATS}] * (MIN_BUYERS - 1), alone=50)
    assert few.too_few and few.rows == ()
    assert not asked([{CAR, MATS}] * MIN_BUYERS, alone=50).too_few
    assert next_products(set(), {}, {}, 0, NAMES).too_few
