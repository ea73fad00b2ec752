"""The customer list: what it is narrowed to stands in the address and above, what customers are worth beside."""

from datetime import timedelta
from decimal import Decimal
from urllib.parse import parse_qs

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import MORNING

from guanxi.insights.models import CustomerValue, ValueRun


@pytest.fixture(autouse=True)
def _morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def worth(cast):
    """A function that gives a card its value in the one run of the store."""
    run = ValueRun.objects.create(store=cast.store, on=MORNING.date(), made_at=MORNING, horizon_weeks=52)

    def give(card, at_risk, risk="HIGH", past="A"):
        return CustomerValue.objects.create(
            run=run, customer=card, purchases=3, first_on=MORNING.date(), last_on=MORNING.date(), cycle_days=90,
            margin_year=100, past_class=past, next_class="C", rfm=555, group="BEST", churn_risk=risk, profit=50,
            square="KEEP", at_risk=None if at_risk is None else Decimal(at_risk),
        )  # fmt: skip

    return give


def chips(answer):
    return {chip["words"]: parse_qs(chip["url"].lstrip("?")) for chip in answer.context["chips"]}


def test_each_filter_is_taken_away_alone_and_all_at_once(cast, client_for, make_customer):
    make_customer(cast.lin, level="A")
    asked = f"/customers/?level=A&due=late&source=S&owner={cast.lin.pk}&region=杭州&sort=name&show=value"
    answer = client_for(cast.ma).get(asked, headers={"Accept-Language": "zh"})
    found = chips(answer)
    assert len(found) == 4 and "下次联系：逾期" in found and "杭州" in found
    assert found["下次联系：逾期"] == {
        "level": ["A"], "source": ["S"], "owner": [str(cast.lin.pk)], "region": ["杭州"], "sort": ["name"],
        "show": ["value"],
    }  # fmt: skip
    assert parse_qs(answer.context["clear_url"].lstrip("?")) == {"sort": ["name"], "show": ["value"]}
    page = answer.content.decode()
    assert '<input type="hidden" name="region" value="杭州">' in page
    assert '<input type="hidden" name="show" value="value">' in page


def test_the_rarer_filters_open_when_one_of_them_is_chosen(cast, client_for, make_customer):
    make_customer(cast.lin)
    client = client_for(cast.lin)
    closed, opened = (client.get(f"/customers/?{asked}") for asked in ("due=late", "tier=1"))
    assert '<details class="filter-more">' in closed.content.decode()
    assert '<details class="filter-more" open>' in opened.content.decode()
    assert (closed.context["chosen_further"], opened.context["chosen_further"]) == (0, 1)
    assert "owner" not in {one.name for one in closed.context["daily"]}, (
        "who reads their own has no colleagues"
    )


def test_without_a_run_nothing_asks_for_value(cast, client_for, make_customer):
    make_customer(cast.lin)
    answer = client_for(cast.ma).get("/customers/?show=value")
    assert not [one for one in answer.context["further"] if one.name.startswith("value_")]
    assert (answer.context["valued"], answer.context["value_url"]) == (False, "")


def test_value_is_shown_when_asked_and_stays_within_reach(cast, client_for, make_customer, worth):
    mine, other = make_customer(cast.lin, name="林的客户"), make_customer(cast.wu, name="吴的客户")
    worth(mine, "812.50")
    worth(other, "99.90")
    client = client_for(cast.ma)
    plain, shown = (client.get(f"/customers/{query}") for query in ("", "?show=value"))
    assert "812.50" not in plain.content.decode() and "812.50" in shown.content.decode()
    assert parse_qs(plain.context["value_url"].lstrip("?")) == {"show": ["value"], "sort": ["at_risk"]}
    assert shown.context["value_url"] == "?"
    assert client.get(f"/customers/{plain.context['value_url']}").context["value_url"] == "?"
    assert client.get("/customers/?show=value&value_risk=HIGH").context["value_url"] == ""
    own = client_for(cast.lin).get("/customers/?show=value")
    assert [row.worth_now.churn_risk for row in own.context["rows"]] == ["HIGH"]


def test_21_1_yuan_at_risk_are_told_to_those_who_see_margins(cast, client_for, make_customer, worth):
    """The order and the classes are told to all."""
    worth(make_customer(cast.lin, name="少"), "812.50")
    worth(make_customer(cast.lin, name="多"), "9000")
    for user, told in ((cast.ma, True), (cast.lin, False), (cast.chen, False)):
        answer = client_for(user).get("/customers/?sort=at_risk")
        assert [row.name for row in answer.context["rows"]] == ["多", "少"]
        assert ("812.50" in answer.content.decode(), answer.context["money"]) == (told, told)


def test_a_card_without_value_has_dashes(cast, client_for, make_customer, worth):
    worth(make_customer(cast.lin, name="有"), None, risk="", past="")
    make_customer(cast.lin, name="没有")
    answer = client_for(cast.ma).get("/customers/?show=value")
    assert len(answer.context["rows"]) == 2 and answer.content.decode().count("<td>—</td>") == 5


def test_a_segment_that_would_drop_a_condition_is_not_offered(cast, client_for, make_customer, worth):
    worth(make_customer(cast.lin, level="A"), 900)
    client = client_for(cast.ma)
    assert (
        "/segments/new/?level=A&amp;source=S" in client.get("/customers/?level=A&source=S").content.decode()
    )
    page = client.get("/customers/?level=A&value_risk=HIGH&due=late").content.decode()
    assert "segments/new" not in page and "“下次联系、流失风险”不能写进区隔" in page


@pytest.mark.parametrize("asked", ["value_advice=KEEP", "value_segment=3", "value_left=1"])
def test_what_the_value_page_opens_asks_as_often_for_many_as_for_few(
    cast, client_for, make_customer, worth, asked
):
    first = worth(make_customer(cast.lin), "10", risk="")
    first.run.facts = {
        "usual_days": 90, "bucket": {"days": 100},
        "segments": {"groups": {"3": {"purchases": 1, "days": 9, "margin": 5}}},
    }  # fmt: skip
    first.run.save()
    client, counted = client_for(cast.ma), []
    client.get(f"/customers/?{asked}")
    for more in (0, 4):
        for _ in range(more):
            worth(make_customer(cast.lin), "10", risk="")
        CustomerValue.objects.update(segment=3, last_on=MORNING.date() - timedelta(days=100))
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(f"/customers/?{asked}")
        counted.append(len(queries))
        assert answer.context["total"] == 1 + more and len(answer.context["chips"]) == 1
    assert counted[0] == counted[1], [query["sql"][:200] for query in queries]
