"""The pages of chances: scoped, fixed in queries, and ending in something to do."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cadence.desk import later
from tests.cast import MORNING
from tests.insights.years import past, still_open
from tests.pipeline.desk import mapped, opened, won

from guanxi.customers.models import Customer
from guanxi.insights.operations.chances import work_out_chances
from guanxi.insights.queries.chances import PAGE


@pytest.fixture(autouse=True)
def _morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def night(cast, act):
    return lambda at=MORNING: work_out_chances(act(None, at, "night", cast.store))


def said(answer):
    assert answer.status_code == 200, answer.content.decode()[:300]
    return answer.content.decode()


def test_a_prospect_is_told_with_reasons_and_something_to_do(cast, night, client_for):
    past(cast, 400)
    cards = still_open(cast)
    night()
    page = said(client_for(cast.lin).get("/insights/chances/"))
    assert "根据本店已结案例" in page and "级别 H" in page
    assert f"/customers/{cards[0].pk}/contacts/" in page
    page = said(client_for(cast.ma).get("/insights/chances/"))
    assert "根据本店 400 个已结案例" in page
    assert (
        "说得准不准" in page
        and "chance-spot" in page
        and "多久见分晓" in page
        and 'class="chance-won"' in page
    )


def test_few_cases_say_that_the_playbook_speaks(cast, night, client_for):
    past(cast, 40)
    still_open(cast)
    night()
    page = said(client_for(cast.lin).get("/insights/chances/"))
    assert "以业务规则的参考值为准" in page and "已结案例不足 200 个" in page
    assert "说得准不准" not in page


@pytest.mark.parametrize("cases", [40, 400])
def test_figures_of_the_store_are_for_those_who_see_it(cast, night, client_for, cases):
    """21.1: a consultant reads the chance, its reasons and the playbook's figure; counts, rates and curves are the
    store's."""
    past(cast, cases)
    card = still_open(cast)[0]
    night()
    for user, is_told in ((cast.lin, False), (cast.ma, True), (cast.chen, True), (cast.auditor, True)):
        page = said(client_for(user).get("/insights/chances/"))
        panel = said(client_for(user).get(f"/customers/{card.pk}/chance/"))
        assert (f"{cases} 个" in page, f"{cases} 个" in panel) == (is_told, is_told)
        assert "chance-percent" in panel and "chance-reasons" in page
        figures = ["calibration", "effects", "rates", "closing"]
        told = client_for(user).get("/insights/chances/").context
        assert any(told.get(name) for name in figures) == is_told
        if cases == 40:
            assert "业务规则参考" in page and ("本店 10 个中成交" in page) == is_told


def test_nobody_reads_the_chances_of_others(cast, night, client_for):
    cards = still_open(cast, each=2)
    night()
    for outsider in (cast.wu, cast.zhao, cast.gao, cast.sun):
        page = said(client_for(outsider).get("/insights/chances/"))
        assert all(f"/customers/{card.pk}/" not in page for card in cards)
        assert client_for(outsider).get(f"/customers/{cards[0].pk}/chance/").status_code == 404
    for nobody in (cast.desk, cast.finance, cast.admin, cast.legal):
        assert client_for(nobody).get("/insights/chances/").status_code == 404
    page = said(client_for(cast.auditor).get("/insights/chances/"))
    assert f"/customers/{cards[0].pk}/" in page and f"/customers/{cards[0].pk}/contacts/" not in page


def test_pages_go_on_by_key_and_lose_nobody(cast, night, client_for):
    cards = still_open(cast, each=PAGE // 2)
    night()
    client, url, seen = client_for(cast.lin), "/insights/chances/?of=prospects", []
    while url:
        answer = client.get(url)
        said(answer)
        assert len(answer.context["rows"]) <= PAGE
        seen += [one["row"].customer_id for one in answer.context["rows"]]
        url = answer.context["page"]["next_url"]
    assert sorted(seen) == sorted(card.pk for card in cards)
    for cursor in ("x", "0.5", "0.5~x", "NaN~1", "1e99~3", "0.5~" + "9" * 30):
        assert client.get(f"/insights/chances/?of=prospects&after={cursor}").status_code == 404
    assert client.get("/insights/chances/?of=others").status_code == 404


def test_who_ended_since_the_night_is_gone_from_the_list(cast, act, night, client_for, make_customer):
    cards = still_open(cast, each=1)
    deal_card = mapped(make_customer(cast.lin, kind="ORG", org_name="甬锐模具", level="B", at=later(-30)))
    row = opened(act(cast.lin, later(-20)), deal_card)
    night()
    client = client_for(cast.lin)
    assert "公务车五台" in said(client.get("/insights/chances/?of=opportunities"))
    Customer.objects.filter(pk=cards[0].pk).update(level="O")
    won(act(cast.lin), row)
    assert f'href="/customers/{cards[0].pk}/"' not in said(client.get("/insights/chances/"))
    assert "公务车五台" not in said(client.get("/insights/chances/?of=opportunities"))
    assert "chance-percent" not in said(client.get(f"/opportunities/{row.pk}/chance/"))


def test_the_panels_stand_on_the_pages_they_speak_of(cast, act, night, client_for, make_customer):
    card = mapped(make_customer(cast.lin, kind="ORG", org_name="甬锐模具", level="B", at=later(-30)))
    row = opened(act(cast.lin, later(-20)), card)
    client = client_for(cast.lin)
    assert "夜间尚未计算" in said(client.get(f"/opportunities/{row.pk}/chance/"))
    night()
    for page, panel in (
        (f"/customers/{card.pk}/", f"/customers/{card.pk}/chance/"),
        (f"/opportunities/{row.pk}/", f"/opportunities/{row.pk}/chance/"),
    ):
        assert f'hx-get="{panel}"' in said(client.get(page))
        part = said(client.get(panel, headers={"HX-Request": "true"}))
        assert "chance-percent" in part and "<html" not in part


@pytest.mark.parametrize("of", ["prospects", "opportunities"])
def test_more_rows_take_no_more_queries(cast, act, night, client_for, make_customer, of):
    client = client_for(cast.ma)
    counted = []
    for more in (2, 8):
        for _ in range(more):
            card = make_customer(cast.lin, kind="ORG", org_name="甬锐模具", level="B", at=later(-30))
            opened(act(cast.lin, later(-20)), card)
        night()
        client.get(f"/insights/chances/?of={of}")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/insights/chances/?of={of}").status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]
    assert counted[0] <= 14


def test_both_languages_tell_it(cast, night, client_for):
    past(cast, 40)
    still_open(cast)
    night()
    cast.lin.language = "en"
    cast.lin.save()
    page = said(client_for(cast.lin).get("/insights/chances/"))
    assert "Fewer than 200 cases are closed" in page and "the playbook says" in page
