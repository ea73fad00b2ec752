"""From a name to a card and to its recommender (R-REF-02, R-PRM-09)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import translation
from tests.cast import MORNING
from tests.prospecting.referrals import NEW, named, night, noted, reports

from guanxi.cadence.models import Task
from guanxi.cadence.operations.cards import decide_claim, hand_over_cards
from guanxi.customers.models import Collision, Customer
from guanxi.deals.operations.orders import OrderDraft, place_order
from guanxi.organization.models import AuditEntry
from guanxi.prospecting.models import ReferralLead
from guanxi.prospecting.operations.carding import card_name
from guanxi.prospecting.operations.names import (
    NameRefused,
)
from guanxi.prospecting.queries.name_lists import name_tallies
from guanxi.prospecting.queries.referral_network import referral_figures


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


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
