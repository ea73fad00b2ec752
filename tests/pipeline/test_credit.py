"""Credit (R-VAL-13): its class, who reviews it, which bids wait, and for whom."""

from datetime import datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import MORNING, SHANGHAI
from tests.pipeline.desk import AGAINST, CANCELLED, SEEN, mapped, moved, opened, stored

from guanxi.cadence.operations.losses import decide_loss
from guanxi.customers.models import Customer
from guanxi.merging.operations import MergeDraft, merge_cards, undo_merge
from guanxi.organization.models import AuditEntry, PlaybookOverride
from guanxi.organization.refusals import StaleEdit
from guanxi.pipeline.credit_words import terms
from guanxi.pipeline.models import BidApproval, CreditReview, Opportunity
from guanxi.pipeline.operations.credit import (
    CreditRefused,
    ask_bid_approval,
    decide_bid_approval,
    save_credit_review,
)
from guanxi.pipeline.operations.endings import Win, lose_opportunity, reopen_opportunity, win_opportunity
from guanxi.pipeline.operations.opportunities import OpportunityRefused, edit_opportunity
from guanxi.pipeline.queries.credit import cards_with_credit, due_for_review
from guanxi.pipeline.rules.credit import CreditClass, credit_class, credit_score
from guanxi.playbooks.loader import playbook_with

MARKS = {"trade_cycle": 80, "honesty": 90, "solvency": 70}
POOR = {"trade_cycle": 50, "honesty": 60, "solvency": 40}


@pytest.fixture(autouse=True)
def _morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def card(cast, make_customer):
    PlaybookOverride.objects.create(store=cast.store, key="credit.asked", value=True)
    return mapped(make_customer(cast.lin, kind="ORG", org_name="四海物流"))


def review(act, card, marks=MARKS, version=0, **more):
    return save_credit_review(act, card.pk, version=version, values={**marks, "note": ""} | more)


def test_r_val_13_weighs_three_marks():
    assert credit_score(80, 90, 70) == 81
    assert credit_class(Decimal(81), 80, 60) == CreditClass.A
    found = [credit_class(Decimal(score), 80, 60) for score in ("80", "79.9", "60", "59.9")]
    assert found == ["A", "B", "B", "C"]


def test_r_val_13_only_business_customers_are_reviewed_at_first():
    asked = {code: playbook_with(code, {}).settings.credit_asked for code in ("auto", "b2b", "bank_ins")}
    assert asked == {"auto": False, "b2b": True, "bank_ins": False}
    assert [terms(found) for found in CreditClass] == [
        "预付 10–30%，质保金 5%", "预付 20–30%，质保金 5%", "预付 30% 以上，不留质保金",
    ]  # fmt: skip


def test_r_val_13_finance_reviews_once_a_quarter(cast, act, card):
    opened(act(cast.lin), card)
    finance = act(cast.finance)
    due = due_for_review(cards_with_credit(cast.finance), finance.on)
    assert list(due) == [card]
    row = review(finance, card, note="按期付款")
    assert (row.score, row.quarter.isoformat(), row.version) == (81, "2026-01-01", 1)
    assert AuditEntry.objects.get(action="credit_reviewed").customer_key == card.pk
    assert not due.all().exists()
    assert review(finance, card, version=1, note="按期付款").version == 1
    april = datetime(2026, 4, 1, 9, tzinfo=SHANGHAI)
    assert list(due_for_review(cards_with_credit(cast.finance), april.date())) == [card]
    assert review(act(cast.finance, april), card).pk != row.pk


def test_who_reviews_credit_and_who_reads_it(cast, act, card):
    for name, user in cast.users.items():
        if name != "finance":
            with pytest.raises(Customer.DoesNotExist):
                review(act(user), card)
    review(act(cast.finance), card)
    for version in (0, 7):
        with pytest.raises(StaleEdit):
            review(act(cast.finance), card, POOR, version=version)
    with pytest.raises(CreditRefused) as refused:
        review(act(cast.finance), card, version=1, honesty=101)
    assert refused.value.field == "honesty"
    seen = [name for name, user in cast.users.items() if CreditReview.objects.visible_to(user).exists()]
    assert sorted(seen) == ["auditor", "chen", "cs", "finance", "lin", "ma", "proprietor"]


def test_r_val_13_a_bid_to_class_c_waits_for_the_vice_president(cast, act, card):
    lin, owner = act(cast.lin), act(cast.proprietor)
    row = moved(lin, opened(lin, card), "DISCOVERY")
    review(act(cast.finance), card, POOR)
    for bid in (
        lambda: moved(lin, row, "PROPOSAL"),
        lambda: opened(lin, card, stage="NEGOTIATION"),
        lambda: win_opportunity(lin, row.pk, version=stored(row).version, win=Win("HT-1", "签了", SEEN)),
        lambda: edit_opportunity(
            lin, row.pk, version=stored(row).version, values={"process": Opportunity.Process.BID}
        ),
    ):
        with pytest.raises(OpportunityRefused, match="投资人"):
            bid()
    approval = ask_bid_approval(lin, row.pk, version=0, reason="客户答应先付四成")
    with pytest.raises(OpportunityRefused):
        ask_bid_approval(lin, row.pk, version=1, reason="再问一次")
    for who in (cast.lin, cast.chen, cast.ma, cast.finance, cast.legal, cast.auditor):
        with pytest.raises(BidApproval.DoesNotExist):
            decide_bid_approval(act(who), approval.pk, version=1, approve=True, note="")
    with pytest.raises(OpportunityRefused) as refused:
        decide_bid_approval(owner, approval.pk, version=1, approve=False, note=" ")
    assert refused.value.field == "note"
    decide_bid_approval(owner, approval.pk, version=1, approve=False, note="先收款")
    with pytest.raises(OpportunityRefused, match="投资人"):
        moved(lin, row, "PROPOSAL")
    ask_bid_approval(lin, row.pk, version=2, reason="预付款已到账")
    with pytest.raises(StaleEdit):
        decide_bid_approval(owner, approval.pk, version=2, approve=True, note="")
    decide_bid_approval(owner, approval.pk, version=3, approve=True, note="")
    assert moved(lin, row, "PROPOSAL").stage == "PROPOSAL"
    assert AuditEntry.objects.filter(action="bid_approval_decided").count() == 2


def test_leave_to_bid_ends_with_the_cycle(cast, act, card):
    lin, ma = act(cast.lin), act(cast.ma)
    row = opened(lin, card)
    review(act(cast.finance), card, POOR)
    approval = ask_bid_approval(lin, row.pk, version=0, reason="有担保")
    decide_bid_approval(act(cast.proprietor), approval.pk, version=1, approve=True, note="")
    row = moved(lin, row, "PROPOSAL")
    row = lose_opportunity(lin, row.pk, version=row.version, draft=CANCELLED)
    decide_loss(ma, row.loss_id, approve=True, called_back=True, note="属实")
    again = {"version": row.version, "expected_close_on": row.expected_close_on, "reason": "又立项了"}
    with pytest.raises(OpportunityRefused, match="投资人"):
        reopen_opportunity(lin, row.pk, stage="PROPOSAL", **again)
    assert reopen_opportunity(lin, row.pk, stage="DISCOVERY", **again).cycle_no == 2


@pytest.mark.parametrize("marks", [MARKS, {"trade_cycle": 60, "honesty": 60, "solvency": 60}, None])
def test_better_classes_and_whoever_was_never_reviewed_wait_for_nobody(cast, act, card, marks):
    lin = act(cast.lin)
    row = opened(lin, card)
    if marks:
        review(act(cast.finance), card, marks)
    assert moved(lin, row, "PROPOSAL").stage == "PROPOSAL"
    with pytest.raises(OpportunityRefused):
        ask_bid_approval(lin, row.pk, version=0, reason="多此一举")


def test_a_store_that_does_not_review_credit_holds_no_bid(cast, act, make_customer):
    card = mapped(make_customer(cast.lin, kind="ORG", org_name="四海物流"))
    review(act(cast.finance), card, POOR)
    lin = act(cast.lin)
    assert moved(lin, opened(lin, card), "PROPOSAL").stage == "PROPOSAL"


def test_a_merge_takes_along_the_quarters_the_kept_card_has_none_of(cast, act, make_customer):
    early = datetime(2026, 2, 20, 10, tzinfo=SHANGHAI)
    older, newer = make_customer(cast.lin, at=early), make_customer(cast.lin)
    review(act(cast.finance), older)
    autumn = datetime(2025, 11, 3, 9, tzinfo=SHANGHAI)
    both = [review(act(cast.finance), newer, POOR), review(act(cast.finance, autumn), newer, POOR)]
    made = merge_cards(act(cast.lin), MergeDraft({older.pk: older.version, newer.pk: newer.version}))
    found = CreditReview.objects.filter(customer=older)
    assert [(row.quarter.isoformat(), row.score) for row in found] == [("2026-01-01", 51), ("2025-10-01", 51)]
    undo_merge(act(cast.lin), made.pk)
    assert set(CreditReview.objects.filter(customer=newer)) == set(both)


def test_the_pages_of_credit_tell_due_terms_and_approval(cast, act, card, client_for):
    row = moved(act(cast.lin), opened(act(cast.lin), card), "DISCOVERY")
    finance, lin, owner = client_for(cast.finance), client_for(cast.lin), client_for(cast.proprietor)
    page = finance.get("/credit/").content.decode()
    assert "四海物流" in page and f"/customers/{card.pk}/" in page
    assert f'href="/customers/{card.pk}/"' not in page, "finance has no cards"
    sent = {**POOR, "note": "拖欠两次", "version": 0}
    assert finance.post(f"/customers/{card.pk}/credit/", sent | {"honesty": 101}).status_code == 422
    assert finance.post(f"/customers/{card.pk}/credit/", sent).status_code == 303
    assert finance.post(f"/customers/{card.pk}/credit/", sent | {"honesty": 99}).status_code == 409
    assert "四海物流" not in finance.get("/credit/").content.decode()
    assert "预付 30% 以上" in finance.get("/credit/?show=all").content.decode()
    assert finance.get("/credit/?show=x").status_code == 404
    page = lin.get(f"/opportunities/{row.pk}/").content.decode()
    assert "C 类" in page and "申请投标" in page
    asked = {"reason": "客户答应先付四成", "version": 0}
    assert lin.post(f"/opportunities/{row.pk}/bid-approval/", asked).status_code == 303
    assert lin.post(f"/opportunities/{row.pk}/bid-approval/", asked).status_code == 409
    assert "客户答应先付四成" in owner.get("/today/").content.decode()
    approval = BidApproval.objects.get()
    url = f"/bid-approvals/{approval.pk}/decision/"
    assert owner.post(url, {"version": 1, "answer": "yes", "note": ""}).status_code == 303
    assert "投资人已批准" in lin.get(f"/opportunities/{row.pk}/").content.decode()
    assert owner.post(url, {"version": 1, "answer": "yes", "note": ""}).status_code == 404


def test_the_list_asks_the_database_as_often_for_many(cast, act, card, make_customer, client_for):
    client = client_for(cast.finance)

    def asked(show):
        with CaptureQueriesContext(connection) as found:
            assert client.get(f"/credit/?show={show}").status_code == 200
        return len(found)

    def grow(count):
        for _ in range(count):
            for owner in (cast.lin, cast.wu):
                opened(act(owner), make_customer(owner))
                done = make_customer(owner)
                opened(act(owner), done)
                review(act(cast.finance), done)

    grow(1)
    asked("due")
    few = [asked("due"), asked("all")]
    grow(3)
    assert [asked("due"), asked("all")] == few


EARLY = datetime(2026, 2, 20, 10, tzinfo=SHANGHAI)


def one_of(act, kept, merged):
    cards = Customer.objects.in_bulk([kept.pk, merged.pk])
    return merge_cards(act, MergeDraft({key: row.version for key, row in cards.items()}))


def test_r_val_13_of_two_reviews_of_one_quarter_the_worse_holds_after_a_merge(cast, act, card, make_customer):
    good = make_customer(cast.lin, at=EARLY, kind="ORG", org_name="四海")
    review(act(cast.finance), good)
    review(act(cast.finance), card, POOR)
    row = moved(act(cast.lin), opened(act(cast.lin), card), "DISCOVERY")
    before = set(CreditReview.objects.values_list("pk", "customer", "quarter"))
    made = one_of(act(cast.lin), good, card)
    assert CreditReview.objects.get(customer=good).score == 51
    with pytest.raises(OpportunityRefused):
        moved(act(cast.lin), row, "PROPOSAL")
    undo_merge(act(cast.lin), made.pk)
    assert set(CreditReview.objects.values_list("pk", "customer", "quarter")) == before


def test_r_val_13_a_bid_made_under_another_card_s_credit_keeps_the_merge(cast, act, card, make_customer):
    good = make_customer(cast.lin, at=EARLY, kind="ORG", org_name="四海")
    autumn = datetime(2025, 11, 3, 9, tzinfo=SHANGHAI)
    review(act(cast.finance), good)
    review(act(cast.finance, autumn), card, POOR)
    row = moved(act(cast.lin), opened(act(cast.lin), card), "DISCOVERY")
    made = one_of(act(cast.lin), good, card)
    row = moved(act(cast.lin), row, "PROPOSAL")
    with pytest.raises(OpportunityRefused, match=row.title):
        undo_merge(act(cast.lin), made.pk)
    assert stored(row).customer_id == good.pk
    moved(act(cast.lin), row, "DISCOVERY", evidence=AGAINST)
    undo_merge(act(cast.lin), made.pk)
    assert stored(row).customer_id == card.pk
