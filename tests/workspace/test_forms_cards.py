"""F-CARD-A and F-CARD-C: blocks and columns of handbook 1.4, masked numbers, past days, rights, traces."""

import csv
import io
import shutil
import subprocess
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from python_calamine import CalamineWorkbook
from tests.cadence.desk import at, call, march

from guanxi.cadence.operations.cards import hand_over_cards
from guanxi.cadence.operations.contacts import record_contact
from guanxi.cadence.operations.losses import LossDraft, apply_for_loss, decide_loss, reactivate
from guanxi.care.operations import plan_care
from guanxi.catalogue.models import Product
from guanxi.customers.models import Customer
from guanxi.customers.operations.numbers import RevealRefused
from guanxi.customers.queries.cards import get_customer
from guanxi.deals.operations.orders import OrderDraft, deliver, place_order
from guanxi.organization.models import AuditEntry, PlaybookOverride
from guanxi.workspace.forms.printing import PrintRefused, print_card
from guanxi.workspace.forms.registry import FORMS, forms_for

FRONT = """卡号 建卡日期 销售顾问 来源代码 现级别
姓名 性别 生日 电话1 电话2 微信 地址 邮编
单位 职务 行业 收入 学历 爱好
家庭成员 姓名 关系 生日 职业
现有车 厂牌 车型 牌照 购买日 里程 保险到期
拟购 车型 颜色 配置 用途 购买性质 预算 付款方式 预计日期 旧车处理
竞品比较 关注重点 决策人 推介人"""
BACK = "接触记录 序号 日期 方式 目的 接触经过 原级别 现级别 下次预定日 主管批示"
ENDING = "结果 原因 日期 主管签名"
OWNER = """姓名 电话 地址 购买日期 用途 车型 颜色 发动机号 VIN
一周回访 定期回访记录 纪念日回访 首保提醒 首保时间 制表人 主管 日期"""
FILLED_IN = """林晓 张建国 男 1985-05-20 钓鱼 李梅 配偶 教师 大众 朗逸 86000 雪域白 个人代步 汰换 180,000–220,000
分期 2026-05-01 置换 凯美瑞 油耗 太太 拜访 试驾后很满意 A-C260300002"""


@pytest.fixture
def card(cast, make_customer):
    product = Product.objects.create(store=cast.store, name="汉 DM-i")
    friend = make_customer(cast.wu, name="吴的客户")
    return make_customer(
        cast.lin, name="张建国", phone="13911112222/021-88886666", level="B", gender="M",
        birth_date=date(1985, 5, 20), wechat="zhangjg", region="浦东新区", address="碧波路 690 号", postcode="201203",
        employer="张江科技", title="工程师", industry="软件", income_band="20–30 万", education="本科",
        dimensions={"HOBBY": "钓鱼"}, source_code="S", referrer=friend,
        family=[{"name": "李梅", "relation": "配偶", "birth_date": "1987-02-03", "occupation": "教师"}],
        intent={"product": product, "colour": "雪域白", "use_type": "PERSONAL", "purchase_kind": "REPLACE",
                "budget_min": Decimal(180000), "budget_max": Decimal(220000), "payment": "LOAN",
                "expected_close_on": date(2026, 5, 1), "trade_in": True, "competitors": "凯美瑞",
                "key_concerns": "油耗", "decision_maker": "太太"},
        owned={"brand": "大众", "model": "朗逸", "plate_no": "沪A12345", "mileage": 86000},
    )  # fmt: skip


@pytest.fixture
def bare(cast, make_customer):
    return make_customer(cast.lin, name="李先生", level="N")


@pytest.fixture
def owner(cast, act, card):
    order = place_order(act(cast.lin), card.pk, OrderDraft(amount=Decimal("219800"), colour="雪域白"))
    item = {"brand": "比亚迪", "model": "汉", "vin": "LSVAM4187C2184847", "engine_no": "E123"}
    done = deliver(act(cast.lin, at(3)), order.pk, version=1, delivered_on=march(3), item=item)
    plan_care(act(None, at(4), store=cast.store))
    task = card.tasks.get(kind="CARE", item="WEEK")
    record_contact(act(cast.lin, at(10)), call(card, content="用车顺利，很满意", task_id=task.pk))
    return done.customer


def grid(act, person, customer, code="F-CARD-A", **options):
    """The form's rows without blank cells, read back from the csv."""
    content = print_card(act(person, at(12)), get_customer(person, customer.pk), code, "csv", **options)
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    return [row for row in rows if any(row)]


def in_order(wanted, found):
    places = iter(found)
    return [word for word in wanted if word not in places]


def text_of(pdf, path):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    file = path / "card.pdf"
    file.write_bytes(pdf)
    return subprocess.run(
        ["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True
    ).stdout


def test_f_card_a_has_every_block_and_column_in_order(cast, act, card):
    record_contact(act(cast.lin, at(4)), call(card, method="VISIT"))
    cells = [cell for row in grid(act, cast.ma, card) for cell in row]
    assert in_order([*FRONT.split(), *BACK.split(), *ENDING.split()], cells) == []


def test_f_card_a_carries_the_card(cast, act, card):
    record_contact(act(cast.lin, at(4)), call(card, method="VISIT", content="试驾后很满意"))
    cells = [cell for row in grid(act, cast.ma, card) for cell in row]
    for value in [*FILLED_IN.split(), "S 来店/来电", "B 31–90 天", "汉 DM-i", "浦东新区 碧波路 690 号"]:
        assert value in cells, value


def test_a_colleagues_referrer_stays_unnamed(cast, act, card):
    lin_sees = str(
        print_card(act(cast.chen, at(12)), get_customer(cast.chen, card.pk), "F-CARD-A", "csv").decode()
    )
    assert "吴的客户" not in lin_sees
    assert "吴的客户" in str(grid(act, cast.ma, card))


def test_numbers_are_masked_on_every_form(cast, act, card, owner, tmp_path):
    for code in ("F-CARD-A", "F-CARD-C"):
        said = text_of(
            print_card(act(cast.lin, at(12)), get_customer(cast.lin, card.pk), code, "pdf"), tmp_path
        )
        assert "139****2222" in said and "13911112222" not in said
        assert "13911112222" not in str(grid(act, cast.ma, card, code, full=True))
    assert not AuditEntry.objects.filter(action="number_revealed").exists()


def test_full_numbers_are_reveals(cast, act, card, tmp_path):
    PlaybookOverride.objects.create(store=cast.store, key="reveal.per_day", value=4)
    customer = get_customer(cast.lin, card.pk)
    lin = act(cast.lin, at(12), store=customer.store)
    said = text_of(print_card(lin, customer, "F-CARD-A", "pdf", full=True), tmp_path)
    assert "13911112222" in said and "02188886666" in said and "妥善保管" in said and "zhangjg" in said
    assert (
        AuditEntry.objects.filter(action="number_revealed", actor=cast.lin, customer_key=card.pk).count() == 3
    )
    with pytest.raises(RevealRefused):
        print_card(lin, customer, "F-CARD-A", "pdf", full=True)
    assert AuditEntry.objects.filter(action="number_revealed").count() == 3
    assert AuditEntry.objects.filter(action="form_printed").count() == 1


def test_wechat_is_masked_unless_revealed(cast, act, card, tmp_path):
    """P8: on paper and in cells alike."""
    for person, extension in ((cast.lin, "pdf"), (cast.cs, "pdf")):
        customer = get_customer(person, card.pk)
        content = print_card(act(person, at(12), store=customer.store), customer, "F-CARD-A", extension)
        assert "zh****" in text_of(content, tmp_path) and "zhangjg" not in text_of(content, tmp_path)
    assert "zhangjg" not in str(grid(act, cast.ma, card, "F-CARD-A", full=True))
    assert not AuditEntry.objects.filter(action="number_revealed").exists()


@pytest.mark.parametrize("name", ["cs", "auditor", "proprietor"])
def test_full_numbers_need_the_right_to_reveal(cast, act, card, name):
    person = cast.users[name]
    with pytest.raises(Customer.DoesNotExist):
        print_card(
            act(person, at(12), store=cast.store), get_customer(person, card.pk), "F-CARD-A", "pdf", full=True
        )


@pytest.mark.parametrize(("name", "may"), [("lin", 0), ("cs", 0), ("chen", 1), ("ma", 1), ("auditor", 1)])
@pytest.mark.parametrize("extension", ["xlsx", "csv"])
def test_21_1_only_exporters_take_cells_away(cast, act, card, name, may, extension):
    person = cast.users[name]
    customer = get_customer(person, card.pk)
    if may:
        assert print_card(act(person, at(12)), customer, "F-CARD-A", extension)
    else:
        with pytest.raises(Customer.DoesNotExist):
            print_card(act(person, at(12)), customer, "F-CARD-A", extension)


def test_the_pdf_has_two_a4_pages_and_twenty_rows(cast, act, bare, tmp_path):
    customer = get_customer(cast.lin, bare.pk)
    pdf = print_card(act(cast.lin, at(12)), customer, "F-CARD-A", "pdf")
    pages = text_of(pdf, tmp_path).rstrip("\f").split("\f")
    assert len(pages) == 2
    assert "李先生" in pages[0] and "接触记录" in pages[1]
    for page in pages:
        assert "城东店" in page and "林晓" in page and "2026-03-12" in page
    assert "None" not in "".join(pages)


def test_a_long_log_goes_on_over_pages(cast, act, card, tmp_path):
    for day in range(3, 3 + 25):
        record_contact(act(cast.lin, at(day)), call(card, content=f"第{day}日，" + "谈配置和价格" * 12))
    pdf = print_card(act(cast.lin, at(28)), get_customer(cast.lin, card.pk), "F-CARD-A", "pdf")
    said = text_of(pdf, tmp_path)
    assert said.count("\f") > 2
    assert "2026-03-27" in said


def test_the_workbook_holds_real_dates(cast, act, card):
    record_contact(act(cast.lin, at(4)), call(card))
    content = print_card(act(cast.ma, at(12)), get_customer(cast.ma, card.pk), "F-CARD-A", "xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    rows = book.get_sheet_by_index(0).to_python()
    cells = [cell for row in rows for cell in row if cell != ""]
    assert march(4) in cells and "顾客信息卡" in cells and "139****2222" in cells
    heading = next(row for row in rows if "接触经过" in row)
    assert in_order(BACK.split()[1:], heading) == []


def test_f_card_c_has_every_block_in_order(cast, act, owner):
    cells = [cell for row in grid(act, cast.ma, owner, "F-CARD-C") for cell in row]
    assert in_order(OWNER.split(), cells) == []
    for value in ("张建国", "比亚迪 汉", "LSVAM4187C2184847", "E123", "2026-03-10 用车顺利，很满意", "马强"):
        assert value in cells, value


def test_f_card_c_is_for_owners(cast, act, bare):
    customer = get_customer(cast.lin, bare.pk)
    with pytest.raises(Customer.DoesNotExist):
        print_card(act(cast.lin, at(12)), customer, "F-CARD-C", "pdf")
    assert [form.code for form in forms_for(cast.lin, customer)] == ["F-CARD-A"]
    assert forms_for(cast.finance, customer) == []


def test_a_past_day_is_created_again(cast, act, card):
    record_contact(
        act(cast.lin, at(4)), call(card, level="A", level_reason="急", evidence=frozenset({"TERMS"}))
    )
    report = apply_for_loss(act(cast.lin, at(6)), card.pk, LossDraft("REFUSED", "BRAND"))
    decide_loss(act(cast.ma, at(7)), report.pk, approve=True, called_back=True, note="属实")
    hand_over_cards(act(cast.ma, at(8)), [card.pk], cast.zhao, reason="离职")
    reactivate(act(cast.zhao, at(9)), card.pk, level="C", reason="回心转意")

    def cells(day):
        return [cell for row in grid(act, cast.ma, card, on=day) for cell in row]

    assert {"B 31–90 天", "林晓"} <= set(cells(march(3))) and "聊了配置和价格" not in cells(march(3))
    assert {"A 8–30 天", "林晓", "聊了配置和价格"} <= set(cells(march(6)))
    assert {"L 失控", "品牌", "马强", "林晓"} <= set(cells(march(7)))
    assert {"C 90 天以上", "赵磊"} <= set(cells(march(12))) and "品牌" not in cells(march(12))
    assert "截至 2026-03-06" in cells(march(6)) and any("打印时的内容" in cell for cell in cells(march(6)))


def test_days_without_a_card_are_refused(cast, act, card):
    for day in (date(2026, 3, 1), march(13)):
        with pytest.raises(PrintRefused):
            print_card(act(cast.lin, at(12)), get_customer(cast.lin, card.pk), "F-CARD-A", "pdf", on=day)


def test_labels_follow_the_language(cast, act, card):
    rows = str(grid(act, cast.ma, card, language="en"))
    assert "Card no." in rows and "What was said" in rows and "卡号" not in rows


def test_every_print_leaves_a_trace(cast, act, card):
    print_card(act(cast.lin, at(12)), get_customer(cast.lin, card.pk), "F-CARD-A", "pdf")
    entry = AuditEntry.objects.get(action="form_printed")
    assert (entry.actor, entry.customer_key, entry.changes["form"]) == (cast.lin, card.pk, [None, "F-CARD-A"])


def test_the_route_answers_files_and_hides_the_rest(cast, card, client_for):
    url = f"/customers/{card.pk}/forms/F-CARD-A"
    Customer.objects.filter(pk=card.pk).update(card_created_at=at(2), created_at=at(2))
    answer = client_for(cast.lin).get(f"{url}.pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"] == f'attachment; filename="F-CARD-A-{card.customer_no}.pdf"'
    assert answer.content.startswith(b"%PDF")
    hidden = [
        ("wu", "pdf"),
        ("gao", "pdf"),
        ("finance", "pdf"),
        ("lin", "xlsx"),
        ("lin", "doc"),
        ("cs", "pdf?full=1"),
    ]
    for person, path in hidden:
        assert client_for(cast.users[person]).get(f"{url}.{path}").status_code == 404
    assert client_for(cast.lin).get(f"/customers/{card.pk}/forms/F-NONE.pdf").status_code == 404
    assert client_for(cast.lin).get(f"{url}.pdf?on=soon").status_code == 303
    assert client_for(cast.lin).post(f"{url}.pdf").status_code == 405


def test_the_command_prints_as_somebody_or_as_the_system(cast, card, tmp_path, capsys):
    out = tmp_path / "card.csv"
    call_command("form", "F-CARD-A", "--customer", card.customer_no, "--out", str(out), "--json")
    assert "139****2222" in out.read_text("utf-8-sig")
    assert AuditEntry.objects.get(action="form_printed").actor is None
    call_command(
        "card", card.customer_no.lower(), "--user", "lin", "--reveal", "--out", str(tmp_path / "card.pdf")
    )
    for options in (["--user", "wu"], ["--user", "nobody"], ["--on", "1999-01-01"]):
        with pytest.raises(CommandError):
            call_command(
                "form", "F-CARD-A", "--customer", card.customer_no, "--out", str(tmp_path / "x.pdf"), *options
            )
    assert not (tmp_path / "x.pdf").exists()


def test_forms_are_known_by_code_and_both_names():
    assert [form.code for form in FORMS] == [
        "F-CARD-A", "F-CARD-C", "F-KEY-0", "F-KEY-1", "F-KEY-2", "F-CHN-1",
    ]  # fmt: skip
    assert all(form.label.zh and form.label.en and form.roles for form in FORMS)


def test_an_owner_with_a_new_intent_has_no_outcome_yet(cast, act, owner):
    assert "成交交车 C260300002-1" in str(grid(act, cast.ma, owner))
    reactivate(act(cast.lin, at(11)), owner.pk, level="C", reason="想给家人再买一辆")
    assert "成交交车" not in str(grid(act, cast.ma, owner))
    assert "成交交车" in str(grid(act, cast.ma, owner, on=march(10)))
