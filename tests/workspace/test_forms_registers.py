"""F-REG-1, F-REG-2, F-STAT-1, F-STAT-2: what is computed, and the paper made of it."""

import json
from datetime import date, timedelta

import pytest
from tests.cast import MORNING
from tests.prospecting.desk import act_at, arrive, fill, leave

from guanxi.catalogue.models import Product
from guanxi.organization.models import PlaybookOverride, Store
from guanxi.paper.comma_separated import render_csv
from guanxi.paper.pdf import render_pdf
from guanxi.paper.sheets import Document, Table
from guanxi.paper.workbooks import render_xlsx
from guanxi.performance.queries.about import About
from guanxi.performance.queries.figures import FIGURES
from guanxi.performance.rules.periods import day, month_of
from guanxi.prospecting.models import RegisterDay
from guanxi.prospecting.operations.days import lock_day, note_day
from guanxi.workspace.forms.periods import PERIOD_FORMS
from guanxi.workspace.forms.wording import Wording

ON, EVENING = MORNING.date(), MORNING + timedelta(hours=9)
COMPUTE = {row.code: row.compute for row in FIGURES}
SHEETS = {row.code: row.sheet for row in PERIOD_FORMS}
CODES = ("F-REG-1", "F-REG-2", "F-STAT-1", "F-STAT-2")

COLUMNS = (
    "序号 来店 离店 人数 来店工具 首次/再次 来店目的 顾客姓名 性别 联系电话 微信 区域 意向车型 颜色 竞品对比 初判 "
    "24h确认 信息渠道 试驾 报价 留档 顾问 经过情形 备注"
)  # fmt: skip


def about(store, code, on=ON, as_of=ON):
    return About(store, None, day(on) if "REG" in code else month_of(on, as_of))


def table_of(sheet):
    return next(block for block in sheet.blocks if isinstance(block, Table))


def printed(store, code, language="zh-hans", **given):
    asked = about(store, code, **given)
    return SHEETS[code](COMPUTE[code](asked), asked, Wording(language, store))


@pytest.fixture
def busy_day(cast):
    """Three parties and two calls: one filed with a level, one that left nothing, one for service."""
    car = Product.objects.create(store=cast.store, name="CR-V 2.0")
    first = arrive(cast.desk, cast.lin, party_size=3, arrival_mode="DRIVE")
    fill(cast.lin, first, name="陈志远", phone="13912340001", product=car, colour="白", channel="6", level_first="C",
         test_drive=True, licence_checked=True, quoted=True, course="看了后排空间", gender="M")  # fmt: skip
    leave(cast.desk, first)
    looked = arrive(cast.desk, cast.zhao, MORNING + timedelta(hours=2))
    fill(cast.zhao, looked, test_drive=True)
    leave(cast.desk, looked)
    leave(cast.desk, arrive(cast.desk, cast.wu, MORNING + timedelta(hours=4), purpose="SERVICE"))
    call = arrive(cast.desk, cast.lin, MORNING + timedelta(hours=1), kind="PHONEIN", left_at=None)
    fill(cast.lin, call, name="刘桂芳", phone="13912340002", invited_on=ON + timedelta(days=2), channel="13")
    leave(cast.desk, call)
    leave(cast.desk, arrive(cast.desk, None, MORNING + timedelta(hours=3), kind="PHONEIN", nature="PARTS"))
    note_day(act_at(cast.desk, EVENING), ON, weather="RAIN")
    lock_day(act_at(cast.desk, EVENING), ON)
    return cast.store


def test_the_walk_in_register_has_the_columns_of_the_paper_in_their_order(busy_day):
    sheet = printed(busy_day, "F-REG-1")
    labels = [column.label for column in table_of(sheet).columns]
    assert " ".join(labels) == COLUMNS
    rows = table_of(sheet).rows
    assert len(rows) == 3
    assert rows[0][:7] == (1, "10:00", "10:40", 3, "自驾", "首次到店并留档", "看车")
    assert rows[0][7:10] == ("陈志远", "男", "139****0001"), "the number stays masked"
    assert rows[0][12] == "CR-V 2.0" and rows[0][15] == "C" and rows[0][18] == "✓" and rows[0][21] == "林晓"
    assert rows[1][5] == "首次到店未留档" and rows[1][18] == "✓ 未核驾照"
    assert rows[2][5] == "非意向"
    text = json.dumps([block.__class__.__name__ for block in sheet.blocks])
    assert text.count("Fields") == 2, "date and weather above, the signatures below"
    assert "13912340001" not in str(sheet)


def test_the_phone_register_keeps_calls_without_a_number(busy_day):
    rows = table_of(printed(busy_day, "F-REG-2")).rows
    assert [row[4] for row in rows] == ["刘桂芳", ""]
    assert rows[0][11] == "2026-03-04" and rows[0][12] == "✓"
    assert rows[1][6] == "配件/采购" and rows[1][12] == ""


def test_the_footer_says_who_signed_and_what_was_reopened(cast, busy_day):
    figures = COMPUTE["F-REG-1"](about(busy_day, "F-REG-1"))
    assert (figures["parties"], figures["people"], figures["filed"]) == (3, 7, 1)
    assert figures["front_desk"] == "韩前台" and figures["locked_at"].startswith("2026-03-02T19:00")
    RegisterDay.objects.filter(on=ON).update(
        reopened_by=cast.ma, reopened_at=EVENING, reopen_reason="漏登一组", locked_at=None
    )
    assert COMPUTE["F-REG-1"](about(busy_day, "F-REG-1"))["reopened"] == "马强 漏登一组"


def test_the_walk_in_statistics_of_a_month_by_day(busy_day):
    figures = COMPUTE["F-STAT-1"](about(busy_day, "F-STAT-1"))
    second = figures["days"][1]
    assert (second["on"], second["weather"], second["total"]) == ("2026-03-02", "RAIN", 3)
    assert second["bands"] == [1, 1, 1, 0, 0]
    assert second["types"] == {"FIRST_FILED": 1, "FIRST_NOT_FILED": 1, "NON_INTENT": 1}
    assert (second["filed"], second["filing_rate"], second["levels"]) == (1, "0.500000", {"C": 1})
    assert (second["test_drives"], second["quoted"]) == (2, 1)
    assert figures["month"]["total"] == figures["week"]["total"] == 3
    assert figures["change"] is None and figures["rates"]["filing_rate"] == "0.500000"
    assert figures["days"][2]["seen"] is False
    assert len(figures["days"]) == 31
    assert dict(figures["channels"]) == {"6": 1, "": 2}


def test_the_phone_statistics_leave_out_calls_that_sell_nothing(busy_day):
    month = COMPUTE["F-STAT-2"](about(busy_day, "F-STAT-2"))["month"]
    assert (month["total"], month["effective"], month["first"], month["filed"]) == (2, 1, 1, 1)
    assert (month["invited"], month["came"], month["arrival_rate"]) == (1, 0, "0.000000")


def test_who_was_invited_and_came_is_counted_on_the_day_of_the_call(cast, busy_day):
    fill(cast.lin, arrive(cast.desk, cast.lin, MORNING + timedelta(days=2)), phone="13912340002")
    later = COMPUTE["F-STAT-2"](about(busy_day, "F-STAT-2", as_of=ON + timedelta(days=3)))
    assert (later["days"][1]["came"], later["month"]["arrival_rate"]) == (1, "1.000000")
    then = COMPUTE["F-STAT-2"](about(busy_day, "F-STAT-2"))
    assert then["month"]["came"] == 0, "as seen on the day itself"


def test_the_variant_of_the_filing_rate_comes_from_the_settings(cast, busy_day):
    PlaybookOverride.objects.create(store=cast.store, key="rate.filing", value="NATURAL")
    fresh = Store.objects.get(pk=busy_day.pk)
    sheet = printed(fresh, "F-STAT-1")
    formulas = [
        row[3] for block in sheet.blocks if isinstance(block, Table) for row in block.rows if len(row) == 4
    ]
    assert formulas[0] == "首次到店并留档 ÷ 全部首次到店"


def test_f_stat_1_says_the_formula_its_figures_were_reckoned_by(cast, busy_day):
    frozen = COMPUTE["F-STAT-1"](about(busy_day, "F-STAT-1"))
    old = {name: value for name, value in frozen.items() if name != "variants"}
    PlaybookOverride.objects.create(store=cast.store, key="rate.filing", value="NATURAL")
    told = about(Store.objects.get(pk=busy_day.pk), "F-STAT-1")

    def formula(figures):
        sheet = SHEETS["F-STAT-1"](figures, told, Wording("zh-hans", told.store))
        rates = next(block for block in sheet.blocks if isinstance(block, Table) and len(block.columns) == 4)
        return rates.rows[0][3]

    assert formula(frozen) == "首次留档 ÷（首次留档 + 首次未留档）"
    assert formula(old) == "首次到店并留档 ÷ 全部首次到店", "figures frozen before they said so"


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_form_becomes_pdf_workbook_and_csv(busy_day, code, language):
    sheet = printed(busy_day, code, language)
    document = Document((sheet,), "en" if language == "en" else "zh")
    assert render_pdf(document).startswith(b"%PDF")
    assert render_xlsx(document).startswith(b"PK")
    assert code in render_csv(document).decode("utf-8-sig")


@pytest.mark.parametrize("code", CODES)
def test_a_month_and_a_day_without_rows_print_dashes_not_zeros_over_nothing(cast, code):
    figures = COMPUTE[code](about(cast.store, code))
    assert json.loads(json.dumps(figures)) == figures, "JSON shapes only"
    sheet = SHEETS[code](figures, about(cast.store, code), Wording("zh-hans", cast.store))
    assert render_pdf(Document((sheet,), "zh")).startswith(b"%PDF")
    if "STAT" in code:
        assert "—" in {cell for row in table_of(sheet).rows for cell in row if isinstance(cell, str)}


def test_the_months_before_and_short_months(cast, busy_day):
    """The same days of last month: 31 March is set against the whole of February."""
    arrive(cast.desk, cast.lin, MORNING - timedelta(days=2))
    figures = COMPUTE["F-STAT-1"](about(busy_day, "F-STAT-1", as_of=date(2026, 3, 31)))
    assert (figures["last_month"]["total"], figures["change"]) == (1, "2.000000")
    figures = COMPUTE["F-STAT-1"](about(busy_day, "F-STAT-1", as_of=ON))
    assert (figures["last_month"]["total"], figures["change"]) == (0, None), "28 February has no 2 March"
    before = COMPUTE["F-STAT-1"](about(busy_day, "F-STAT-1", on=date(2026, 4, 1)))
    assert before["month"]["total"] == 0 and not any(row["seen"] for row in before["days"])
