"""What came back whole or was written back is no purchase, wherever purchases are counted."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Q
from tests.cast import MORNING
from tests.markets.desk import bought, campaign_of, product, segment_of

from guanxi.deals.models import Deal
from guanxi.deals.operations.corrections import Return, return_deal, take_back_deal
from guanxi.markets.models import CampaignMember
from guanxi.markets.queries.outcomes import outcome_of
from guanxi.markets.queries.pools import pool_of
from guanxi.markets.queries.purchases import purchases
from guanxi.markets.queries.segments import buyers_of
from guanxi.prospecting.queries.recommenders import values_brought

pytestmark = pytest.mark.django_db
TODAY = MORNING.date()


@pytest.fixture
def deal(cast, act, make_customer):
    bought(
        act(cast.lin),
        make_customer(cast.lin),
        product(cast.store),
        on=TODAY - timedelta(days=9),
        margin=Decimal(60),
    )
    return Deal.objects.get()


def back(act, cast, deal, way):
    if way == "sheet":
        return Deal.objects.create(
            customer=deal.customer, store=deal.store, seller=deal.seller, on=TODAY, product=deal.product,
            quantity=-1, amount=-deal.amount, margin=-deal.margin, source="import", recorded_at=MORNING,
        )  # fmt: skip
    if way == "returned":
        draft = Return(deal.quantity, deal.amount, TODAY, "退")
        return return_deal(act(cast.ma), deal.pk, version=1, draft=draft)
    return take_back_deal(act(cast.ma), deal.pk, version=1, reason="重复")[0]


@pytest.mark.parametrize("way", ["stands", "returned", "written back", "sheet"])
def test_a_purchase_that_is_none(cast, act, deal, way):
    if way != "stands":
        back(act, cast, deal, way)
    stands = way == "stands"
    segment = segment_of(act(cast.ma))
    assert bool(purchases([deal.customer_id], TODAY)) is stands
    assert buyers_of(segment, cast.ma, TODAY) == (1 if stands else 0)
    found = values_brought(cast.ma, Q(customer=deal.customer_id))[deal.customer_id]
    assert (found.delivered, found.amount) == ((1, 660) if stands else (0, 0))
    pool = pool_of(campaign_of(act(cast.ma), segment), cast.ma, TODAY)
    assert pool.strata[deal.customer_id] == ("B/bought" if stands else "B/new")


@pytest.mark.parametrize(
    ("undone", "buyers", "margin"), [(None, 1, 60), ("return", 0, 0), ("return undone", 1, 60)]
)
def test_a_return_after_a_campaign_counts_against_it(cast, act, deal, undone, buyers, margin):
    days = {"starts_on": TODAY - timedelta(days=10), "ends_on": TODAY - timedelta(days=5)}
    campaign = campaign_of(act(cast.ma), segment_of(act(cast.ma)), **days)
    CampaignMember.objects.create(campaign=campaign, customer=deal.customer, side="TARGET")
    if undone:
        row = back(act, cast, deal, "returned")
        if undone == "return undone":
            take_back_deal(act(cast.ma), row.pk, version=1, reason="没退")
    outcome = outcome_of(campaign, cast.ma)
    assert (outcome.target.buyers, outcome.target.margin, outcome.unpriced) == (buyers, margin, 0)
