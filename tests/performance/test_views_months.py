"""The month sheet on the screen and the page of the locked months (F-MON-1, R-MON-05, R-PRM-12)."""

import re
from datetime import date, datetime, timedelta

import pytest
import time_machine
from tests.cadence.desk import call
from tests.cast import MORNING, SHANGHAI

from guanxi.cadence.operations.cards import hand_over_cards
from guanxi.cadence.operations.contacts import record_contact
from guanxi.performance.models import MonthClose
from guanxi.performance.operations.closes import close_month

FEBRUARY = date(2026, 2, 1)


@pytest.fixture(autouse=True)
def _morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def cards(cast, make_customer):
    opened = {"at": MORNING - timedelta(days=20), "evidence": {"TERMS"}}
    return [
        make_customer(cast.lin, name="赵四海", level="A", **opened),
        make_customer(cast.wu, name="钱五湖", level="B", **opened),
    ]


def page(client_for, who, address="/month/"):
    answer = client_for(who).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_r_mon_05_a_consultant_sees_their_own_and_a_leader_whom_they_read(cast, cards, client_for):
    own = page(client_for, cast.lin)
    assert "赵四海" in own and "钱五湖" not in own and f"/customers/{cards[0].pk}/" in own
    assert "赵四海" in page(client_for, cast.chen, f"/month/?who={cast.lin.pk}")
    for who, of in ((cast.lin, cast.wu), (cast.chen, cast.wu), (cast.gao, cast.lin)):
        assert client_for(who).get(f"/month/?who={of.pk}").status_code == 404
    team = page(client_for, cast.chen)
    assert f"who={cast.lin.pk}" in team and f"who={cast.wu.pk}" not in team
    assert client_for(cast.desk).get("/month/").status_code == 404


def test_r_mon_01_cells_are_live_and_today_is_marked(cast, act, cards, client_for):
    before = page(client_for, cast.lin)
    assert '<td class="day day-A day-now">A</td>' not in before
    record_contact(act(cast.lin), call(cards[0]))
    body = page(client_for, cast.lin)
    link = re.search(
        r'<td class="day day-A day-now"><a href="(/customers/\d+/days/[\d-]+/)">A</a></td>', body
    )
    assert link is not None
    told = client_for(cast.lin).get(link[1], headers={"HX-Request": "true"})
    assert told.status_code == 200 and 'class="history"' in told.content.decode()
    assert client_for(cast.wu).get(link[1]).status_code == 404


def test_who_was_handed_on_keeps_a_row_without_number_or_link(cast, act, cards, client_for):
    hand_over_cards(act(cast.ma), [cards[0].pk], cast.zhao, reason="换人")
    own = page(client_for, cast.lin)
    assert "赵四海" in own and "→" in own and "赵磊" in own
    assert f"/customers/{cards[0].pk}/" not in own and "139****0001" not in own
    assert f"/customers/{cards[0].pk}/" in page(client_for, cast.zhao)


def test_a_month_without_anybody_says_what_comes_next(cast, client_for):
    assert "还没有" in page(client_for, cast.lin) or "没有意向客户" in page(client_for, cast.lin)
    for wrong in ("2026-04", "2026-13", "x"):
        assert client_for(cast.lin).get(f"/month/?month={wrong}").status_code == 404


def test_r_prm_12_the_manager_re_opens_and_locks_again_on_the_page(cast, act, cards, client_for):
    close = close_month(cast.store, FEBRUARY, datetime(2026, 3, 1, 0, 6, tzinfo=SHANGHAI))
    locked = page(client_for, cast.lin, "/month/?month=2026-02")
    assert "2026-03-01 00:06" in locked
    manager = client_for(cast.ma)
    assert "2026-02" in page(client_for, cast.auditor, "/month/closes/")
    refused = manager.post(f"/month/closes/{close.pk}/reopening/", {"reason": " "})
    assert refused.status_code == 422 and MonthClose.objects.get().is_locked
    assert manager.post(f"/month/closes/{close.pk}/reopening/", {"reason": "补录"}).status_code == 303
    assert "补录" in page(client_for, cast.lin, "/month/?month=2026-02")
    assert manager.post(f"/month/closes/{close.pk}/closing/").status_code == 303
    assert MonthClose.objects.first().version == 2
    for who in (cast.chen, cast.gao, cast.lin):
        assert client_for(who).post(f"/month/closes/{close.pk}/closing/").status_code == 404
