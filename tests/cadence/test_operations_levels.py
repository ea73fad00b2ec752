"""Judging, confirming, approving and downgrading levels without a contact (R-LVL-01, -02, -04; R-FUP-03)."""

from datetime import date

import pytest
from tests.cadence.desk import at, call, follow_up, fresh, later, march

from guanxi.cadence.models import LevelChange, LossReport, Task
from guanxi.cadence.operations.cards import FirstJudgement, receive_customer
from guanxi.cadence.operations.contacts import ContactRefused, record_contact
from guanxi.cadence.operations.levels import (
    LevelRefused,
    decide_downgrade,
    decide_level_request,
    propose_downgrades,
    set_level,
    take_due_downgrades,
)
from guanxi.cadence.operations.losses import decide_loss
from guanxi.customers.models import Customer
from guanxi.customers.operations.cards import CardDraft
from guanxi.deals.operations.orders import OrderDraft, place_order
from guanxi.lib.phones import parse_phone
from guanxi.organization.models import AuditEntry, CalendarDay

H_EVIDENCE = frozenset({"MODEL_COLOUR"})


def test_g6_r_fup_03_an_upgrade_pulls_the_due_date_in(cast, act, make_customer):
    """A→H on 10 March with old due 15 March → 12 March."""
    card = make_customer(cast.lin, level="A")
    record_contact(act(cast.lin, at(8)), call(card))
    assert follow_up(card).due_on == march(15)
    set_level(
        act(cast.lin, at(10)),
        card.pk,
        "H",
        evidence=H_EVIDENCE,
        expected_close_on=march(14),
        keep_close_date=False,
    )
    assert (follow_up(card).due_on, fresh(card).next_due_on) == (march(12), march(12))


def test_r_fup_03_a_downgrade_counts_from_today(cast, act, make_customer):
    card = make_customer(cast.lin, level="H")
    set_level(act(cast.lin, at(3)), card.pk, "B", reason="说再等等")
    assert (fresh(card).level, follow_up(card).due_on) == ("B", march(18))


def test_r_lvl_01_one_step_above_the_evidence_needs_a_reason(cast, act, make_customer):
    card = make_customer(cast.lin, level="C", evidence={"HAS_MEANS"})
    with pytest.raises(ContactRefused) as refused:
        set_level(act(cast.lin), card.pk, "A")
    assert refused.value.field == "level_reason"
    change = set_level(act(cast.lin), card.pk, "A", reason="太太催得紧")
    assert (change.state, change.suggested_level, change.reason) == ("IN_FORCE", "B", "太太催得紧")
    assert fresh(card).level == "A"


def test_r_lvl_01_two_steps_wait_for_a_leader(cast, act, make_customer):
    card = make_customer(cast.lin, level="C", evidence={"HAS_MEANS"})
    change = set_level(act(cast.lin), card.pk, "H", reason="今天就想订")
    assert (change.state, fresh(card).level) == ("REQUESTED", "C")
    with pytest.raises(ContactRefused) as refused:
        set_level(act(cast.lin), card.pk, "H", reason="再报一次")
    assert refused.value.field == "level"
    for nobody in (cast.wu, cast.lin, cast.zhao, cast.sun, cast.gao, cast.auditor, cast.proprietor, cast.cs):
        with pytest.raises(LevelChange.DoesNotExist):
            decide_level_request(act(nobody), change.pk, approve=True)
    done = decide_level_request(act(cast.chen, at(5)), change.pk, approve=True, note="已核实")
    assert (done.state, done.on, done.decided_by) == ("IN_FORCE", march(5), cast.chen)
    assert (fresh(card).level, fresh(card).level_since, follow_up(card).due_on) == ("H", march(5), march(7))
    with pytest.raises(LevelChange.DoesNotExist):
        decide_level_request(act(cast.chen, at(5)), change.pk, approve=False)


def test_a_refused_request_changes_nothing(cast, act, make_customer):
    card = make_customer(cast.lin, level="C")
    change = set_level(act(cast.lin), card.pk, "H", reason="今天就想订")
    decide_level_request(act(cast.ma), change.pk, approve=False, note="没有依据")
    assert fresh(card).level == "C"
    assert AuditEntry.objects.filter(action="level_change_decided", actor=cast.ma).count() == 1


def test_21_4_a_supervisor_asks_about_their_own_card(cast, act, make_customer):
    card = make_customer(cast.chen, level="C")
    change = set_level(act(cast.chen), card.pk, "H", reason="自己的客户")
    assert change.state == "REQUESTED"
    with pytest.raises(LevelRefused):
        decide_level_request(act(cast.chen), change.pk, approve=True)
    decide_level_request(act(cast.ma), change.pk, approve=True)
    assert fresh(card).level == "H"


def test_a_leader_judges_a_colleagues_card_at_once(cast, act, make_customer):
    card = make_customer(cast.lin, level="C")
    assert set_level(act(cast.chen), card.pk, "H", reason="我在场").state == "IN_FORCE"


def test_an_approval_stands_on_what_happened_while_it_waited(cast, act, make_customer):
    card = make_customer(cast.lin, level="C")
    change = set_level(act(cast.lin), card.pk, "H", reason="今天就想订")
    set_level(act(cast.lin, at(3)), card.pk, "B", reason="先定为 B")
    decide_level_request(act(cast.chen, at(4)), change.pk, approve=True)
    change.refresh_from_db()
    assert (change.from_level, change.to_level) == ("B", "H")


def test_an_order_overtakes_a_request(cast, act, make_customer):
    card = make_customer(cast.lin, level="C")
    change = set_level(act(cast.lin), card.pk, "H", reason="今天就想订")
    place_order(act(cast.lin, at(3)), card.pk, OrderDraft())
    with pytest.raises(LevelChange.DoesNotExist):
        decide_level_request(act(cast.chen, at(3)), change.pk, approve=True)
    assert fresh(card).level == "O"


def test_o_needs_an_order_or_a_deposit(cast, act, make_customer):
    card = make_customer(cast.lin, level="H", evidence=H_EVIDENCE)
    with pytest.raises(ContactRefused) as refused:
        set_level(act(cast.ma), card.pk, "O")
    assert refused.value.field == "level"


def test_an_open_order_keeps_the_card_at_o(cast, act, make_customer):
    card = make_customer(cast.lin, level="H")
    place_order(act(cast.lin), card.pk, OrderDraft())
    for person in (cast.lin, cast.ma):
        with pytest.raises(ContactRefused) as refused:
            set_level(act(person, at(3)), card.pk, "A", reason="客户犹豫")
        assert refused.value.field == "level"
    assert fresh(card).level == "O"


def test_an_imported_o_without_an_order_can_be_judged_down(cast, act, make_customer):
    card = make_customer(cast.lin, level="O", imported=True)
    assert fresh(card).intent_status == "ORDERED"
    set_level(act(cast.lin, at(3)), card.pk, "B", reason="没有订单")
    assert (fresh(card).level, fresh(card).intent_status) == ("B", "INTENT")


def test_r_lvl_02_the_first_level_is_confirmed_by_a_second_judgement(cast, act, make_customer):
    card = make_customer(cast.lin, level="A", evidence={"TERMS"})
    assert not card.level_confirmed
    change = set_level(act(cast.lin, at(3)), card.pk, "A", confirm=True)
    assert (change.kind, fresh(card).level_confirmed) == ("CONFIRM", True)


def test_r_lvl_02_confirming_stands_on_evidence_too(cast, act, make_customer):
    card = make_customer(cast.lin, level="H")
    assert set_level(act(cast.lin, at(3)), card.pk, "H", reason="很急", confirm=True).state == "REQUESTED"
    assert not fresh(card).level_confirmed
    near = make_customer(cast.lin, level="B")
    with pytest.raises(ContactRefused) as refused:
        set_level(act(cast.lin, at(3)), near.pk, "B", confirm=True)
    assert refused.value.field == "level_reason"
    assert set_level(act(cast.chen, at(3)), near.pk, "B", confirm=True).kind == "CONFIRM"
    assert fresh(near).level_confirmed


def test_r_lvl_02_n_is_no_judgement(cast, act, make_customer):
    card = make_customer(cast.lin, level="N")
    assert follow_up(card).due_on == march(3)
    with pytest.raises(ContactRefused):
        set_level(act(cast.lin, at(3)), card.pk, "N", confirm=True)
    assert not fresh(card).level_confirmed


def test_r_lvl_02_evidence_at_the_next_contact_confirms(cast, act, make_customer):
    card = make_customer(cast.lin, level="A")
    record_contact(act(cast.lin), call(card, level="A"))
    assert not fresh(card).level_confirmed
    record_contact(act(cast.lin, at(3)), call(card, level="A", evidence=frozenset({"TERMS"})))
    assert fresh(card).level_confirmed
    assert card.level_changes.first().kind == "CONFIRM"


def test_2_6_no_level_on_a_closed_card(cast, act, make_customer):
    card = make_customer(cast.lin, level="")
    with pytest.raises(LevelRefused):
        set_level(act(cast.lin), card.pk, "B")


@pytest.mark.parametrize(("level", "days", "to"), [("H", 8, "A"), ("A", 31, "B"), ("B", 91, "C")])
def test_r_lvl_04_proposed_then_in_force_after_a_working_day(cast, act, make_customer, level, days, to):
    card = make_customer(cast.lin, level=level)
    assert propose_downgrades(act(None, later(days - 1), store=cast.store), [card.pk]) == 0
    night = act(None, later(days), store=cast.store)
    assert propose_downgrades(night, [card.pk]) == 1
    assert propose_downgrades(night, [card.pk]) == 0
    assert take_due_downgrades(night) == 0
    assert fresh(card).level == level
    assert take_due_downgrades(act(None, later(days + 1), store=cast.store)) == 1
    changed = fresh(card)
    assert (changed.level, changed.level_since) == (to, later(days + 1).date())
    interval = {"A": 7, "B": 15, "C": 30}[to]
    assert follow_up(card).due_on == later(days + 1 + interval).date()


def test_r_lvl_04_the_manager_intervenes_with_a_reason(cast, act, make_customer):
    card = make_customer(cast.lin, level="H")
    propose_downgrades(act(None, later(8), store=cast.store), [card.pk])
    change = LevelChange.objects.get(state="PROPOSED")
    for person, error in ((cast.lin, LevelChange.DoesNotExist), (cast.sun, LevelChange.DoesNotExist),
                          (cast.chen, LevelRefused)):  # fmt: skip
        with pytest.raises(error):
            decide_downgrade(act(person, later(8)), change.pk, accept=False, note="本周必订")
    with pytest.raises(LevelRefused) as refused:
        decide_downgrade(act(cast.ma, later(8)), change.pk, accept=False)
    assert refused.value.field == "note"
    decide_downgrade(act(cast.ma, later(8)), change.pk, accept=False, note="本周必订")
    assert take_due_downgrades(act(None, later(20), store=cast.store)) == 0
    assert propose_downgrades(act(None, later(15), store=cast.store), [card.pk]) == 0
    assert propose_downgrades(act(None, later(16), store=cast.store), [card.pk]) == 1


def test_r_lvl_04_a_supervisor_may_let_it_take_effect_at_once(cast, act, make_customer):
    card = make_customer(cast.lin, level="H")
    propose_downgrades(act(None, later(8), store=cast.store), [card.pk])
    decide_downgrade(act(cast.chen, later(8)), LevelChange.objects.get(state="PROPOSED").pk, accept=True)
    assert fresh(card).level == "A"


def test_r_lvl_04_a_proposal_overtaken_by_a_judgement_lapses(cast, act, make_customer):
    card = make_customer(cast.lin, level="H")
    propose_downgrades(act(None, later(8), store=cast.store), [card.pk])
    set_level(act(cast.lin, later(8)), card.pk, "B", reason="推迟了")
    take_due_downgrades(act(None, later(9), store=cast.store))
    assert fresh(card).level == "B"
    assert not LevelChange.objects.filter(state="PROPOSED").exists()


def test_r_lvl_04_an_agreed_date_protects(cast, act, make_customer):
    card = make_customer(cast.lin, level="H", intent={"expected_close_on": later(9).date()})
    assert propose_downgrades(act(None, later(8), store=cast.store), [card.pk]) == 0
    assert propose_downgrades(act(None, later(9), store=cast.store), [card.pk]) == 1


def test_r_lvl_04_over_closed_days_the_manager_still_has_a_working_day(cast, act, make_customer):
    CalendarDay.objects.create(store=cast.store, on=later(8).date(), is_closed=True)
    card = make_customer(cast.lin, level="H")
    store = type(cast.store).objects.get(pk=cast.store.pk)
    propose_downgrades(act(None, later(8), store=store), [card.pk])
    assert LevelChange.objects.get(state="PROPOSED").effective_on == later(10).date()


def test_r_lvl_04_c_without_contact_becomes_a_postponed_loss_application(cast, act, make_customer):
    card = make_customer(cast.lin, level="C")
    night = act(None, later(181), store=cast.store)
    assert propose_downgrades(night, [card.pk]) == 1
    report = LossReport.objects.get(customer=card)
    assert (report.outcome, report.bucket, report.state, report.applied_by) == (
        "POSTPONED",
        "F2",
        "APPLIED",
        None,
    )
    take_due_downgrades(act(None, later(190), store=cast.store))
    assert fresh(card).level == "C"
    assert propose_downgrades(night, [card.pk]) == 0
    decide_loss(act(cast.chen, later(190)), report.pk, approve=False, called_back=True, note="还在看")
    assert propose_downgrades(act(None, later(191), store=cast.store), [card.pk]) == 0
    assert propose_downgrades(act(None, later(371), store=cast.store), [card.pk]) == 1


def test_r_lvl_04_other_stores_and_strangers_are_out_of_reach(cast, act, make_customer):
    card = make_customer(cast.lin, level="H")
    with pytest.raises(Customer.DoesNotExist):
        propose_downgrades(act(None, later(8), store=cast.other_store), [card.pk])
    assert take_due_downgrades(act(None, later(20), store=cast.other_store)) == 0


def test_every_change_leaves_a_row_and_an_audit_entry(cast, act, make_customer):
    card = make_customer(cast.lin, level="C", evidence={"HAS_MEANS"})
    set_level(act(cast.lin), card.pk, "B", reason="")
    change = card.level_changes.first()
    assert (change.from_level, change.to_level, change.by, change.evidence) == (
        "C",
        "B",
        cast.lin,
        ["HAS_MEANS"],
    )
    entry = AuditEntry.objects.filter(action="level_changed").latest("id")
    assert (entry.actor, entry.customer_key, entry.changes) == (cast.lin, card.pk, {"level": ["C", "B"]})


def test_gap_tasks_go_with_the_card_when_it_closes(cast, act, make_customer):
    card = make_customer(cast.lin, level="H", intent={"expected_close_on": date(2026, 3, 5)})
    place_order(act(cast.lin), card.pk, OrderDraft())
    assert not Task.objects.open().filter(kind="EVIDENCE").exists()
    assert Task.objects.open().filter(kind="CARD").exists()


class TestFirstLevel:
    """R-LVL-01 step 5 on the spot: the first judgement of R-LVL-02 is a judgement like any other."""

    def receive(self, act, by, level, *, owner=None, evidence=(), reason="", on=None):
        draft = CardDraft("李新客", [parse_phone("13912345678")], owner or by, {}, {"expected_close_on": on})
        return receive_customer(act(by), draft, FirstJudgement(level, frozenset(evidence), reason=reason))

    def test_r_lvl_01_one_step_above_needs_a_reason(self, cast, act):
        with pytest.raises(ContactRefused) as refused:
            self.receive(act, cast.lin, "A", evidence={"HAS_MEANS"})
        assert refused.value.field == "level_reason" and not Customer.objects.exists()
        card, waiting = self.receive(act, cast.lin, "A", evidence={"HAS_MEANS"}, reason="太太催得紧")
        assert (card.level, waiting) == ("A", None)
        assert LevelChange.objects.get(customer=card).reason == "太太催得紧"

    def test_r_lvl_01_two_steps_open_the_card_at_the_suggestion_and_ask(self, cast, act):
        card, waiting = self.receive(act, cast.lin, "H", evidence={"HAS_MEANS"}, reason="今天就想订")
        assert (fresh(card).level, fresh(card).level_confirmed) == ("B", False)
        assert (waiting.state, waiting.to_level, waiting.reason) == ("REQUESTED", "H", "今天就想订")
        decide_level_request(act(cast.chen), waiting.pk, approve=True)
        assert fresh(card).level == "H"

    def test_r_lvl_01_a_leader_judges_a_colleagues_card_and_asks_about_the_own(self, cast, act):
        card, waiting = self.receive(act, cast.ma, "H", owner=cast.lin, reason="老客户介绍")
        assert (card.level, waiting) == ("H", None)
        Customer.objects.filter(pk=card.pk).update(level="C")
        card.phones.all().delete()
        own, asked = self.receive(act, cast.chen, "H", reason="老客户介绍")
        assert (fresh(own).level, asked.state) == ("C", "REQUESTED")

    @pytest.mark.parametrize("level", ["N", "C", None, ""])
    def test_r_lvl_02_what_is_not_above_needs_nothing(self, cast, act, level):
        _card, waiting = self.receive(act, cast.lin, level)
        assert waiting is None

    def test_r_lvl_01_o_needs_an_order(self, cast, act, make_customer):
        for try_it in (
            lambda: self.receive(act, cast.lin, "Ｏ", reason="就要订"),
            lambda: make_customer(cast.lin, level="O"),
        ):
            with pytest.raises(ContactRefused) as refused:
                try_it()
            assert refused.value.field == "level"
        assert not Customer.objects.exists()
        assert make_customer(cast.lin, level="O", imported=True).level == "O"
