"""R-REG-01 to -06 and the edges of handbook 4.5, on plain values."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from guanxi.prospecting.rules.checks import findings
from guanxi.prospecting.rules.identities import broken_identities, first_total
from guanxi.prospecting.rules.rotation import Candidate, proposed, rotation
from guanxi.prospecting.rules.visits import Known, call_type, clocks, is_late, lacks_card, missing, visit_type

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 3, 2, 12, tzinfo=SHANGHAI)
ON = NOON.date()
YESTERDAY = ON - timedelta(days=1)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("purpose", "done", "filed", "known", "found"),
    [
        ("LOOK", True, True, Known(), "FIRST_FILED"),
        ("LOOK", True, False, Known(), "FIRST_NOT_FILED"),
        ("LOOK", True, True, Known(filed_on=YESTERDAY), "FIRST_WITH_CARD"),
        ("LOOK", True, True, Known(filed_on=ON), "FIRST_WITH_CARD"),
        ("LOOK", True, True, Known(YESTERDAY, YESTERDAY), "RETURN"),
        ("LOOK", True, True, Known(ON, ON), "FIRST_WITH_CARD"),
        ("LOOK", False, False, Known(), "INCOMPLETE"),
        ("", True, True, Known(), "INCOMPLETE"),
        ("SERVICE", False, False, Known(), "NON_INTENT"),
        ("DELIVERY", True, True, Known(YESTERDAY, YESTERDAY), "NON_INTENT"),
    ],
)
def test_r_reg_04_type_of_a_visit(purpose, done, filed, known, found):
    """A return needs another date than that of the filing: who was filed today is no return today."""
    assert visit_type(purpose, done=done, filed=filed, on=ON, known=known) == found


@pytest.mark.parametrize(
    ("nature", "done", "filed", "known", "found"),
    [
        ("FIRST", True, True, Known(), "FIRST_FILED"),
        ("FIRST", True, False, Known(), "FIRST_NOT_FILED"),
        ("FIRST", True, True, Known(YESTERDAY), "FIRST_WITH_CARD"),
        ("AGAIN", True, True, Known(YESTERDAY), "RETURN"),
        ("PARTS", False, False, Known(), "NON_INTENT"),
        ("AFTER_SALES", True, True, Known(), "NON_INTENT"),
        ("RETURN_CALL", True, False, Known(), "NON_INTENT"),
        ("", False, False, Known(), "INCOMPLETE"),
    ],
)
def test_type_of_a_call(nature, done, filed, known, found):
    assert call_type(nature, done=done, filed=filed, known=known) == found


def test_r_reg_01_five_minutes_and_a_day_count_from_the_end_of_the_reception():
    allowed = 5 * MINUTE
    assert not is_late(None, None, allowed, NOON + HOUR), "still in the store"
    assert not is_late(NOON, NOON + allowed, allowed, NOON + HOUR), "the last instant counts"
    assert is_late(NOON, NOON + allowed + timedelta(seconds=1), allowed, NOON + HOUR)
    assert not is_late(NOON, None, allowed, NOON + allowed)
    assert is_late(NOON, None, allowed, NOON + 6 * MINUTE)
    found = clocks(NOON, NOON + MINUTE, None, NOON + 25 * HOUR, basic_min=5, full_h=24)
    assert not found.basic_late and found.full_late
    found = clocks(NOON, None, None, NOON + 24 * HOUR, basic_min=5, full_h=24)
    assert found.basic_late and not found.full_late


def test_r_reg_01_what_a_full_row_says():
    lacking = {"filed": True, "product": False, "channel": False, "level": "", "confirmed": ""}
    assert missing("", **lacking) == ["purpose"]
    assert missing("SERVICE", **lacking) == []
    assert missing("LOOK", **lacking) == ["product", "channel", "level", "confirmed"]
    assert missing("LOOK", **(lacking | {"filed": False})) == ["product", "channel"], "nothing was left"
    full = {"filed": True, "product": True, "channel": True, "level": "B", "confirmed": "B"}
    assert missing("LOOK", **full) == [] == missing("FIRST", **full)


def test_r_reg_06_level_without_card_after_a_day():
    wanted = {"least": "B", "full_h": 24}
    assert not lacks_card("B", False, NOON, NOON + 24 * HOUR, **wanted)
    assert lacks_card("B", False, NOON, NOON + 24 * HOUR + MINUTE, **wanted)
    assert lacks_card("H", False, NOON, NOON + 25 * HOUR, **wanted)
    assert not lacks_card("C", False, NOON, NOON + 25 * HOUR, **wanted)
    assert not lacks_card("", False, NOON, NOON + 25 * HOUR, **wanted)
    assert not lacks_card("A", True, NOON, NOON + 25 * HOUR, **wanted)


def test_r_reg_05_identities():
    counts = {"FIRST_FILED": 120, "FIRST_WITH_CARD": 30, "FIRST_NOT_FILED": 50, "RETURN": 60, "NON_INTENT": 30,
              "INCOMPLETE": 10}  # fmt: skip
    assert first_total(counts) == 200
    assert broken_identities(300, counts, 120) == {}
    assert broken_identities(301, counts, 120) == {"total": (301, 300)}
    assert broken_identities(300, counts, 119) == {"first_filed": (119, 120)}
    assert broken_identities(301, counts | {"GHOST": 1}, 120) == {"total": (301, 300)}
    assert broken_identities(0, {}, 0) == {}


def check(**given):
    row = {"arrived_at": NOON, "left_at": None, "now": NOON + 10 * HOUR, "party_size": 2}
    return findings(**(row | given))


def test_handbook_4_5_refuses_what_cannot_be():
    assert check(left_at=NOON - MINUTE).problems == ["LEFT_BEFORE_ARRIVED"]
    assert check(left_at=NOON).problems == []
    assert check(left_at=NOON + 11 * HOUR).problems == ["LEFT_LATER"]
    assert check(arrived_at=NOON + 11 * HOUR).problems == ["ARRIVES_LATER"]
    assert check(party_size=0).problems == ["NOBODY"]
    assert check(party_size=-1).problems == ["NOBODY"]


def test_handbook_4_5_warns_of_what_is_unlikely():
    assert check(left_at=NOON + 8 * HOUR).warnings == []
    assert check(left_at=NOON + 8 * HOUR + MINUTE).warnings == ["LONG_STAY"]
    assert check(party_size=20).warnings == []
    assert check(party_size=21).warnings == ["MANY_HEADS"]
    assert check(test_drive=True).warnings == ["NO_LICENCE"]
    assert check(test_drive=True, licence_checked=True).warnings == []
    assert check(consultant_absent=True).warnings == ["ABSENT"]
    assert check(consultant_absent=True).problems == []


def order(*candidates):
    return [turn.candidate.person for turn in rotation(candidates)]


def test_rotation_takes_the_fewest_guests_then_the_longest_without():
    assert order(Candidate(1, 2), Candidate(2, 1), Candidate(3, 0)) == [3, 2, 1]
    early, late = Candidate(1, 1, NOON), Candidate(2, 1, NOON + HOUR)
    assert order(late, early) == [1, 2]
    assert order(Candidate(7, place=1), Candidate(8, place=0)) == [8, 7], "nobody had one: by the roster"


def test_rotation_passes_over_the_late_and_the_busy_and_says_why():
    turns = rotation([
        Candidate(1, overdue=3), Candidate(2, has_guest=True), Candidate(3, 5), Candidate(4, absent=True),
    ])  # fmt: skip
    assert [turn.candidate.person for turn in turns] == [3, 1, 2, 4]
    assert {turn.candidate.person: turn.reasons for turn in turns} == {
        3: (), 1: ("OVERDUE",), 2: ("OPEN_GUEST",), 4: ("ABSENT",),
    }  # fmt: skip
    assert proposed(turns).candidate.person == 3


def test_rotation_when_everybody_is_passed_over():
    late = rotation([Candidate(1, 2, overdue=1), Candidate(2, 1, overdue=9)])
    assert proposed(late).candidate.person == 2, "somebody must receive the party"
    assert proposed(rotation([Candidate(1, has_guest=True)])) is None
    assert proposed(rotation([Candidate(1, absent=True)])) is None
    assert proposed(rotation([])) is None


def test_dates_are_business_dates():
    """R-REG-04: the last day of a month is another day than the first of the next."""
    known = Known(date(2026, 2, 28), date(2026, 2, 28))
    assert visit_type("LOOK", done=True, filed=True, on=date(2026, 3, 1), known=known) == "RETURN"
