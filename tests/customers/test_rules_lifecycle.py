"""Pure rules of the card: R-CUS-01, R-CUS-02, R-PRM-05, R-PRM-09 and the identity checks of 1.5."""

from datetime import date, timedelta

import pytest

from guanxi.customers.rules.identity import (
    birth_date_problem,
    customer_number,
    is_id_number,
    is_vin,
    mask_id_number,
)
from guanxi.customers.rules.lifecycle import Held, base_class_for, is_protected, months_missed, vip_status
from guanxi.lib.phones import mask_phone
from guanxi.playbooks.loader import load_pack

TODAY = date(2026, 3, 12)


@pytest.mark.parametrize("count", range(5))
def test_r_cus_01_base_only_with_four_of_four(count):
    conditions = tuple(place < count for place in range(4))
    assert base_class_for(conditions) == ("BASE" if count == 4 else "LATENT")


@pytest.mark.parametrize(
    ("months", "status"), [(0, "VIP"), (1, "VIP_WARNING"), (2, "VIP_LAPSED"), (9, "VIP_LAPSED")]
)
def test_r_cus_02_a_month_without_a_visit_warns_two_lapse(months, status):
    assert vip_status((True, True, True, True), months) == status


@pytest.mark.parametrize("missing", range(4))
def test_r_cus_02_no_supporter_with_three_of_four(missing):
    assert vip_status(tuple(place != missing for place in range(4)), 0) == ""


@pytest.mark.parametrize(
    ("visited", "missed"),
    [
        (date(2026, 3, 1), 0),
        (date(2026, 2, 1), 0),
        (date(2026, 1, 31), 1),
        (date(2025, 12, 31), 2),
        (None, 4),
    ],
)
def test_r_cus_02_whole_calendar_months_count(visited, missed):
    assert months_missed(visited, date(2025, 10, 8), TODAY) == missed


def settings(**changed):
    return load_pack("auto").settings.model_copy(update=changed)


@pytest.mark.parametrize(("on", "protected"), [(date(2026, 3, 11), True), (date(2026, 3, 12), False)])
def test_r_prm_09_day_ten_is_included(on, protected):
    """Last valid contact 1 March, revisit on the 11th: protected; on the 12th no longer."""
    held = Held("A", date(2026, 3, 1), None)
    assert is_protected(held, on, settings(protect_days=10)) is protected


def test_r_prm_09_nothing_to_protect():
    assert not is_protected(Held("A", None, None), TODAY, settings(protect_days=10))


@pytest.mark.parametrize(
    ("level", "late", "protected"),
    [
        ("H", 3, True),
        ("H", 4, False),
        ("N", 4, False),
        ("A", 13, True),
        ("A", 14, False),
        ("B", -2, True),
        ("O", 90, True),
    ],
)
def test_r_prm_09_without_a_number_of_days_the_overdue_release_ends_it(level, late, protected):
    """H is released four days late, A fourteen; O never by lateness."""
    held = Held(level, None, TODAY - timedelta(days=late))
    assert is_protected(held, TODAY, settings()) is protected


def test_r_prm_09_owners_and_cards_with_no_date_stay():
    late = TODAY - timedelta(days=400)
    assert is_protected(Held("A", None, late, keeps_owner=True), TODAY, settings())
    assert is_protected(Held("", None, None), TODAY, settings())


def test_r_prm_05_masks():
    assert mask_phone("13812341234") == "138****1234"
    assert mask_id_number("310101199001011234") == "3101**********1234"


@pytest.mark.parametrize(
    ("vin", "valid"),
    [("LSVAM4187C2184847", True), ("lsvam4187c2184847", True), ("LSVAM4187C218484", False),
     ("LSVAM4187C21848477", False), ("LSVAM4187I2184847", False), ("LSVAM4187O2184847", False),
     ("LSVAM4187Q2184847", False), ("", False)],
)  # fmt: skip
def test_1_5_vin_has_17_characters_without_i_o_q(vin, valid):
    assert is_vin(vin) is valid


@pytest.mark.parametrize(
    ("born", "problem"),
    [(TODAY, ""), (date(2026, 3, 13), "FUTURE"), (date(1900, 1, 1), ""), (date(1899, 12, 31), "TOO_OLD")],
)
def test_1_5_birth_dates(born, problem):
    assert birth_date_problem(born, TODAY) == problem


def test_1_3_the_sequence_of_a_month_grows_past_five_digits():
    assert customer_number(date(2026, 3, 2), 1) == "C260300001"
    assert customer_number(date(2026, 3, 2), 123456) == "C2603123456"


@pytest.mark.parametrize(
    ("number", "valid"), [("11010519491231002X", True), ("110105194912310021", False), ("1", False)]
)
def test_identity_numbers_end_in_their_check_character(number, valid):
    assert is_id_number(number) is valid
