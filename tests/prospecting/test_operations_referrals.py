"""Asking, names, warmth, cards and report-backs (R-REF-01, -02, -04, -05; R-PRO-01, -04; R-PRM-03, -09)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import translation
from tests.cast import MORNING
from tests.prospecting.desk import act_at
from tests.prospecting.referrals import ask, named, night, noted, warm

from guanxi.cadence.models import Task
from guanxi.cadence.operations.cards import FirstJudgement, decide_claim, hand_over_cards
from guanxi.customers.models import Collision, Customer
from guanxi.customers.operations.numbers import RevealRefused
from guanxi.deals.operations.corrections import Return, return_deal
from guanxi.deals.operations.ledger import Sold, reverse_deals, write_deals
from guanxi.deals.operations.orders import OrderDraft, deliver, place_order
from guanxi.organization.models import AuditEntry, User
from guanxi.organization.refusals import StaleEdit
from guanxi.prospecting.models import InfluenceCentre, ReferralLead, ReferralRequest
from guanxi.prospecting.operations.asking import AskDraft, AskRefused, ask_for_names, tick_traits
from guanxi.prospecting.operations.carding import card_name
from guanxi.prospecting.operations.name_hand_overs import hand_over_names
from guanxi.prospecting.operations.name_numbers import call_name
from guanxi.prospecting.operations.names import (
    AT_ONCE,
    NameDraft,
    NameRefused,
    edit_name,
    note_names,
    note_result,
    warm_name,
)
from guanxi.prospecting.queries.asks import standings
from guanxi.prospecting.queries.name_lists import name_tallies
from guanxi.prospecting.queries.name_sheets import reports_on
from guanxi.prospecting.queries.recommenders import recommender_of
from guanxi.prospecting.queries.referral_network import referral_figures

NEW = FirstJudgement("N")


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def recommender(cast, make_customer):
    return make_customer(cast.lin, name="陈姐", phone="13800000001", owner_kind="OWN_SALE", level="")


def reports(card: Customer) -> list[Task]:
    return list(Task.objects.filter(customer=card, kind=Task.Kind.REPORT_BACK).order_by("pk"))


def test_r_ref_01_five_requests_then_ninety_days_of_peace(cast, recommender):
    for day in range(5):
        request = ask(cast.lin, recommender, "REFUSED", at=MORNING + timedelta(days=day))
        assert request.ask_no == day + 1
    with pytest.raises(AskRefused, match="2026-06-04"):
        ask(cast.lin, recommender, "REFUSED", at=MORNING + timedelta(days=6))
    assert ReferralRequest.objects.count() == 5
    # What they give by themselves may be written down all the same.
    assert (
        noted(cast.lin, "张三", recommender=recommender, at=MORNING + timedelta(days=6)).recommender
        == recommender
    )
    later = MORNING + timedelta(days=4 + 91)
    assert ask(cast.lin, recommender, "REFUSED", at=later).ask_no == 1


def test_r_ref_01_names_come_with_the_request_and_refusals_do_not(cast, act, recommender):
    names = [NameDraft("张三"), NameDraft("李四", values={"relation": "COLLEAGUE"})]
    request = ask_for_names(act(cast.lin), recommender.pk, AskDraft("DELIVERED", "NAMES", names))
    assert request.names == 2
    assert {lead.request_id for lead in ReferralLead.objects.all()} == {request.pk}
    for wrong in (AskDraft("DELIVERED", "NAMES"), AskDraft("DELIVERED", "REFUSED", names), AskDraft("", "REFUSED"),
                  AskDraft("DELIVERED", "PERHAPS")):  # fmt: skip
        with pytest.raises(AskRefused):
            ask_for_names(act(cast.lin), recommender.pk, wrong)
    assert ReferralRequest.objects.count() == 1 and ReferralLead.objects.count() == 2
    assert AuditEntry.objects.filter(action="referral_asked", customer_key=recommender.pk).count() == 1


def test_an_agreed_day_to_ask_again_is_a_task(cast, act, recommender):
    on = MORNING.date() + timedelta(days=3)
    ask_for_names(act(cast.lin), recommender.pk, AskDraft("CONTACT", "LATER", again_on=on))
    task = Task.objects.get(kind=Task.Kind.ASK)
    assert (task.due_on, task.owner) == (on, cast.lin)
    with pytest.raises(AskRefused):
        ask_for_names(act(cast.lin), recommender.pk, AskDraft("CONTACT", "LATER", again_on=MORNING.date()))
    ask(cast.lin, recommender, "REFUSED")
    assert Task.objects.get(pk=task.pk).status == Task.Status.DONE


def test_r_ref_01_put_off_five_times_is_asked_again_on_the_day_agreed(cast, act, recommender):
    for day in range(4):
        ask(cast.lin, recommender, "LATER", at=MORNING + timedelta(days=day))
    at = MORNING + timedelta(days=4)
    again = at.date() + timedelta(days=10)
    ask_for_names(act(cast.lin, at), recommender.pk, AskDraft("CONTACT", "LATER", again_on=again))
    assert Task.objects.get(kind=Task.Kind.ASK).due_on == again
    assert standings(cast.store, [recommender.pk], again)[recommender.pk].may_ask


def test_r_ref_01_a_day_to_ask_again_within_the_rest_is_refused(cast, act, recommender):
    for day in range(4):
        ask(cast.lin, recommender, "REFUSED", at=MORNING + timedelta(days=day))
    at = MORNING + timedelta(days=4)
    for days, refused in ((90, True), (91, False)):
        draft = AskDraft("CONTACT", "REFUSED", again_on=at.date() + timedelta(days=days))
        if refused:
            with pytest.raises(AskRefused) as why:
                ask_for_names(act(cast.lin, at), recommender.pk, draft)
            assert why.value.field == "again_on" and ReferralRequest.objects.count() == 4
        else:
            ask_for_names(act(cast.lin, at), recommender.pk, draft)
            assert Task.objects.get(kind=Task.Kind.ASK).due_on == draft.again_on


def test_asking_and_telling_anew_leave_a_trace(cast, act, recommender):
    on = MORNING.date() + timedelta(days=3)
    ask_for_names(act(cast.lin), recommender.pk, AskDraft("CONTACT", "LATER", again_on=on))
    task = Task.objects.get(kind=Task.Kind.ASK)
    ask(cast.lin, recommender, "REFUSED")
    (entry,) = AuditEntry.objects.filter(action="task_status", entity_id=task.pk)
    assert entry.changes == {"status": ["OPEN", "DONE"]}
    lead = named(cast.lin, noted(cast.lin, "张三", recommender=recommender), conditions=["MEANS"])
    lead = note_result(act(cast.lin), lead.pk, version=lead.version, result="APPOINTED", first_visit_on=on)
    note_result(act(cast.lin), lead.pk, version=lead.version, result="NO_NEED")
    told = reports(recommender)[1]
    (entry,) = AuditEntry.objects.filter(action="task_changed", entity_id=told.pk)
    assert entry.changes == {"item": ["APPOINTED", "NO_NEED"]}


def test_r_ref_02_names_given_later_the_same_day_are_reported_too(cast, recommender):
    noted(cast.lin, "张三", recommender=recommender)
    noted(cast.lin, "李四", recommender=recommender)
    (promised,) = reports(recommender)
    assert promised.note == "张三、李四" or promised.note == "张三, 李四"
    Task.objects.filter(pk=promised.pk).update(status=Task.Status.DONE, done_on=MORNING.date())
    late = [noted(cast.lin, name, recommender=recommender) for name in ("王五", "赵六")]
    (_, second) = reports(recommender)
    assert "王五" in second.note and "赵六" in second.note
    first = ReferralLead.objects.get(name="张三")
    assert set(reports_on([first, *late], MORNING.date())) == {first.pk}
    day = MORNING.date() + timedelta(days=1)
    Task.objects.filter(pk=second.pk).update(status=Task.Status.DONE, done_on=day)
    assert reports_on([first, *late], day) == {first.pk: MORNING.date(), late[0].pk: day, late[1].pk: day}


def test_r_ref_02_a_report_is_promised_and_every_outcome_is_told(cast, recommender):
    lead = noted(cast.lin, "张三", recommender=recommender)
    (promised,) = reports(recommender)
    assert (promised.item, promised.due_on, promised.note) == (
        "GIVEN",
        MORNING.date() + timedelta(days=7),
        "张三",
    )
    lead = named(cast.lin, lead, conditions=["MEANS"])
    on = MORNING.date() + timedelta(days=2)
    lead = note_result(act_at(cast.lin), lead.pk, version=lead.version, result="APPOINTED", first_visit_on=on)
    told = reports(recommender)[1]
    assert (told.item, told.due_on, told.owner) == ("APPOINTED", MORNING.date() + timedelta(days=1), cast.lin)
    # The one that still waits tells the newer outcome; once it is done, the next outcome is a task of its own.
    act = act_at(cast.lin, MORNING + timedelta(days=2))
    lead = note_result(act, lead.pk, version=lead.version, result="MET", first_visit_on=on)
    assert [task.item for task in reports(recommender)] == ["GIVEN", "MET"]
    Task.objects.filter(pk=told.pk).update(status=Task.Status.DONE)
    note_result(act, lead.pk, version=lead.version, result="NO_NEED")
    assert [task.item for task in reports(recommender)] == ["GIVEN", "MET", "NO_NEED"]


def test_r_prm_08_nobody_is_to_be_called_who_refused_every_channel(cast, recommender):
    Customer.objects.filter(pk=recommender.pk).update(opt_outs=["CALL", "SMS", "WECHAT", "MAIL"])
    noted(cast.lin, "张三", recommender=recommender)
    assert reports(recommender) == []


def test_r_ref_04_the_day_after_a_delivery_asks_once(cast, act, make_customer):
    card = delivered(cast, act, make_customer)
    assert night(cast, MORNING)["asks"] == 0
    tomorrow = MORNING + timedelta(days=1)
    assert night(cast, tomorrow)["asks"] == 1
    task = Task.objects.get(kind=Task.Kind.ASK)
    assert (task.customer, task.owner, task.due_on, task.item) == (
        card,
        cast.lin,
        tomorrow.date(),
        "DELIVERED",
    )
    for days in range(1, 8):
        assert night(cast, tomorrow + timedelta(days=days))["asks"] == 0
    assert Task.objects.filter(kind=Task.Kind.ASK).count() == 1


@pytest.mark.parametrize("why", ["asked", "rests", "opted out", "waits"])
def test_r_ref_04_not_when_asked_already_or_resting_or_opted_out(cast, act, make_customer, why):
    card = delivered(cast, act, make_customer)
    if why == "asked":
        ask(cast.lin, card, "LATER")
    elif why == "rests":
        for day in range(5):
            ask(cast.lin, card, "REFUSED", at=MORNING - timedelta(days=9 - day))
    elif why == "opted out":
        Customer.objects.filter(pk=card.pk).update(opt_outs=["CALL", "SMS", "WECHAT", "MAIL"])
    else:
        ask_for_names(
            act(cast.lin, MORNING - timedelta(days=3)), card.pk,
            AskDraft("SIGNED", "LATER", again_on=MORNING.date() + timedelta(days=9)),
        )  # fmt: skip
    assert night(cast, MORNING + timedelta(days=1))["asks"] == 0


def delivered(cast, act, make_customer, **given) -> Customer:
    card = make_customer(cast.lin, name="周杰", level="H", evidence={"MODEL_COLOUR"}, **given)
    order = place_order(act(cast.lin), card.pk, OrderDraft())
    deliver(act(cast.lin), order.pk, version=order.version, delivered_on=MORNING.date(), item={})
    return Customer.objects.get(pk=card.pk)


def test_r_ref_02_an_order_of_a_name_is_told_to_the_recommender(cast, act, recommender):
    lead = noted(cast.lin, "张三", phone="13900000009", recommender=recommender)
    lead = card_name(
        act(cast.lin),
        lead.pk,
        version=lead.version,
        judgement=FirstJudgement("B", frozenset({"CHOOSING_MODEL"})),
    ).lead
    place_order(act(cast.lin), lead.customer_id, OrderDraft())
    tomorrow = MORNING + timedelta(days=1)
    assert night(cast, tomorrow)["reports"] == 1
    assert night(cast, tomorrow)["reports"] == 0
    assert [task.item for task in reports(recommender)] == ["GIVEN", "CARDED", "ORDERED"]


def test_r_ref_05_warmth_moves_with_evidence_and_is_remembered(cast, recommender):
    lead = noted(cast.lin, "张三", recommender=recommender)
    lead = warm(cast.lin, lead, 3, "写了两句")
    assert [(step.before, step.after, step.evidence) for step in lead.warmth_changes.all()] == [
        (1, 3, "写了两句")
    ]
    with pytest.raises(NameRefused):
        warm(cast.lin, lead, 4, " ")
    with pytest.raises(NameRefused, match="need"):
        warm(cast.lin, lead, 5, "约好周六见")
    lead = warm(cast.lin, named(cast.lin, lead, conditions=["NEED"]), 5, "约好周六见")
    with pytest.raises(NameRefused, match="cool"):
        named(cast.lin, lead, conditions=["MEANS"])
    assert warm(cast.lin, lead, 2, "其实不熟").warmth == 2
    assert AuditEntry.objects.filter(action="name_warmed", customer_key=recommender.pk).count() == 3


def test_r_ref_05_a_name_of_ones_own_circle_ends_at_four(cast):
    lead = named(cast.lin, noted(cast.lin, "表哥"), conditions=["NEED"])
    assert warm(cast.lin, lead, 4, "约好周六见").warmth == 4
    with pytest.raises(NameRefused, match="recommend"):
        warm(cast.lin, ReferralLead.objects.get(), 5, "很需要")


def test_r_ref_05_the_warmth_of_a_past_day_is_told(cast, recommender):
    lead = noted(cast.lin, "张三", recommender=recommender)
    lead = warm(cast.lin, lead, 2, "可以报名字", at=MORNING + timedelta(days=1))
    lead = warm(cast.lin, lead, 4, "打了电话", at=MORNING + timedelta(days=3))
    days = [lead.warmth_on(MORNING.date() + timedelta(days=n)) for n in range(5)]
    assert days == [1, 2, 2, 4, 4]


def test_r_pro_04_no_appointment_with_neither_means_nor_decision(cast):
    lead = noted(cast.lin, "张三")
    with pytest.raises(NameRefused) as refused:
        note_result(act_at(cast.lin), lead.pk, version=1, result="APPOINTED", first_visit_on=MORNING.date())
    assert refused.value.field == "result"
    assert list(ReferralLead.objects.to_visit()) == [] and list(ReferralLead.objects.to_qualify()) == [lead]
    lead = named(cast.lin, lead, conditions=["DECIDES"])
    assert list(ReferralLead.objects.to_visit()) == [lead]
    # Whoever was met was met.
    lead = note_result(
        act_at(cast.lin), lead.pk, version=lead.version, result="REFUSED", first_visit_on=MORNING.date()
    )
    assert list(ReferralLead.objects.to_visit()) == []


@pytest.mark.parametrize(("given", "field"), [
    ({"result": ""}, "result"),
    ({"result": "NONSENSE"}, "result"),
    ({"result": "APPOINTED"}, "first_visit_on"),
    ({"result": "MET", "first_visit_on": MORNING.date() + timedelta(days=1)}, "first_visit_on"),
])  # fmt: skip
def test_a_result_that_cannot_be_is_refused_and_nothing_lost(cast, given, field):
    lead = named(cast.lin, noted(cast.lin, "张三"), conditions=["MEANS"])
    with pytest.raises(NameRefused) as refused:
        note_result(act_at(cast.lin), lead.pk, version=lead.version, **given)
    assert refused.value.field == field
    assert ReferralLead.objects.get().result == ""


def test_r_pro_01_valid_names_are_counted(cast):
    noted(cast.lin, "甲", relation="FRIEND")
    noted(cast.lin, "乙")
    wrong = noted(cast.lin, "丙", relation="FRIEND")
    note_result(act_at(cast.lin), wrong.pk, version=1, result="INVALID")
    mine = ReferralLead.objects.held_by([cast.lin])
    assert (mine.count(), mine.valid().count()) == (3, 1)


def test_a_card_is_opened_with_source_and_recommender(cast, act, recommender):
    lead = noted(cast.lin, "张三", phone="13900000009", recommender=recommender, situation="刚买了房")
    done = card_name(act(cast.lin), lead.pk, version=1, judgement=NEW)
    card = Customer.objects.get(pk=done.lead.customer_id)
    assert done.opened and (card.referrer, card.owner) == (recommender, cast.lin)
    assert (card.source_code, card.source_detail, card.level) == ("B", "REFER", "N")
    assert card.remark == "刚买了房"
    with pytest.raises(NameRefused, match="already"):
        card_name(act(cast.lin), lead.pk, version=done.lead.version, judgement=NEW)


def test_a_name_of_ones_own_circle_becomes_a_developed_customer(cast, act):
    lead = noted(cast.lin, "表哥", phone="13900000009")
    card = Customer.objects.get(
        pk=card_name(act(cast.lin), lead.pk, version=1, judgement=NEW).lead.customer_id
    )
    assert (card.source_code, card.source_detail, card.referrer) == ("K", "WARM_CIRCLE", None)


def test_a_name_opens_the_card_of_its_organisation(cast, act):
    lead = noted(cast.lin, "何志刚", phone="13900000009")
    done = card_name(act(cast.lin), lead.pk, version=1, judgement=NEW, org_name=" 宁波甬锐模具有限公司 ")
    card = Customer.objects.get(pk=done.lead.customer_id)
    assert (card.kind, card.org_name, card.name) == ("ORG", "宁波甬锐模具有限公司", "何志刚")


def test_a_name_without_a_number_gets_no_card(cast, act):
    lead = noted(cast.lin, "表哥")
    with pytest.raises(NameRefused) as refused:
        card_name(act(cast.lin), lead.pk, version=1, judgement=NEW)
    assert refused.value.field == "phone"


def test_ones_own_card_is_linked_and_keeps_its_source(cast, act, make_customer, recommender):
    there = make_customer(cast.lin, name="张三", phone="13900000009", source_code="S")
    lead = noted(cast.lin, "张三", phone="13900000009", recommender=recommender)
    done = card_name(act(cast.lin), lead.pk, version=1, judgement=NEW)
    there.refresh_from_db()
    assert (done.opened, done.claimed, done.lead.customer) == (False, False, there)
    assert (there.source_code, there.referrer) == ("S", None)
    assert AuditEntry.objects.filter(action="name_carded", customer_key=there.pk).exists()


def test_r_prm_09_a_colleagues_card_is_claimed_and_left_alone(cast, act, make_customer, recommender):
    theirs = make_customer(cast.wu, name="张三", phone="13900000009")
    lead = noted(cast.lin, "张三", phone="13900000009", recommender=recommender)
    done = card_name(act(cast.lin), lead.pk, version=1, judgement=NEW)
    assert done.claimed and not done.opened and done.lead.customer is None
    claim = Collision.objects.get()
    assert (claim.customer, claim.claimant, claim.state) == (theirs, cast.lin, "OPEN")
    assert done.lead.claim == claim
    assert Customer.objects.get(pk=theirs.pk).owner == cast.wu
    # While the manager has not decided the name is on no list to visit.
    assert not ReferralLead.objects.to_visit().exists() and not ReferralLead.objects.to_qualify().exists()
    assert not [task for task in reports(recommender) if task.item == "CARDED"]


def claimed(cast, act, make_customer, recommender) -> tuple[Customer, ReferralLead]:
    theirs = make_customer(cast.wu, name="张三", phone="13900000009")
    lead = noted(cast.lin, "张三", phone="13900000009", recommender=recommender)
    return theirs, card_name(act(cast.lin), lead.pk, version=1, judgement=NEW).lead


def test_r_prm_09_a_refused_claim_frees_the_name_and_tells_nothing_of_the_card(
    cast, act, make_customer, recommender
):
    theirs, lead = claimed(cast, act, make_customer, recommender)
    decide_claim(act(cast.ma), Collision.objects.get().pk, move=False, reason="留给吴刚")
    place_order(act(cast.wu), theirs.pk, OrderDraft(amount=Decimal(88888)))
    night(cast, MORNING + timedelta(days=1))
    lead.refresh_from_db()
    assert (lead.customer, lead.claim) == (None, None)
    assert [task.item for task in reports(recommender)] == ["GIVEN"]
    funnel = referral_figures(cast.lin, cast.store, None).funnel
    assert (funnel.carded, funnel.closed) == (0, 0)


def test_r_prm_09_a_granted_claim_links_the_card_and_the_recommender_hears_of_it(
    cast, act, make_customer, recommender
):
    theirs, lead = claimed(cast, act, make_customer, recommender)
    decide_claim(act(cast.ma), Collision.objects.get().pk, move=True)
    assert night(cast, MORNING + timedelta(days=1))["claims"] == 1
    lead.refresh_from_db()
    assert (lead.customer, lead.claim) == (theirs, None)
    assert "CARDED" in [task.item for task in reports(recommender)]
    assert night(cast, MORNING + timedelta(days=1))["claims"] == 0


def test_what_became_of_a_card_the_holder_may_not_see_is_told_and_counted_nowhere(
    cast, act, make_customer, recommender
):
    lead = noted(cast.lin, "张三", phone="13900000009", recommender=recommender)
    card = card_name(act(cast.lin), lead.pk, version=1, judgement=NEW).lead.customer
    Task.objects.all().delete()
    hand_over_cards(act(cast.ma), [card.pk], cast.wu, reason="换人")
    place_order(act(cast.wu), card.pk, OrderDraft(amount=Decimal(88888)))
    assert night(cast, MORNING + timedelta(days=1))["reports"] == 0
    funnel = referral_figures(cast.lin, cast.store, None).funnel
    assert (funnel.carded, funnel.closed) == (0, 0)
    (tally,) = name_tallies(cast.lin, cast.store, [cast.lin])
    assert (tally.norm.prospects, tally.norm.deals) == (0, 0)
    assert referral_figures(cast.ma, cast.store, None).funnel.closed == 1


def test_nobody_recommends_themselves(cast, act, recommender):
    with pytest.raises(NameRefused, match="themselves"):
        noted(cast.lin, "陈姐", phone="13800000001", recommender=recommender)
    lead = noted(cast.lin, "张三", recommender=recommender)
    with pytest.raises(NameRefused, match="themselves"):
        named(cast.lin, lead, phone_number="13800000001")
    # Two cards became one since: the number is the recommender's only now.
    ReferralLead.objects.filter(pk=lead.pk).update(phone_normalized="13800000001")
    with pytest.raises(NameRefused, match="themselves"):
        card_name(act(cast.lin), lead.pk, version=1, judgement=NEW)


def test_two_people_cannot_have_brought_each_other(cast, act, make_customer, recommender):
    first = make_customer(cast.lin, name="张三", phone="13900000009")
    between = make_customer(cast.lin, name="李四", referrer=first)
    Customer.objects.filter(pk=recommender.pk).update(referrer=between)
    lead = noted(cast.lin, "张三", phone="13900000009", recommender=recommender)
    with pytest.raises(NameRefused, match="each other"):
        card_name(act(cast.lin), lead.pk, version=1, judgement=NEW)
    assert ReferralLead.objects.get().customer is None


def test_a_number_stands_once_on_a_list(cast, recommender):
    noted(cast.lin, "张三", phone="13900000009")
    with pytest.raises(NameRefused, match="already"):
        noted(cast.lin, "老张", phone="139 0000 0009")
    # Two people may name the same third.
    assert noted(cast.lin, "张三", phone="13900000009", recommender=recommender)
    assert noted(cast.wu, "张三", phone="13900000009")


def test_r_prm_08_who_refused_every_channel_is_not_asked_on_the_agreed_day(cast, act, recommender):
    Customer.objects.filter(pk=recommender.pk).update(opt_outs=["CALL", "SMS", "WECHAT", "MAIL"])
    on = MORNING.date() + timedelta(days=3)
    ask_for_names(act(cast.lin), recommender.pk, AskDraft("CONTACT", "LATER", again_on=on))
    assert not Task.objects.filter(kind=Task.Kind.ASK).exists()


@pytest.mark.parametrize(("values", "field"), [
    ({"relation": "AUNT"}, "relation"), ({"trigger": "X"}, "trigger"), ({"income_band": "X"}, "income_band"),
    ({"conditions": ["RICH"]}, "conditions"),
])  # fmt: skip
def test_what_is_not_in_the_lists_is_refused(cast, values, field):
    with pytest.raises(NameRefused) as refused:
        noted(cast.lin, "张三", **values)
    assert refused.value.field == field
    assert not ReferralLead.objects.exists()


def test_many_names_at_once_are_all_or_none(cast, act):
    with pytest.raises(NameRefused):
        note_names(act(cast.lin), [NameDraft("张三"), NameDraft("  ")])
    with pytest.raises(NameRefused):
        note_names(act(cast.lin), [])
    with pytest.raises(NameRefused):
        note_names(act(cast.lin), [NameDraft(f"第{n}位") for n in range(AT_ONCE + 1)])
    assert not ReferralLead.objects.exists()
    assert len(note_names(act(cast.lin), [NameDraft("张三"), NameDraft("李四")])) == 2


def test_what_was_shown_is_edited_and_nothing_else(cast, act):
    lead = noted(cast.lin, "张三")
    edit_name(act(cast.lin), lead.pk, version=1, values={"occupation": "教师"})
    for late in (
        lambda: edit_name(act(cast.lin), lead.pk, version=1, values={"occupation": "医生"}),
        lambda: warm_name(act(cast.lin), lead.pk, version=1, warmth=2, evidence="x"),
        lambda: note_result(act(cast.lin), lead.pk, version=1, result="MET"),
        lambda: card_name(act(cast.lin), lead.pk, version=1, judgement=NEW),
    ):
        with pytest.raises(StaleEdit):
            late()
    assert ReferralLead.objects.get().occupation == "教师"


@pytest.mark.parametrize("who", ["zhao", "wu", "sun", "gao", "cs", "auditor", "desk", "finance", "admin"])
def test_outsiders_change_nothing(cast, act, recommender, who):
    lead, outsider = noted(cast.lin, "张三", phone="13900000009", recommender=recommender), cast.users[who]
    own = noted(cast.lin, "表哥", phone="13900000008")
    for pk in (lead.pk, own.pk):
        for denied in (
            lambda pk=pk: edit_name(act(outsider), pk, version=1, values={"occupation": "教师"}),
            lambda pk=pk: warm_name(act(outsider), pk, version=1, warmth=2, evidence="x"),
            lambda pk=pk: note_result(act(outsider), pk, version=1, result="MET"),
            lambda pk=pk: card_name(act(outsider), pk, version=1, judgement=NEW),
            lambda pk=pk: call_name(act(outsider), pk),
        ):
            with pytest.raises(ReferralLead.DoesNotExist):
                denied()
    for denied in (
        lambda: ask_for_names(act(outsider), recommender.pk, AskDraft("DELIVERED", "REFUSED")),
        lambda: tick_traits(act(outsider), recommender.pk, version=0, traits=["KNOWS"]),
        lambda: note_names(act(outsider), [NameDraft("李四")], recommender_id=recommender.pk),
    ):
        with pytest.raises(Customer.DoesNotExist):
            denied()
    visible = set(ReferralLead.objects.visible_to(outsider))
    assert visible == ({lead, own} if who in ("cs", "auditor") else set())


def test_r_prm_03_recommended_names_go_with_the_card_and_own_ones_are_handed_over(cast, act, recommender):
    given, own = noted(cast.lin, "张三", recommender=recommender), noted(cast.lin, "表哥")
    hand_over_cards(act(cast.ma), [recommender.pk], cast.wu, reason="换人")
    assert set(ReferralLead.objects.visible_to(cast.wu)) == {given}
    assert set(ReferralLead.objects.visible_to(cast.lin)) == {own}
    assert reports(recommender)[0].owner == cast.wu
    with pytest.raises(NameRefused):
        hand_over_names(act(cast.chen), cast.lin, cast.wu, reason="离职")
    for wrong in (
        {"to": cast.wu, "reason": " "},
        {"to": cast.gao, "reason": "离职"},
        {"to": cast.lin, "reason": "离职"},
    ):
        with pytest.raises(NameRefused):
            hand_over_names(act(cast.ma), cast.lin, **wrong)
    assert hand_over_names(act(cast.ma), cast.lin, cast.wu, reason="离职") == 1
    assert set(ReferralLead.objects.visible_to(cast.wu)) == {given, own}
    assert given.consultant == cast.lin  # Who noted it stays told.


def test_r_prm_05_calling_ones_own_list_is_logged_and_not_counted(cast, act):
    lead = noted(cast.lin, "表哥", phone="13900000008")
    assert call_name(act(cast.lin), lead.pk) == "13900000008"
    assert call_name(act(cast.chen), lead.pk) == "13900000008"
    actions = AuditEntry.objects.filter(entity="ReferralLead").order_by("pk").values_list("action", flat=True)
    assert list(actions)[-2:] == ["number_called", "number_revealed"]
    store = cast.store
    store.overrides.create(key="reveal.per_day", value=1)
    chen = User.objects.get(pk=cast.chen.pk)
    with pytest.raises(RevealRefused):
        call_name(act(chen), lead.pk)


def test_an_influence_centre_has_four_of_five_traits(cast, act, recommender):
    row = tick_traits(act(cast.lin), recommender.pk, version=0, traits=["KNOWS", "WILLING", "CONTACTS"])
    assert not row.is_centre
    row = tick_traits(
        act(cast.lin),
        recommender.pk,
        version=row.version,
        traits=["KNOWS", "WILLING", "CONTACTS", "APPROACHABLE"],
    )
    assert row.is_centre and InfluenceCentre.objects.get().ticks == 4
    with pytest.raises(StaleEdit):
        tick_traits(act(cast.lin), recommender.pk, version=1, traits=[])
    with pytest.raises(AskRefused):
        tick_traits(act(cast.lin), recommender.pk, version=2, traits=["RICH"])


def test_only_who_consented_stands_on_a_list_of_recipients(cast):
    asked = noted(cast.lin, "张三", phone="13900000009", consent=True)
    noted(cast.lin, "李四", phone="13900000008")
    noted(cast.lin, "王五", consent=True)
    assert list(ReferralLead.objects.may_be_messaged()) == [asked]


def test_standings_of_many_take_one_query(cast, make_customer, django_assert_num_queries):
    cards = [make_customer(cast.lin, name=f"客户{n}") for n in range(3)]
    for card in cards[:2]:
        ask(cast.lin, card, "REFUSED")
    store = cast.store
    _ = store.playbook
    with django_assert_num_queries(1):
        found = standings(store, [card.pk for card in cards], MORNING.date())
    assert [found[card.pk].asked for card in cards] == [1, 1, 0]


def test_what_a_name_brought_is_read_from_the_ledger(cast, act, recommender, make_customer):
    """A won opportunity writes a deal and no order; what was written back brought nothing."""
    brought = make_customer(cast.lin, name="张三", referrer=recommender)
    lead = noted(cast.lin, "张三", recommender=recommender)
    ReferralLead.objects.filter(pk=lead.pk).update(customer=brought)

    def told():
        found = recommender_of(cast.lin, recommender, MORNING.date()).value
        closed = referral_figures(cast.lin, cast.store, None).funnel.closed
        return found.orders, found.delivered, found.amount, closed

    assert told() == (0, 0, 0, 0)
    sold = [Sold(None, amount=Decimal("12000.50")), Sold(None, amount=Decimal("500"))]
    facts = {"seller_id": cast.lin.pk, "source": "opportunity 7", "number": "7"}
    write_deals(act(cast.lin), brought, MORNING.date(), sold, **facts)
    assert told() == (1, 1, Decimal("12500.50"), 1)
    reverse_deals(act(cast.lin), "opportunity 7", reason="退单")
    assert told() == (0, 0, 0, 0)
    facts["source"] = "opportunity 8"
    (row,) = write_deals(act(cast.lin), brought, MORNING.date(), sold[1:], **facts)
    assert told() == (1, 1, 500, 1)
    back = Return(1, Decimal(500), MORNING.date(), "退货")
    return_deal(act(cast.ma), row.pk, version=1, draft=back)
    assert told() == (0, 0, 0, 0)
