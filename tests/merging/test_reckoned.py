"""What the nights reckon of two cards that were one for a while: after the undo each team sees its own."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from tests.cast import MORNING, SHANGHAI
from tests.insights.ledger import UNTIL, sell
from tests.merging.desk import merged
from tests.pipeline.desk import mapped, opened

from guanxi.deals.models import Contract
from guanxi.deals.operations.contracts import ContractDraft, enter_contract
from guanxi.insights.models import Chance, CustomerValue
from guanxi.insights.operations.chances import work_out_chances
from guanxi.insights.operations.value_runs import make_run
from guanxi.merging.operations import undo_merge

SECRET = "整车保养套餐"
SERVICE = ContractDraft(
    date(2025, 4, 1), date(2026, 3, 31), Decimal(297_531), date(2025, 3, 20), subject=SECRET
)


@pytest.fixture(autouse=True)
def _morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def two(cast, make_customer):
    early = datetime(2026, 2, 20, 10, tzinfo=SHANGHAI)
    return make_customer(cast.lin, level="C", at=early), make_customer(cast.wu, level="C")


@pytest.mark.parametrize(("kind", "page"), [("contract", "contracts"), ("opportunity", "opportunities")])
def test_a_chance_of_another_team_is_not_told_after_the_undo(cast, act, two, client_for, kind, page):
    kept, other = two
    if kind == "contract":
        enter_contract(act(cast.wu), other.pk, SERVICE)
    else:
        opened(act(cast.wu), mapped(other), title=SECRET)
    made = merged(act(cast.ma), kept, other)
    work_out_chances(act(None, store=cast.store))
    told = Chance.objects.filter(**{f"{kind}__isnull": False})
    assert told.get().customer == kept
    shown = f"/insights/chances/?of={page}"
    assert SECRET in client_for(cast.lin).get(shown).content.decode()
    undo_merge(act(cast.ma), made.pk)
    assert not told.exists()
    assert SECRET not in client_for(cast.lin).get(shown).content.decode()
    work_out_chances(act(None, MORNING + timedelta(days=1), store=cast.store))
    assert told.get().customer == other


def test_a_chance_follows_the_contract_it_is_of(cast, act, two):
    kept, other = two
    row = enter_contract(act(cast.lin), kept.pk, SERVICE)
    work_out_chances(act(None, store=cast.store))
    told = Chance.objects.filter(contract=row)
    assert told.visible_to(cast.lin).exists()
    Contract.objects.filter(pk=row.pk).update(customer=other)
    assert not told.visible_to(cast.lin).exists()
    assert not told.visible_to(cast.wu).exists()


def test_what_another_team_sold_is_in_no_value_after_the_undo(cast, act, two):
    kept, other = two
    before = make_run(act(None, MORNING - timedelta(days=1), store=cast.store), UNTIL - timedelta(days=1))
    sell(kept, UNTIL - timedelta(days=100), Decimal(100))
    for days in (125, 95, 65, 33):
        sell(other, UNTIL - timedelta(days=days), Decimal(777))
    own = CustomerValue.objects.filter(run=before).count()
    made = merged(act(cast.ma), kept, other)
    run = make_run(act(None, store=cast.store), UNTIL)
    assert CustomerValue.objects.filter(run=run, customer=kept).exists()
    undo_merge(act(cast.ma), made.pk)
    assert not CustomerValue.objects.filter(run=run, customer__in=two).exists()
    assert CustomerValue.objects.filter(run=before).count() == own
