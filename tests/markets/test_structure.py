"""The product structure beside the market share (11.3), and one row a customer of the gaps (R-CMP-02)."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from tests.cast import MORNING
from tests.markets.desk import TODAY, bought, judged, product, segment_of

from guanxi.customers.models import Customer
from guanxi.deals.models import Deal
from guanxi.deals.operations.ledger import reverse_deals
from guanxi.markets.operations.segments import save_levels
from guanxi.markets.queries.sheets import composite_sheet
from guanxi.markets.queries.structure import structure_of
from guanxi.markets.rules.structure import Sums, carriers, part_of

pytestmark = pytest.mark.django_db
LAST_YEAR = TODAY - timedelta(days=400)


@pytest.fixture(autouse=True)
def _morning():
    with time_machine.travel(MORNING, tick=False):
        yield


def test_parts_of_a_whole():
    part = part_of(Sums(3, Decimal(30), Decimal(-4)), Sums(4, Decimal(120), Decimal(-8)))
    assert (part.pieces, part.revenue, part.margin) == (Decimal("0.75"), Decimal("0.25"), None)
    assert part_of(Sums(), Sums()).revenue is None


def test_how_many_carry_a_product():
    assert (carriers([Decimal(50), Decimal(30), Decimal(20)]).half, carriers([]).half) == (1, 0)
    even = carriers([Decimal(1)] * 8)
    assert (even.customers, even.half, even.top, even.are_few) == (8, 4, Decimal("0.125"), False)
    assert carriers([Decimal(1)] * 6).are_few and not carriers([]).are_few
    assert carriers([Decimal(-5), Decimal(5)]).top == 1


def test_the_structure_is_net_and_within_the_readers_deals(cast, act, make_customer):
    service = product(cast.store, unit_cost=Decimal(400), line="售后")
    film = product(cast.store, "贴膜", list_price=Decimal(2_800), line="精品")
    mine, theirs = make_customer(cast.lin), make_customer(cast.wu)
    bought(act(cast.lin), mine, service, 2)
    bought(act(cast.wu), theirs, film, amount=Decimal(2_640))
    bought(act(cast.lin), mine, service, on=LAST_YEAR)
    bought(act(cast.lin), mine, film, on=TODAY - timedelta(days=800))
    taken = Deal.objects.filter(customer=mine, on=TODAY).latest("pk")
    found = structure_of(cast.ma, cast.store, TODAY)
    assert [row.product for row in found.rows] == [film, service]
    by = {row.product: row for row in found.rows}
    assert (by[service].now.pieces, by[service].now.revenue, by[service].now.margin) == (2, 1_320, 520)
    assert (by[service].part.revenue, by[film].part.pieces) == (Decimal(1_320) / 3_960, Decimal(1) / 3)
    assert (by[service].part_before.revenue, by[film].part_before.revenue) == (1, 0)
    assert by[film].moved == Decimal(2_640) / 3_960
    assert by[film].top == theirs and by[film].carried.half == 1
    assert [(row.line, row.now.pieces) for row in found.lines] == [("精品", 1), ("售后", 2)]
    reverse_deals(act(cast.ma), taken.source, reason="退货")
    assert structure_of(cast.lin, cast.store, TODAY).whole == Sums(1, Decimal(660), Decimal(260))
    assert structure_of(cast.zhao, cast.store, TODAY).whole == Sums()


def test_a_loss_and_last_years_pieces_are_told(cast, act, make_customer, client_for):
    service = product(cast.store, unit_cost=Decimal(900))
    card = make_customer(cast.lin)
    bought(act(cast.lin), card, service)
    bought(act(cast.lin), card, service, 3, on=LAST_YEAR)
    page = client_for(cast.ma).get("/products/").content.decode()
    assert all(text in page for text in ("亏本", "之前 3", "之前只有 3 件", "1 位客户占一半销售额"))
    assert "亏本" not in client_for(cast.chen).get("/products/").content.decode(), (
        "margins are not theirs to see"
    )


def test_the_page_respects_scope_and_margins(cast, act, make_customer, client_for):
    service = product(cast.store, unit_cost=Decimal(400))
    theirs = make_customer(cast.wu, name="吴的客户")
    bought(act(cast.wu), theirs, service)
    segment = segment_of(act(cast.ma))
    sizes = {"potential": 100, "available": 80, "served": 60, "penetrated": 15}
    save_levels(act(cast.ma), segment.pk, TODAY, sizes, {})
    page = client_for(cast.ma).get("/products/").content.decode()
    assert all(text in page for text in ("¥260", "100.0%", "25.0%", "15.0%", "吴的客户", "靠少数客户撑着"))
    for who in ("chen", "lin", "auditor"):
        told = client_for(cast.users[who]).get("/products/").content.decode()
        assert "¥260" not in told and "毛利" not in told, who
    assert "吴的客户" not in client_for(cast.lin).get("/products/").content.decode()
    # A team sees a part: who carries a product is told of the whole store.
    assert "靠少数客户撑着" not in client_for(cast.sun).get("/products/").content.decode()
    assert client_for(cast.finance).get("/products/").status_code == 404


def test_r_cmp_02_one_row_a_customer(cast, act, make_customer, client_for):
    one, other, third = (product(cast.store, name) for name in ("保养", "贴膜", "脚垫"))
    cards = {name: make_customer(cast.lin, name=name) for name in ("甲", "乙", "丙", "丁")}
    for name, about, potential in (
        ("甲", one, "1"), ("甲", other, "3"), ("甲", third, "N"), ("乙", one, "4"), ("丙", one, "4"),
        ("丁", other, "3"),
    ):  # fmt: skip
        judged(act(cast.lin), cards[name], about, potential)
    Customer.objects.filter(pk=cards["丁"].pk).update(tier=1)
    Customer.objects.filter(pk=cards["乙"].pk).update(last_contact_on=TODAY - timedelta(days=3))
    Customer.objects.filter(pk=cards["丙"].pk).update(last_contact_on=TODAY - timedelta(days=30))
    context = client_for(cast.lin).get("/products/standing/").context
    # Tier, then the larger gap, then the longer silence.
    assert [call.card.name for call in context["rows"]] == ["丁", "丙", "乙", "甲"]
    assert [str(row.product) for row in context["rows"][-1].gaps] == ["贴膜", "脚垫", "保养"]
    assert context["targets"] == 4
    # F-CMPX-1 stands in the same order.
    sheet = composite_sheet(cast.store, cast.lin, TODAY)
    assert [row["name"] for row in sheet["rows"]] == ["丁", "丙", "乙", "甲"]
    assert [row["gap"] for row in sheet["rows"]] == [3, 4, 4, 3] and all(
        row["target"] for row in sheet["rows"]
    )


def test_the_list_is_paged_by_place(cast, act, make_customer, client_for, monkeypatch):
    monkeypatch.setattr("guanxi.markets.views.lists.SHOWN", 2)
    service = product(cast.store)
    cards = [make_customer(cast.lin, name=f"客{number}") for number in range(5)]
    for card in cards:
        judged(act(cast.lin), card, service, "4")
    lin, seen, url = client_for(cast.lin), [], "/products/standing/"
    while url:
        context = lin.get(url).context
        seen += [call.card for call in context["rows"]]
        more = context["page"]["next_url"]
        url = more and f"/products/standing/{more}"
    assert seen == cards
    for wrong in ("x", "1.2.3", "1.2.3.²", "1.2.3.4.5", "-" * 70):
        assert lin.get(f"/products/standing/?after={wrong}").status_code == 404


def test_the_list_says_what_to_offer_next(cast, act, make_customer, client_for):
    service, mats = product(cast.store), product(cast.store, "脚垫")
    card = make_customer(cast.lin, name="赵四海")
    bought(act(cast.lin), card, service)
    judged(act(cast.lin), card, service, "4")
    for count in range(12):
        other = make_customer(cast.wu)
        bought(act(cast.wu), other, service)
        if count < 8:
            bought(act(cast.wu), other, mats)
    for number in range(4):
        bought(act(cast.wu), make_customer(cast.wu), product(cast.store, f"其他 {number}"))
    page = client_for(cast.lin).get("/products/standing/").content.decode()
    assert "下一件可推脚垫" in page and "12 位客户里，8 位" in page
    assert "12 位" in client_for(cast.lin).get(f"/customers/{card.pk}/products/").content.decode()
