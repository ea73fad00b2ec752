"""R-VAL-01 and R-VAL-02: what the buyer is left with, and what moves it most."""

from decimal import Decimal

import pytest

from guanxi.insights.rules.delivered import (
    CNY,
    PARTS,
    POINTS,
    Lever,
    MixedUnits,
    OutOfScale,
    lead,
    levers,
    make_offer,
)

# Four values of 420, four costs of 345.
OURS = (260, 80, 40, 40, 280, 30, 20, 15)
RIVAL = (250, 80, 30, 40, 300, 30, 15, 15)


def offer(amounts, unit=CNY, **asked):
    return make_offer(unit, dict(zip(PARTS, map(Decimal, amounts), strict=True)), **asked)


def test_r_val_01_g21_ahead_by_35():
    ours, rival = offer(OURS), offer(RIVAL)
    assert (ours.value, ours.cost, ours.delivered) == (420, 345, 75)
    assert (rival.value, rival.cost, rival.delivered) == (400, 360, 40)
    assert (lead(ours, rival), lead(rival, ours), lead(ours, ours)) == (35, -35, 0)


def test_r_val_01_hours_count_with_their_value_and_exactly():
    by_hours = offer((*OURS[:5], "0.6", *OURS[6:]), hour_value=Decimal("50"))
    assert by_hours.delivered == 75
    assert offer(("0.1", "0.2", 0, 0, 0, 0, 0, 0)).value == Decimal("0.3")
    assert offer((0, 0, 0, 0, 10, 0, 0, 0)).delivered == -10


def test_r_val_01_mixed_units_are_refused():
    with pytest.raises(MixedUnits):
        lead(offer(OURS), offer((9,) * 8, POINTS))
    with pytest.raises(MixedUnits):
        offer((9,) * 8, POINTS, hour_value=Decimal(50))


@pytest.mark.parametrize(("unit", "amount"), [(CNY, "-0.01"), (POINTS, "-1"), (POINTS, "100.01")])
def test_r_val_01_an_amount_outside_its_scale_is_refused_by_name(unit, amount):
    with pytest.raises(OutOfScale) as refused:
        offer((0, 0, amount, 0, 0, 0, 0, 0), unit)
    assert refused.value.part == "people"


def test_r_val_02_money_before_product():
    found = levers(offer(OURS))
    assert found[:3] == [
        Lever("money", Decimal(28)),
        Lever("product", Decimal(26)),
        Lever("service", Decimal(8)),
    ]
    # Equal ones in the order of the handbook.
    assert [lever.part for lever in found[3:]] == ["people", "image", "time", "psychic", "energy"]


def test_r_val_02_points_end_at_100_and_nothing_moves_nothing():
    found = levers(offer((95, 100, 0, 0, 30, 0, 0, 0), POINTS))
    assert found == [Lever("product", Decimal(5)), Lever("money", Decimal(3))]
    assert levers(offer((0,) * 8)) == []
