"""F-REF-1 and F-NAME-1: the columns of the paper, and the list as it stood on a day."""

from datetime import timedelta

import pytest
from tests.cast import MORNING
from tests.prospecting.desk import act_at
from tests.prospecting.referrals import named, noted, warm

from guanxi.cadence.models import Task
from guanxi.paper.comma_separated import render_csv
from guanxi.paper.pdf import render_pdf
from guanxi.paper.sheets import Document, Table
from guanxi.paper.workbooks import render_xlsx
from guanxi.performance.models import FrozenFigures
from guanxi.performance.operations.closes import close_month
from guanxi.performance.queries.about import About
from guanxi.performance.queries.figures import FIGURES
from guanxi.performance.rules.periods import day
from guanxi.prospecting.operations.names import note_result
from guanxi.workspace.forms.period_printing import NoSuchForm, PeriodAsked, print_period
from guanxi.workspace.forms.periods import PERIOD_FORMS
from guanxi.workspace.forms.wording import Wording

ON = MORNING.date()
COMPUTE = {row.code: row.compute for row in FIGURES}
SHEETS = {row.code: row.sheet for row in PERIOD_FORMS}
COLUMNS = {
    "F-REF-1": "推介人 与被荐关系 姓名 电话 职业 家庭 近况（触发） 温度 加温方式 首访日 结果 回报推介人日",
    "F-NAME-1": "序号 姓名 关系类别 认识年数 年龄 职业 婚姻 子女 收入带 电话 会开车或家里有人开 有钱 能作主 有需求 "
    "温度 首访日 结果",
}  # fmt: skip


@pytest.fixture
def names(cast, make_customer):
    """Two names of Lin's: one recommended, warmed and met; one of the own circle, not known well."""
    recommender = make_customer(cast.lin, name="陈姐", level="")
    lead = noted(cast.lin, "张三", phone="13900000009", recommender=recommender, relation="COLLEAGUE", age=41,
                 trigger="NEWBORN", family="三口之家", years_known=3, marital="MARRIED", children=1)  # fmt: skip
    lead = named(cast.lin, lead, conditions=["MEANS", "DECIDES"])
    later = MORNING + timedelta(days=2)
    lead = warm(cast.lin, lead, 4, "先打了电话", at=later)
    note_result(
        act_at(cast.lin, later), lead.pk, version=lead.version, result="MET", first_visit_on=later.date()
    )
    Task.objects.filter(customer=recommender, item="GIVEN").update(
        status="DONE", done_on=ON + timedelta(days=3)
    )
    noted(cast.lin, "表哥", relation="RELATIVE")
    return recommender


def sheet_of(cast, code, on, person=None, language="zh-hans"):
    about = About(cast.store, person or cast.lin, day(on))
    return SHEETS[code](COMPUTE[code](about), about, Wording(language, cast.store))


def table_of(cast, code, on, **asked):
    return next(block for block in sheet_of(cast, code, on, **asked).blocks if isinstance(block, Table))


@pytest.mark.parametrize("code", ["F-REF-1", "F-NAME-1"])
def test_the_columns_of_the_paper_in_their_order(cast, names, code):
    assert " ".join(column.label for column in table_of(cast, code, ON).columns) == COLUMNS[code]


def test_a_list_is_told_as_it_stood_on_a_day(cast, names):
    then, now = (table_of(cast, "F-REF-1", ON + timedelta(days=days)).rows for days in (0, 5))
    assert then == (
        ("陈姐", "同事、工作往来", "张三", "139****0009", "", "三口之家", "刚添孩子", "1 冷", "", "", "", ""),
    )
    assert now[0][7:] == ("4 热", "", "2026-03-04", "已面谈", "2026-03-05")
    assert table_of(cast, "F-REF-1", ON - timedelta(days=1)).rows == ()


def test_r_pro_01_the_name_list_counts_itself(cast, names):
    sheet = sheet_of(cast, "F-NAME-1", ON + timedelta(days=5))
    rows = next(block for block in sheet.blocks if isinstance(block, Table)).rows
    assert [row[:7] for row in rows] == [
        (1, "张三", "同事、工作往来", 3, 41, "", "已婚"),
        (2, "表哥", "亲戚", None, None, "", ""),
    ]
    assert rows[0][10:15] == ("", "✓", "✓", "", "4 热")
    assert "2 / 100" in str(sheet)


def test_the_store_has_everybodys_and_wu_none(cast, names):
    assert table_of(cast, "F-NAME-1", ON, person=cast.wu).rows == ()
    whole = About(cast.store, None, day(ON))
    assert len(COMPUTE["F-NAME-1"](whole)["rows"]) == 2


@pytest.mark.parametrize("code", ["F-REF-1", "F-NAME-1"])
def test_it_prints_and_exports_in_both_languages(cast, names, code):
    for language in ("zh-hans", "en"):
        document = Document((sheet_of(cast, code, ON + timedelta(days=5), language=language),))
        assert render_pdf(document).startswith(b"%PDF")
        assert render_xlsx(document) and "张三" in render_csv(document).decode("utf-8-sig")
        assert b"13900000009" not in render_csv(document)


def test_a_month_prints_the_last_day_and_nobody_prints_a_colleagues(cast, act, names):
    printed = print_period(
        act(cast.ma, MORNING), "F-NAME-1", "csv", PeriodAsked(month=ON.replace(day=1), person=cast.lin)
    )
    assert printed.sheets == 1 and "张三" in printed.content.decode("utf-8-sig")
    assert print_period(act(cast.lin), "F-REF-1", "pdf", PeriodAsked(on=ON, person=cast.lin)).sheets == 1
    for wrong in ("wu", "zhao"):
        with pytest.raises(NoSuchForm):
            print_period(act(cast.users[wrong]), "F-REF-1", "pdf", PeriodAsked(on=ON, person=cast.lin))


def test_a_closed_month_keeps_no_copy_of_a_living_list(cast, act, names):
    april = MORNING + timedelta(days=45)
    close_month(cast.store, ON.replace(day=1), april)
    kept = set(FrozenFigures.objects.values_list("code", flat=True))
    assert "F-MON-1" in kept and not kept & {"F-REF-1", "F-NAME-1"}
    printed = print_period(
        act(cast.ma, april), "F-NAME-1", "csv", PeriodAsked(month=ON.replace(day=1), person=cast.lin)
    )
    assert "张三" in printed.content.decode("utf-8-sig") and "2026-03-31" in printed.content.decode(
        "utf-8-sig"
    )
