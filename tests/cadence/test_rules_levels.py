"""R-LVL-01 and R-LVL-04 with the handbook's examples; today is Monday 2 March 2026."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.cadence.rules.levels import (
    LevelFacts,
    downgrade_to,
    effective_after,
    fold_code,
    level_by_date,
    rank,
    steps_above,
    suggest_level,
)
from guanxi.playbooks.definitions import GRADED
from guanxi.playbooks.loader import load_pack, playbook_with

TODAY = date(2026, 3, 2)
AUTO = load_pack("auto")


def suggest(*ticked, close=None, deposit="0", ordered=False, playbook=AUTO):
    return suggest_level(LevelFacts(close, frozenset(ticked), Decimal(deposit), ordered), TODAY, playbook)


@pytest.mark.parametrize(
    ("case", "close", "ticked", "level", "flags"),
    [
        ("G1", date(2026, 3, 9), {"MODEL_COLOUR"}, "H", set()),
        ("G2", date(2026, 3, 10), {"MODEL_COLOUR"}, "A", set()),
        ("G3", date(2026, 3, 5), set(), "A", {"EVIDENCE_MISSING"}),
        ("today itself", TODAY, {"MODEL_COLOUR"}, "H", set()),
        ("30 days", date(2026, 4, 1), {"TERMS"}, "A", set()),
        ("31 days", date(2026, 4, 2), {"TERMS"}, "B", set()),
        ("90 days", date(2026, 5, 31), {"TERMS"}, "B", set()),
        ("91 days", date(2026, 6, 1), {"TERMS"}, "C", set()),
        ("A by date, none ticked", date(2026, 3, 20), set(), "B", {"EVIDENCE_MISSING"}),
        ("B by date is the floor", date(2026, 5, 1), set(), "B", {"EVIDENCE_MISSING"}),
        ("C by date, none ticked", date(2026, 9, 1), set(), "C", {"EVIDENCE_MISSING"}),
        ("unknown date, came again", None, {"CAME_AGAIN"}, "A", set()),
        ("unknown date caps H evidence at A", None, {"MODEL_COLOUR"}, "A", set()),
        ("unknown date, B evidence", None, {"HAS_MEANS"}, "B", set()),
        ("nothing known", None, set(), "C", {"EVIDENCE_MISSING"}),
        ("date passed", date(2026, 3, 1), {"MODEL_COLOUR"}, "A", {"DATE_PASSED"}),
        ("date passed, none ticked", date(2026, 3, 1), set(), "C", {"DATE_PASSED", "EVIDENCE_MISSING"}),
        ("O evidence without money is capped by the date", date(2026, 3, 5), {"DEPOSIT"}, "H", set()),
    ],
)
def test_r_lvl_01_suggestion(case, close, ticked, level, flags):
    found = suggest(*ticked, close=close)
    assert (found.level, set(found.flags)) == (level, flags), case


@pytest.mark.parametrize(
    ("deposit", "close", "level", "flags"),
    [
        ("5000", None, "O", set()),
        ("4999.99", None, "H", {"SMALL_DEPOSIT"}),
        ("3000", None, "H", {"SMALL_DEPOSIT"}),
        ("3000", date(2026, 3, 20), "A", {"SMALL_DEPOSIT"}),
        ("3000", date(2026, 2, 20), "H", {"SMALL_DEPOSIT", "DATE_PASSED"}),
        ("0", None, "C", {"EVIDENCE_MISSING"}),
    ],
)
def test_g4_deposits_and_their_boundary(deposit, close, level, flags):
    """G4: 5,000 is an order, a fen less is a small deposit that lifts the cap; a known date still lowers."""
    found = suggest(close=close, deposit=deposit)
    assert (found.level, set(found.flags)) == (level, flags)


def test_r_lvl_01_an_order_is_o_whatever_the_rest_says():
    assert suggest(close=date(2026, 12, 1), ordered=True).level == "O"


def test_r_lvl_01_a_pack_without_threshold_knows_small_deposits_only():
    pack = playbook_with("auto", {"level.deposit_min": None})
    assert suggest(deposit="9000", playbook=pack).level == "H"


def test_r_lvl_01_min_evidence_counts_higher_items_for_lower_levels():
    pack = playbook_with("auto", {"level.min_evidence": 2})
    close = date(2026, 3, 5)
    assert suggest("MODEL_COLOUR", close=close, playbook=pack).flags == {"EVIDENCE_MISSING"}
    assert suggest("MODEL_COLOUR", "TERMS", close=close, playbook=pack).level == "A"
    assert suggest("MODEL_COLOUR", "PAYMENT_AND_DATE", close=close, playbook=pack).level == "H"


def test_r_lvl_01_a_small_deposit_is_one_item_among_those_needed():
    pack = playbook_with("auto", {"level.min_evidence": 2})
    assert suggest(deposit="100", playbook=pack).flags == {"SMALL_DEPOSIT", "EVIDENCE_MISSING"}
    assert suggest("MODEL_COLOUR", deposit="100", playbook=pack).level == "H"


def test_r_lvl_01_unknown_evidence_is_no_evidence():
    assert suggest("IMPORTED", "NONSENSE").flags == {"EVIDENCE_MISSING"}


@given(
    st.integers(-400, 400) | st.none(),
    st.sets(st.sampled_from(sorted(AUTO.evidence_by_code))),
    st.decimals(0, 6000, places=2),
)
def test_r_lvl_01_never_above_what_the_date_says(days, ticked, deposit):
    close = None if days is None else TODAY + timedelta(days=days)
    found = suggest(*ticked, close=close, deposit=str(deposit))
    assert found.level in GRADED
    assert (found.level == "O") == (deposit >= 5000)
    if found.by_date is not None:
        assert rank(found.level) <= rank(found.by_date)
    elif found.level != "O":
        assert rank(found.level) <= rank("H" if deposit else "A")
    if days is not None and 0 <= days <= 90 and not ticked and not deposit:
        assert rank(found.level) >= rank("B")
    if ticked or deposit:
        assert "EVIDENCE_MISSING" not in found.flags


@given(st.integers(0, 3650))
def test_r_lvl_01_windows_leave_no_day_without_a_level(days):
    assert rank(level_by_date(days, AUTO)) >= rank(level_by_date(days + 1, AUTO))


def test_r_lvl_01_steps_count_upwards_only():
    assert (steps_above("H", "A"), steps_above("H", "B"), steps_above("C", "H"), steps_above("N", "C")) == (
        1,
        2,
        0,
        0,
    )


@pytest.mark.parametrize(
    ("level", "days", "to"),
    [("H", 7, None), ("H", 8, "A"), ("A", 30, None), ("A", 31, "B"), ("B", 90, None), ("B", 91, "C"),
     ("O", 400, None), ("N", 400, None), ("D", 400, None)],
)  # fmt: skip
def test_r_lvl_04_windows_that_have_passed(level, days, to):
    since = TODAY - timedelta(days=days)
    assert downgrade_to(level, since, None, None, TODAY, AUTO) == to


@pytest.mark.parametrize(("days", "to"), [(180, None), (181, "F2")])
def test_r_lvl_04_c_without_a_valid_contact_is_frozen(days, to):
    contact = TODAY - timedelta(days=days)
    assert downgrade_to("C", TODAY - timedelta(days=500), contact, None, TODAY, AUTO) == to


def test_r_lvl_04_an_agreed_date_in_the_future_protects():
    since = TODAY - timedelta(days=20)
    assert downgrade_to("H", since, None, TODAY + timedelta(days=1), TODAY, AUTO) is None
    assert downgrade_to("H", since, None, TODAY, TODAY, AUTO) == "A"


def test_r_lvl_04_a_level_kept_by_the_manager_gets_one_more_window():
    since, kept = TODAY - timedelta(days=20), TODAY - timedelta(days=7)
    assert downgrade_to("H", since, None, None, TODAY, AUTO, kept) is None
    assert downgrade_to("H", since, None, None, TODAY + timedelta(days=1), AUTO, kept) == "A"
    assert downgrade_to("C", since, TODAY - timedelta(days=300), None, TODAY, AUTO, kept) is None


@pytest.mark.parametrize(
    ("proposed", "open_day", "effective"),
    [
        (date(2026, 3, 2), date(2026, 3, 2), date(2026, 3, 3)),
        (date(2026, 2, 17), date(2026, 2, 20), date(2026, 2, 21)),
    ],
)
def test_r_lvl_04_takes_effect_after_one_working_day(proposed, open_day, effective):
    assert effective_after(proposed, open_day) == effective


@pytest.mark.parametrize("typed", ["Ａ", "a", " A ", "ａ"])
def test_codes_are_folded(typed):
    """Handbook 2.6."""
    assert fold_code(typed) == "A"
