"""4.4: every fact of a small month, counted by hand from what was done in it; and the rules two answers share."""

from dataclasses import asdict, replace
from datetime import date

import pytest
from tests.cadence.desk import at
from tests.prospecting.desk import arrive, fill

from guanxi.cadence.models import LossReport
from guanxi.cadence.operations.losses import LossDraft, apply_for_loss, decide_loss, withdraw_loss
from guanxi.deals.operations.orders import OrderDraft, cancel_order, deliver, place_order
from guanxi.performance.queries.about import About
from guanxi.performance.queries.losses import LOSS_ANALYSIS
from guanxi.performance.queries.rates import own_rates
from guanxi.performance.rules.periods import month_of
from guanxi.prospecting.queries.statistics import month_rates
from guanxi.prospecting.rules.metrics import MonthFacts, Variants, values_of
from guanxi.prospecting.rules.origins import by_referral, is_lead, tied_to_owners

MARCH, LAST = date(2026, 3, 1), date(2026, 3, 31)
PLAN = LossDraft("PLAN_CANCELLED", "FINANCE")


@pytest.fixture
def small_month(cast, act, make_customer):
    """What Lin did in March, and what was carried into it."""

    def party(day, hour=10, kind="WALKIN", **given):
        visit = arrive(cast.desk, cast.lin, at(day, hour), kind=kind)
        return visit if given.pop("left_open", False) else fill(cast.lin, visit, **given).visit

    def ordered(card, day, month=3):
        return place_order(act(cast.lin, at(day, month=month)), card.pk, OrderDraft())

    def lost(card, day, month=3):
        return apply_for_loss(act(cast.lin, at(day, month=month)), card.pk, PLAN)

    def decided(report, day, month=3, *, approve=True, called_back=True):
        leader = act(cast.chen, at(day, month=month))
        decide_loss(leader, report.pk, approve=approve, called_back=called_back, note="回访过")

    # Carried in: seven open cards, one of them for more than 90 days, and two orders.
    old = make_customer(cast.lin, level="C", phone="13912340010", at=at(10, month=11).replace(year=2025))
    hot, recent, *others = [make_customer(cast.lin, level="C", at=at(10, month=2)) for _ in range(6)]
    promised, dropped = [
        make_customer(cast.lin, level="C", at=at(10, month=2), source_code=code) for code in "RS"
    ]
    first, second = ordered(promised, 20, 2), ordered(dropped, 20, 2)
    early = lost(others[0], 25, 2)

    # Parties: one filed that drives, comes again twice and orders; one that left nothing; one for service; one
    # not filled yet; one that has a card and orders.
    filed = party(2, name="陈志远", phone="13912340001", test_drive=True)
    party(2, 11)
    party(3, purpose="SERVICE")
    party(3, 11, left_open=True)
    phone = hot.phones.get().normalized
    party(3, 12, phone=phone)
    party(4, phone="13912340001")
    party(5, phone="13912340001")
    sold = ordered(filed.customer, 5)
    ordered(hot, 6)

    # Leads: a call that is filed, one that left nothing, one from a known customer, and a card from the net;
    # and a card that came by itself.
    party(2, 13, "PHONEIN", name="刘桂芳", phone="13912340002")
    party(2, 14, "PHONEIN")
    party(2, 15, "PHONEIN", phone="13912340010")
    make_customer(cast.lin, level="C", at=at(9), source_code="T")
    make_customer(cast.lin, level="C", at=at(9), source_code="K")

    # Deliveries by referral and without, and an order cancelled.
    for order, day in ((first, 10), (sold, 12)):
        deliver(
            act(cast.ma, at(day)), order.pk, version=order.version, delivered_on=date(2026, 3, day), item={}
        )
    cancel_order(act(cast.ma, at(11)), second.pk, version=second.version, reason="家人反对")

    # Losses: applied for in February and approved; approved with and without a call back; rejected; withdrawn;
    # applied for in March and approved in April.
    decided(early, 2)
    decided(lost(others[1], 3), 4)
    decided(lost(others[2], 3), 4, approve=False)
    lost(others[3], 3)
    withdraw_loss(act(cast.lin, at(4)), others[3].pk)
    decided(lost(recent, 30), 2, 4)
    return old


BY_HAND = MonthFacts(
    first_filed=1, first_with_card=1, first_not_filed=1, returned=2, non_intent=1, incomplete=1, leads_carded=2,
    leads_no_intent=1, leads_already_filed=1, other_cards=1, carry_in=7, came_twice=1, test_drives=1, orders=2,
    orders_of_first_filed=1, orders_of_invited=2, carry_orders=2, deliveries=2, deliveries_by_referral=1,
    cancelled=1, losses=2, losses_of_control=0, losses_applied=3, losses_verified=1, losses_rejected=1,
    sales_to_owners=1, recent_carry_in=6, orders_of_recent_carry_in=1,
)  # fmt: skip


def test_4_4_every_fact_of_a_small_month_counted_by_hand(cast, small_month):
    assert asdict(month_rates(cast.store, MARCH, LAST, date(2026, 4, 5)).facts) == asdict(BY_HAND)
    assert month_rates(cast.store, MARCH, LAST, date(2026, 4, 5), cast.lin).facts == BY_HAND
    assert month_rates(cast.store, MARCH, LAST, date(2026, 4, 5), cast.zhao).facts == MonthFacts()
    assert month_rates(cast.other_store, MARCH, LAST, date(2026, 4, 5)).facts == MonthFacts()


def test_loss_clarity_is_one_number_on_f_loss_1_and_f_stat_1(cast, small_month):
    LossReport.objects.filter(reason="FINANCE", state="REJECTED").update(applied_by=None)
    for person in (None, cast.lin, cast.zhao):
        told = LOSS_ANALYSIS.compute(About(cast.store, person, month_of(MARCH, date(2026, 4, 5))))
        rates = month_rates(cast.store, MARCH, LAST, date(2026, 4, 5), person)
        facts, clarity = rates.facts, rates.values["loss_reason_clear"]
        assert (told["applied"], told["verified"], told["rejected"], told["approved"]) == (
            facts.losses_applied, facts.losses_verified, facts.losses_rejected, facts.losses,
        )  # fmt: skip
        assert told["clarity"] == (None if clarity is None else str(clarity))


def test_a_card_filed_on_the_telephone_is_a_lead_for_plans_as_for_rates(cast, act):
    for number in range(30):
        kind = "PHONEIN" if number % 3 == 0 else "WALKIN"
        visit = arrive(cast.desk, cast.lin, at(2, 9, number), kind=kind)
        fill(cast.lin, visit, name="陈志远", phone=f"139123400{number:02}")
    facts = month_rates(cast.store, MARCH, LAST, LAST).facts
    share = own_rates(cast.store, date(2026, 4, 1)).rates["showroom_share"]
    assert (facts.leads_carded, facts.first_filed) == (10, 20)
    assert (share.source, share.cases) == ("OWN", 30)
    assert round(share.value * 30) == 20


@pytest.mark.parametrize(
    ("source", "filed_here", "called", "expected"),
    [("S", True, False, False), ("S", False, True, True), ("T", False, False, True), ("T", True, False, False),
     ("P", False, False, False), ("R", False, False, False), ("S", False, False, False)],
)  # fmt: skip
def test_what_a_lead_is(source, filed_here, called, expected):
    assert is_lead(source, filed_here=filed_here, called=called) is expected


@pytest.mark.parametrize("source", "RBSTX")
@pytest.mark.parametrize("kind", [None, "FIRST", "REPLACE", "ADD", "REFERRED"])
@pytest.mark.parametrize("referrer", [None, 7])
def test_referral_share_is_never_more_than_base_share(source, kind, referrer):
    referral = by_referral(source, kind, referrer)
    assert referral == (source == "R" or kind == "REFERRED" or referrer is not None)
    assert tied_to_owners(source, kind, referrer) or not referral


def test_defeat_rate_and_filing_rate_stand_for_themselves():
    values = values_of(replace(BY_HAND), Variants(defeat="P0_PLUS_LOSS"))
    assert round(values["defeat_rate"] * 9) == 2
