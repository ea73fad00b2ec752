"""Asking and report-backs, who recommends (R-REF-01, -02, -04; R-PRM-08)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import translation
from tests.cast import MORNING
from tests.prospecting.desk import act_at
from tests.prospecting.referrals import ask, named, night, noted, reports

from guanxi.cadence.models import Task
from guanxi.cadence.operations.cards import FirstJudgement
from guanxi.customers.models import Customer
from guanxi.deals.operations.corrections import Return, return_deal
from guanxi.deals.operations.ledger import Sold, reverse_deals, write_deals
from guanxi.deals.operations.orders import OrderDraft, deliver, place_order
from guanxi.organization.models import AuditEntry
from guanxi.organization.refusals import StaleEdit
from guanxi.prospecting.models import InfluenceCentre, ReferralLead, ReferralRequest
from guanxi.prospecting.operations.asking import AskDraft, AskRefused, ask_for_names, tick_traits
from guanxi.prospecting.operations.carding import card_name
from guanxi.prospecting.operations.names import (
    NameDraft,
    note_result,
)
from guanxi.prospecting.queries.asks import standings
from guanxi.prospecting.queries.name_sheets import reports_on
from guanxi.prospecting.queries.recommenders import recommender_of
from guanxi.prospecting.queries.referral_network import referral_figures


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


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


def test_r_prm_08_who_refused_every_channel_is_not_asked_on_the_agreed_day(cast, act, recommender):
    Customer.objects.filter(pk=recommender.pk).update(opt_outs=["CALL", "SMS", "WECHAT", "MAIL"])
    on = MORNING.date() + timedelta(days=3)
    ask_for_names(act(cast.lin), recommender.pk, AskDraft("CONTACT", "LATER", again_on=on))
    assert not Task.objects.filter(kind=Task.Kind.ASK).exists()


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
