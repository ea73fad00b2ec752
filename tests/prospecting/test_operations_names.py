"""The name list: warmth, results, numbers, whose it is (R-REF-05; R-PRO-01, -04; R-PRM-03, -05)."""

from datetime import timedelta

import pytest
from django.utils import translation
from tests.cast import MORNING
from tests.prospecting.desk import act_at
from tests.prospecting.referrals import NEW, named, noted, reports, warm

from guanxi.cadence.operations.cards import hand_over_cards
from guanxi.customers.models import Customer
from guanxi.customers.operations.numbers import RevealRefused
from guanxi.organization.models import AuditEntry, User
from guanxi.organization.refusals import StaleEdit
from guanxi.prospecting.models import ReferralLead
from guanxi.prospecting.operations.asking import AskDraft, ask_for_names, tick_traits
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


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


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


def test_a_number_stands_once_on_a_list(cast, recommender):
    noted(cast.lin, "张三", phone="13900000009")
    with pytest.raises(NameRefused, match="already"):
        noted(cast.lin, "老张", phone="139 0000 0009")
    # Two people may name the same third.
    assert noted(cast.lin, "张三", phone="13900000009", recommender=recommender)
    assert noted(cast.wu, "张三", phone="13900000009")


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


def test_only_who_consented_stands_on_a_list_of_recipients(cast):
    asked = noted(cast.lin, "张三", phone="13900000009", consent=True)
    noted(cast.lin, "李四", phone="13900000008")
    noted(cast.lin, "王五", consent=True)
    assert list(ReferralLead.objects.may_be_messaged()) == [asked]
