"""Won into the ledger, lost through the report, opened again (handbook 8.8, R-LOSS-01)."""

from decimal import Decimal

import pytest
from tests.pipeline.desk import (
    AGAINST,
    CANCELLED,
    SEEN,
    in_days,
    later,
    lost,
    mapped,
    moved,
    opened,
    stored,
    won,
)

from guanxi.cadence.models import LossReport
from guanxi.cadence.operations.losses import LossDraft, LossRefused, decide_loss, reactivate, withdraw_loss
from guanxi.catalogue.models import Product
from guanxi.customers.models import Customer
from guanxi.deals.models import Deal
from guanxi.deals.operations.ledger import Sold, write_deals
from guanxi.deals.operations.orders import OrderDraft, OrderRefused, cancel_order, deliver, place_order
from guanxi.key_accounts.models import KeyPerson
from guanxi.organization.models import AuditEntry
from guanxi.organization.refusals import StaleEdit
from guanxi.pipeline.drafts import LineDraft
from guanxi.pipeline.models import Opportunity
from guanxi.pipeline.operations.endings import (
    Win,
    lose_opportunity,
    reopen_opportunity,
    undo_win,
    win_opportunity,
    withdraw_loss_of,
)
from guanxi.pipeline.operations.opportunities import OpportunityRefused, edit_opportunity
from guanxi.pipeline.queries.experience import dwell_limits
from guanxi.pipeline.queries.opportunities import order_was_cancelled


@pytest.fixture
def card(cast, make_customer):
    return mapped(make_customer(cast.lin, name="何工", kind="ORG", org_name="甬锐模具", level="B"))


@pytest.fixture
def row(cast, act, card):
    return moved(act(cast.lin), opened(act(cast.lin), card), "NEGOTIATION")


def refused(field, work, *args, **asked):
    with pytest.raises(OpportunityRefused) as caught:
        work(*args, **asked)
    assert caught.value.field == field, caught.value.message


def test_a_win_writes_one_deal_and_leaves_the_card(cast, act, card, row):
    closed = won(act(cast.lin, later(20)), row)
    assert (closed.won_on, closed.order_no, closed.is_open) == (in_days(20), "HT-001", False)
    deal = Deal.objects.get()
    assert (deal.customer, deal.amount, deal.on, deal.seller) == (card, 300_000, in_days(20), cast.lin)
    assert (deal.number, deal.product, deal.quantity) == ("HT-001", None, 1)
    assert Customer.objects.get(pk=card.pk).level == "B"
    move = row.moves.first()
    assert (move.kind, move.from_stage, move.to_stage, move.days) == ("WON", "NEGOTIATION", "WON", 20)


def test_a_win_writes_one_deal_for_each_product(cast, act, card, row):
    products = [Product.objects.create(store=cast.store, name=name) for name in ("商务车", "中巴")]
    lines = [LineDraft(product, 2, Decimal(200_000)) for product in products]
    edit_opportunity(act(cast.lin), row.pk, version=2, values={}, lines=lines)
    won(act(cast.lin), row)
    told = Deal.objects.order_by("pk").values_list("product__name", "quantity", "amount")
    assert list(told) == [("商务车", 2, 200_000), ("中巴", 2, 200_000)]


@pytest.mark.parametrize(
    ("win", "field"),
    [
        (Win(" ", "合同已签", SEEN), "order_no"), (Win("HT-1", "", SEEN), "finished"),
        (Win("HT-1", "合同已签"), "evidence"), (Win("HT-1", "合同已签", AGAINST), "evidence"),
        (Win("HT-1", "合同已签", SEEN, in_days(1)), "won_on"), (Win("HT-1", "合同已签", SEEN, in_days(-1)), "won_on"),
    ],
)  # fmt: skip
def test_8_8_won_without_an_order_number_or_evidence_is_refused(cast, act, row, win, field):
    refused(field, win_opportunity, act(cast.lin), row.pk, version=2, win=win)
    assert stored(row).is_open
    assert not Deal.objects.exists()


def test_an_order_on_the_card_is_counted_once_by_its_delivery(cast, act, card, row):
    order = place_order(act(cast.lin), card.pk, OrderDraft(amount=Decimal(300_000)))
    won(act(cast.lin), row, order.order_no)
    assert not Deal.objects.exists()
    deliver(act(cast.lin), order.pk, version=1, delivered_on=in_days(0), item={})
    assert Deal.objects.get().amount == 300_000


def test_one_sale_stands_in_the_ledger_once(cast, act, card, make_customer, row):
    """Whichever comes first, the win or the order, and whoever else is said to be sold under the number."""
    won(act(cast.lin), row, "HT-001")
    refused(
        "order_no",
        won,
        act(cast.lin),
        moved(act(cast.lin), opened(act(cast.lin), card), "NEGOTIATION"),
        "HT-001",
    )
    other = mapped(make_customer(cast.lin, name="于工", kind="ORG", org_name="别家", level="B"))
    refused(
        "order_no",
        won,
        act(cast.lin),
        moved(act(cast.lin), opened(act(cast.lin), other), "NEGOTIATION"),
        "HT-001",
    )
    with pytest.raises(OrderRefused):
        place_order(act(cast.lin), other.pk, OrderDraft(order_no="HT-001"))
    order = place_order(act(cast.lin), card.pk, OrderDraft(order_no="HT-001", amount=Decimal(300_000)))
    deliver(act(cast.lin), order.pk, version=order.version, delivered_on=in_days(0), item={})
    assert Deal.objects.get().source == f"opportunity {row.pk}"
    refused("", undo_win, act(cast.lin), row.pk, version=stored(row).version, reason="算错了")


def test_a_win_whose_order_was_cancelled_is_told(cast, act, card, row, client_for):
    order = place_order(act(cast.lin), card.pk, OrderDraft(order_no="HT-001", amount=Decimal(300_000)))
    won(act(cast.lin), row, "HT-001")
    second = moved(act(cast.lin), opened(act(cast.lin), card), "NEGOTIATION")
    refused("order_no", won, act(cast.lin), second, "HT-001")
    assert not order_was_cancelled(stored(row))
    cancel_order(act(cast.lin), order.pk, version=order.version, reason="不要了")
    assert order_was_cancelled(stored(row))
    assert "订单已取消" in client_for(cast.lin).get(f"/opportunities/{row.pk}/").content.decode()


def test_a_card_ends_with_its_last_opportunity(cast, act, card, row):
    other = opened(act(cast.lin), card, title="另一单")
    ask = {"version": row.version, "draft": CANCELLED, "ends_card": True}
    refused("ends_card", lose_opportunity, act(cast.lin), row.pk, **ask)
    lost(act(cast.lin), act(cast.chen), other)
    lost(act(cast.lin), act(cast.ma), row, ends_card=True)
    with pytest.raises(OpportunityRefused):
        opened(act(cast.lin), Customer.objects.get(pk=card.pk))


def test_the_order_of_another_customer_is_none(cast, act, make_customer, row):
    order = place_order(act(cast.lin), make_customer(cast.lin, level="H").pk, OrderDraft())
    refused("order_no", won, act(cast.lin), row, order.order_no)


def test_r_key_02_a_win_passes_every_stage_on_the_way(cast, act, card):
    row = opened(act(cast.lin), card)
    KeyPerson.objects.filter(role="D").update(left_on=in_days(0))
    refused("stage", won, act(cast.lin), row)


def test_r_key_02_no_way_round_the_map(cast, act, make_customer):
    """Opened or opened again at a late stage, an organisation without map is refused as on the way there."""
    bare = make_customer(cast.lin, name="于工", kind="ORG", org_name="无图机械")
    refused("stage", opened, act(cast.lin), bare, stage="NEGOTIATION")
    row = opened(act(cast.lin), bare, stage="PROPOSAL")
    refused("stage", won, act(cast.lin), row)
    row = lost(act(cast.lin), act(cast.chen), row)
    again = {"version": row.version, "expected_close_on": in_days(30), "reason": "换了采购经理"}
    refused("stage", reopen_opportunity, act(cast.lin), row.pk, stage="NEGOTIATION", **again)
    assert reopen_opportunity(act(cast.lin), row.pk, stage="PROPOSAL", **again).is_open


def test_r_opp_04_a_stay_is_counted_once_and_of_the_last_cycle_alone(cast, act, card):
    for number in range(5):
        row = opened(act(cast.lin), card)
        row = moved(act(cast.lin, later(10)), row, "DISCOVERY", expected_close_on=in_days(90))
        asked = lose_opportunity(act(cast.lin, later(20)), row.pk, version=row.version, draft=CANCELLED)
        withdraw_loss_of(act(cast.lin, later(20)), row.pk, version=asked.version)
        row = moved(act(cast.lin, later(30)), stored(row), "NEGOTIATION")
        won(act(cast.lin, later(30)), row, f"HT-{number}")
    assert dwell_limits(cast.store, in_days(30))["DISCOVERY"] == 30


def test_a_loss_taken_back_is_written_down(cast, act, row):
    asked = lose_opportunity(act(cast.lin), row.pk, version=row.version, draft=CANCELLED)
    assert asked.standing == "LOST"
    back = withdraw_loss_of(act(cast.lin), row.pk, version=asked.version)
    assert (back.standing, row.moves.first().kind) == ("NEGOTIATION", "UNLOST")
    assert AuditEntry.objects.filter(action="opportunity_loss_withdrawn", entity_id=row.pk).exists()


def test_a_win_taken_back_is_written_back(cast, act, row):
    won(act(cast.lin), row)
    refused("reason", undo_win, act(cast.lin), row.pk, version=3, reason=" ")
    open_again = undo_win(act(cast.lin, later(2)), row.pk, version=3, reason="合同作废")
    assert (open_again.is_open, open_again.stage, open_again.order_no) == (True, "NEGOTIATION", "")
    assert sorted(Deal.objects.values_list("amount", flat=True)) == [-300_000, 300_000]
    won(act(cast.lin, later(3)), row, "HT-002")
    assert sum(Deal.objects.values_list("amount", flat=True)) == 300_000


def test_what_is_closed_is_opened_before_it_changes(cast, act, row):
    won(act(cast.lin), row)
    refused("", edit_opportunity, act(cast.lin), row.pk, version=3, values={"title": "x"})
    refused("", won, act(cast.lin), row)
    refused("", undo_win, act(cast.lin), opened(act(cast.lin), row.customer).pk, version=1, reason="x")


def test_a_loss_counts_only_when_approved(cast, act, card, row):
    waiting = lose_opportunity(act(cast.lin), row.pk, version=2, draft=CANCELLED)
    assert (waiting.is_open, waiting.waits_for_loss) == (True, True)
    assert Opportunity.objects.open().get() == row
    refused("", lose_opportunity, act(cast.lin), row.pk, version=3, draft=CANCELLED)
    refused("", moved, act(cast.lin), row, "PROPOSAL", evidence=AGAINST)
    refused("", won, act(cast.lin), row)
    decide_loss(act(cast.chen), waiting.loss.pk, approve=True, called_back=True, note="属实")
    gone = stored(row)
    assert (gone.is_lost, gone.is_open, gone.closed_on) == (True, False, in_days(0))
    assert list(Opportunity.objects.lost()) == [row]
    assert not Opportunity.objects.open().exists()
    # Another one of the customer may live: level and follow-up stay.
    assert Customer.objects.get(pk=card.pk).level == "B"
    assert LossReport.objects.get().subject == "公务车五台"


def test_a_refused_loss_leaves_it_open(cast, act, row):
    waiting = lose_opportunity(act(cast.lin), row.pk, version=2, draft=CANCELLED)
    decide_loss(act(cast.chen), waiting.loss.pk, approve=False, called_back=True, note="还在谈")
    assert (stored(row).is_open, stored(row).waits_for_loss) == (True, False)
    assert moved(act(cast.lin), row, "PROPOSAL", evidence=AGAINST).stage == "PROPOSAL"
    assert lose_opportunity(act(cast.lin), row.pk, version=4, draft=CANCELLED).waits_for_loss


def test_the_report_is_checked_as_any_other(cast, act, row):
    with pytest.raises(LossRefused):
        lose_opportunity(
            act(cast.lin), row.pk, version=2, draft=LossDraft("COMPETITOR_BOUGHT", "PRICE", "BRAND")
        )
    assert (stored(row).loss, LossReport.objects.count()) == (None, 0)


def test_an_application_is_taken_back(cast, act, row):
    lose_opportunity(act(cast.lin), row.pk, version=2, draft=CANCELLED)
    withdraw_loss_of(act(cast.lin), row.pk, version=3)
    assert (stored(row).loss, LossReport.objects.get().state) == (None, "CANCELLED")
    refused("", withdraw_loss_of, act(cast.lin), row.pk, version=4)


def test_the_customer_may_be_lost_with_it(cast, act, card, row):
    gone = lost(act(cast.lin), act(cast.chen), row, ends_card=True)
    assert (gone.is_lost, Customer.objects.get(pk=card.pk).level) == (True, "F2")
    again = {"stage": "DISCOVERY", "expected_close_on": in_days(90), "reason": "重新立项"}
    refused("", reopen_opportunity, act(cast.lin), row.pk, version=gone.version, **again)
    reactivate(act(cast.lin), card.pk, level="B", reason="重新立项")
    assert reopen_opportunity(act(cast.lin), row.pk, version=gone.version, **again).is_open


def test_taken_back_on_the_card_it_is_open_again(cast, act, card, row):
    lose_opportunity(act(cast.lin), row.pk, version=2, draft=CANCELLED, ends_card=True)
    withdraw_loss(act(cast.lin), card.pk)
    assert (stored(row).is_open, stored(row).waits_for_loss) == (True, False)


def test_8_8_a_lost_one_opened_again_begins_its_next_cycle(cast, act, row):
    gone = lost(act(cast.lin), act(cast.chen), row)
    again = {
        "version": gone.version,
        "stage": "DISCOVERY",
        "expected_close_on": in_days(90),
        "reason": "重新招标",
    }
    for field, wrong in (("reason", {"reason": " "}), ("stage", {"stage": "WON"}),
                         ("expected_close_on", {"expected_close_on": in_days(-1)})):  # fmt: skip
        refused(field, reopen_opportunity, act(cast.lin), row.pk, **again | wrong)
    back = reopen_opportunity(act(cast.lin, later(1)), row.pk, **again)
    assert (back.cycle_no, back.stage, back.probability, back.is_open) == (2, "DISCOVERY", 25, True)
    report = LossReport.objects.get()
    assert (report.state, report.reactivated_on) == ("APPROVED", in_days(1))
    refused("", reopen_opportunity, act(cast.lin), row.pk, **again | {"version": back.version})
    assert [move.cycle_no for move in row.moves.all()] == [2, 1, 1, 1]


def test_closed_ones_are_neither_counted_twice_nor_forgotten(cast, act, card, row):
    other, third = opened(act(cast.lin), card), opened(act(cast.lin), card)
    won(act(cast.lin), row)
    lost(act(cast.lin), act(cast.chen), other)
    assert set(Opportunity.objects.closed_after(in_days(-1))) == {row, other}
    assert set(Opportunity.objects.closed_after(in_days(0))) == set()
    assert set(Opportunity.objects.open()) == {third}
    with pytest.raises(StaleEdit):
        win_opportunity(act(cast.lin), third.pk, version=7, win=Win("HT", "x", SEEN))


def test_what_another_team_sold_under_a_number_is_neither_told_nor_in_the_way(
    cast, act, make_customer, card, row
):
    theirs = make_customer(cast.wu)
    write_deals(
        act(cast.wu), theirs, act(cast.wu).on, [Sold(None, 1, Decimal(5))], seller_id=cast.wu.pk, source="sheet 1",
        number="B-7",
    )  # fmt: skip
    place_order(act(cast.wu), theirs.pk, OrderDraft(order_no="B-9"))
    again = opened(act(cast.lin), card, title="第二批")
    with pytest.raises(OpportunityRefused):
        win_opportunity(act(cast.ma), row.pk, version=stored(row).version, win=Win("B-7", "签了", SEEN))
    with pytest.raises(OpportunityRefused):
        win_opportunity(act(cast.ma), again.pk, version=stored(again).version, win=Win("B-9", "签了", SEEN))
    for one, number in ((row, "B-7"), (again, "B-9")):
        win_opportunity(act(cast.lin), one.pk, version=stored(one).version, win=Win(number, "签了", SEEN))
        assert Deal.objects.get(source=f"opportunity {one.pk}").number == number
