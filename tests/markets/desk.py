"""What the tests of markets share: products, purchases, judgements, segments, campaigns."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.cast import MORNING

from guanxi.catalogue.models import Product, RivalPrice, Scheme
from guanxi.customers.models import Customer
from guanxi.deals.operations.ledger import Sold, write_deals
from guanxi.markets.models import CampaignMember, MarketLevel, ProductStanding, Segment
from guanxi.markets.operations.campaigns import save_campaign
from guanxi.markets.operations.segments import choose_segment, save_segment
from guanxi.markets.operations.standings import judge
from guanxi.markets.rules.composite import Judgement
from guanxi.organization.acts import Act
from guanxi.organization.models import Store

TODAY = MORNING.date()
PASSED = {
    "is_accessible": True, "accessible_evidence": "车队经理名单齐全", "is_measurable": True,
    "measurable_evidence": "工商登记", "is_profitable": True, "profitable_evidence": "去年毛利表",
}  # fmt: skip


def product(store: Store, name: str = "保养套餐", **values: Any) -> Product:
    return Product.objects.create(store=store, name=name, **{"list_price": Decimal(660)} | values)


def bought(act: Act, card: Customer, about: Product, times: int = 1, on: date = TODAY, **sold: Any) -> None:
    """``times`` purchases, each of its own number."""
    for count in range(times):
        number = f"{card.pk}-{about.pk}-{on}-{count}"
        line = Sold(about, **{"amount": Decimal(660)} | sold)
        write_deals(act, card, on, [line], seller_id=card.owner_id, source=f"service {number}", number=number)


def judged(
    act: Act, card: Customer, about: Product, potential: str, current: int | None = None
) -> ProductStanding:
    held = ProductStanding.objects.filter(customer=card, product=about).first()
    return judge(act, Judgement(card.pk, about.pk, potential, current, held.version if held else 0))


def segment_of(act, name="企业用车", rule=None, *, chosen=True, **values):
    given = (
        {"name": name, "bases": ["POPULATION"], "rule": {"level": "B"} if rule is None else rule}
        | PASSED
        | values
    )
    segment = save_segment(act, None, given)
    return choose_segment(act, segment.pk, chosen=True, version=1) if chosen else segment


def campaign_of(act, segment, name="春季团购", **values):
    given: dict[str, object] = {
        "name": name, "kind": "FESTIVAL", "segment": segment, "offer": "送首次保养", "starts_on": TODAY,
        "ends_on": TODAY + timedelta(days=6), "control_percent": 20,
    }  # fmt: skip
    return save_campaign(act, None, given | values)


def grow_products(act, about, card):
    """One more of everything that hangs on products: a product, schemes, a rival's price, a purchase, a judgement."""
    number = Product.objects.count()
    fresh = product(act.store, f"产品 {number}", unit_cost=Decimal(1), line=f"线 {number}")
    for name, products in (("折", [about]), ("合", [about, fresh])):
        scheme = Scheme.objects.create(
            store=act.store, name=f"{name} {number}", kind="DISCOUNT", percent_off=5, starts_on=TODAY
        )
        scheme.products.set(products)
    RivalPrice.objects.create(product=about, rival=f"店 {number}", price=600, seen_on=TODAY, by=act.by)
    for other in (about, fresh):
        bought(act, card, other, on=TODAY - timedelta(days=number))
        judged(act, card, other, "4")


def grow_markets(act, campaign):
    """One more of everything: a served segment, levels, a campaign, a customer on either side."""
    number = Segment.objects.count()
    segment = segment_of(act, f"区隔 {number}", {"level": "ABC"[number % 3]})
    campaign_of(act, campaign.segment, f"活动 {number}")
    sizes = {"potential": 10, "available": 8, "served": 4, "penetrated": 1}
    for of in (segment, campaign.segment):
        MarketLevel.objects.create(segment=of, on=TODAY - timedelta(days=number), by=act.by, **sizes)
    fresh = Customer.objects.exclude(campaign_memberships__campaign=campaign)
    for card, side in zip(fresh, CampaignMember.Side.values, strict=False):
        CampaignMember.objects.create(campaign=campaign, customer=card, side=side)
