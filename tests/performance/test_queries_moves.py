"""The moves of a person equal those of the store (7.3)."""

from tests.cadence.desk import at

from guanxi.cadence.operations.cards import FirstJudgement, hand_over_cards
from guanxi.cadence.operations.imported import judge_from_sheet, withdraw_judgements
from guanxi.cadence.operations.levels import set_level
from guanxi.cadence.operations.losses import LossDraft, apply_for_loss, decide_loss, reactivate
from guanxi.performance.queries.moves import month_flows


def test_7_3_a_person_reads_what_the_store_reads_of_a_card_undone_and_handed_over(cast, act, make_customer):
    """Wu's lost customer came back at N, a sheet's level was undone, then Zhao got the card and judged it."""
    card = make_customer(cast.wu, level="B", at=at(25, month=2))
    report = apply_for_loss(act(cast.wu, at(3)), card.pk, LossDraft("UNREACHABLE", "UNREACHABLE"))
    decide_loss(act(cast.ma, at(4)), report.pk, approve=True, called_back=True, note="属实")
    reactivate(act(cast.ma, at(8)), card.pk, level="N", reason="又来电")
    kept = judge_from_sheet(act(cast.ma, at(11)), [(card.pk, FirstJudgement("C", imported=True))])[0]
    withdraw_judgements(act(cast.ma, at(12)), [(card.pk, kept)])
    hand_over_cards(act(cast.ma, at(17)), [card.pk], cast.zhao, reason="换人跟进")
    set_level(act(cast.ma, at(19)), card.pk, "C", reason="见过面")
    start, until = at(1, 0), at(1, 0, month=4)
    store = month_flows(cast.store, start, until)
    assert dict(store[cast.zhao.pk].terms) == {"new": 1}
    assert dict(store[cast.wu.pk].terms) == {"lost": 1, "reactivated": 1, "removed": 1}
    for person in (cast.wu, cast.zhao):
        assert month_flows(cast.store, start, until, person)[person.pk] == store[person.pk]
