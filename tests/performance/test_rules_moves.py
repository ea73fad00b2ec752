"""The identity of 7.3: what is carried in, what comes and goes, what is carried out (R-LVL-07, R-MON-03)."""

from datetime import datetime, timedelta, timezone
from itertools import pairwise

from guanxi.performance.rules.moves import Flow, HandOver, LevelMove, Path, Standing, flows

START = datetime(2026, 3, 1, tzinfo=timezone(timedelta(hours=8)))
END = datetime(2026, 4, 1, tzinfo=timezone(timedelta(hours=8)))
LIN, WU = 1, 2


def day(number, hour=10):
    return START + timedelta(days=number - 1, hours=hour)


def chain(*levels, kinds=()):
    """Level moves on day 2, 3, …; the first of ``levels`` is where the card stood at the start."""
    return [
        LevelMove(day(place + 2), was, to, kinds[place] if place < len(kinds) else "SET")
        for place, (was, to) in enumerate(pairwise(levels))
    ]


def flow_of(level, *events, owner=LIN, before=(), until=END):
    found = flows([Path(Standing.at(level, owner, before), list(events))], until)
    for one in found.values():
        assert one.balance == one.carry_out.total()
    return found


def terms(level, *events, **more):
    return {owner: dict(flow.terms) for owner, flow in flow_of(level, *events, **more).items() if flow.terms}


def test_g11_sixty_two_and_forty_one_and_two():
    """G11: 62 + 41 + 2 − 18 − 15 − 4 = 68."""
    paths = [Path(Standing.at("B", LIN), []) for _ in range(62 - 37)]
    paths += [Path(Standing.at("H", LIN), chain("H", "O", kinds=["ORDER"])) for _ in range(18)]
    paths += [Path(Standing.at("A", LIN), chain("A", "F1")) for _ in range(15)]
    paths += [Path(Standing.at("C", LIN), chain("C", "F2")) for _ in range(4)]
    paths += [Path(Standing.at("", LIN), chain("", "B", kinds=["FIRST"])) for _ in range(41)]
    paths += [Path(Standing.at("F1", LIN), chain("F1", "B", kinds=["REACTIVATE"])) for _ in range(2)]
    flow = flows(paths, END)[LIN]
    assert flow.carry_in.total() == 62
    assert dict(flow.terms) == {"won": 18, "lost": 15, "frozen": 4, "new": 41, "reactivated": 2}
    assert flow.carry_out.total() == flow.balance == 68


def test_r_lvl_07_carry_in_counts_h_a_b_c_and_orders_apart():
    paths = [
        Path(Standing.at(level, LIN), []) for level in ("H", "A", "A", "B", "C", "N", "O", "O", "F1", "D", "")
    ]
    flow = flows(paths, END)[LIN]
    assert dict(flow.carry_in) == {"H": 1, "A": 2, "B": 1, "C": 1} == dict(flow.carry_out)
    assert (flow.orders, flow.unjudged) == (2, 1)


def test_new_counts_a_card_at_n_on_its_first_level():
    assert terms("", *chain("", "N", kinds=["FIRST"])) == {}
    assert terms("", *chain("", "N", "B", kinds=["FIRST"])) == {LIN: {"new": 1}}
    assert terms("N", *chain("N", "B")) == {LIN: {"new": 1}}
    assert terms("N", *chain("N", "B"), before=chain("", "B", "F1", "N")) == {LIN: {"reactivated": 1}}


def test_a_judged_card_that_falls_back_to_n_stays_on_the_sheet():
    assert terms("B", *chain("B", "N", "A")) == {}
    assert flow_of("B", *chain("B", "N"))[LIN].carry_out == {"N": 1}
    earlier = [LevelMove(day(-9), "", "B", "FIRST"), LevelMove(day(-8), "B", "N")]
    assert flow_of("N", before=earlier)[LIN].carry_in == {"N": 1}
    assert terms("N", *chain("N", "F1"), before=earlier) == {LIN: {"lost": 1}}


def test_who_leaves_unjudged_passes_through_so_that_every_loss_and_order_counts():
    assert terms("N", *chain("N", "O", kinds=["ORDER"])) == {LIN: {"new": 1, "won": 1}}
    assert terms("N", *chain("N", "F2", kinds=["LOSS"])) == {LIN: {"new": 1, "frozen": 1}}
    assert terms("O", *chain("O", "L")) == {LIN: {"reopened_orders": 1, "lost": 1}}


def test_an_order_is_won_once_and_comes_back_as_reopened():
    assert terms("A", *chain("A", "O", "D", kinds=["ORDER", "DELIVERY"])) == {LIN: {"won": 1}}
    assert terms("A", *chain("A", "O", "H", "O", kinds=["ORDER", "CANCELLED", "ORDER"])) == {
        LIN: {"won": 2, "reopened_orders": 1}
    }
    assert terms("O", *chain("O", "D", kinds=["DELIVERY"])) == {}


def test_an_order_that_a_sheet_brought_is_nobody_s_success():
    assert terms("", *chain("", "O", kinds=["IMPORTED"])) == {}
    assert terms("N", *chain("N", "O", kinds=["IMPORTED"])) == {}
    assert terms("O", *chain("O", "O", kinds=["ORDER"])) == {}
    assert terms("O", *chain("O", "B")) == {LIN: {"reopened_orders": 1}}


def test_an_owner_with_a_new_intent_is_new_and_a_lost_one_reactivated():
    assert terms("D", *chain("D", "A", kinds=["REACTIVATE"])) == {LIN: {"new": 1}}
    assert terms("F2", *chain("F2", "C", kinds=["REACTIVATE"])) == {LIN: {"reactivated": 1}}


def test_7_6_lost_and_reactivated_in_one_month_counts_once_in_each():
    assert terms("H", *chain("H", "F1", "A", kinds=["LOSS", "REACTIVATE"])) == {
        LIN: {"lost": 1, "reactivated": 1}
    }


def test_7_6_a_hand_over_leaves_one_sheet_and_enters_the_other():
    found = flow_of("B", HandOver(day(5), LIN, WU))
    assert (found[LIN].terms, found[WU].terms) == ({"transfer_out": 1}, {"transfer_in": 1})
    total = Flow()
    for flow in found.values():
        total.add(flow)
    assert total.carry_in == total.carry_out == {"B": 1}
    assert terms("O", HandOver(day(5), LIN, WU)) == {}
    assert terms("N", HandOver(day(5), LIN, WU), *chain("N", "B")[:0], LevelMove(day(6), "N", "B")) == {
        WU: {"new": 1}
    }
    assert terms("B", HandOver(day(5), None, WU), owner=None) == {
        None: {"transfer_out": 1}, WU: {"transfer_in": 1}
    }  # fmt: skip


def test_an_undone_import_leaves_as_removed_on_its_day():
    came, went = LevelMove(day(2), "", "B", "IMPORTED", LIN), LevelMove(day(4), "B", "", "WITHDRAWN", LIN)
    assert terms("", came, went) == {LIN: {"new": 1, "removed": 1}}
    assert terms("B", went) == {LIN: {"removed": 1}}
    assert terms("O", LevelMove(day(4), "O", "", "WITHDRAWN", LIN)) == {}


def test_what_takes_effect_after_the_month_is_not_told():
    assert terms("B", LevelMove(END, "B", "F1")) == {}
    assert terms("B", LevelMove(END - timedelta(microseconds=1), "B", "F1")) == {LIN: {"lost": 1}}


def test_two_cards_merged_are_one_less_and_none_is_won_or_lost():
    gone = Path(
        Standing.at("A", WU), [LevelMove(day(3), "A", "", "MERGED"), LevelMove(day(5), "", "A", "UNMERGED")]
    )
    kept = Path(
        Standing.at("B", LIN),
        [LevelMove(day(3), "B", "A", "MERGED"), LevelMove(day(5), "A", "B", "UNMERGED")],
    )
    merged = flows([gone, kept], day(4))
    assert (dict(merged[WU].terms), dict(merged[LIN].terms)) == ({"merged": 1}, {})
    assert merged[WU].balance == 0
    again = flows([gone, kept], END)
    assert again[WU].terms["merged"] == 0 and again[WU].balance == 1
    # A lost card that takes over the other's level brings one on: the store has as many as before.
    back = Path(Standing.at("F1", LIN), [LevelMove(day(3), "F1", "A", "MERGED")])
    found = flows([Path(gone.start, gone.events[:1]), back], END)
    assert found[LIN].terms == {"merged": -1} and found[LIN].balance == 1
    # With an order the customer leaves the sheet, but was not won by merging.
    assert terms("B", LevelMove(day(3), "B", "O", "MERGED")) == {LIN: {"merged": 1}}
    assert terms("O", LevelMove(day(3), "O", "", "MERGED")) == {}
