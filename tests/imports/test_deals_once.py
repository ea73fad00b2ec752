"""One sale is entered once, whatever became of it since; and nobody is told what others sold."""

from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from tests.imports.sheets import counts, failures, run, undo, warned
from tests.imports.test_deals import sale, sales

from guanxi.catalogue.models import Product
from guanxi.deals.models import Deal
from guanxi.deals.operations.corrections import Correction, Return, correct_deal, return_deal
from guanxi.deals.operations.ledger import DealRefused, Sold, write_deals
from guanxi.deals.operations.orders import OrderDraft, OrderRefused, deliver, place_order
from guanxi.deals.rules import MOST_YUAN
from guanxi.imports.operations import running
from guanxi.organization.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(cast, make_customer):
    return make_customer(cast.lin, name="王芳", phone="13988880001")


def corrected(act, deal, **changes):
    facts = {"on": deal.on, "number": deal.number} | changes
    sold = Sold(deal.product, deal.quantity, facts.pop("amount", deal.amount), deal.margin)
    return correct_deal(
        act, deal.pk, version=deal.version, draft=Correction(sold=sold, reason="写错", **facts)
    )


@pytest.mark.parametrize("number", ["", "D-1"])
def test_a_row_corrected_since_is_the_same_sale(cast, act, card, tmp_path, number):
    me = act(cast.ma)
    path = sales(tmp_path / "a.xlsx", sale(number=number))
    run(me, path)
    once = corrected(me, Deal.objects.get(), amount=Decimal(900), number="D-2")
    corrected(me, once, amount=Decimal(800), on=once.on + timedelta(days=90))
    before = Deal.objects.count()
    assert counts(run(me, path)) == (1, 0, 0, 1, 0)
    assert Deal.objects.count() == before and Deal.objects.standing().get().amount == 800


def test_a_row_that_never_was_may_be_imported_again(cast, act, card, tmp_path):
    me, path = act(cast.ma), sales(tmp_path / "a.xlsx", sale(number="D-1"))
    undo(me, run(me, path))
    assert run(me, path).created == 1


def test_two_lines_alike_of_one_order_both_count_and_once(cast, act, card, tmp_path, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 1)
    me = act(cast.ma)
    path = sales(tmp_path / "l.xlsx", sale(number="D-1"), sale(number="D-1"), sale(number="D-1", amount="-1000"),
                 sale(number="D-1", amount="-1000"), sale(), sale())  # fmt: skip
    batch = run(me, path)
    assert counts(batch) == (6, 5, 0, 1, 0)
    assert {(3, "line_twice"), (5, "line_twice"), (7, "sold_twice")} <= set(warned(batch))
    assert counts(run(me, path)) == (6, 0, 0, 6, 0)


def test_an_order_number_of_customers_one_does_not_see_tells_nothing(
    cast, act, card, make_customer, tmp_path
):
    """AZ-21, INF-04: with and without another team's sale under the number the answers are the same."""
    theirs = make_customer(cast.wu, name="别队", phone="13988880002")
    path = sales(tmp_path / "n.xlsx", sale(number="B-7"))
    told = []
    for written in (False, True):
        if written:
            write_deals(
                act(cast.wu), theirs, act(cast.wu).on, [Sold(None, 1, Decimal(5))], seller_id=cast.wu.pk,
                source="test", number="B-7",
            )  # fmt: skip
        batch = run(act(cast.lin), path)
        told.append((counts(batch), failures(batch), warned(batch)))
        undo(act(cast.lin), batch)
    assert told[0] == told[1] == ((1, 1, 0, 0, 0), [], [(2, "new_product")])
    batch = run(act(cast.ma), path)
    assert failures(batch) == [(2, "number_taken")]


def test_a_number_others_sold_under_neither_stops_an_order_nor_its_delivery(cast, act, card, make_customer):
    theirs = make_customer(cast.wu, name="别队", level="H", evidence={"MODEL_COLOUR"})
    own = make_customer(cast.lin, name="本队", level="H", evidence={"MODEL_COLOUR"})
    for customer, seller in ((card, cast.lin), (own, cast.lin)):
        write_deals(
            act(seller), customer, act(seller).on, [Sold(None, 1, Decimal(5))], seller_id=seller.pk,
            source=f"test {customer.pk}", number=f"A-{customer.pk}",
        )  # fmt: skip
    with pytest.raises(OrderRefused):
        place_order(act(cast.lin), own.pk, OrderDraft(order_no=f"A-{card.pk}"))
    order = place_order(act(cast.wu), theirs.pk, OrderDraft(amount=Decimal(9), order_no=f"A-{card.pk}"))
    deliver(act(cast.wu), order.pk, version=order.version, delivered_on=act(cast.wu).on, item={})
    assert Deal.objects.get(customer=theirs).amount == 9


@pytest.mark.parametrize(
    ("days", "number", "again"), [(0, "D-1", 0), (4, "D-1", 0), (4, "", 0), (40, "D-1", 1)]
)
def test_a_return_recorded_on_the_page_and_in_the_sheet_counts_once(
    cast, act, card, tmp_path, days, number, again
):
    me = act(cast.ma)
    run(me, sales(tmp_path / "s.xlsx", sale(number="D-1", on="2025-12-01", quantity="2")))
    deal, on = Deal.objects.get(), me.on - timedelta(days=days)
    return_deal(me, deal.pk, version=1, draft=Return(1, Decimal(500), me.on, "坏了"))
    batch = run(me, sales(tmp_path / "r.xlsx", sale(number=number, on=on, amount="-500", quantity="1")))
    assert batch.created == again
    assert Deal.objects.standing().get(quantity__gt=0).net_quantity == 1


def test_what_a_sheet_took_back_does_not_come_back_on_the_page(cast, act, card, tmp_path):
    me = act(cast.ma)
    run(me, sales(tmp_path / "s.xlsx", sale(on="2025-12-01"), sale(on="2025-12-05", amount="-1000")))
    deal = Deal.objects.get(quantity=1)
    with pytest.raises(DealRefused) as refused:
        return_deal(me, deal.pk, version=1, draft=Return(1, Decimal(1000), me.on, "坏了"))
    assert refused.value.field == "quantity"


def test_a_margin_above_zero_on_a_return_is_pointed_out(cast, act, card, tmp_path):
    batch = run(
        act(cast.ma),
        sales(tmp_path / "m.xlsx", sale(amount="-500", margin="80"), sale(amount="-400", margin="-80")),
    )
    assert [row for row, code in warned(batch) if code == "margin_gained"] == [2]


@pytest.mark.parametrize(("row", "reason"), [
    (sale(amount="100亿"), "bad_amount"), (sale(amount="10000000000"), "large_amount"),
    (sale(amount="-10000000000"), "large_amount"), (sale(quantity="100001"), "many_pieces"),
])  # fmt: skip
def test_figures_beyond_belief_are_refused(cast, act, card, tmp_path, row, reason):
    assert failures(run(act(cast.ma), sales(tmp_path / "x.xlsx", row))) == [(2, reason)]


@pytest.mark.parametrize(("changes", "field"), [
    ({"amount": MOST_YUAN + 1}, "amount"), ({"on": "0001-01-01"}, "on"), ({"on": "1989-12-31"}, "on"),
    ({"on": "9999-12-31"}, "on"),
])  # fmt: skip
def test_a_correction_says_what_no_sale_is(cast, act, card, tmp_path, changes, field):
    me = act(cast.ma)
    run(me, sales(tmp_path / "a.xlsx", sale()))
    if "on" in changes:
        changes = {"on": date.fromisoformat(changes["on"])}
    with pytest.raises(DealRefused) as refused:
        corrected(me, Deal.objects.get(), **changes)
    assert refused.value.field == field


def test_products_of_an_undone_import_go_with_it(cast, act, card, tmp_path, client_for):
    me = act(cast.ma)
    batch = run(me, sales(tmp_path / "p.xlsx", sale(product="甲"), sale(product="乙", amount="2"),
                          sale(product="丙", amount="3")))  # fmt: skip
    other, kept = Product.objects.get(name="乙"), Product.objects.get(name="丙")
    write_deals(me, card, me.on, [Sold(other, 1, Decimal(5))], seller_id=None, source="test", number="")
    kept_deal = Deal.objects.get(product=kept)
    return_deal(me, kept_deal.pk, version=1, draft=Return(1, Decimal(3), me.on, "坏了"))
    undo(me, batch)
    batch.refresh_from_db()
    assert set(Product.objects.values_list("name", flat=True)) >= {"乙", "丙"}
    assert not Product.objects.filter(name="甲").exists() and set(batch.products) == {other.pk, kept.pk}
    assert AuditEntry.objects.filter(action="product_removed", request_id=f"import-{batch.pk}").count() == 1
    assert sum(deal.amount for deal in Deal.objects.filter(product=None)) == 0
    page = client_for(cast.ma).get(f"/imports/{batch.pk}/").content.decode()
    assert "乙" in page and "丙" in page


def test_a_product_that_a_card_names_stays(cast, act, card, make_customer, tmp_path):
    me = act(cast.ma)
    batch = run(me, sales(tmp_path / "p.xlsx", sale(product="甲")))
    card.intent.product = Product.objects.get(name="甲")
    card.intent.save()
    undo(me, batch)
    assert Product.objects.filter(name="甲").exists()
    assert set(Deal.objects.values_list("product__name", flat=True)) == {"甲"}


def test_the_command_line_says_row_column_and_what_to_write(cast, card, tmp_path):
    path = sales(tmp_path / "c.xlsx", *[sale(on="2025-13-01") for _row in range(22)], sale(amount="-1"))
    out = StringIO()
    call_command("import", str(path), user="ma", kind="deals", dry_run=True, stdout=out)
    said = out.getvalue()
    assert (
        "row 2, column 成交日期: 日期读不懂，或晚于今天、早于 1990 年，请写成 2026-05-31 的样子 (bad_deal_date)"
        in said
    )
    assert "2 more rows failed" in said and "row 23" not in said
    assert "1 rows: 退货" in said and "nothing was changed" in said
