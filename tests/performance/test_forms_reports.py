"""The period forms of the reports on paper: F-DAY-1, F-LOSS-1, F-TGT-1, F-EFF-1."""

import json

from tests.cadence.desk import at, call, march

from guanxi.cadence.operations.contacts import record_contact
from guanxi.cadence.operations.losses import LossDraft, apply_for_loss, decide_loss
from guanxi.paper.comma_separated import render_csv
from guanxi.paper.pdf import render_pdf
from guanxi.paper.sheets import Document
from guanxi.paper.workbooks import render_xlsx
from guanxi.performance.operations.daily_reports import submit_report
from guanxi.performance.queries.about import About
from guanxi.performance.queries.figures import FIGURES
from guanxi.performance.rules.periods import day, month_of
from guanxi.workspace.forms.periods import PERIOD_FORMS
from guanxi.workspace.forms.wording import Wording


def printed(code, about, language="zh-hans"):
    """The form as CSV; printed to PDF and xlsx as well, and its figures kept as JSON on the way."""
    figures = next(row for row in FIGURES if row.code == code).compute(about)
    form = next(row for row in PERIOD_FORMS if row.code == code)
    sheet = form.sheet(json.loads(json.dumps(figures)), about, Wording(language, about.store))
    document = Document((sheet,), "en" if language == "en" else "zh")
    assert render_pdf(document).startswith(b"%PDF") and render_xlsx(document)
    return render_csv(document).decode("utf-8-sig")


def test_f_day_1_prints_the_day(cast, act, make_customer):
    card = make_customer(cast.lin, name="王芳", at=at(2))
    record_contact(act(cast.lin, at(3, 9)), call(card, content="聊了置换价格", at=at(3, 9)))
    submit_report(act(cast.lin, at(3, 18)), march(3), remark="需要价格支持", free_rows="整理展车")
    text = printed("F-DAY-1", About(cast.store, cast.lin, day(march(3))))
    for words in ("王芳", "聊了置换价格", "整理展车", "需要价格支持", "已提交", "本月访问累计", "****"):
        assert words in text, words
    assert "Zero report" in printed("F-DAY-1", About(cast.store, cast.lin, day(march(4))), "en")


def test_f_loss_1_prints_each_loss_and_what_they_say_together(cast, act, make_customer):
    draft = LossDraft(
        "COMPETITOR_BOUGHT", "PRICE", "FINANCE", competitor="丰田 RAV4", bought_from="城北店", analysis="贴息"
    )
    for owner, leader, day_of in ((cast.lin, cast.chen, 5), (cast.wu, cast.sun, 6)):
        card = make_customer(owner, name="王芳", level="B")
        report = apply_for_loss(act(owner, at(4)), card.pk, draft)
        decide_loss(act(leader, at(day_of)), report.pk, approve=True, called_back=True, note="属实")
    march_sheet = month_of(march(1), march(31))
    text = printed("F-LOSS-1", About(cast.store, None, march_sheet))
    for words in ("丰田 RAV4", "城北店", "属实", "100.0%", "50.0%", "林晓", "吴刚", "2026-03-05"):
        assert words in text, words
    own = printed("F-LOSS-1", About(cast.store, cast.lin, march_sheet), "en")
    assert "吴刚" not in own and "Loss clarity" in own
    # As it stood on the day before: applied for, not yet decided.
    early = printed("F-LOSS-1", About(cast.store, cast.lin, month_of(march(1), march(4))))
    assert "待审批" in early and "属实" not in early
    assert "—" in printed("F-LOSS-1", About(cast.store, None, month_of(march(1).replace(month=4), march(31))))
