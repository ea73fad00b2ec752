"""Every page asks the database as often for many rows as for few."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cadence.desk import call, later
from tests.cast import MORNING
from tests.key_accounts.accounts import grow_map, organisation, ranked_account, seed_map
from tests.markets.desk import campaign_of, grow_markets, grow_products, product, segment_of
from tests.pipeline.desk import moved, opened, won

from guanxi.cadence.models import Task
from guanxi.cadence.operations.contacts import record_contact
from guanxi.cadence.operations.losses import LossDraft, apply_for_loss
from guanxi.customers.models import Collision, Contact, Customer, OwnedItem, Transfer
from guanxi.deals.models import Contract
from guanxi.markets.operations.campaigns import draw_groups
from guanxi.pipeline.operations.rivals import save_competitor, spend_time
from guanxi.prospecting.models import InfluenceCentre, ReferralLead, ReferralRequest, Visit


@pytest.fixture(autouse=True)
def _morning():
    with time_machine.travel(MORNING, tick=False):
        yield


def grow(cast, act, make_customer, card, count):
    """``count`` more of everything that a page lists, about ``card`` and beside it."""
    for number in range(count):
        other = make_customer(cast.lin, name="赵四海", level="B", evidence={"CHOOSING_MODEL"})
        Task.objects.open().filter(customer=other).update(due_on=MORNING.date())
        apply_for_loss(act(cast.lin), other.pk, LossDraft("PLAN_CANCELLED", "FINANCE"))
        Collision.objects.create(
            customer=other, claimant=cast.wu, owner_then=cast.lin, at=MORNING, protected=True
        )
        for about in (card, other):
            day = later(-40 + Transfer.objects.count())
            record_contact(act(cast.lin, MORNING), call(about, at=day, again=True))
            Transfer.objects.create(
                customer=about,
                from_owner=cast.zhao,
                to_owner=cast.lin,
                approved_by=cast.ma,
                at=MORNING,
                reason="x",
            )
        Visit.objects.create(
            store=cast.store, on=MORNING.date(), arrived_at=MORNING, hour=10, consultant=cast.lin,
            created_at=MORNING, left_at=MORNING,
        )  # fmt: skip
        row = moved(act(cast.lin), opened(act(cast.lin), card), "DISCOVERY")
        save_competitor(act(cast.lin), row.pk, None, values={"name": "东风"})
        spend_time(act(cast.lin), row.pk, on=MORNING.date(), minutes=30)
        won(act(cast.lin), opened(act(cast.lin), other), f"HT-{other.pk}")
        Customer.objects.filter(pk=other.pk).update(referrer=card)
        InfluenceCentre.objects.create(customer=other, traits=["KNOWS"] * 4, ticks=4)
        request = ReferralRequest.objects.create(
            customer=card, store=cast.store, by=cast.lin, ask_no=1, moment="DELIVERED", result="NAMES", names=1,
            asked_on=MORNING.date(), at=MORNING,
        )  # fmt: skip
        for recommender in (card, None):
            ReferralLead.objects.create(
                store=cast.store, consultant=cast.lin, recommender=recommender, request=request, name="李四",
                relation="FRIEND", conditions=["MEANS"], is_qualified=True, noted_on=MORNING.date(), created_at=MORNING,
                customer=other if number % 2 else None,
            )  # fmt: skip
        Task.objects.create(
            customer=card, store=cast.store, owner=cast.lin, kind="REPORT", item="GIVEN", source_rule="R-REF-02",
            note="李四", due_on=MORNING.date(), created_at=MORNING,
        )  # fmt: skip
        OwnedItem.objects.create(customer=card, brand="本田", model=f"思域 {number}")
        Contract.objects.create(
            customer=card, store=cast.store, subject="保养套餐", agreed_on=MORNING.date(), begins_on=MORNING.date(),
            ends_on=MORNING.date() + timedelta(days=40), amount=1980, created_at=MORNING,
        )  # fmt: skip
        Contact.objects.create(customer=card, name="周经理")
        Task.objects.create(
            customer=card, store=cast.store, owner=cast.lin, kind="CARE", item="D7", source_rule="5.4",
            due_on=MORNING.date(), created_at=MORNING,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("lin", "/today/"), ("lin", "/today/?day=tomorrow"), ("chen", "/today/"), ("ma", "/today/"),
        ("auditor", "/today/"), ("ma", "/today/further/"), ("chen", "/today/further/"),
        ("lin", "/customers/{card}/"), ("auditor", "/customers/{card}/"),
        ("lin", "/customers/{card}/history/?before=2027-01-01T00:00:00%2B00:00~transfer~1"),
        ("lin", "/customers/{card}/contacts/"), ("lin", "/customers/{card}/edit/"),
        ("lin", "/search/?q=赵"), ("ma", "/search/?q=赵"), ("lin", "/record/"), ("lin", "/record/?q=赵"),
        ("ma", "/hand-over/?from={lin}"), ("lin", "/customers/"),
        ("lin", "/opportunities/"), ("ma", "/opportunities/"), ("ma", "/opportunities/list/"),
        ("lin", "/opportunities/list/?watch=slipped"), ("lin", "/opportunities/calendar/?month=2026-05"),
        ("lin", "/opportunities/reviews/"), ("ma", "/opportunities/forecast/?quarter=2026-2"),
        ("lin", "/opportunities/{row}/"), ("lin", "/today/reminders/"), ("lin", "/orders/ledger/"),
        ("ma", "/orders/ledger/?words=王&since=2026-01-01"),
        ("lin", "/month/"), ("ma", "/month/"), ("chen", "/month/?who={lin}"), ("ma", "/forms/"),
        ("lin", "/key-accounts/"), ("lin", "/key-accounts/{account}/"),
        ("lin", "/key-accounts/{account}/?on=2026-02-01"),
        ("lin", "/key-accounts/{account}/people/{person}/"),
        ("lin", "/key-accounts/{account}/plan/"), ("lin", "/key-accounts/{account}/review/"),
        ("lin", "/key-accounts/screening/"), ("lin", "/key-accounts/screening/?open=1"),
        ("ma", "/insights/value/"), ("ma", "/insights/value/calls/"), ("lin", "/customers/?sort=at_risk&value_past=A"),
        ("lin", "/customers/?show=value"),
        ("lin", "/names/"), ("ma", "/names/?view=all"), ("chen", "/names/?who={lin}"), ("lin", "/referrals/"),
        ("ma", "/referrals/?span=all"), ("lin", "/customers/{card}/referrals/"),
        ("lin", "/customers/{card}/contracts/"),
        ("lin", "/customers/{card}/products/"), ("lin", "/products/standing/"), ("ma", "/products/standing/"),
        ("lin", "/products/standing/enter/"),
        ("ma", "/segments/"), ("ma", "/segments/{segment}/"), ("ma", "/campaigns/"), ("ma", "/campaigns/{campaign}/"),
        ("lin", "/campaigns/{campaign}/?side=CONTROL"), ("ma", "/campaigns/{draft}/draw/"),
        ("ma", "/segments/{segment}/buyers/"), ("ma", "/products/"), ("lin", "/products/"),
        ("ma", "/products/{product}/"), ("lin", "/products/{product}/"),
    ],
)  # fmt: skip
def test_three_times_the_rows_take_no_more_queries(cast, act, make_customer, client_for, who, path):
    card = make_customer(cast.lin, name="赵四海", level="B", evidence={"CHOOSING_MODEL"})
    account = organisation(make_customer, cast.lin)
    person = seed_map(act(cast.lin), account)["系统经理"].pk
    ranked_account(act(cast.lin), make_customer)
    client = client_for(cast.users[who])
    row = opened(act(cast.lin), card)
    segment = segment_of(act(cast.ma))
    campaign = draw_groups(act(cast.ma), campaign_of(act(cast.ma), segment, control_percent=0).pk, version=1)
    service = product(cast.store, unit_cost=1)
    draft = campaign_of(act(cast.ma), segment, "草稿", starts_on=later(30).date(), ends_on=later(40).date())
    url = path.format(
        segment=segment.pk,
        product=service.pk,
        draft=draft.pk,
        campaign=campaign.pk,
        card=card.pk,
        lin=cast.lin.pk,
        account=account.pk,
        person=person,
        row=row.pk,
    )
    grow(cast, act, make_customer, card, 2)
    grow_products(act(cast.ma), service, card)
    client.get(url)
    counted = []
    for more in (0, 4):
        grow(cast, act, make_customer, card, more)
        for _ in range(more):
            grow_map(act(cast.lin), account)
            ranked_account(act(cast.lin), make_customer)
            grow_markets(act(cast.ma), campaign)
            grow_products(act(cast.ma), service, Customer.objects.filter(owner=cast.lin).latest("pk"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1], [query["sql"][:200] for query in queries]
