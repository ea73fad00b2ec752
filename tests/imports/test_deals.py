"""Sales from a sheet: read, entered once, and written back (5.8 keeps the ledger only added to)."""

import json
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from tests.cast import MORNING
from tests.imports.sheets import counts, failures, gb_csv, run, undo, upload, warned, workbook, worked
from tests.imports.test_concurrent import together

from guanxi.catalogue.models import Product
from guanxi.deals.models import Deal
from guanxi.deals.operations.corrections import Return, return_deal
from guanxi.imports.models import ImportBatch
from guanxi.imports.operations import running, undoing
from guanxi.imports.operations.running import run_chunk, start_run
from guanxi.imports.operations.undoing import start_undo, undo_chunk
from guanxi.imports.operations.uploads import choose_sheet
from guanxi.imports.queries.previews import preview_of
from guanxi.organization.models import AuditEntry

HEADERS = (
    "客户编号",
    "客户姓名",
    "电话",
    "成交日期",
    "产品",
    "数量",
    "成交金额",
    "毛利",
    "订单号",
    "销售顾问",
)
LATER = MORNING + timedelta(minutes=5)


class Killed(BaseException):
    """The process is gone."""


def killing(*args, **kwargs):
    raise Killed


def sales(path, *rows, headers=HEADERS):
    return workbook(path, {"成交": [headers, *rows]})


def sale(phone="13988880001", on="2025-03-01", amount="1000", *, product="保养", quantity="", number="", margin="",
         name="", no="", seller=""):  # fmt: skip
    return [no, name, phone, on, product, quantity, amount, margin, number, seller]


@pytest.fixture
def card(cast, make_customer):
    return make_customer(cast.lin, name="王芳", phone="13988880001")


@pytest.mark.django_db
def test_a_row_says_all_of_a_sale(cast, act, card, tmp_path):
    path = sales(tmp_path / "d.xlsx", sale(on=date(2024, 5, 6), amount="￥16.88万", quantity="2台", number="DD-1",
                                           margin="(1,200.50)", seller="林晓"))  # fmt: skip
    batch = run(act(cast.ma), path)
    assert (batch.kind, counts(batch)) == ("deals", (1, 1, 0, 0, 0))
    deal = Deal.objects.get()
    assert (deal.customer, deal.on, deal.quantity, deal.product.name) == (card, date(2024, 5, 6), 2, "保养")
    assert (deal.amount, deal.margin) == (Decimal("168800"), Decimal("-1200.50"))
    assert (deal.number, deal.seller, deal.source) == ("DD-1", cast.lin, f"import {batch.pk} row 2")
    assert batch.products == [deal.product_id]
    assert batch.sums == {"2024": [1, 16880000]}
    assert AuditEntry.objects.filter(action="deal_written", customer_key=card.pk, entity_id=deal.pk).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("row", "quantity", "amount", "margin"), [
    (sale(quantity="-2", amount="500", margin="100"), -2, "-500", "-100"),
    (sale(amount="-500", margin="-100"), -1, "-500", "-100"),
    (sale(quantity=3, amount=-500.5), -3, "-500.50", None),
    (sale(quantity=-1, amount="(500)"), -1, "-500", None),
])  # fmt: skip
def test_what_came_back_is_entered_below_zero(cast, act, card, tmp_path, row, quantity, amount, margin):
    batch = run(act(cast.ma), sales(tmp_path / "r.xlsx", row))
    deal = Deal.objects.get()
    assert (deal.quantity, deal.amount) == (quantity, Decimal(amount))
    assert deal.margin == (None if margin is None else Decimal(margin))
    assert (2, "came_back") in warned(batch)
    assert AuditEntry.objects.filter(action="deal_returned").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("row", "reason", "column"), [
    (sale(phone=""), "no_customer", "客户编号"),
    (sale(phone="12"), "bad_phone", "电话"),
    (sale(phone="13999999999"), "unknown_customer", "电话"),
    (sale(phone="", no="没有"), "unknown_customer", "客户编号"),
    (sale(phone="", name="李四"), "unknown_customer", "客户姓名"),
    (sale(phone="", name="同名"), "two_customers", "客户姓名"),
    (sale(phone="13922220002"), "unknown_customer", "电话"),
    (sale(on=""), "no_deal_date", "成交日期"),
    (sale(on="上周"), "bad_deal_date", "成交日期"),
    (sale(on="2026-03-03"), "bad_deal_date", "成交日期"),
    (sale(on="1989-12-31"), "bad_deal_date", "成交日期"),
    (sale(quantity="0"), "bad_quantity", "数量"),
    (sale(quantity="1.5"), "bad_quantity", "数量"),
    (sale(amount=""), "no_amount", "成交金额"),
    (sale(amount="0"), "bad_amount", "成交金额"),
    (sale(amount="一千"), "bad_amount", "成交金额"),
    (sale(amount="1,00"), "bad_amount", "成交金额"),
    (sale(number="9" * 31), "long_number", "订单号"),
])  # fmt: skip
def test_a_row_fails_for_one_reason_under_its_header(
    cast, act, card, make_customer, tmp_path, row, reason, column
):
    make_customer(cast.zhao, name="同名")
    make_customer(cast.lin, name="同名")
    make_customer(cast.gao, name="外店", phone="13922220002")
    batch = run(act(cast.ma), sales(tmp_path / "f.xlsx", row))
    assert failures(batch) == [(2, reason)]
    assert batch.import_rows.get().column == column
    assert not Deal.objects.exists()


@pytest.mark.django_db
def test_the_customer_is_found_by_number_phone_or_exact_name(cast, act, card, make_customer, tmp_path):
    firm = make_customer(cast.zhao, name="刘总", org_name="海河物流", phone="13988880002")
    shown = f"B-{card.customer_no.lower()}"
    path = sales(tmp_path / "k.xlsx", sale(phone="", no=shown), sale(phone="13988880002", name="别人"),
                 sale(phone="", name="海河物流"), sale(phone="", name="王芳", amount="2"))  # fmt: skip
    batch = run(act(cast.ma), path)
    written = Deal.objects.order_by("pk").values_list("customer_id", flat=True)
    assert list(written) == [card.pk, firm.pk, card.pk]
    assert (3, "other_name") in warned(batch) and (4, "sold_twice") in warned(batch)


@pytest.mark.django_db
def test_a_consultant_writes_on_own_cards_only_and_names_neither_seller_nor_margin(
    cast, act, card, make_customer, tmp_path
):
    make_customer(cast.zhao, name="邻居", phone="13988880009")
    path = sales(tmp_path / "c.xlsx", sale(margin="300", seller="赵磊"), sale(phone="13988880009"))
    batch = run(act(cast.lin), path)
    deal = Deal.objects.get()
    assert (deal.customer, deal.seller, deal.margin) == (card, cast.lin, None)
    assert failures(batch) == [(3, "unknown_customer")]


@pytest.mark.django_db
def test_who_sold_is_left_open_when_nobody_known_is_named(cast, act, card, tmp_path):
    batch = run(act(cast.ma), sales(tmp_path / "s.xlsx", sale(seller="不认识"), sale(amount="2")))
    assert list(Deal.objects.values_list("seller", flat=True)) == [None, None]
    assert (2, "unknown_seller") in warned(batch)


@pytest.mark.django_db
def test_one_sale_is_entered_once(cast, act, card, make_customer, tmp_path):
    make_customer(cast.lin, phone="13988880002")
    path = sales(
        tmp_path / "o.xlsx", sale(), sale(), sale(amount="1001"), sale(number="A"), sale(number="A", product="轮胎"),
        sale("13988880002", number="A", product="其他"),
    )  # fmt: skip
    me = act(cast.ma)
    batch = run(me, path)
    assert counts(batch) == (6, 4, 0, 1, 1)
    assert failures(batch) == [(7, "number_taken")] and (3, "sold_twice") in warned(batch)
    again = run(me, sales(tmp_path / "o2.xlsx", sale(), sale(number="A", amount="7"), sale(amount="5")))
    assert warned(again) == [(2, "sold_twice"), (3, "sold_already")]
    assert (counts(again), Deal.objects.count()) == ((3, 1, 0, 2, 0), 5)


@pytest.mark.django_db
def test_the_dry_run_promises_what_happens(cast, act, card, tmp_path):
    path = sales(tmp_path / "p.xlsx", sale(), sale(), sale(amount="x"), sale(on="2024-01-01", amount="-3"))
    batch = upload(act(cast.ma), path)
    planned = list(batch.import_rows.values_list("row_no", "planned", "reason", "warnings"))
    assert not Deal.objects.exists() and not Product.objects.exists()
    assert batch.sums == {"2025": [1, 100000], "2024": [1, -300]}
    start_run(act(cast.ma), batch)
    worked(batch, act(cast.ma))
    assert list(batch.import_rows.values_list("row_no", "outcome", "reason", "warnings")) == planned


@pytest.mark.django_db
def test_undo_writes_back_on_the_days_of_the_rows(cast, act, card, tmp_path):
    me, path = (
        act(cast.ma),
        sales(tmp_path / "u.xlsx", sale(), sale(on="2024-01-01", number="B"), sale(amount="x")),
    )
    batch = undo(me, run(me, path))
    assert (batch.state, batch.kept_on_undo) == (ImportBatch.State.UNDONE, [])
    assert Deal.objects.count() == 4 and not Deal.objects.standing().exists()
    for year in (2024, 2025):
        assert sum(deal.amount for deal in Deal.objects.filter(on__year=year)) == 0
    assert AuditEntry.objects.filter(action="deal_reversed", request_id=f"import-{batch.pk}").count() == 2
    assert run(me, path).created == 2


@pytest.mark.django_db
def test_undo_leaves_and_lists_what_was_worked_on_since(cast, act, card, make_customer, tmp_path):
    make_customer(cast.zhao, phone="13988880002")
    me = act(cast.ma)
    batch = run(me, sales(tmp_path / "w.xlsx", sale(quantity=2), sale("13988880002")))
    deal = Deal.objects.get(customer=card)
    return_deal(me, deal.pk, version=1, draft=Return(1, Decimal(1), me.on, "坏了"))
    undo(me, batch)
    batch.refresh_from_db()
    assert batch.kept_on_undo == [[2, card.pk]]
    assert Deal.objects.standing().get() == deal


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("where", ["write_plans", "_count"])
@pytest.mark.parametrize("boundary", range(3))
def test_killed_at_any_boundary_nothing_doubles(cast, act, card, tmp_path, monkeypatch, where, boundary):
    monkeypatch.setattr(running, "CHUNK", 4)
    monkeypatch.setattr(undoing, "CHUNK", 4)
    rows = [sale(amount=str(n + 1), number="N" if n % 3 else "", product=f"品{n % 2}") for n in range(9)]
    me = act(cast.ma)
    batch = upload(me, sales(tmp_path / "b.xlsx", *rows, sale(amount="1", product="品0")))
    start_run(me, batch)
    for _chunk in range(boundary):
        run_chunk(batch, MORNING)
    with monkeypatch.context() as patched:
        patched.setattr(running, where, killing)
        with pytest.raises(Killed):
            run_chunk(batch, MORNING)
    assert Deal.objects.count() == min(4 * boundary, 9)
    worked(batch, act(cast.ma, LATER))
    assert (batch.state, counts(batch)) == (ImportBatch.State.DONE, (10, 9, 0, 1, 0))
    start_undo(me, batch)
    undo_chunk(batch, MORNING)
    with monkeypatch.context() as patched:
        patched.setattr(undoing, "update_rows", killing)
        with pytest.raises(Killed):
            undo_chunk(batch, MORNING)
    worked(batch, act(cast.ma, LATER))
    assert (batch.state, Deal.objects.count()) == (ImportBatch.State.UNDONE, 18)
    assert not Deal.objects.standing().exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_file_twice_at_once_is_entered_once(cast, act, card, tmp_path, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 4)
    path = sales(tmp_path / "t.xlsx", *[sale(amount=str(n + 1)) for n in range(20)])
    first, second = act(cast.lin), act(cast.ma)
    batches = [start_run(first, upload(first, path)), start_run(second, upload(second, path))]
    together(lambda: worked(batches[0], first), lambda: worked(batches[1], second))
    assert Deal.objects.count() == 20
    assert sum(ImportBatch.objects.get(pk=batch.pk).created for batch in batches) == 20


@pytest.mark.django_db
@pytest.mark.parametrize(("headers", "kind"), [
    (("姓名", "电话", "日期", "金额"), "deals"),
    (("Customer name", "Date", "Product", "Qty", "Amount"), "deals"),
    (("Customer No.", "Order date", "Total"), "deals"),
    (("姓名", "手机", "车型", "购车日期", "保有类别", "生日"), "customers"),
    (("姓名", "手机", "车型", "购车日期", "保有类别", "生日", "地址", "成交价"), "customers"),
    (("姓名", "电话", "最近接触日期"), "customers"),
])  # fmt: skip
def test_the_kind_is_told_from_the_headers(headers, kind):
    from guanxi.imports.rules.columns import find_columns

    assert find_columns([headers]).kind == kind


@pytest.mark.django_db
def test_the_kind_can_be_chosen(cast, act, card, tmp_path, client_for):
    path = sales(
        tmp_path / "c.xlsx",
        ["王芳", "13988880001", "2025-01-01", "5"],
        headers=("姓名", "电话", "日期", "金额"),
    )
    batch = upload(act(cast.ma), path)
    assert batch.kind == "deals"
    client = client_for(cast.ma)
    client.post(
        reverse("import-sheet", args=[batch.pk]), {"sheet": "成交", "header_row": "1", "kind": "customers"}
    )
    batch.refresh_from_db()
    assert (batch.kind, batch.columns) == ("customers", {0: "name", 1: "phone", 2: "last_contact_on"})
    choose_sheet(act(cast.ma), batch, "成交")
    batch.refresh_from_db()
    assert batch.kind == "deals"


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "words"), [
    ("zh-hans", ("按年", "¥1,000", "退货", "金额缺失")),
    ("en", ("By year", "¥1,000", "A return", "The amount is missing")),
])  # fmt: skip
def test_the_pages_say_what_will_happen(cast, act, card, tmp_path, client_for, language, words):
    batch = upload(act(cast.ma), sales(tmp_path / "g.xlsx", sale(), sale(amount="-1"), sale(amount="")))
    client = client_for(cast.ma)
    client.cookies["guanxi_language"] = language
    client.post("/language/", {"language": language, "next": "/"})
    page = client.get(reverse("import-detail", args=[batch.pk])).content.decode()
    for word in words:
        assert word in page
    assert "13988880001" not in page
    for name in ("lin", "gao", "finance", "auditor"):
        assert client_for(cast.users[name]).get(reverse("import-detail", args=[batch.pk])).status_code == 404
    assert client.get(reverse("import-failed", args=[batch.pk])).status_code == 200
    assert client.get(reverse("import-detail", args=[batch.pk]) + "?columns=1").status_code == 200


@pytest.mark.django_db
def test_the_command_line_says_it_as_json(cast, card, tmp_path):
    path = gb_csv(
        tmp_path / "成交.csv", [HEADERS, sale(), sale(amount="x"), sale(on="2024-1-1", amount="-2.5")]
    )

    def answer(**options):
        out = StringIO()
        call_command("import", str(path), user="ma", kind="deals", json=True, stdout=out, **options)
        return json.loads(out.getvalue())

    dry = answer(dry_run=True)
    assert not (Deal.objects.exists() or ImportBatch.objects.exists() or AuditEntry.objects.exclude(
        customer_key=card.pk).exists())  # fmt: skip
    (sheet,) = dry["sheets"]
    assert (sheet["kind"], sheet["created"], sheet["failed"]) == ("deals", 2, 1)
    assert sheet["sums"] == {
        "2024": {"rows": 1, "amount": "-2.50"}, "2025": {"rows": 1, "amount": "1000.00"},
    }  # fmt: skip
    assert dry["errors"] == [{"row": 3, "column": "成交金额", "reason": "bad_amount", "sheet": "成交"}]
    done = answer()
    assert done["sheets"][0] | {"batch": None} == sheet
    assert Deal.objects.count() == 2


@pytest.mark.django_db
def test_where_several_customers_fit_their_numbers_are_named_to_who_sees_them(
    cast, act, make_customer, tmp_path, client_for
):
    mine = make_customer(cast.lin, name="同名", phone="13922220002")
    other = make_customer(cast.wu, name="同名", phone="13922220003")
    batch = run(act(cast.ma), sales(tmp_path / "s.xlsx", sale(phone="", name="同名")))
    page = client_for(cast.ma).get(f"/imports/{batch.pk}/").content.decode()
    assert f"{mine.customer_no} 139****0002、{other.customer_no} 139****0003" in page
    (failure,) = preview_of(batch, cast.lin).failures
    assert failure.fits == [f"{mine.customer_no} 139****0002"]
