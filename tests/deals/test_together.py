"""A contract changed by two at once, on real connections."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from tests.cadence.desk import march
from tests.cadence.test_operations_together import at_once
from tests.cast import MORNING

from guanxi.cadence.models import Task
from guanxi.deals.models import Contract
from guanxi.deals.operations.contracts import (
    ContractDraft,
    correct_contract,
    end_contract,
    enter_contract,
    open_renewals,
    renew_contract,
    take_back,
)

pytestmark = pytest.mark.django_db(transaction=True)
SERVICE = ContractDraft(
    date(2025, 4, 1), date(2026, 3, 31), Decimal(2980), date(2025, 3, 20), subject="保养套餐"
)
NEXT = replace(SERVICE, begins_on=date(2026, 4, 1), ends_on=date(2027, 3, 31), agreed_on=march(2))


@pytest.fixture(autouse=True)
def _on_real_transactions(transactional_db):
    """Named here so that the cast is written outside a test transaction."""
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def row(cast, act, make_customer):
    return enter_contract(act(cast.lin), make_customer(cast.lin, level="C").pk, SERVICE)


def test_the_night_asks_nobody_to_renew_what_ends_beside_it(cast, act, row):
    for _ in range(6):
        row.refresh_from_db()
        ended, asked = at_once(
            lambda seen=row.version: end_contract(
                act(cast.lin), row.pk, version=seen, ended_on=march(1), reason="卖车了"
            ),
            lambda: open_renewals(act(None, store=cast.store)),
        )
        assert isinstance(asked, int) and isinstance(ended, Contract), (ended, asked)
        assert not Task.objects.open().filter(item="RENEWAL").exists()
        take_back(act(cast.lin), row.pk, version=ended.version)


def test_a_term_taken_back_beside_a_correction_of_the_one_before_counts_both(cast, act, row):
    for number in range(6):
        row.refresh_from_db()
        following = renew_contract(act(cast.lin), row.pk, version=row.version, draft=NEXT)
        row.refresh_from_db()
        before = row.version
        results = at_once(
            lambda key=following.pk: take_back(act(cast.lin), key, version=1),
            lambda seen=before, amount=number: correct_contract(
                act(cast.chen), row.pk, version=seen, draft=replace(SERVICE, amount=Decimal(amount))
            ),
        )
        row.refresh_from_db()
        assert row.version - before == sum(not isinstance(one, Exception) for one in results), results
