"""Cases are read as they were known: nothing recorded later changes a figure, and the guard lets nothing through."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from guanxi.insights.rules.closing import Closing
from guanxi.insights.rules.figures import PROSPECT, Figure, expected_contributions, missing, reasons
from guanxi.insights.rules.nights import past_nights, taught_rows
from guanxi.insights.rules.readings import Contact, Deal, History, Pack, Prospect, Step
from guanxi.lib.statistics.chances.snapshots import LeakRefused, snapshot

START = datetime(2026, 1, 1, tzinfo=UTC)
PACK = Pack({"H": 0.5, "A": 0.25, "PROPOSAL": 0.5}, {"PROPOSAL": 20}, {"A": 3, "D": 4, "E": 2, "U": 1})


def day(number):
    return START + timedelta(days=number)


def on(number):
    return day(number).date()


def prospect(**known):
    case = Prospect(1, None, day(0), standings=History([(day(0), "A"), (day(10), "H")]), source_set_at=day(0))
    case.contacts = History(
        [
            (day(2), Contact(day(2), False, on(5))),
            (day(8), Contact(day(7), True, None)),
            (day(30), Contact(day(9), True, None)),
        ]
    )
    case.evidence = History(
        [(day(3), ("DEPOSIT", True)), (day(9), ("DEPOSIT", False)), (day(9), ("TERMS", True))]
    )
    for name, value in known.items():
        setattr(case, name, value)
    return case


def test_a_prospect_is_read_as_it_was_known():
    early, late = prospect().read(day(6), on(6), PACK), prospect().read(day(20), on(20), PACK)
    assert early.shown == {
        "level": "A", "age": 6, "evidence": 1, "silence": 4, "contacts": 1, "visits": 0, "overdue": 1, "source": 0,
    }  # fmt: skip
    # The contact of the ninth day was written down on the thirtieth: on the twentieth nobody knew of it.
    assert late.shown["level"] == "H" and late.shown["contacts"] == 2
    assert late.shown["visits"] == 1 and late.shown["silence"] == 13
    assert late.shown["evidence"] == 1 and late.shown["overdue"] == 0


def test_what_is_recorded_later_changes_no_earlier_reading():
    before = prospect().read(day(6), on(6), PACK)
    later = prospect()
    later.contacts = History([*later.contacts.rows, (day(7), Contact(day(5), True, None))])
    later.evidence = History([*later.evidence.rows, (day(7), ("TIME_FIXED", True))])
    later.standings = History([*later.standings.rows, (day(7), "B")])
    assert later.read(day(6), on(6), PACK) == before


def test_a_source_set_right_later_tells_nothing_of_earlier_days():
    case = prospect(is_recommended=True, source_set_at=day(12))
    assert case.read(day(11), on(11), PACK).shown["source"] == 0
    assert case.read(day(12), on(12), PACK).shown["source"] == 1


def test_every_figure_carries_when_its_newest_source_was_recorded():
    for at in range(30):
        reading = prospect().read(day(at), on(at), PACK)
        assert [one.name for one in reading.known] == [figure.code for figure in PROSPECT]
        snapshot(1, day(at), reading.known)
        with pytest.raises(LeakRefused):
            snapshot(1, day(at) - timedelta(seconds=1), prospect().read(day(40), on(40), PACK).known)


def deal():
    case = Deal(1, 7, day(0), standings=History([(day(0), "PROPOSAL")]))
    case.steps = History(
        (day(at), Step("PROPOSAL", Decimal(amount), closes))
        for at, amount, closes in (
            (0, 100, date(2026, 3, 1)),
            (5, 100, date(2026, 4, 1)),
            (9, 300, date(2026, 3, 20)),
            (12, 300, date(2026, 5, 1)),
        )
    )
    case.assessments = History(
        [
            (day(4), ("bi", {"personal": {"yes": True}, "dilemma": {"yes": False}})),
            (day(8), ("ucv", {"result": {"score": 2}})),
        ]
    )
    case.rivals = History(
        [(day(3), (5, "threat", 2)), (day(6), (5, "threat", 3)), (day(11), (5, "is_gone", True))]
    )
    case.marks = History(
        [
            (day(2), (1, "role", "A")),
            (day(2), (1, "attitude", "+")),
            (day(2), (1, "degree", "N")),
            (day(7), (2, "role", "D")),
        ]
    )
    return case


def test_an_opportunity_is_read_as_it_was_known():
    reading = deal().read(day(10), on(10), PACK)
    assert reading.standing == "PROPOSAL"
    assert reading.shown == {
        "stage": "PROPOSAL", "dwell": 10, "age": 10, "burning": 1, "unique": 2, "four": 0, "deciders": 2,
        "support": 0.43, "contacts": 0, "put_off": 1, "rivals": 1, "amount": "300",
    }  # fmt: skip
    assert deal().read(day(13), on(13), PACK).shown["put_off"] == 2
    assert deal().read(day(13), on(13), PACK).shown["rivals"] == 0
    assert deal().read(day(1), on(1), PACK).shown["deciders"] == 0


def test_a_night_teaches_once_its_season_has_passed():
    at, season = day(100), timedelta(days=30)
    nights = past_nights(at, season)
    assert nights and max(nights) <= day(70) and nights[0] - nights[1] == timedelta(days=7)
    won = Prospect(1, None, day(20), day(40), True)
    slow = Prospect(2, None, day(20), day(99), True)
    merged = Prospect(3, None, day(20), day(40), None)
    opened = Prospect(4, None, day(20))
    rows = list(taught_rows([won, slow, merged, opened], [day(30), day(10), day(50)], season))
    told = {(case.customer, night): happened for case, night, _known, happened in rows}
    # Won after the season is not won within it; who merged meanwhile teaches nothing; nobody is there before the start.
    assert told == {
        (1, day(30)): True, (2, day(30)): False, (2, day(50)): False, (4, day(30)): False, (4, day(50)): False,
    }  # fmt: skip
    assert all(known <= night + season for _case, night, known, _happened in rows)


def closing():
    # Of a hundred, two are won each of ten days, one is lost; then one is lost each day until day 49.
    won = [min(0.02 * day, 0.2) for day in range(50)]
    lost = [0.01 * day for day in range(50)]
    return Closing(won, lost, [100 - int(100 * (a + b)) for a, b in zip(won, lost, strict=True)])


def test_past_hoping_for_is_where_fewer_than_one_in_ten_is_still_won():
    found = closing()
    assert found.still_to_win(0) == pytest.approx(0.2)
    assert found.still_to_win(5) == pytest.approx(0.1 / 0.85)
    # On day 6 .08 of .82 is left to win.
    assert found.stale_after == 6
    assert found.season == 10
    assert found.days_to_win(0) == 5 and found.days_to_win(20) is None
    assert Closing((), (), ()).stale_after is None and Closing((), (), ()).points() == []


def test_too_few_left_tell_nothing():
    thin = Closing([0.0, 0.5, 0.5], [0.0, 0.4, 0.4], [100, 19, 10])
    assert thin.still_to_win(1) is None and thin.stale_after is None


def test_reasons_are_the_three_furthest_from_the_average_case():
    figures = [Figure(code, 1) for code in "abcd"]
    found = reasons(figures, [0.1, -0.9, 0.5, 0.3], dict(zip("abcd", range(4), strict=True)))
    assert [(one["code"], one["effect"]) for one in found] == [("b", -0.9), ("c", 0.5), ("d", 0.3)]


def test_what_would_raise_it_is_changeable_missing_and_speaks_for_it():
    figures = [Figure("a", 1), Figure("b", 1, 2), Figure("c", 1, 2), Figure("d", 1, 2)]
    assert missing(figures, [0, 0, 2, 1], [1, 1, 1, -1]) == [1]


def test_without_a_model_figures_count_in_the_method_s_direction():
    found = expected_contributions([Figure("a", 1), Figure("b", -1)], [(1, 10), (3, 30)])
    assert found == [(-1.0, 1.0), (1.0, -1.0)]
    assert expected_contributions([], []) == []
