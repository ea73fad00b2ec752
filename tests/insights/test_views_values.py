"""Who reads what of the value pages: rows of one's customers, totals by 21.1, yuan for those who see margins."""

from copy import deepcopy
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from tests.cast import MORNING, assemble
from tests.insights.ledger import UNTIL, make_cards, sell, valued_store

from guanxi.customers.models import Customer
from guanxi.insights.models import CustomerValue, ValueRun
from guanxi.insights.operations.value_runs import make_run
from guanxi.organization.acts import Act


@pytest.fixture(autouse=True)
def _morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture(scope="module")
def night(kept_rows):
    """A good customer of Lin's and one of Wu's, and a store around them: fitting it takes seconds, so once."""
    cast = assemble()
    found = make_cards(cast.store, [cast.lin, cast.wu], 2, prefix="S")
    Customer.objects.filter(pk=found[0].pk).update(name="林的客户")
    Customer.objects.filter(pk=found[1].pk).update(name="吴的客户")
    valued_store(cast.store, [cast.sun], 250)
    for card in found:
        for days in (160, 130, 100):
            sell(card, UNTIL - timedelta(days=days), Decimal(91234))
    make_run(Act(by=None, at=MORNING, source="night", request_id="test", given_store=cast.store), UNTIL)
    return cast, found


@pytest.fixture
def cast(db, night):
    return deepcopy(night[0])


@pytest.fixture
def cards(cast, night):
    return night[1]


def page(client_for, user, path="/insights/value/"):
    answer = client_for(user).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_each_sees_their_own_customers_and_only_leaders_the_store(cast, cards, client_for):
    told = {
        name: page(client_for, cast.users[name])
        for name in ("lin", "wu", "chen", "ma", "proprietor", "finance")
    }
    assert {name: ("林的客户" in text, "吴的客户" in text) for name, text in told.items()} == {
        "lin": (True, False), "wu": (False, True), "chen": (True, False), "ma": (True, True),
        "proprietor": (True, True), "finance": (False, False),
    }  # fmt: skip
    assert [name for name, text in told.items() if 'id="pareto"' in text] == [
        "chen",
        "ma",
        "proprietor",
        "finance",
    ]


def test_yuan_are_told_to_those_who_see_margins(cast, cards, client_for):
    panel = f"/customers/{cards[0].pk}/value/"
    told = {
        name: "¥" in page(client_for, cast.users[name], panel) for name in ("lin", "chen", "ma", "proprietor")
    }
    assert told == {"lin": False, "chen": False, "ma": True, "proprietor": True}
    assert ["¥" in page(client_for, cast.users[name]) for name in ("lin", "ma")] == [False, True]


def test_the_panel_explains_in_both_languages(cast, cards, client_for):
    client = client_for(cast.lin)
    path = f"/customers/{cards[0].pk}/value/"
    assert (
        "bought 3 times, about every 30 days, last 101 days ago"
        in client.get(path, headers={"accept-language": "en"}).content.decode()
        or "买过 3 次，约 30 天一次，最近一次 101 天前" in client.get(path).content.decode()
    )


def test_r_loy_10_in_shortage_new_customers_stand_before_the_curve(cast, cards, client_for):
    def order():
        text = page(client_for, cast.ma)
        return text.index('id="bucket"') < text.index('id="pareto"')

    assert order() is False
    cast.store.overrides.create(key="supply.short", value=True)
    assert order() is True


def test_a_cell_of_the_matrix_opens_its_customers(cast, cards, client_for):
    row = CustomerValue.objects.get(customer=cards[0])
    found = page(client_for, cast.ma, f"/customers/?value_past={row.past_class}&value_next={row.next_class}")
    assert "林的客户" in found
    other = "C" if row.past_class == "A" else "A"
    assert "林的客户" not in page(client_for, cast.ma, f"/customers/?value_past={other}")


def test_the_list_sorts_by_value_at_risk_over_its_pages(cast, cards, client_for):
    client, seen, path = client_for(cast.ma), [], "/customers/?sort=at_risk"
    while path:
        answer = client.get(path)
        seen += [row.pk for row in answer.context["rows"]]
        path = answer.context["page"]["next_url"] and f"/customers/{answer.context['page']['next_url']}"
    known = CustomerValue.objects.filter(at_risk__isnull=False).order_by("-at_risk", "-customer_id")
    assert seen == list(known.values_list("customer_id", flat=True))


def test_21_1_finance_finds_the_stores_sums_on_top_and_nothing_folded(cast, cards, client_for):
    """No rows, so there is nothing else to look at."""
    text = page(client_for, cast.finance)
    assert text.count("<details") > 0 and text.count('worth-fold"') == text.count(" open>") == 4
    total = sum(CustomerValue.objects.values_list("margin_year", flat=True))
    shown = client_for(cast.finance).get("/insights/value/").context["totals"]
    assert (shown.count, shown.margin) == (CustomerValue.objects.count(), total)
    assert (
        'href="/customers/' not in text
        and client_for(cast.ma).get("/insights/value/").context["totals"] is None
    )


def test_costs_are_told_as_settings_with_a_link_for_those_who_see_them(cast, cards, client_for):
    told = {name: page(client_for, cast.users[name]) for name in ("ma", "finance")}
    assert ['href="/settings/playbook/"' in text for text in told.values()] == [True, False]
    assert all("按设置" in text or "By the settings" in text for text in told.values())


def test_the_table_beside_the_chart_is_as_long_as_the_list(cast, cards, client_for):
    scatter = client_for(cast.ma).get("/insights/value/").context["scatter"]
    assert len(scatter["spots"]) > len(scatter["named"]) == 10


def test_a_yearly_retention_says_that_it_was_brought_to_a_year(cast, cards, client_for):
    run = ValueRun.objects.get()
    run.facts["bucket"]["days"] = 212
    run.save()
    text = (
        client_for(cast.ma).get("/insights/value/", headers={"accept-language": "zh-hans"}).content.decode()
    )
    assert "212 天的" in text and "折成一年" in text
