"""The evenings of the past, told backwards from today."""

from tests.cadence.desk import march

from guanxi.performance.rules.standing import CardsSince, OwnersSince, at_end_of


def test_the_first_change_after_the_day_tells_what_was():
    later = [(march(5), "B"), (march(5), "A"), (march(9), "H")]
    assert [at_end_of(march(day), later, "O") for day in (4, 5, 8, 9)] == ["B", "H", "H", "O"]
    assert at_end_of(march(4), [], "C") == "C"


def test_cards_go_back_to_who_had_them_at_the_level_they_had():
    """1 was handed from 7 to 8, then ordered; 2 came on the 6th; 3 was lost on the 5th; nobody has 4."""
    cards = CardsSince(
        cards=[(1, 8, "O"), (2, 7, "C"), (3, 7, "F1"), (4, None, "B")],
        levels={1: [(march(8), "A")], 3: [(march(5), "H")]},
        handed={1: [(march(6), 7)]},
        opened={2: march(6)},
    )
    assert cards.on(march(4)) == {1: (7, "A"), 3: (7, "H")}
    assert cards.on(march(6)) == {1: (8, "A"), 2: (7, "C")}
    assert cards.on(march(8)) == {1: (8, "O"), 2: (7, "C")}
    assert dict(cards.stock(march(4), 7)) == {"A": 1, "H": 1}
    assert (cards.given_by(7), cards.given_by(8)) == ([1], [])


def test_who_took_a_first_car_of_ours_later_was_no_owner_then():
    owners = OwnersSince(
        cards=[(1, 7, "OWN_SALE"), (2, 7, "OWN_SALE"), (3, 7, "OTHER_SALE"), (4, 8, "OTHER_SALE")],
        opened={4: march(9)},
        first_cars={1: march(5), 3: march(5)},
    )
    assert owners.on(march(4)) == {7: {"OWN_SALE": 1, "OTHER_SALE": 1}}
    assert owners.on(march(5)) == {7: {"OWN_SALE": 2, "OTHER_SALE": 1}}
    assert owners.on(march(9))[8] == {"OTHER_SALE": 1}
