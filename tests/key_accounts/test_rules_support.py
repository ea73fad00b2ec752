"""Support index, coverage and warnings (handbook 9.2, golden G13; R-KEY-01 … R-KEY-05)."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.key_accounts.rules.alerts import alerts_of, work_order
from guanxi.key_accounts.rules.marks import ATTITUDES, CONTACTS
from guanxi.key_accounts.rules.support import Marked, alignment, best_step, missing_roles, support_of

WEIGHTS = {"A": 4, "D": 4, "E": 2, "U": 1}
SEED = [
    Marked(1, "总监", "A", "+", "0"),
    Marked(2, "销售经理", "U", "=", "1"),
    Marked(3, "营销经理", "U", "−", "0"),
    Marked(4, "系统经理", "U", "*", "N"),
    Marked(5, "运维经理", "E", "+", "F"),
]


def test_g13_the_seed_map():
    found = support_of(SEED, WEIGHTS)
    assert found.index == Fraction(3, 13)
    assert round(float(found.index), 2) == 0.23
    assert found.share is not None and round(found.share * 100) == 56
    assert found.coverage == Fraction(60, 100)
    assert found.key_coverage == 0
    assert not found.is_red


def test_g13_r_key_01_four_alerts():
    alerts = alerts_of(SEED)
    assert [alert.code for alert in alerts] == ["NO_DECIDER", "APPROVER_UNMET", "OPPONENT_UNMET", "ONE_COACH"]
    assert {alert.rule for alert in alerts} == {"R-KEY-01"}
    assert [person.name for alert in alerts for person in alert.people] == ["总监", "营销经理", "系统经理"]


def test_r_key_02_what_the_map_lacks():
    assert missing_roles(SEED) == {"D"}
    assert missing_roles([]) == {"A", "D"}


def test_a_map_of_nobody_has_no_coverage():
    found = support_of([], WEIGHTS)
    assert (found.index, found.share, found.coverage, found.key_coverage) == (None, None, None, None)
    for unrated in (Marked(1, "", "A"), Marked(1, "", "", "+")):
        assert support_of([unrated], WEIGHTS).index is None
    assert support_of([Marked(1, "", "U", "=")], WEIGHTS).index == 0
    assert support_of([], dict.fromkeys("ADEU", 0)).share is None


def test_our_supporters_share_of_the_inner_circles():
    assert alignment(SEED) == Fraction(3, 5)
    assert alignment([]) is None


def test_an_enemy_who_decides_makes_the_map_red():
    people = [replace(SEED[0], attitude="*", contact="F"), Marked(9, "董事长", "D", "X", "F")]
    assert support_of(people, WEIGHTS).is_red
    assert alerts_of(people)[0].code == "ENEMY_DECIDES"
    assert not support_of([Marked(9, "用户", "U", "X", "F")], WEIGHTS).is_red


def test_good_words_count_by_contact_bad_ones_in_full():
    for degree, part in zip(CONTACTS, (Fraction(0), Fraction(1, 2), Fraction(1), Fraction(1)), strict=True):
        assert support_of([Marked(1, "", "E", "+", degree)], WEIGHTS).index == 2 * part / 10
        assert support_of([Marked(1, "", "E", "−", degree)], WEIGHTS).index == Fraction(-2, 10)


def test_r_key_03_the_order_of_work():
    people = [
        Marked(1, "支持者", "U", "+", "N"), Marked(2, "中立", "U", "=", "1"), Marked(3, "敌人", "U", "X", "0"),
        Marked(4, "反对者", "E", "−", "1"), Marked(5, "中立决策", "D", "=", "0"), Marked(6, "内线", "U", "*", "F"),
    ]  # fmt: skip
    assert [(move.person.key, move.after) for move in work_order(people, WEIGHTS)] == [
        (3, "−"), (4, "="), (5, "+"), (2, "+"), (1, "*"),
    ]  # fmt: skip


def test_r_key_04_a_coach_without_weight_is_doubted():
    assert "COACH_WEAK" in {a.code for a in alerts_of([Marked(1, "", "U", "*", "F", influence=4)])}
    assert "COACH_WEAK" not in {a.code for a in alerts_of([Marked(1, "", "U", "*", "F", influence=3)])}
    assert "NO_COACH" in {a.code for a in alerts_of([Marked(1, "", "U", "+", "F")])}


def test_r_key_05_a_coach_is_listened_to():
    quiet = Marked(1, "", "U", "*", "F", last_heard_days=31)
    assert "COACH_SILENT" in {alert.code for alert in alerts_of([quiet])}
    assert "COACH_SILENT" not in {a.code for a in alerts_of([replace(quiet, last_heard_days=30)])}


def test_r_chn_01_key_and_core_links():
    li, zhao = Marked(1, "李", buy_power=3, influence=1), Marked(2, "赵", buy_power=5, influence=5)
    assert (li.is_key_link, li.is_core_link) == (True, False)
    assert (zhao.is_key_link, zhao.is_core_link) == (False, False)
    assert Marked(3, "", buy_power=2, influence=2).is_core_link
    assert not Marked(4, "").is_key_link
    quiet = Marked(3, "", "E", "+", "N", buy_power=2, influence=2, last_heard_days=31)
    assert "LINK_SILENT" in {alert.code for alert in alerts_of([quiet])}


@pytest.mark.parametrize(
    ("role", "contact", "days", "code"),
    [
        ("D", "0", None, "LINK_SILENT"),
        ("D", "0", 3, "LINK_SILENT"),
        ("E", "N", None, "LINK_SILENT"),
        ("E", "N", 31, "LINK_SILENT"),
        ("E", "N", 30, ""),
        ("A", "0", 3, "APPROVER_UNMET"),
    ],
)
def test_r_chn_01_a_core_link_without_contact_is_named_once(role, contact, days, code):
    link = Marked(1, "", role, "+", contact, buy_power=1, influence=1, last_heard_days=days)
    assert [alert.code for alert in alerts_of([link]) if alert.people] == ([code] if code else [])


PEOPLE = st.lists(
    st.builds(
        Marked,
        key=st.integers(1, 10**6),
        name=st.just(""),
        role=st.sampled_from(["", "A", "D", "E", "U"]),
        attitude=st.sampled_from(["", *ATTITUDES]),
        contact=st.sampled_from(CONTACTS),
    ),
    max_size=12,
    unique_by=lambda one: one.key,
)


@given(PEOPLE)
def test_the_index_stays_on_its_scale(people):
    found = support_of(people, WEIGHTS)
    if found.index is None or found.share is None:
        assert not any(one.role and one.attitude for one in people)
        return
    assert -2 <= found.index <= 2
    assert 0 <= found.share <= 1


@given(PEOPLE)
def test_the_best_step_lifts_the_index_by_what_it_says(people):
    best = best_step(people, WEIGHTS)
    if best is None:
        return
    moved = [replace(one, **{best.mark: best.after}) if one == best.person else one for one in people]
    before, after = support_of(people, WEIGHTS).index, support_of(moved, WEIGHTS).index
    # Before anybody was rated the index stands at 0 for what comes.
    assert (after or 0) - (before or 0) == best.gain > 0


@pytest.mark.parametrize("mark", ["attitude", "contact"])
@given(people=PEOPLE)
def test_no_single_step_lifts_more(people, mark):
    best, now = best_step(people, WEIGHTS), support_of(people, WEIGHTS).index
    ladder = ATTITUDES if mark == "attitude" else CONTACTS
    for place, one in enumerate(people):
        here = getattr(one, mark)
        if here and ladder.index(here) + 1 < len(ladder):
            moved = replace(one, **{mark: ladder[ladder.index(here) + 1]})
            then = support_of([*people[:place], moved, *people[place + 1 :]], WEIGHTS).index
            assert (then or 0) - (now or 0) <= (best.gain if best else 0)
