"""The tab of contracts and the panel of the card: scoped, the most at risk first, a sentence each."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import MORNING
from tests.insights.contracts import ended_terms, running

from guanxi.insights.models import Chance
from guanxi.insights.operations.chances import work_out_chances

URL = "/insights/chances/?of=contracts"


@pytest.fixture(autouse=True)
def _morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def night(cast, act):
    return lambda: work_out_chances(act(None, MORNING, "night", cast.store))


def said(answer):
    assert answer.status_code == 200, answer.content.decode()[:300]
    return answer.content.decode()


def test_most_at_risk_first_with_a_sentence_each(cast, night, client_for):
    ended_terms(cast, 400)
    rows = running(cast)
    night()
    page = said(client_for(cast.lin).get(URL))
    first = Chance.objects.filter(contract__isnull=False).order_by("-worth", "-pk")[0]
    assert page.index(f'id="renewal-{first.pk}"') == page.index('id="renewal-')
    assert '<p class="subtitle">续约' in page or "续约" in page
    assert '<p class="muted">续约</p>' in page
    assert "/contacts/?back=%2Finsights%2Fchances%2F%3Fof%3Dcontracts" in page
    assert "流失风险 " in page and "想降低风险：近几周联系两次" in page
    panel = said(client_for(cast.lin).get(f"/customers/{rows[0].customer_id}/contracts/"))
    assert "90 天内没有联系" in panel and "还有 40 天到期" in panel
    assert "您这份合同快到期了" in panel


def test_figures_of_the_store_are_for_those_who_see_it(cast, night, client_for):
    ended_terms(cast, 400)
    running(cast)
    night()
    own, whole = said(client_for(cast.lin).get(URL)), said(client_for(cast.ma).get(URL))
    assert "实际续约" in whole and "说得准不准" in whole and "份到期合同得出" in whole
    assert "实际续约" not in own and "说得准不准" not in own


def test_few_terms_say_that_the_playbook_speaks(cast, night, client_for):
    ended_terms(cast, 40)
    rows = running(cast)
    night()
    page = said(client_for(cast.lin).get(URL))
    assert "到期合同不足 200 份" in page and "首期合同：业务规则参考 70" in page
    rows[0].renews = None
    rows[0].ended_on = MORNING.date()
    rows[0].save()
    told = Chance.objects.get(contract=rows[0])
    assert f'id="renewal-{told.pk}"' not in said(client_for(cast.lin).get(URL)), "ended since the night"


def test_another_team_sees_none_and_the_page_is_fixed_in_queries(cast, night, client_for):
    ended_terms(cast, 40)
    running(cast)
    night()
    assert 'id="renewal-' not in said(client_for(cast.wu).get(URL))
    client, counted = client_for(cast.ma), []
    client.get(URL)
    for _more in range(2):
        with CaptureQueriesContext(connection) as queries:
            said(client.get(URL))
        counted.append(len(queries))
        running(cast, cast.zhao)
        night()
    assert counted[0] == counted[1]


def test_by_page(cast, night, client_for):
    ended_terms(cast, 40)
    for _four in range(7):
        running(cast)
    night()
    page = said(client_for(cast.ma).get(URL))
    assert page.count('id="renewal-') == 25 and "of=contracts&amp;after=" in page
