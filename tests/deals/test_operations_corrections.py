"""Returns and mistakes: the ledger is only added to, and its sums tell what stands."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from tests.cast import MORNING
from tests.imports.test_concurrent import together

from guanxi.catalogue.models import Product
from guanxi.deals.models import Deal
from guanxi.deals.operations.corrections import (
    Correction,
    Return,
    correct_deal,
    return_deal,
    take_back_deal,
)
from guanxi.deals.operations.ledger import DealRefused, Entry, Sold, reverse_deals, write_deals, write_rows
from guanxi.deals.queries.sales import left_of, sold_already
from guanxi.organization.models import AuditEntry
from guanxi.organization.refusals import StaleEdit

TODAY = MORNING.date()
THEN = TODAY - timedelta(days=100)


@pytest.fixture
def deal(cast, act, make_customer):
    """Three filters for ¥300, ¥100 of them earned, sold a while ago."""
    product = Product.objects.create(store=cast.store, name="滤芯")
    (found,) = write_deals(
        act(cast.lin), make_customer(cast.lin), THEN, [Sold(product, 3, Decimal(300), Decimal("100.00"))],
        seller_id=cast.lin.pk, source="test 1", number="D-1",
    )  # fmt: skip
    return found


def came_back(quantity=1, amount="100", on=TODAY, reason="漏油"):
    return Return(quantity, None if amount is None else Decimal(amount), on, reason)


def should_be(deal, *, quantity=None, amount="250", on=None, number="D-1", reason="写错", product=None):
    sold = Sold(product or deal.product, quantity or deal.quantity, Decimal(amount), deal.margin)
    return Correction(on or deal.on, sold, number, reason)


def total(**days):
    return sum(row.amount for row in Deal.objects.filter(**days))


@pytest.mark.django_db
def test_a_return_stands_below_zero_on_its_day_with_its_share_of_the_margin(cast, act, deal):
    back = return_deal(act(cast.ma), deal.pk, version=1, draft=came_back())
    assert (back.quantity, back.amount, back.margin) == (-1, Decimal(-100), Decimal("-33.33"))
    assert (back.returns, back.on, back.seller, back.source) == (deal, TODAY, cast.lin, deal.source)
    assert (total(on=THEN), total(on=TODAY)) == (300, -100)
    standing = Deal.objects.standing().get()
    assert (standing.net_quantity, standing.net_amount, standing.net_margin) == (2, 200, Decimal("66.67"))
    entry = AuditEntry.objects.get(action="deal_returned")
    assert (entry.actor, entry.customer_key, entry.reason) == (cast.ma, deal.customer_id, "漏油")
    return_deal(act(cast.finance), deal.pk, version=2, draft=came_back(2, "200"))
    assert left_of(deal) == left_of(Deal.objects.get(pk=deal.pk))
    assert (left_of(deal).quantity, left_of(deal).amount, left_of(deal).margin) == (0, 0, 0)
    assert not Deal.objects.standing().exists() and sold_already(cast.store, "D-1") == deal


@pytest.mark.django_db
@pytest.mark.parametrize(("draft", "field"), [
    (came_back(4), "quantity"), (came_back(-1), "quantity"), (came_back(1, "300.01"), "amount"),
    (came_back(1, "-1"), "amount"), (came_back(0, "0"), "quantity"), (came_back(1, None), "amount"),
    (came_back(on=THEN - timedelta(days=1)), "on"), (came_back(on=TODAY + timedelta(days=1)), "on"),
    (came_back(reason=" "), "reason"),
])  # fmt: skip
def test_never_more_comes_back_than_stands(cast, act, deal, draft, field):
    with pytest.raises(DealRefused) as refused:
        return_deal(act(cast.ma), deal.pk, version=1, draft=draft)
    assert refused.value.field == field
    assert Deal.objects.count() == 1


@pytest.mark.django_db
def test_a_return_taken_back_lets_it_come_back_again(cast, act, deal):
    me = act(cast.ma)
    back = return_deal(me, deal.pk, version=1, draft=came_back(3, "300"))
    with pytest.raises(DealRefused):
        return_deal(me, deal.pk, version=2, draft=came_back())
    take_back_deal(me, back.pk, version=1, reason="没退")
    assert left_of(deal).quantity == 3 and Deal.objects.standing().get().net_amount == 300
    return_deal(me, deal.pk, version=Deal.objects.get(pk=deal.pk).version, draft=came_back())


@pytest.mark.django_db
def test_a_correction_counts_on_the_days_it_is_about(cast, act, deal):
    new = correct_deal(act(cast.ma), deal.pk, version=1, draft=should_be(deal, on=THEN + timedelta(days=1)))
    assert (new.amount, new.number, new.source) == (250, "D-1", "test 1")
    assert (total(on=THEN), total(on=THEN + timedelta(days=1)), total(on=TODAY)) == (0, 250, 0)
    assert Deal.objects.standing().get() == new
    actions = (
        AuditEntry.objects.filter(action__startswith="deal_").order_by("pk").values_list("action", flat=True)
    )
    assert list(actions) == ["deal_written", "deal_reversed", "deal_written", "deal_corrected"]
    reverse_deals(act(cast.lin), "test 1", reason="撤销")
    assert total() == 0


@pytest.mark.django_db
def test_r_prm_04_a_correction_says_what_was_and_what_is(cast, act, deal):
    correct_deal(act(cast.ma), deal.pk, version=1, draft=should_be(deal, on=TODAY, number="D-2"))
    changes = AuditEntry.objects.get(action="deal_corrected").changes
    assert changes == {"on": [str(THEN), str(TODAY)], "amount": ["300.00", "250"], "number": ["D-1", "D-2"]}


@pytest.mark.django_db
def test_an_imported_return_is_no_sale_under_its_number(cast, act, make_customer):
    card, back = make_customer(cast.lin), Sold(None, -1, Decimal(-50))
    write_rows(act(cast.ma), [Entry(card.pk, TODAY, back, None, "import 1 row 1", "D-9")])
    assert sold_already(cast.store, "D-9") is None


@pytest.mark.django_db
@pytest.mark.parametrize(("changes", "field"), [
    ({"quantity": -1}, "quantity"), ({"amount": "0"}, "amount"), ({"on": TODAY + timedelta(days=1)}, "on"),
    ({"reason": ""}, "reason"), ({"amount": "300"}, ""), ({"number": "D-2"}, "number"),
])  # fmt: skip
def test_a_correction_that_cannot_be_is_refused(cast, act, make_customer, deal, changes, field):
    write_deals(act(cast.lin), make_customer(cast.lin), THEN, [Sold(None, 1, Decimal(1))], seller_id=None,
                source="test 2", number="D-2")  # fmt: skip
    with pytest.raises(DealRefused) as refused:
        correct_deal(act(cast.ma), deal.pk, version=1, draft=should_be(deal, **changes))
    assert refused.value.field == field
    assert Deal.objects.count() == 2


@pytest.mark.django_db
def test_who_comes_second_is_told(cast, act, deal):
    return_deal(act(cast.ma), deal.pk, version=1, draft=came_back())
    for work in (
        lambda: return_deal(act(cast.finance), deal.pk, version=1, draft=came_back()),
        lambda: correct_deal(act(cast.finance), deal.pk, version=1, draft=should_be(deal)),
        lambda: take_back_deal(act(cast.finance), deal.pk, version=1, reason="重复"),
    ):
        with pytest.raises(StaleEdit):
            work()
    with pytest.raises(DealRefused):
        correct_deal(act(cast.ma), deal.pk, version=2, draft=should_be(deal))
    take_back_deal(act(cast.ma), deal.pk, version=2, reason="重复")
    assert (total(on=THEN), total(on=TODAY), Deal.objects.count()) == (0, 0, 4)
    with pytest.raises(DealRefused):
        take_back_deal(act(cast.ma), deal.pk, version=Deal.objects.get(pk=deal.pk).version, reason="再")


@pytest.mark.django_db(transaction=True)
def test_two_at_once_return_no_more_than_stands(cast, act, deal):
    told = []

    def work(user):
        try:
            return_deal(act(user), deal.pk, version=1, draft=came_back(2, "200"))
        except StaleEdit as stale:
            told.append(stale)

    together(lambda: work(cast.ma), lambda: work(cast.finance))
    assert len(told) == 1 and left_of(deal).quantity == 1


@pytest.mark.django_db
def test_standing_counts_purchases(cast, act, deal, make_customer):
    """A reversed pair is no purchase, on no day; a later return leaves the days before it as they were."""
    card = make_customer(cast.lin)
    write_deals(act(cast.lin), card, THEN, [Sold(None, 1, Decimal(5))], seller_id=None, source="x", number="")
    reverse_deals(act(cast.lin), "x", reason="撤销")
    write_rows(act(cast.lin), [Entry(card.pk, THEN, Sold(None, -1, Decimal(-7)), None, "import 1 row 2")])
    return_deal(act(cast.ma), deal.pk, version=1, draft=came_back(3, "300"))
    assert [row.net_amount for row in Deal.objects.standing()] == [-7]
    before = Deal.objects.standing(TODAY - timedelta(days=1)).order_by("pk")
    assert [row.net_amount for row in before] == [300, 5, -7]
    assert not Deal.objects.standing(THEN - timedelta(days=1)).exists()


ADDRESSES = {
    "deal-return": {"quantity": "1", "amount": "100", "on": "2026-03-02", "reason": "漏油"},
    "deal-correction": {
        "on": "2025-11-22",
        "quantity": "3",
        "amount": "250",
        "number": "D-1",
        "reason": "写错",
    },
    "deal-taking-back": {"reason": "重复"},
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ADDRESSES)
def test_manager_and_finance_write_and_nobody_else(cast, deal, client_for, name):
    url = reverse(name, args=[deal.pk])
    data = ADDRESSES[name] | {"version": "1"}
    for username, user in cast.users.items():
        if username in {"ma", "finance"}:
            continue
        client = client_for(user)
        assert (client.get(url).status_code, client.post(url, data).status_code) == (404, 404), username
    assert Deal.objects.count() == 1
    client = client_for(cast.finance)
    assert "滤芯" in client.get(url).content.decode()
    assert client.post(url, ADDRESSES[name] | {"version": "1", "reason": ""}).status_code == 422
    assert client.post(url, data).status_code == 303
    assert Deal.objects.count() > 1
    assert client.post(url, data).status_code == 409
    assert "/customers/" not in client.get("/orders/ledger/").content.decode().partition("<main")[2]


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "words"), [
    ("zh-hans", ("退货", "已不作数", "写错")), ("en", ("returned", "no longer stands", "写错")),
])  # fmt: skip
def test_the_ledger_shows_what_came_back_and_what_no_longer_stands(
    cast, act, deal, client_for, language, words
):
    new = correct_deal(act(cast.ma), deal.pk, version=1, draft=should_be(deal))
    return_deal(act(cast.ma), new.pk, version=1, draft=came_back())
    client = client_for(cast.ma)
    client.post("/language/", {"language": language, "next": "/"})
    page = client.get("/orders/ledger/").content.decode()
    for word in words:
        assert word in page
    assert page.count(f'href="{reverse("deal-return", args=[new.pk])}?back=') == 1
    assert reverse("deal-return", args=[deal.pk]) not in page
    assert "/return/" not in client_for(cast.lin).get("/orders/ledger/").content.decode()
