"""Setting targets (R-TGT-01, R-TGT-02, R-TEAM-04, handbook 7.6): versions, undo, plan beside actual, measures."""

from datetime import date
from decimal import Decimal

import pytest
from tests.cadence.desk import at, call, march

from guanxi.cadence.operations.contacts import record_contact
from guanxi.catalogue.models import Product
from guanxi.deals.operations.orders import OrderDraft, place_order
from guanxi.organization.models import User
from guanxi.organization.operations.users import UserDraft, deactivate_user, edit_user, reactivate_user
from guanxi.organization.refusals import StaleEdit
from guanxi.organization.rules.roles import Role
from guanxi.performance.models import Target
from guanxi.performance.operations.targets import (
    MeasureDraft,
    TargetsRefused,
    comment_on_month,
    save_measure,
    set_targets,
    undo_targets,
)
from guanxi.performance.queries.rates import own_rates
from guanxi.performance.queries.targets import Holder, order_targets, plan_figures, sheet_of, target_in
from guanxi.performance.rules.periods import month_of
from guanxi.prospecting.queries.statistics import month_rates

MARCH = march(1)


def test_7_6_a_change_after_day_one_is_a_new_version_and_the_old_one_stays(cast, act):
    store = ("STORE", 0, "ORDERS")
    first = set_targets(act(cast.ma, at(25, month=2)), MARCH, {store: Decimal(30)})
    again = set_targets(act(cast.ma, at(1)), MARCH, {store: Decimal(32)})
    late = set_targets(
        act(cast.ma, at(10)), MARCH, {store: Decimal(28), ("USER", cast.lin.pk, "ORDERS"): Decimal(5)}
    )
    assert [first.version, again.version, late.version] == [1, 1, 2]
    assert sheet_of(cast.store, MARCH, march(9)).values == {store: Decimal(32)}
    assert sheet_of(cast.store, MARCH).values[store] == 28
    # What is not changed makes no version, and taking a target away does.
    assert set_targets(act(cast.ma, at(11)), MARCH, {store: Decimal(28)}).version == 2
    assert set_targets(act(cast.ma, at(12)), MARCH, {store: None}).version == 3
    assert store not in sheet_of(cast.store, MARCH).values


def test_targets_first_set_after_day_one_are_version_one(cast, act):
    assert set_targets(act(cast.ma, at(10)), MARCH, {("STORE", 0, "ORDERS"): Decimal(3)}).version == 1


def test_the_latest_change_can_be_taken_back_once_nobody_changed_it_since(cast, act):
    store, lin = ("STORE", 0, "ORDERS"), ("USER", cast.lin.pk, "ORDERS")
    set_targets(act(cast.ma, at(1)), MARCH, {store: Decimal(30)})
    changed = set_targets(act(cast.ma, at(10)), MARCH, {store: Decimal(20), lin: Decimal(5)})
    User.objects.filter(pk=cast.gao.pk).update(store=cast.store)
    gao = User.objects.get(pk=cast.gao.pk)
    with pytest.raises(TargetsRefused):
        undo_targets(act(gao, at(10, 11)), MARCH, stamp=changed.stamp)
    sheet = undo_targets(act(cast.ma, at(10, 11)), MARCH, stamp=changed.stamp)
    assert (sheet.values, sheet.version) == ({store: Decimal(30)}, 3)
    assert Target.objects.count() == 5, "rows are added, never taken away"
    with pytest.raises(TargetsRefused):
        undo_targets(act(cast.ma, at(10, 12)), MARCH, stamp=changed.stamp)
    again = set_targets(act(cast.ma, at(11)), MARCH, {store: Decimal(25)})
    assert (again.version, sheet_of(cast.store, MARCH, march(10)).values) == (4, {store: Decimal(30)})


def test_undo_takes_back_the_change_it_was_offered_for_and_no_other(cast, act):
    store = ("STORE", 0, "ORDERS")
    first = set_targets(act(cast.ma, at(10)), MARCH, {store: Decimal(30)})
    set_targets(act(cast.ma, at(10, 11)), MARCH, {store: Decimal(20)})
    with pytest.raises(TargetsRefused):
        undo_targets(act(cast.ma, at(10, 12)), MARCH, stamp=first.stamp)
    assert sheet_of(cast.store, MARCH).values == {store: Decimal(20)}


def test_two_managers_do_not_overwrite_each_other(cast, act):
    seen = sheet_of(cast.store, MARCH).stamp
    set_targets(act(cast.ma, at(2)), MARCH, {("STORE", 0, "ORDERS"): Decimal(30)}, seen=seen)
    with pytest.raises(StaleEdit):
        set_targets(act(cast.ma, at(3)), MARCH, {("STORE", 0, "ORDERS"): Decimal(31)}, seen=seen)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (("STORE", 0, "NOTHING"), 3), (("STORE", 7, "ORDERS"), 3), (("USER", 987654, "ORDERS"), 3),
        (("PLANET", 0, "ORDERS"), 3), (("STORE", 0, "ORDERS"), -1), (("STORE", 0, "ORDERS"), "2.5"),
        (("STORE", 0, "ORDERS"), "NaN"), (("STORE", 0, "ORDERS"), 10**9), (("STORE", 0, "ORDERS"), "sNaN"),
        (("STORE", 0, "ORDERS"), "1e99999"), (("STORE", 0, "MARGIN"), "sNaN"), (("STORE", 0, "MARGIN"), "0.001"),
        (("STORE", 0, "MARGIN"), "999999999.999"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_and_nothing_kept(cast, act, cell, value):
    with pytest.raises(TargetsRefused):
        set_targets(act(cast.ma), MARCH, {("STORE", 0, "CARDS"): Decimal(3), cell: Decimal(value)})
    assert not Target.objects.exists()


@pytest.mark.parametrize("who", ["lin", "chen", "auditor", "proprietor"])
def test_only_the_manager_sets_targets(cast, act, who):
    with pytest.raises(TargetsRefused):
        set_targets(act(cast.users[who]), MARCH, {("STORE", 0, "ORDERS"): Decimal(3)})


def test_a_person_of_another_store_has_no_target_here(cast, act):
    with pytest.raises(TargetsRefused):
        set_targets(act(cast.ma), MARCH, {("USER", cast.gao.pk, "ORDERS"): Decimal(3)})


def test_a_store_without_a_figure_of_its_own_has_the_sum_of_its_persons(cast, act):
    cells = {("USER", cast.lin.pk, "ORDERS"): Decimal(5), ("USER", cast.wu.pk, "ORDERS"): Decimal(7)}
    sheet = set_targets(act(cast.ma), MARCH, cells)
    assert target_in(sheet, "STORE", 0, "ORDERS", [cast.lin.pk, cast.wu.pk]) == 12
    assert target_in(sheet, "STORE", 0, "CARDS", [cast.lin.pk]) is None


@pytest.fixture
def sold(cast, act, make_customer):
    """Lin: one order on the 3rd, one push on the 10th; Wu: one order on the 12th."""
    for owner, day in ((cast.lin, 3), (cast.wu, 12)):
        card = make_customer(owner, level="B", at=at(2))
        place_order(act(owner, at(day)), card.pk, OrderDraft(deposit=Decimal(6000)))
    record_contact(act(cast.lin, at(10)), call(make_customer(cast.lin, at=at(2)), at=at(10)))


def told(store, person, as_of):
    figures = plan_figures(store, Holder.of(store, person), month_of(MARCH, as_of))
    return figures, {row["metric"]: row for row in figures["rows"]}


def test_f_tgt_1_plan_beside_actual_by_week(cast, act, sold):
    set_targets(
        act(cast.ma, at(1)),
        MARCH,
        {("STORE", 0, "ORDERS"): Decimal(31), ("USER", cast.lin.pk, "ORDERS"): Decimal(4)},
    )
    figures, rows = told(cast.store, None, march(15))
    orders = rows["ORDERS"]
    assert (orders["target"], orders["actual"], orders["diff"], orders["so_far"]) == ("31", 2, "-29", "15")
    assert (orders["colour"], figures["version"], figures["elapsed"], figures["work_days"]) == (
        "RED",
        1,
        15,
        31,
    )
    assert [week["actual"] for week in orders["weeks"]] == [0, 1, 1, None, None]
    assert sum(int(week["plan"]) for week in orders["weeks"]) == 31
    assert (rows["PUSH"]["actual"], rows["DEPOSITS"]["actual"], rows["CARDS"]["actual"]) == (1, 2, 3)
    # No source yet is a dash, nothing done is 0, no target has no attainment.
    assert (rows["MARGIN"]["actual"], rows["WALKIN"]["actual"], rows["CARDS"]["attainment"]) == (
        None,
        0,
        None,
    )
    _figures, own = told(cast.store, cast.lin, march(15))
    assert (own["ORDERS"]["target"], own["ORDERS"]["actual"]) == ("4", 1)


def test_the_sheet_of_a_past_day_knows_only_that_day(cast, act, sold):
    set_targets(act(cast.ma, at(1)), MARCH, {("STORE", 0, "ORDERS"): Decimal(31)})
    set_targets(act(cast.ma, at(20)), MARCH, {("STORE", 0, "ORDERS"): Decimal(20)})
    figures, rows = told(cast.store, None, march(5))
    assert (rows["ORDERS"]["actual"], rows["ORDERS"]["target"], figures["version"]) == (1, "31", 1)


def test_r_team_04_orders_expected(cast, act, sold):
    """Two orders so far, one open B card at 10 %."""
    figures, _rows = told(cast.store, None, march(15))
    assert Decimal(figures["forecast"]) == Decimal("2.1") and figures["stock"]["O"] == 2


def test_a_month_with_no_activity_and_a_closed_one(cast, act):
    for on in range(1, 32):
        cast.store.calendar_days.create(on=march(on), is_closed=True)
    store = type(cast.store).objects.get(pk=cast.store.pk)
    set_targets(act(cast.ma), MARCH, {("STORE", 0, "ORDERS"): Decimal(10)})
    figures, rows = told(store, None, march(15))
    assert (figures["work_days"], rows["ORDERS"]["so_far"], rows["ORDERS"]["progress"]) == (0, None, None)
    assert rows["ORDERS"]["attainment"] == "0"


def test_r_tgt_01_a_gap_has_cause_measure_owner_and_date(cast, act):
    draft = MeasureDraft(("USER", cast.lin.pk), MARCH, "ORDERS", "客流少", "周末外展", cast.lin, march(20))
    saved = save_measure(act(cast.chen), draft, version=0)
    assert (saved.version, saved.cause) == (1, "客流少")
    _figures, rows = told(cast.store, cast.lin, march(15))
    assert (rows["ORDERS"]["measure"], rows["ORDERS"]["owner"], rows["ORDERS"]["due_on"]) == (
        "周末外展", str(cast.lin), "2026-03-20",
    )  # fmt: skip
    with pytest.raises(StaleEdit):
        save_measure(act(cast.ma), draft, version=0)
    with pytest.raises(TargetsRefused):
        save_measure(act(cast.sun), draft, version=1)
    with pytest.raises(TargetsRefused):
        save_measure(act(cast.chen), MeasureDraft(("STORE", 0), MARCH, "ORDERS"), version=0)


def test_a_leaders_word_on_a_month(cast, act):
    assert comment_on_month(act(cast.chen), cast.lin.pk, MARCH, " 稳 ", version=0).comment == "稳"
    with pytest.raises(StaleEdit):
        comment_on_month(act(cast.ma), cast.lin.pk, MARCH, "再接再厉", version=0)
    assert comment_on_month(act(cast.ma), cast.lin.pk, MARCH, "再接再厉", version=1).version == 2
    for who in ("lin", "sun", "auditor"):
        with pytest.raises(User.DoesNotExist):
            comment_on_month(act(cast.users[who]), cast.lin.pk, MARCH, "x", version=2)


def test_r_team_02_too_few_cases_take_the_packs_rates(cast, act, sold):
    rates = own_rates(cast.store, date(2026, 4, 1))
    assert {rate.source for rate in [*rates.rates.values(), *rates.chances.values()]} == {"PACK"}
    assert (rates.carry_orders, rates.stock["O"], rates.rates["p_new"].cases) == (2, 2, 3)


def test_f_tgt_1_of_a_team_what_was_done_stays_with_the_team_of_the_day(cast, act, sold):
    """17.5: Lin sold on the 3rd for team A and moved to team B on the 10th; the push of the 10th is B's."""
    lin = cast.lin
    draft = UserDraft(lin.username, lin.name, cast.store, cast.team_b, frozenset({Role.CONSULTANT}))
    edit_user(act(cast.admin, at(10)), lin.pk, lin.version, draft)
    days = month_of(MARCH, march(15))

    def done(team):
        rows = plan_figures(cast.store, Holder.of_team(cast.store, team.pk, days), days)["rows"]
        return {row["metric"]: row["actual"] for row in rows}

    a, b = done(cast.team_a), done(cast.team_b)
    assert (a["ORDERS"], a["PUSH"]) == (1, 0)
    assert (b["ORDERS"], b["PUSH"]) == (1, 1), "Wu's order, and Lin's push"


def test_f_tgt_1_of_a_team_is_its_own_figure_or_the_sum_of_its_persons(cast, act):
    days = month_of(MARCH, march(15))
    cells = {("USER", cast.lin.pk, "ORDERS"): Decimal(5), ("USER", cast.zhao.pk, "ORDERS"): Decimal(6),
             ("USER", cast.wu.pk, "ORDERS"): Decimal(7), ("TEAM", cast.team_b.pk, "ORDERS"): Decimal(9)}  # fmt: skip
    set_targets(act(cast.ma), MARCH, cells)

    def target(team):
        rows = plan_figures(cast.store, Holder.of_team(cast.store, team.pk, days), days)["rows"]
        return next(row["target"] for row in rows if row["metric"] == "ORDERS")

    assert (target(cast.team_a), target(cast.team_b)) == ("11", "9")


def test_f_tgt_1_of_a_model_counts_what_was_sold_of_it(cast, act, make_customer):
    crv = Product.objects.create(store=cast.store, name="CR-V")
    card = make_customer(cast.lin, level="B", at=at(2))
    place_order(act(cast.lin, at(3)), card.pk, OrderDraft(product=crv))
    set_targets(act(cast.ma, at(1)), MARCH, {("PRODUCT", crv.pk, "ORDERS"): Decimal(4)})
    figures = plan_figures(cast.store, Holder.of_model(crv.pk), month_of(MARCH, march(15)))
    assert [(row["metric"], row["target"], row["actual"]) for row in figures["rows"]] == [
        ("ORDERS", "4", 1), ("DELIVERIES", None, 0),
    ]  # fmt: skip


def test_17_5_a_consultant_deactivated_mid_month_keeps_part_of_the_target(cast, act):
    """31 working days in March 2026 here; Lin leaves on the 10th. The store's sum follows."""
    cells = {("USER", cast.lin.pk, "ORDERS"): Decimal(31), ("USER", cast.wu.pk, "ORDERS"): Decimal(7)}
    set_targets(act(cast.ma, at(1)), MARCH, cells)
    deactivate_user(act(cast.admin, at(10)), cast.lin.pk)
    _figures, own = told(cast.store, cast.lin, march(15))
    _figures, all_of_them = told(cast.store, None, march(15))
    assert (own["ORDERS"]["target"], own["ORDERS"]["full"]) == ("10", "31")
    assert all_of_them["ORDERS"]["target"] == "17"
    reactivate_user(act(cast.admin, at(11)), cast.lin.pk)
    assert told(cast.store, cast.lin, march(15))[1]["ORDERS"]["target"] == "31"


def test_4_4_orders_are_told_against_the_targets_of_this_month_and_the_next(cast, act, sold):
    set_targets(act(cast.ma, at(1)), MARCH, {("USER", cast.lin.pk, "ORDERS"): Decimal(4)})
    set_targets(act(cast.ma, at(1)), date(2026, 4, 1), {("STORE", 0, "ORDERS"): Decimal(8)})
    targets = order_targets(cast.store, None, MARCH, march(15))
    assert (targets.this, targets.following) == (4, 8)
    rates = month_rates(cast.store, MARCH, march(31), march(31), None, targets).values
    assert (rates["order_attainment"], rates["order_reserve"]) == (Decimal("0.5"), Decimal("0.25"))
    own = order_targets(cast.store, cast.lin, MARCH, march(15))
    assert (own.this, own.following) == (4, None)


def test_a_supervisor_notes_measures_for_the_own_team_only(cast, act):
    for holder, who in (
        (("TEAM", cast.team_a.pk), cast.sun),
        (("PRODUCT", 1), cast.chen),
        (("STORE", 0), cast.chen),
    ):
        with pytest.raises(TargetsRefused):
            save_measure(act(who), MeasureDraft(holder, MARCH, "ORDERS", "x"), version=0)
    draft = MeasureDraft(("TEAM", cast.team_a.pk), MARCH, "ORDERS", "客流少")
    assert save_measure(act(cast.chen), draft, version=0).team == cast.team_a
    assert save_measure(act(cast.ma), draft, version=1).version == 2


def test_7_4_b_what_stands_is_told_on_the_day_and_on_the_eve(cast, act, make_customer):
    make_customer(cast.lin, level="B", at=at(20, month=2))
    make_customer(cast.lin, level="B", at=at(2))
    set_targets(act(cast.ma, at(1)), MARCH, {("USER", cast.lin.pk, "STOCK_B"): Decimal(4)})
    told = plan_figures(cast.store, Holder.of(cast.store, cast.lin), month_of(MARCH, march(10)))
    rows = {row["metric"]: row for row in told["rows"]}
    assert [rows["STOCK_B"][name] for name in ("last", "actual", "target", "diff", "attainment")] == [
        1, 2, "4", "-2", "0.5",
    ]  # fmt: skip
    assert (rows["OWNERS"]["actual"], rows["LOAN"]["actual"], rows["CALLS"]["actual"]) == (0, None, None)
