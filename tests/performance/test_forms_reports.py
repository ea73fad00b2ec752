"""The period forms of the reports on paper: F-DAY-1, F-LOSS-1, F-TGT-1, F-EFF-1."""

import json
from decimal import Decimal

import pytest
from tests.cadence.desk import at, call, march

from guanxi.cadence.operations.contacts import record_contact
from guanxi.cadence.operations.losses import LossDraft, apply_for_loss, decide_loss
from guanxi.deals.operations.orders import OrderDraft, place_order
from guanxi.organization.models import User
from guanxi.paper.comma_separated import render_csv
from guanxi.paper.pdf import render_pdf
from guanxi.paper.sheets import Document
from guanxi.paper.workbooks import render_xlsx
from guanxi.performance.operations.daily_reports import submit_report
from guanxi.performance.operations.targets import MeasureDraft, comment_on_month, save_measure, set_targets
from guanxi.performance.queries.about import About
from guanxi.performance.queries.closes import told
from guanxi.performance.queries.effectiveness import EFFECTIVENESS, effectiveness_figures, levels_held
from guanxi.performance.queries.figures import FIGURES
from guanxi.performance.rules.effectiveness import together
from guanxi.performance.rules.periods import day, month_of
from guanxi.prospecting.models import Visit
from guanxi.workspace.forms.period_printing import NoSuchForm, PeriodAsked, print_period
from guanxi.workspace.forms.periods import PERIOD_FORMS
from guanxi.workspace.forms.wording import Wording


def printed(code, about, language="zh-hans"):
    """The form as CSV; printed to PDF and xlsx as well, and its figures kept as JSON on the way."""
    figures = told(next(row for row in FIGURES if row.code == code), about, None)
    form = next(row for row in PERIOD_FORMS if row.code == code)
    sheet = form.sheet(json.loads(json.dumps(figures)), about, Wording(language, about.store))
    document = Document((sheet,), "en" if language == "en" else "zh")
    assert render_pdf(document).startswith(b"%PDF") and render_xlsx(document)
    return render_csv(document).decode("utf-8-sig")


def test_f_day_1_prints_the_day(cast, act, make_customer):
    User.objects.update(joined_at=at(5, month=1))
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


def test_f_tgt_1_names_the_version_of_its_targets(cast, act):
    set_targets(act(cast.ma, at(1)), march(1), {("STORE", 0, "ORDERS"): Decimal(31)})
    set_targets(act(cast.ma, at(10)), march(1), {("STORE", 0, "ORDERS"): Decimal(62)})
    save_measure(
        act(cast.ma),
        MeasureDraft(("STORE", 0), march(1), "ORDERS", "客流少", "周末外展", cast.chen, march(20)),
        version=0,
    )
    text = printed("F-TGT-1", About(cast.store, None, month_of(march(1), march(15))))
    for words in ("第 2 版", "2026-03-10", "客流少", "周末外展", "2026-03-20", "0.0%", "—", "9–15"):
        assert words in text, words
    assert "Version 1" in printed("F-TGT-1", About(cast.store, None, month_of(march(1), march(9))), "en")


def test_f_eff_1_prints_scores_and_places(cast, act, make_customer):
    """Stock fine, the one target half met: (10 + 50 × 0.5) ÷ 60 × 100; the order was not followed up: −10."""
    User.objects.update(joined_at=at(5, month=1))
    card = make_customer(cast.lin, level="B", at=at(2))
    place_order(act(cast.lin, at(3)), card.pk, OrderDraft(deposit=Decimal(6000)))
    make_customer(cast.lin, level="A", evidence={"TERMS"}, at=at(10))
    set_targets(act(cast.ma, at(1)), march(1), {("USER", cast.lin.pk, "DEPOSITS"): Decimal(2)})
    comment_on_month(act(cast.chen, at(16)), cast.lin.pk, march(1), "稳", version=0)
    days = month_of(march(1), march(16))
    text = printed("F-EFF-1", About(cast.store, None, days))
    for words in ("林晓", "吴刚", "48.3", "稳", "50.0%", "—"):
        assert words in text, words
    own = printed("F-EFF-1", About(cast.store, cast.lin, days), "en")
    assert "吴刚" not in own and "48.3" in own and "Place" in own


def test_r_team_06_who_joined_nine_days_ago_is_shown_without_a_place(cast, act):
    User.objects.update(joined_at=at(5, month=1))
    User.objects.filter(pk=cast.zhao.pk).update(joined_at=at(8))
    cells = {("USER", person.pk, "ORDERS"): Decimal(2) for person in (cast.lin, cast.zhao)}
    set_targets(act(cast.ma, at(1)), march(1), cells | {("USER", cast.zhao.pk, "PUSH"): Decimal(1),
                                                         ("USER", cast.lin.pk, "PUSH"): Decimal(1)})  # fmt: skip
    people = list(User.objects.filter(pk__in=[cast.lin.pk, cast.zhao.pk]).order_by("pk"))
    rows = effectiveness_figures(cast.store, people, month_of(march(1), march(16)))["rows"]
    assert [(row["work_days"], row["rank"]) for row in rows] == [(16, 1), (9, None)]


def test_the_levels_a_consultant_called_against_the_store(cast, act, make_customer):
    """Lin calls two H: one orders on the seventh day, one never; Wu's one H never does."""
    for owner, orders in ((cast.lin, True), (cast.lin, False), (cast.wu, False)):
        card = make_customer(owner, level="H", evidence={"MODEL_COLOUR"}, at=at(2))
        if orders:
            place_order(act(owner, at(9)), card.pk, OrderDraft(deposit=Decimal(6000)))
    held = levels_held(cast.store, march(20))
    assert (held[cast.lin.pk, "H"].closed, held[cast.lin.pk, "H"].calls) == (1, 2)
    assert together(held, "H").calls == 3 and (cast.lin.pk, "A") not in held


@pytest.mark.parametrize("code", ["F-MON-1", "F-EFF-1", "F-LOSS-1"])
def test_21_1_a_supervisor_prints_the_teams_people_but_not_the_stores_rows(cast, act, make_customer, code):
    """Totals of the store without its rows: a whole sheet with rows is the manager's."""
    make_customer(cast.wu, level="B", at=at(2))
    asked = PeriodAsked(month=march(1), whole=True)
    with pytest.raises(NoSuchForm):
        print_period(act(cast.chen, at(16)), code, "pdf", asked)
    assert print_period(act(cast.ma, at(16)), code, "pdf", asked).sheets == 1
    mine = PeriodAsked(month=march(1))
    assert print_period(act(cast.chen, at(16)), code, "pdf", mine).sheets == 2, "Lin's and Zhao's"


def test_21_1_a_supervisor_prints_the_stores_targets(cast, act, make_customer):
    make_customer(cast.wu, level="B", at=at(2))
    asked = PeriodAsked(month=march(1), whole=True)
    assert print_period(act(cast.chen, at(16)), "F-TGT-1", "pdf", asked).sheets == 1


def test_r_team_06_a_person_alone_has_their_place_among_all(cast, act, make_customer):
    for person, done in ((cast.lin, 1), (cast.wu, 2)):
        for _ in range(done):
            card = make_customer(person, level="B", at=at(2))
            place_order(act(person, at(3)), card.pk, OrderDraft(deposit=Decimal(6000)))
    User.objects.update(joined_at=at(5, month=1))
    cells = {("USER", person.pk, "DEPOSITS"): Decimal(4) for person in (cast.lin, cast.wu)}
    set_targets(act(cast.ma, at(1)), march(1), cells)
    about = About(cast.store, cast.lin, month_of(march(1), march(16)))
    own = told(EFFECTIVENESS, about, None)
    assert own is not None and [(row["person"], row["rank"]) for row in own["rows"]] == [("林晓", 2)]


def test_4_4_f_eff_1_reckons_filing_and_defeat_as_the_statistics_do(cast, act, make_customer):
    """Three filed, one not, one with a card already; one approved loss of three cards: the store's variants count."""
    for kind, count in (("FIRST_FILED", 3), ("FIRST_NOT_FILED", 1), ("FIRST_WITH_CARD", 1)):
        for _ in range(count):
            Visit.objects.create(
                store=cast.store, on=march(3), arrived_at=at(3), left_at=at(3, 11), hour=10, consultant=cast.lin,
                created_at=at(3), visit_type=kind,
            )  # fmt: skip
    lost, *_others = (make_customer(cast.lin, level="B", at=at(2)) for _ in range(3))
    report = apply_for_loss(act(cast.lin, at(4)), lost.pk, LossDraft("PLAN_CANCELLED", "PLAN_CHANGED"))
    decide_loss(act(cast.chen, at(5)), report.pk, approve=True, called_back=True, note="回访确认")

    def rates():
        store = type(cast.store).objects.get(pk=cast.store.pk)
        figures = told(EFFECTIVENESS, About(store, cast.lin, month_of(march(1), march(16))), None)
        return [
            Decimal(figures["rows"][0][name]).quantize(Decimal("0.001")) for name in ("filing", "defeat_rate")
        ]

    assert rates() == [Decimal("0.750"), Decimal("0.333")]
    cast.store.overrides.create(key="rate.filing", value="NATURAL")
    cast.store.overrides.create(key="rate.defeat", value="P0_PLUS_LOSS")
    assert rates() == [Decimal("0.600"), Decimal("1.000")]
