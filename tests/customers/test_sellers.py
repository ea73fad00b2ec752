"""Whom lists are narrowed to: those who sell or have customers, not everybody who works here."""

import pytest

from guanxi.customers.queries.sellers import who_keeps_cards

pytestmark = pytest.mark.django_db


def test_those_who_sell_or_have_customers_are_offered(cast, make_customer):
    found = set(who_keeps_cards(cast.ma))
    assert {cast.lin, cast.zhao, cast.wu} <= found
    assert not found & {cast.finance, cast.desk, cast.legal, cast.cs, cast.auditor, cast.chen, cast.ma}
    make_customer(cast.chen)
    assert cast.chen in set(who_keeps_cards(cast.ma)), "a supervisor with customers of their own"
    assert cast.wu not in set(who_keeps_cards(cast.chen))
