"""Losing customers and getting them back (R-LVL-05, R-LVL-06, R-LOSS-01, R-LOSS-03, R-CUS-04)."""

from decimal import Decimal

import pytest
from tests.cadence.desk import at, follow_up, fresh, later, march

from guanxi.cadence.models import LossReport, Task
from guanxi.cadence.operations.levels import set_level
from guanxi.cadence.operations.losses import (
    LossDraft,
    LossRefused,
    apply_for_loss,
    decide_loss,
    reactivate,
    resume_after_loss,
    withdraw_loss,
    withdraw_report,
)
from guanxi.cadence.queries.decisions import losses_to_decide
from guanxi.customers.models import Customer
from guanxi.customers.operations.cards import edit_card
from guanxi.deals.operations.orders import OrderDraft, cancel_order, place_order
from guanxi.organization.models import AuditEntry
from guanxi.performance.queries.losses import loss_figures
from guanxi.performance.rules.periods import month_of
from guanxi.prospecting.queries.month_facts import Span, month_facts

CANCELLED = LossDraft("PLAN_CANCELLED", "PLAN_CHANGED")
COMPETITOR = LossDraft("COMPETITOR_BOUGHT", "PRICE", "BRAND", competitor="宋 PLUS")


def lose(act, card, by, boss, draft=CANCELLED, when=None):
    when = when or at(5)
    report = apply_for_loss(act(by, when), card.pk, draft)
    return decide_loss(act(boss, when), report.pk, approve=True, called_back=True, note="电话核实属实")


def test_r_lvl_05_a_loss_counts_only_when_approved(cast, act, make_customer):
    card = make_customer(cast.lin, level="B")
    due = follow_up(card).due_on
    report = apply_for_loss(act(cast.lin, at(4)), card.pk, COMPETITOR)
    assert (report.state, report.bucket, report.level_then, report.applied_by) == (
        "APPLIED",
        "F1",
        "B",
        cast.lin,
    )
    assert (fresh(card).level, fresh(card).intent_status, follow_up(card).due_on) == ("B", "INTENT", due)
    decide_loss(act(cast.chen, at(5)), report.pk, approve=True, called_back=True, note="属实")
    gone = fresh(card)
    assert (gone.level, gone.intent_status, gone.next_due_on, gone.level_since) == (
        "F1",
        "DEFEATED",
        None,
        march(5),
    )
    assert not Task.objects.open().exclude(kind="SECOND").exists()


@pytest.mark.parametrize(
    ("draft", "owner_kind", "status", "level"),
    [
        (LossDraft("SAME_BRAND_ELSEWHERE", "DELIVERY_TIME"), "OTHER_SALE", "DEFEATED", "F1"),
        (COMPETITOR, "OTHER_BRAND", "DEFEATED", "F1"),
        (CANCELLED, "", "FROZEN", "F2"),
        (LossDraft("UNREACHABLE", "UNREACHABLE"), "", "DEFEATED", "L"),
    ],
)
def test_r_cus_04_the_lost_stay_in_the_base(cast, act, make_customer, draft, owner_kind, status, level):
    card = make_customer(cast.lin, level="C")
    lose(act, card, cast.lin, cast.chen, draft)
    kept = fresh(card)
    assert (kept.base_class, kept.owner_kind, kept.intent_status, kept.level) == (
        "BASE",
        owner_kind,
        status,
        level,
    )
    edit_card(act(cast.lin, at(6)), card.pk, version=kept.version, values={"address": "杭州市"})
    assert fresh(card).base_class == "BASE"


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (LossDraft("COMPETITOR_BOUGHT", "BRAND"), "competitor"),
        (LossDraft("PLAN_CANCELLED", "PRICE"), "second_reason"),
        (LossDraft("PLAN_CANCELLED", "PRICE", "MAGIC"), "second_reason"),
        (LossDraft("PLAN_CANCELLED", "OTHER", reason_text="短"), "reason_text"),
        (LossDraft("VANISHED", "BRAND"), "outcome"),
        (LossDraft("PLAN_CANCELLED", "MAGIC"), "reason"),
        (LossDraft("SAME_BRAND_ELSEWHERE", "BRAND", price=Decimal(0)), "price"),
    ],
)
def test_7_6_incomplete_applications_are_refused(cast, act, make_customer, draft, field):
    card = make_customer(cast.lin)
    with pytest.raises(LossRefused) as refused:
        apply_for_loss(act(cast.lin), card.pk, draft)
    assert refused.value.field == field
    assert not LossReport.objects.exists()


def test_r_loss_01_one_application_at_a_time(cast, act, make_customer):
    card = make_customer(cast.lin)
    apply_for_loss(act(cast.lin), card.pk, CANCELLED)
    with pytest.raises(LossRefused):
        apply_for_loss(act(cast.lin), card.pk, CANCELLED)
    withdraw_loss(act(cast.lin), card.pk)
    withdraw_loss(act(cast.lin), card.pk)
    assert apply_for_loss(act(cast.lin), card.pk, CANCELLED).state == "APPLIED"


def test_r_prm_02_approval_needs_the_call_back_and_a_word(cast, act, make_customer):
    report = apply_for_loss(act(cast.lin), make_customer(cast.lin).pk, CANCELLED)
    for change, field in (({"called_back": False}, "called_back"), ({"note": "  "}, "note")):
        with pytest.raises(LossRefused) as refused:
            decide_loss(
                act(cast.chen), report.pk, **({"approve": True, "called_back": True, "note": "属实"} | change)
            )
        assert refused.value.field == field
    decide_loss(act(cast.chen), report.pk, approve=False, called_back=False, note="客户仍在看")
    report.refresh_from_db()
    assert (report.state, fresh(report.customer).level) == ("REJECTED", "B")


@pytest.mark.parametrize("level", ["H", "A"])
def test_r_loss_03_high_levels_need_the_manager(cast, act, make_customer, level):
    report = apply_for_loss(act(cast.lin), make_customer(cast.lin, level=level).pk, CANCELLED)
    with pytest.raises(LossReport.DoesNotExist):
        decide_loss(act(cast.chen), report.pk, approve=True, called_back=True, note="属实")
    assert (
        decide_loss(act(cast.ma), report.pk, approve=True, called_back=True, note="属实").state == "APPROVED"
    )


@pytest.mark.parametrize("level", ["H", "A"])
def test_r_loss_03_who_rose_meanwhile_is_the_managers(cast, act, make_customer, level):
    card = make_customer(cast.lin, level="B")
    report = apply_for_loss(act(cast.lin), card.pk, CANCELLED)
    set_level(act(cast.ma, at(3)), card.pk, level, reason="付了定金意向")
    assert report not in losses_to_decide(cast.chen)
    assert report in losses_to_decide(cast.ma)
    with pytest.raises(LossRefused):
        decide_loss(act(cast.chen, at(4)), report.pk, approve=True, called_back=True, note="属实")
    report.refresh_from_db()
    assert (report.state, fresh(card).level) == ("APPLIED", level)
    decided = decide_loss(act(cast.ma, at(4)), report.pk, approve=True, called_back=True, note="属实")
    assert (decided.state, decided.level_then, decided.highest_level) == ("APPROVED", level, level)


def test_r_loss_03_a_fall_meanwhile_does_not_take_it_from_the_manager(cast, act, make_customer):
    card = make_customer(cast.lin, level="A")
    report = apply_for_loss(act(cast.lin), card.pk, CANCELLED)
    set_level(act(cast.ma, at(3)), card.pk, "C", reason="冷下来了")
    with pytest.raises(LossReport.DoesNotExist):
        decide_loss(act(cast.chen, at(4)), report.pk, approve=True, called_back=True, note="属实")
    decided = decide_loss(act(cast.ma, at(4)), report.pk, approve=True, called_back=True, note="属实")
    assert (decided.level_then, decided.highest_level) == ("C", "A")


def test_r_loss_03_an_imported_o_is_the_managers_too(cast, act, make_customer):
    report = apply_for_loss(act(cast.lin), make_customer(cast.lin, level="O", imported=True).pk, CANCELLED)
    with pytest.raises(LossReport.DoesNotExist):
        decide_loss(act(cast.chen), report.pk, approve=True, called_back=True, note="属实")
    decide_loss(act(cast.ma), report.pk, approve=True, called_back=True, note="属实")


@pytest.mark.parametrize(
    "name", ["lin", "zhao", "wu", "sun", "gao", "admin", "auditor", "proprietor", "cs", "finance", "desk"]
)
def test_21_1_nobody_else_decides(cast, act, make_customer, name):
    report = apply_for_loss(act(cast.lin), make_customer(cast.lin).pk, CANCELLED)
    with pytest.raises(LossReport.DoesNotExist):
        decide_loss(act(cast.users[name]), report.pk, approve=True, called_back=True, note="属实")
    report.refresh_from_db()
    assert report.state == "APPLIED"


@pytest.mark.parametrize("boss", ["chen", "ma"])
def test_21_4_nobody_decides_their_own_application(cast, act, make_customer, boss):
    person = cast.users[boss]
    report = apply_for_loss(act(person), make_customer(cast.lin).pk, CANCELLED)
    with pytest.raises(LossRefused):
        decide_loss(act(person), report.pk, approve=True, called_back=True, note="属实")


def test_a_decision_is_taken_once(cast, act, make_customer):
    report = lose(act, make_customer(cast.lin), cast.lin, cast.chen)
    with pytest.raises(LossReport.DoesNotExist):
        decide_loss(act(cast.ma), report.pk, approve=False, called_back=True, note="再看看")


def test_7_6_an_order_withdraws_a_pending_loss_and_keeps_the_trace(cast, act, make_customer):
    card = make_customer(cast.lin, level="H")
    report = apply_for_loss(act(cast.lin), card.pk, CANCELLED)
    place_order(act(cast.lin, at(3)), card.pk, OrderDraft())
    report.refresh_from_db()
    assert (report.state, fresh(card).level) == ("CANCELLED", "O")
    assert AuditEntry.objects.filter(action="loss_withdrawn", customer_key=card.pk, reason="ORDER").exists()
    with pytest.raises(LossReport.DoesNotExist):
        decide_loss(act(cast.ma), report.pk, approve=True, called_back=True, note="属实")


def test_an_open_order_is_cancelled_before_it_is_lost(cast, act, make_customer):
    card = make_customer(cast.lin, level="H")
    order = place_order(act(cast.lin), card.pk, OrderDraft())
    with pytest.raises(LossRefused):
        apply_for_loss(act(cast.lin), card.pk, CANCELLED)
    cancel_order(act(cast.lin), order.pk, version=order.version, reason="资金不到位")
    assert apply_for_loss(act(cast.lin), card.pk, CANCELLED).highest_level == "O"


def test_a_card_without_intent_cannot_be_lost(cast, act, make_customer):
    with pytest.raises(LossRefused):
        apply_for_loss(act(cast.lin), make_customer(cast.lin, level="").pk, CANCELLED)


@pytest.mark.parametrize(
    ("outcome", "reason", "days"),
    [
        ("SAME_BRAND_ELSEWHERE", "BRAND", [30, 90, 180]),
        ("POSTPONED", "PLAN_CHANGED", [30, 90]),
        ("REFUSED", "BRAND", [30, 60, 90]),
    ],
)
def test_r_loss_02_the_lost_are_tried_again(cast, act, make_customer, outcome, reason, days):
    card = make_customer(cast.lin, level="C")
    lose(act, card, cast.lin, cast.chen, LossDraft(outcome, reason), when=later(3))
    tasks = Task.objects.open().filter(customer=card, kind="SECOND").order_by("due_on")
    assert [task.due_on for task in tasks] == [later(3 + day).date() for day in days]


def test_r_lvl_06_reactivation_keeps_the_report(cast, act, make_customer):
    card = make_customer(cast.lin, level="A", evidence={"TERMS"})
    report = lose(act, card, cast.lin, cast.ma, LossDraft("REFUSED", "BRAND"))
    reactivate(act(cast.lin, at(20)), card.pk, level="b", reason="看到新款回来了")
    back = fresh(card)
    report.refresh_from_db()
    assert (back.level, back.intent_status, back.level_confirmed) == ("B", "INTENT", False)
    assert (report.state, report.decided_on, report.reactivated_on) == ("APPROVED", march(5), march(20))
    assert follow_up(card).due_on == later(33).date()
    assert not card.evidence_ticks.filter(withdrawn_at__isnull=True).exists()
    assert not Task.objects.open().filter(kind="SECOND").exists()
    assert [change.to_level for change in card.level_changes.all()] == ["B", "L", "A"]


@pytest.mark.parametrize(
    ("level", "reason", "field"), [("O", "好", "level"), ("F1", "好", "level"), ("B", " ", "reason")]
)
def test_r_prm_02_reactivation_is_a_new_decision_with_its_reason(
    cast, act, make_customer, level, reason, field
):
    card = make_customer(cast.lin)
    lose(act, card, cast.lin, cast.chen)
    with pytest.raises(LossRefused) as refused:
        reactivate(act(cast.lin), card.pk, level=level, reason=reason)
    assert refused.value.field == field


def test_an_open_card_needs_no_reactivation(cast, act, make_customer):
    with pytest.raises(LossRefused):
        reactivate(act(cast.lin), make_customer(cast.lin).pk, level="B", reason="好")


def test_an_owner_opens_a_new_intent_and_stays_owner(cast, act, make_customer):
    card = make_customer(cast.lin, level="", owner_kind="OWN_SALE")
    reactivate(act(cast.lin), card.pk, level="C", reason="想给家人再买一辆")
    assert (fresh(card).owner_kind, fresh(card).level, fresh(card).base_class) == ("OWN_SALE", "C", "BASE")
    lose(act, card, cast.lin, cast.chen, COMPETITOR)
    assert fresh(card).owner_kind == "OWN_SALE"


def test_a_loss_overtakes_a_level_request(cast, act, make_customer):
    card = make_customer(cast.lin, level="C")
    change = set_level(act(cast.lin), card.pk, "H", reason="想订")
    lose(act, card, cast.lin, cast.chen)
    change.refresh_from_db()
    assert change.state == "REFUSED"


def test_strangers_cannot_apply(cast, act, make_customer):
    card = make_customer(cast.lin)
    for stranger in (cast.wu, cast.sun, cast.gao, cast.auditor, cast.admin):
        with pytest.raises(Customer.DoesNotExist):
            apply_for_loss(act(stranger), card.pk, CANCELLED)


def stored(report):
    return LossReport.objects.get(pk=report.pk)


def lose_one(cast, act, card, draft=CANCELLED, **asked):
    """One opportunity of the customer, applied for and approved."""
    report = apply_for_loss(act(cast.lin), card.pk, draft, subject="班车三台", ends_card=False)
    return decide_loss(act(cast.chen), report.pk, approve=True, called_back=True, note="属实")


def test_r_loss_01_an_opportunity_is_lost_and_the_customer_stays(cast, act, make_customer):
    card = make_customer(cast.lin, level="B")
    report = lose_one(cast, act, card, COMPETITOR)
    assert (report.state, report.subject, report.bucket) == ("APPROVED", "班车三台", "F1")
    assert (fresh(card).level, fresh(card).intent_status) == ("B", "INTENT")
    assert follow_up(card).status == "OPEN"
    assert not Task.objects.filter(kind="SECOND").exists()
    assert not card.level_changes.filter(kind="LOSS").exists()


def test_two_opportunities_and_the_customer_may_wait_at_once(cast, act, make_customer):
    card = make_customer(cast.lin, level="B")
    apply_for_loss(act(cast.lin), card.pk, CANCELLED, subject="班车", ends_card=False)
    apply_for_loss(act(cast.lin), card.pk, CANCELLED, subject="公务车", ends_card=False)
    apply_for_loss(act(cast.lin), card.pk, CANCELLED)
    with pytest.raises(LossRefused):
        apply_for_loss(act(cast.lin), card.pk, CANCELLED)
    # The order withdraws what says the customer is gone, not what was said of an opportunity.
    place_order(act(cast.lin), card.pk, OrderDraft())
    assert sorted(LossReport.objects.values_list("state", "ends_card")) == [
        ("APPLIED", False), ("APPLIED", False), ("CANCELLED", True),
    ]  # fmt: skip


def test_an_opportunity_may_be_lost_at_an_owner_without_a_level(cast, act, make_customer):
    card = make_customer(cast.lin, level="")
    assert lose_one(cast, act, card).level_then == ""


def test_a_lost_opportunity_counts_in_the_analysis_and_in_no_rate_of_customers(cast, act, make_customer):
    lose_one(cast, act, make_customer(cast.lin, level="B"))
    lose(act, make_customer(cast.lin, level="B"), cast.lin, cast.chen, when=at(2))
    days = month_of(march(1), march(2))
    figures = loss_figures(LossReport.objects.all(), cast.store, days)
    assert [row["model"] for row in figures["rows"]] == ["班车三台", ""]
    assert figures["approved"] == 2
    facts = month_facts(Span(cast.store, march(1), march(31)), [], [], [])
    assert (facts.losses, facts.losses_applied) == (1, 1)


def test_coming_back_leaves_the_losses_of_opportunities_alone(cast, act, make_customer):
    card = make_customer(cast.lin, level="B")
    one, whole = lose_one(cast, act, card), lose(act, card, cast.lin, cast.chen)
    reactivate(act(cast.lin, at(9)), card.pk, level="B", reason="预算恢复")
    assert [stored(report).reactivated_on for report in (one, whole)] == [None, march(9)]
    resume_after_loss(act(cast.lin, at(10)), one.pk, reason="重新招标")
    assert stored(one).reactivated_on == march(10)


def test_an_application_for_one_opportunity_is_taken_back_alone(cast, act, make_customer):
    card = make_customer(cast.lin, level="B")
    one = apply_for_loss(act(cast.lin), card.pk, CANCELLED, subject="班车", ends_card=False)
    whole = apply_for_loss(act(cast.lin), card.pk, CANCELLED)
    withdraw_report(act(cast.lin), one.pk)
    assert [stored(report).state for report in (one, whole)] == ["CANCELLED", "APPLIED"]
