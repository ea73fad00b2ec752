"""Who recommends in the tests of names and referrals."""

import pytest


@pytest.fixture
def recommender(cast, make_customer):
    return make_customer(cast.lin, name="陈姐", phone="13800000001", owner_kind="OWN_SALE", level="")
