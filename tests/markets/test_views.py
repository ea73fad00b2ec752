"""Products on the customer's page, the matrix and its list, judging down a list, the printed form, the API."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.api.conftest import Program
from tests.cast import MORNING
from tests.markets.desk import TODAY, bought, judged, product

from guanxi.cadence.models import Task
from guanxi.customers.models import Customer
from guanxi.markets.models import ProductStanding
from guanxi.organization.models import User
from guanxi.paper.sheets import Table
from guanxi.performance.queries.about import About
from guanxi.performance.queries.figures import FIGURES
from guanxi.performance.rules.periods import day
from guanxi.workspace.forms.period_printing import NoSuchForm, PeriodAsked, print_period
from guanxi.workspace.forms.periods import PERIOD_FORMS
from guanxi.workspace.forms.wording import Wording


@pytest.fixture(autouse=True)
def _morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def service(cast):
    return product(cast.store)


@pytest.fixture
def card(cast, make_customer):
    return make_customer(cast.lin, name="赵四海")


def said(response):
    assert response.status_code == 200, response.content.decode()[:500]
    return response.content.decode()


def test_the_panel_shows_pairs_and_opens_each_product(cast, act, card, service, client_for):
    bought(act(cast.lin), card, service)
    judged(act(cast.lin), card, service, "3")
    url = f"/customers/{card.pk}/products/"
    page = said(client_for(cast.lin).get(url, headers={"HX-Request": "true"}))
    assert "(1, 3)" in page and "缺口 2" in page and f"{url}{service.pk}/" in page
    assert "购买记录太少" in page
    reader = said(client_for(cast.cs).get(url, headers={"HX-Request": "true"}))
    assert "(1, 3)" in reader and f"{url}{service.pk}/" not in reader
    assert f'hx-get="{url}"' in said(client_for(cast.lin).get(f"/customers/{card.pk}/"))


def test_english_words(cast, act, card, service, client_for):
    judged(act(cast.lin), card, service, "N")
    User.objects.filter(pk=cast.lin.pk).update(language="en")
    lin = client_for(User.objects.get(pk=cast.lin.pk))
    assert "find out" in said(lin.get(f"/customers/{card.pk}/products/"))
    assert "Whom to visit next" in said(lin.get("/products/standing/"))


def test_judging_by_tap_and_the_warning(cast, act, card, service, client_for):
    lin, url = client_for(cast.lin), f"/customers/{card.pk}/products/{service.pk}/"
    bought(act(cast.lin), card, service, 4)
    assert 'name="potential"' in said(lin.get(url))
    assert lin.post(url, {"potential": "", "version": 0}).status_code == 422
    assert lin.post(url, {"potential": "2", "current": "", "version": 0}).status_code == 303
    assert "潜力 2 低于现况 3" in said(lin.get(f"/customers/{card.pk}/"))
    assert ProductStanding.objects.get().current is None
    stale = lin.post(url, {"potential": "4", "current": "", "version": 0})
    assert stale.status_code == 409 and ProductStanding.objects.get().potential == "2"


def test_r_cmp_02_one_click_puts_a_visit_into_today(cast, act, card, service, client_for):
    lin = client_for(cast.lin)
    judged(act(cast.lin), card, service, "3")
    url, back = (
        f"/customers/{card.pk}/products/{service.pk}/visit/",
        f"/products/standing/?product={service.pk}",
    )
    for _ in range(2):
        answer = lin.post(url, {"back": back})
        assert (answer.status_code, answer["Location"]) == (303, back)
    assert Task.objects.filter(source_rule="R-CMP-02").count() == 1
    assert service.name in said(lin.get("/today/")) and "已列入今日" in said(lin.get(back))
    elsewhere = lin.post(url, {"back": "https://evil.example/"})
    assert elsewhere["Location"] == f"/customers/{card.pk}/"


def test_the_matrix_counts_and_a_cell_opens_its_customers(
    cast, act, make_customer, card, service, client_for
):
    for pair, potential in (("甲", "4"), ("乙", "4"), ("丙", "0")):
        judged(act(cast.lin), make_customer(cast.lin, name=pair), service, potential)
    judged(act(cast.wu), make_customer(cast.wu, name="丁"), service, "4")
    lin = client_for(cast.lin)
    page = said(lin.get("/products/standing/"))
    assert "?cell=0-4" in page and "甲" in page and "丙" not in page and "丁" not in page
    cell = said(lin.get("/products/standing/?cell=0-0"))
    assert "丙" in cell and ">甲<" not in cell
    assert "丁" in said(client_for(cast.ma).get(f"/products/standing/?who={cast.wu.pk}"))
    for wrong in ("cell=9-9", "cell=x", "product=0", f"who={cast.wu.pk}", "product=²"):
        assert lin.get(f"/products/standing/?{wrong}").status_code == 404


def test_judging_down_a_list(cast, act, make_customer, card, service, client_for):
    other, theirs = make_customer(cast.lin, name="钱五湖"), make_customer(cast.wu, name="别组")
    lin, url = client_for(cast.lin), f"/products/standing/enter/?product={service.pk}"
    page = said(lin.get(url))
    assert "赵四海" in page and "钱五湖" in page and "别组" not in page
    form = {f"potential_{card.pk}": "3", f"version_{card.pk}": 0, f"version_{other.pk}": 0,
            f"potential_{theirs.pk}": "4", f"version_{theirs.pk}": 0}  # fmt: skip
    assert lin.post(url, form).status_code == 303
    row = ProductStanding.objects.get()
    assert (row.customer, row.potential) == (card, "3")
    page = said(lin.get(url))
    assert "赵四海" not in page and "钱五湖" in page
    again = said(lin.get(f"{url}&again=1"))
    assert "赵四海" in again and "钱五湖" not in again
    judged(act(cast.chen), card, service, "1")
    late = lin.post(url, {f"potential_{card.pk}": "4", f"version_{card.pk}": 1, f"potential_{other.pk}": "2",
                          f"version_{other.pk}": 0})  # fmt: skip
    assert late.status_code == 409 and ProductStanding.objects.count() == 1
    assert f'name="version_{card.pk}" value="2"' in late.content.decode()


def test_a_locked_grade_survives_the_list(cast, act, card, service, client_for):
    judged(act(cast.lin), card, service, "3", current=2)
    form = {f"potential_{card.pk}": "4", f"version_{card.pk}": 1}
    client_for(cast.lin).post(f"/products/standing/enter/?product={service.pk}&again=1", form)
    row = ProductStanding.objects.get()
    assert (row.potential, row.current) == ("4", 2)


@pytest.mark.parametrize("path", [
    "/products/standing/", "/products/standing/enter/?again=1&product={product}", "/customers/{card}/products/",
])  # fmt: skip
def test_more_standings_take_no_more_queries(cast, act, make_customer, card, service, client_for, path):
    lin, url = client_for(cast.lin), path.format(card=card.pk, product=service.pk)
    counted = []
    for _ in range(2):
        for count in range(4):
            about = product(cast.store, f"产品 {ProductStanding.objects.count()}")
            other = make_customer(cast.lin)
            for one in (card, other):
                bought(act(cast.lin), one, about, count)
                judged(act(cast.lin), one, about, "4")
            judged(act(cast.lin), other, service, "N")
        lin.get(url)
        with CaptureQueriesContext(connection) as queries:
            said(lin.get(url))
        counted.append(len(queries))
    assert counted[0] == counted[1], [query["sql"][:150] for query in queries]


def test_the_tier_stands_on_the_card_and_filters_the_list(cast, make_customer, client_for):
    make_customer(cast.lin, name="甲", tier=1), make_customer(cast.lin, name="乙", tier=2)
    lin = client_for(cast.lin)
    page = said(lin.get("/customers/?tier=1"))
    assert "甲" in page and "乙" not in page
    assert lin.get("/customers/?tier=4").status_code == 404
    assert "1 级客户" in said(lin.get(f"/customers/{Customer.objects.get(name='甲').pk}/"))
    assert [row["name"] for row in Program(cast.lin).get("/customers", tier=2).json()["items"]] == ["乙"]
    assert Program(cast.lin).get("/customers", tier=4).status_code == 422


def composite(cast, on, person=None, language="zh-hans"):
    about = About(cast.store, person, day(on))
    figures = next(row for row in FIGURES if row.code == "F-CMPX-1").compute(about)
    form = next(row for row in PERIOD_FORMS if row.code == "F-CMPX-1")
    sheet = form.sheet(figures, about, Wording(language, cast.store))
    return next(block for block in sheet.blocks if isinstance(block, Table))


def test_f_cmpx_1_customers_by_products_as_on_the_day(cast, act, make_customer, card, service):
    mats = product(cast.store, "脚垫")
    bought(act(cast.lin), card, service)
    judged(act(cast.lin), card, service, "3")
    judged(act(cast.lin), card, mats, "N")
    judged(act(cast.wu), make_customer(cast.wu, name="别组"), mats, "0")
    later = MORNING + timedelta(days=2)
    judged(act(cast.lin, later), card, service, "1")
    table = composite(cast, TODAY, cast.lin)
    assert [column.label for column in table.columns] == [
        "客户",
        "分级",
        "保养套餐",
        "脚垫",
        "最大缺口",
        "下次拜访目标",
    ]
    assert [list(row) for row in table.rows] == [["赵四海", "", "(1, 3)", "(0, N)", 2, "是"]]
    assert list(composite(cast, later.date(), cast.lin).rows[0][2:]) == ["(1, 1)", "(0, N)", "N", "是"]
    assert list(composite(cast, TODAY, language="en").rows[1])[-1] == "no"
    assert composite(cast, TODAY - timedelta(days=1)).rows == ()


@pytest.mark.parametrize("extension", ["pdf", "xlsx", "csv"])
def test_f_cmpx_1_prints_for_who_reads_the_cards(cast, act, card, service, extension):
    judged(act(cast.lin), card, service, "3")
    printed = print_period(act(cast.ma), "F-CMPX-1", extension, PeriodAsked(whole=True))
    assert printed.sheets == 1 and len(printed.content) > 100
    for who in (cast.desk, cast.finance):
        with pytest.raises(NoSuchForm):
            print_period(act(who), "F-CMPX-1", extension, PeriodAsked())


def test_programs_read_judge_and_plan(cast, card, service):
    lin, url = Program(cast.lin), f"/customers/{card.pk}/standings"
    assert lin.get(url).json()[0] | {"name": ""} == {
        "product": service.pk, "name": "", "current": 0, "is_locked": False, "potential": "", "gap": None, "tag": "",
        "version": 0,
    }  # fmt: skip
    asked = {"product": service.pk, "potential": "3", "current": "N", "version": 0}
    assert lin.call("PUT", url, asked).json() == {
        "product": service.pk, "potential": "3", "current": 0, "version": 1,
    }  # fmt: skip
    stale = lin.call("PUT", url, asked)
    assert stale.status_code == 409 and stale.json()["current"]["version"] == 1
    assert lin.call("PUT", url, asked | {"version": 1, "potential": "7"}).status_code == 422
    assert lin.get(url).json()[0]["gap"] == 3
    (target,) = lin.get("/standings/targets").json()
    assert (target["customer"], target["gap"], target["is_asked"]) == (card.pk, 3, False)
    visits = f"/customers/{card.pk}/product-visits"
    first, second = (lin.post(visits, {"product": service.pk}) for _ in range(2))
    assert first.status_code == 201 and (first.json()["is_new"], second.json()["is_new"]) == (True, False)
    assert lin.get(f"/customers/{card.pk}/next-products").json() == {"rows": [], "too_few": True}
    assert Program(cast.wu).get("/standings/targets").json() == []
