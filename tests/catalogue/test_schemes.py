"""Price schemes and rivals' prices (11.3, 11.4): what is offered, what remains of the margin, who is told."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from tests.cast import MORNING
from tests.markets.desk import TODAY, campaign_of, product, segment_of

from guanxi.catalogue.models import Product, RivalPrice, Scheme
from guanxi.catalogue.operations import (
    ProductDraft,
    SchemeRefused,
    drop_rival_price,
    edit_product,
    note_rival_price,
    save_scheme,
)
from guanxi.catalogue.rules import Quote, scheme_phase
from guanxi.markets.refusals import CampaignRefused
from guanxi.organization.models import AuditEntry
from guanxi.organization.refusals import StaleEdit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def service(cast):
    return product(cast.store, unit_cost=Decimal("399.99"))


@pytest.fixture
def film(cast):
    return product(cast.store, "贴膜", list_price=Decimal(2_800), unit_cost=Decimal(1_500))


def discount(act, who, *products, **values):
    given = {"name": "老客户九折", "kind": "DISCOUNT", "products": list(products), "percent_off": Decimal(10),
             "starts_on": TODAY}  # fmt: skip
    return save_scheme(act(who), None, given | values)


def bundle(act, who, *products, **values):
    given = {"name": "保养加贴膜", "kind": "BUNDLE", "products": list(products), "price": Decimal(3_000),
             "starts_on": TODAY}  # fmt: skip
    return save_scheme(act(who), None, given | values)


@pytest.mark.parametrize(("prices", "costs", "off", "reduced", "margin"), [
    (["660"], ["399.99"], {"percent_off": Decimal(10)}, "594", "194.01"),
    (["660"], ["399.99"], {"percent_off": Decimal("33.3")}, "440.22", "40.23"),
    (["0.05"], ["0.01"], {"percent_off": Decimal(50)}, "0.02", "0.01"),
    (["660"], ["399.99"], {"amount_off": Decimal(300)}, "360", "-39.99"),
    (["660", "2800"], ["399.99", "1500"], {"price": Decimal(3_000)}, "3000", "1100.01"),
    (["660", None], ["399.99", "1500"], {"price": Decimal(3_000)}, None, None),
    (["660", "2800"], ["399.99", None], {"price": Decimal(3_000)}, "3000", None),
])  # fmt: skip
def test_what_remains_of_the_margin(prices, costs, off, reduced, margin):
    known = [tuple(None if one is None else Decimal(one) for one in row) for row in (prices, costs)]
    quote = Quote(*known, **off)
    assert quote.reduced == (None if reduced is None else Decimal(reduced))
    assert quote.margin == (None if margin is None else Decimal(margin))


def test_both_days_belong_to_a_scheme():
    days = [TODAY + timedelta(days=offset) for offset in (-1, 0, 3, 4)]
    told = [scheme_phase(day, TODAY, TODAY + timedelta(days=3)) for day in days]
    assert told == ["COMING", "RUNNING", "RUNNING", "OVER"]
    assert scheme_phase(date(2030, 1, 1), TODAY, None) == "RUNNING"


def test_what_is_no_scheme(cast, act, service, film):
    unpriced = product(cast.store, "试驾", list_price=None)
    other = Product.objects.create(store=cast.other_store, name="别店", list_price=5)
    for make, products, values, field in (
        (discount, [], {}, "products"), (discount, [service, film], {}, "products"),
        # 11.4: a product without price cannot be quoted.
        (discount, [unpriced], {}, "products"), (bundle, [service, unpriced], {}, "products"),
        (discount, [other], {}, "products"), (bundle, [service], {}, "products"),
        (discount, [service], {"percent_off": None}, "percent_off"),
        (discount, [service], {"amount_off": Decimal(5)}, "percent_off"),
        (discount, [service], {"percent_off": Decimal(100)}, "percent_off"),
        (discount, [service], {"percent_off": Decimal(0)}, "percent_off"),
        (discount, [service], {"percent_off": None, "amount_off": Decimal(660)}, "amount_off"),
        (discount, [service], {"percent_off": None, "amount_off": Decimal(-1)}, "amount_off"),
        (bundle, [service, film], {"price": Decimal(3_460)}, "price"),
        (bundle, [service, film], {"price": Decimal(0)}, "price"), (bundle, [service, film], {"price": None}, "price"),
        (discount, [service], {"name": " "}, "name"), (discount, [service], {"kind": "x"}, "kind"),
        (discount, [service], {"starts_on": date(1, 1, 1)}, "starts_on"),
        (discount, [service], {"ends_on": TODAY - timedelta(days=1)}, "ends_on"),
    ):  # fmt: skip
        with pytest.raises(SchemeRefused) as refused:
            make(act, cast.ma, *products, **values)
        assert refused.value.field == field, (make, values)
    discount(act, cast.ma, service)
    with pytest.raises(SchemeRefused):
        discount(act, cast.ma, film)
    assert Scheme.objects.count() == 1


def test_who_offers_schemes(cast, act, service):
    for somebody in (cast.lin, cast.chen, cast.finance, cast.auditor):
        with pytest.raises(Scheme.DoesNotExist):
            discount(act, somebody, service)
    scheme = discount(act, cast.ma, service)
    with pytest.raises(Scheme.DoesNotExist):
        save_scheme(act(cast.gao), scheme.pk, {"percent_off": Decimal(5)}, version=1)
    with pytest.raises(StaleEdit):
        save_scheme(act(cast.admin), scheme.pk, {"percent_off": Decimal(5)}, version=2)
    changed = save_scheme(act(cast.proprietor), scheme.pk, {"percent_off": Decimal(5)}, version=1)
    assert changed.version == 2 and list(changed.products.all()) == [service]
    entry = AuditEntry.objects.filter(action="scheme_saved").latest("pk")
    assert set(entry.changes) == {"percent_off"}


def test_the_page_tells_margins_to_few(cast, act, service, film, client_for):
    discount(act, cast.ma, service)
    bundle(act, cast.ma, service, film, price=Decimal(1_800))
    note_rival_price(
        act(cast.lin), service.pk, rival="城北店", price=Decimal(620), seen_on=TODAY, source="客户说"
    )
    url = f"/products/{service.pk}/"
    for who, told in (("ma", True), ("finance", True), ("lin", False), ("chen", False), ("auditor", False)):
        page = client_for(cast.users[who]).get(url).content.decode()
        assert [text in page for text in ("¥399.99", "¥194.01", "-¥99.99", "亏本")] == [told] * 4, who
        assert all(text in page for text in ("¥594", "¥1,800", "贴膜", "城北店", "¥620", "-¥40"))
    assert client_for(cast.gao).get(url).status_code == 404
    assert "老客户九折" not in client_for(cast.lin).get(f"/products/{film.pk}/").content.decode()


def test_a_loss_is_warned_of_when_saved(cast, act, service, client_for):
    ma = client_for(cast.ma)
    given = {"name": "清仓", "kind": "DISCOUNT", "products": [service.pk], "amount_off": "300", "starts_on": TODAY,
             "version": ""}  # fmt: skip
    answer = ma.post(f"/products/schemes/new/?product={service.pk}", given)
    assert answer["Location"] == f"/products/{service.pk}/"
    assert "卖一单亏一单" in ma.get(answer["Location"]).content.decode()
    scheme = Scheme.objects.get()
    url = f"/products/schemes/{scheme.pk}/"
    assert 'value="清仓"' in ma.get(url).content.decode()
    assert ma.post(url, given | {"version": "7"}).status_code == 409
    assert ma.post(url, given | {"version": "1", "amount_off": "999"}).status_code == 422
    unpriced = product(cast.store, "试驾", list_price=None)
    answer = ma.post("/products/schemes/new/", given | {"name": "x", "products": [unpriced.pk]})
    assert answer.status_code == 422 and "还没有价格" in answer.content.decode()


def test_a_scheme_of_a_retired_product_can_still_be_ended(cast, act, service, client_for):
    scheme = discount(act, cast.ma, service)
    Product.objects.filter(pk=service.pk).update(is_active=False)
    given = {"name": scheme.name, "kind": "DISCOUNT", "products": [service.pk], "percent_off": "10",
             "starts_on": TODAY, "ends_on": TODAY, "version": "1"}  # fmt: skip
    ma = client_for(cast.ma)
    assert ma.post(f"/products/schemes/{scheme.pk}/", given).status_code == 303
    assert Scheme.objects.get().ends_on == TODAY
    assert ma.post("/products/schemes/new/", given | {"name": "新"}).status_code == 422


def test_rivals_prices_are_noted_and_slips_taken_out(cast, act, service, client_for):
    lin, url = client_for(cast.lin), f"/products/{service.pk}/rivals/"
    given = {"rival": "城北店", "price": "620", "seen_on": TODAY.isoformat()}
    assert lin.post(url, given).status_code == 303
    row = RivalPrice.objects.get()
    assert (row.price, row.by, row.seen_on) == (620, cast.lin, TODAY)
    for wrong in (
        {"price": "0"},
        {"price": "-5"},
        {"seen_on": "0001-01-01"},
        {"seen_on": "2026-03-03"},
        {"rival": " "},
    ):
        assert lin.post(url, given | wrong).status_code == 422
    with pytest.raises(RivalPrice.DoesNotExist):
        drop_rival_price(act(cast.zhao), row.pk)
    with pytest.raises(RivalPrice.DoesNotExist):
        drop_rival_price(act(cast.gao), row.pk)
    assert lin.post(f"/products/rivals/{row.pk}/removal/").status_code == 303
    assert not RivalPrice.objects.exists()
    assert AuditEntry.objects.filter(action__startswith="rival_price").count() == 2


def test_a_campaign_offers_a_scheme(cast, act, service, film):
    segment = segment_of(act(cast.ma))
    priced, both = (
        discount(act, cast.ma, service, ends_on=TODAY + timedelta(days=6)),
        bundle(act, cast.ma, film, service),
    )
    campaign = campaign_of(act(cast.ma), segment, kind="DISCOUNT", scheme=priced)
    assert campaign.product == service
    assert (
        campaign_of(act(cast.ma), segment, "组合", kind="BUNDLE", scheme=both, product=film).product == film
    )
    for wrong in (
        {"kind": "FESTIVAL", "scheme": priced}, {"kind": "BUNDLE", "scheme": priced},
        {"kind": "DISCOUNT", "scheme": priced, "product": film},
        {"kind": "DISCOUNT", "scheme": priced, "ends_on": TODAY + timedelta(days=7)},
        {"kind": "DISCOUNT", "scheme": priced, "starts_on": TODAY - timedelta(days=1)},
    ):  # fmt: skip
        with pytest.raises(CampaignRefused) as refused:
            campaign_of(act(cast.ma), segment, "错", **wrong)
        assert refused.value.field == "scheme"


def test_11_3_a_scheme_that_leaves_nothing_to_pay_quotes_nothing(cast, act, service, client_for):
    scheme = discount(act, cast.ma, service, percent_off=None, amount_off=Decimal(60))
    assert scheme.quote.reduced == service.list_price - 60
    edit_product(act(cast.ma), service.pk, 1, ProductDraft(service.name, Decimal(50), Decimal(20)))
    scheme = Scheme.objects.get()
    assert (scheme.quote.reduced, scheme.quote.margin) == (None, None)
    for somebody in (cast.lin, cast.ma):
        page = client_for(somebody).get(f"/products/{service.pk}/").content.decode()
        assert "已失效" in page and "¥10" not in page
    with pytest.raises(CampaignRefused, match="失效"):
        campaign_of(act(cast.ma), segment_of(act(cast.ma)), kind="DISCOUNT", product=service, scheme=scheme)


@pytest.mark.parametrize(("price", "percent"), [("0", "10"), ("0.01", "50")])
def test_11_3_a_discount_of_next_to_nothing_is_refused(cast, act, price, percent):
    with pytest.raises(SchemeRefused) as refused:
        discount(act, cast.ma, product(cast.store, list_price=Decimal(price)), percent_off=Decimal(percent))
    assert refused.value.field == "percent_off"


def test_hand_made_posts_of_schemes_are_answered(cast, service, client_for):
    client, url = client_for(cast.ma), "/products/schemes/new/"
    given = {"name": "八折", "kind": "DISCOUNT", "products": [service.pk], "percent_off": "20",
             "starts_on": "2026-03-02"}  # fmt: skip
    for products in (["9" * 30], ["x"], [service.pk, "9" * 5000]):
        assert (
            client.post(url, given | {"products": products, "form_key": products[-1][:20]}).status_code == 422
        )
    assert client.post(url, given | {"version": 7, "form_key": "v"}).status_code == 303
    assert Scheme.objects.get().version == 1
