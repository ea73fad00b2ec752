"""What is read out of a run: of one card, by the page and by the customer list."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import time_machine
from django.utils.translation import override
from tests.cast import MORNING
from tests.insights.contracts import term
from tests.insights.ledger import UNTIL, make_cards, rows_of, sell, valued_store

from guanxi.customers.models import Customer
from guanxi.deals.operations.corrections import Return, return_deal
from guanxi.insights.models import CustomerValue, ValueRun
from guanxi.insights.queries.calls import worth_calling
from guanxi.insights.queries.values import hint_of, standing, value_of
from guanxi.insights.value_words import ADVISED, advice_of, explanation


def test_only_the_newest_run_tells_a_cards_value(cast, act, night):
    card = make_cards(cast.store, [cast.lin], 1)[0]
    row = sell(card, UNTIL - timedelta(days=10), Decimal(100), amount=Decimal(400))
    return_deal(
        act(cast.ma, MORNING - timedelta(days=1)),
        row.pk,
        version=1,
        draft=Return(1, Decimal(400), UNTIL, "退货"),
    )
    before = night(UNTIL - timedelta(days=1))
    assert value_of(card, UNTIL) == rows_of(before)[card.pk]
    night()
    assert value_of(card, UNTIL) is None


def test_the_hint_for_a_tier_is_the_place_by_the_runs_margin(cast, night):
    *cards, old = make_cards(cast.store, [cast.lin], 11)
    for place, card in enumerate(cards, 1):
        sell(card, UNTIL - timedelta(days=10), Decimal(place))
    sell(old, UNTIL - timedelta(days=400), Decimal(99))
    rows = rows_of(night())
    hints = [hint_of(rows[card.pk]) for card in reversed(cards)]
    assert [hint.tier for hint in hints] == [1, 1, 2, 2, 2, 3, 3, 3, 3, 3]
    assert (hints[0].place, hints[0].among, hint_of(rows[old.pk])) == (1, 10, None)


def test_the_page_names_who_is_left_out(cast, night, client_for):
    slip, plain = make_cards(cast.store, [cast.lin, cast.wu], 2)
    for card in (slip, plain):
        sell(card, UNTIL - timedelta(days=10), Decimal(100))
    for days in (1, 2):
        sell(slip, UNTIL - timedelta(days=days), Decimal(9_999_999_999))
    night()
    told = {user: f"/customers/{slip.pk}/" in client_for(cast.users[user]).get("/insights/value/").content.decode()
            for user in ("ma", "lin", "wu")}  # fmt: skip
    assert told == {"ma": True, "lin": True, "wu": False}


def test_the_advice_of_the_page_and_the_list_is_the_advice_of_each_customer(cast, night, client_for):
    valued_store(cast.store, [cast.lin, cast.wu])
    refusing = CustomerValue.objects.filter(run=night()).order_by("-at_risk").first()
    Customer.objects.filter(pk=refusing.customer_id).update(opt_outs=["CALL", "SMS", "WECHAT", "MAIL"])
    run = ValueRun.objects.get()
    on = MORNING.date()
    first, second = worth_calling(CustomerValue.objects.filter(run=run), run, on)[:2]
    Customer.objects.filter(pk=first.customer_id).update(last_contact_on=on)
    term(second.customer, on - timedelta(days=300), on).save()
    CustomerValue.objects.filter(run=run, churn_risk="").update(past_class="LOSS")
    rows = CustomerValue.objects.with_contract(on).filter(run=run).select_related("customer")
    do = {row.customer_id: advice_of(row, run, on) for row in rows}
    expected = Counter(do.values())
    found = standing(cast.ma, run, on).advised
    assert {code: tally.count for code, tally in found.items()} == dict(expected)
    # Who was reached stands on the list and is not told to be called.
    assert expected["CALL"] == worth_calling(rows, run, on).count() - 1 > 0
    assert (expected["PEACE"], expected["CONTRACT"]) == (1, 1) and expected["LOSING"] > 0
    assert do[first.customer_id] not in ("CALL", "CONTRACT") and do[second.customer_id] == "CONTRACT"
    with time_machine.travel(MORNING, tick=False):
        answers = [client_for(cast.ma).get(f"/customers/?value_advice={code}") for code in expected]
    assert [answer.context["total"] for answer in answers] == list(expected.values())
    assert str(ADVISED["CONTRACT"]) in {
        chip["words"] for answer in answers for chip in answer.context["chips"]
    }


def test_r_loy_06_a_contract_breaks_the_silence_and_is_told(cast, night):
    """Whoever agreed a term is no more silent than whoever came; under it nobody is on the call list."""
    signed, kept, ended, plain = make_cards(cast.store, [cast.lin], 4)
    for card in (signed, kept, ended, plain):
        for days in (165, 135, 105):
            sell(card, UNTIL - timedelta(days=days), Decimal(100))
    # Agreed lately, and ended at once: the silence is broken all the same.
    term(signed, UNTIL - timedelta(days=5), UNTIL + timedelta(days=300), ended_on=UNTIL).save()
    term(kept, UNTIL - timedelta(days=200), UNTIL + timedelta(days=100)).save()
    term(ended, UNTIL - timedelta(days=200), UNTIL + timedelta(days=100), ended_on=UNTIL).save()
    run = night()
    assert [rows_of(run)[card.pk].churn_risk for card in (signed, kept, ended, plain)] == [
        "",
        "",
        "HIGH",
        "HIGH",
    ]
    listed = worth_calling(CustomerValue.objects.filter(run=run), run, UNTIL)
    assert {row.customer_id for row in listed} == {ended.pk, plain.pk}
    told = {card.pk: value_of(card, UNTIL) for card in (signed, kept, plain)}
    assert told[signed.pk].signed_on == told[signed.pk].visited_on == UNTIL - timedelta(days=5)
    with override("zh-hans"):
        words = [explanation(told[card.pk], UNTIL) for card in (signed, kept, plain)]
    assert "5 天前签过合同" in words[0] and "合同在期，到 2026-06-09 为止" in words[1]
    assert "沉默" not in words[1] and "沉默" in words[2] and "合同" not in words[2]


def test_who_did_not_come_back_opens_as_the_list_of_exactly_those(cast, night, client_for):
    valued_store(cast.store, [cast.lin, cast.wu])
    run = night()
    with time_machine.travel(MORNING, tick=False):
        answer = client_for(cast.ma).get("/customers/?value_left=1")
        assert client_for(cast.ma).get("/customers/?value_left=2").status_code == 404
        assert client_for(cast.ma).get("/customers/?value_segment=no").status_code == 404
        page = client_for(cast.ma).get("/insights/value/").content.decode()
        label, group = next(iter(run.facts["segments"]["groups"].items()))
        segment = client_for(cast.ma).get(f"/customers/?value_segment={label}")
    assert answer.context["total"] == run.facts["bucket"]["lost"] > 0
    assert segment.context["total"] == group["size"]
    assert "value_left=1" in page and f"value_segment={label}" in page
    assert '<input type="hidden" name="value_left" value="1">' in answer.content.decode()


def test_who_first_bought_is_counted_and_no_rise(cast, night):
    old, new = make_cards(cast.store, [cast.lin], 2)
    for day in (date(2026, 1, 10), date(2026, 2, 20)):
        sell(old, day, Decimal(10))
    night(date(2026, 1, 31))
    sell(new, date(2026, 2, 22), Decimal(900))
    found = standing(cast.ma, night(date(2026, 2, 28)), date(2026, 3, 1))
    assert (found.first_bought, [row.customer_id for row in found.risen]) == (1, [])
