"""Contracts: entered, corrected, renewed, ended, taken back; the renewal stands in Today in time."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from tests.cadence.desk import later, march
from tests.cast import MORNING

from guanxi.cadence.models import Task
from guanxi.cadence.operations.tasks import finish_task
from guanxi.customers.models import Customer
from guanxi.deals.models import Contract
from guanxi.deals.operations.contracts import (
    ContractDraft,
    ContractRefused,
    correct_contract,
    end_contract,
    enter_contract,
    open_renewals,
    renew_contract,
    take_back,
)
from guanxi.organization.models import AuditEntry, Store
from guanxi.organization.refusals import StaleEdit

SERVICE = ContractDraft(
    date(2025, 4, 1), date(2026, 3, 31), Decimal(2980), date(2025, 3, 20), subject="整车保养套餐"
)
NEXT = replace(SERVICE, begins_on=date(2026, 4, 1), ends_on=date(2027, 3, 31), agreed_on=march(2))


@pytest.fixture
def card(cast, make_customer):
    return make_customer(cast.lin, level="C")


@pytest.fixture
def row(cast, act, card):
    return enter_contract(act(cast.lin), card.pk, SERVICE)


def night(act, cast, days=0):
    return open_renewals(act(None, later(days), "night", cast.store))


def waiting():
    return list(Task.objects.open().filter(item="RENEWAL"))


def test_r_loy_06_a_term_is_renewed_by_the_next_one(cast, act, row):
    following = renew_contract(act(cast.lin), row.pk, version=1, draft=replace(NEXT, amount=Decimal(3180)))
    row = Contract.objects.get(pk=row.pk)
    assert (row.state, following.state, following.term_no, row.version) == ("RENEWED", "RUNNING", 2, 2)
    assert list(Contract.objects.running()) == [following]
    trail = AuditEntry.objects.filter(customer_key=row.customer_id, entity="Contract").order_by("pk")
    assert [entry.action for entry in trail] == ["contract_entered", "contract_renewed"]
    with pytest.raises(ContractRefused):
        renew_contract(act(cast.lin), row.pk, version=2, draft=NEXT)
    with pytest.raises(ContractRefused):
        end_contract(act(cast.lin), row.pk, version=2, ended_on=march(1), reason="换了别家")


def test_an_end_has_a_day_and_a_reason_and_is_taken_back(cast, act, row):
    for reason, ended_on, field in (("", march(1), "reason"), ("贵", march(3), "ended_on"),
                                    ("贵", date(2025, 3, 19), "ended_on")):  # fmt: skip
        with pytest.raises(ContractRefused) as refused:
            end_contract(act(cast.lin), row.pk, version=1, ended_on=ended_on, reason=reason)
        assert refused.value.field == field
    ended = end_contract(act(cast.lin), row.pk, version=1, ended_on=march(1), reason="卖车了")
    assert (ended.state, ended.end_reason) == ("ENDED", "卖车了")
    again = take_back(act(cast.lin), row.pk, version=2)
    assert (again.state, again.ended_on, again.version) == ("RUNNING", None, 3)


def test_taking_a_term_back_lets_the_one_before_run_again(cast, act, row):
    following = renew_contract(act(cast.lin), row.pk, version=1, draft=NEXT)
    with pytest.raises(ContractRefused):
        take_back(act(cast.lin), row.pk, version=2)
    former = take_back(act(cast.lin), following.pk, version=1)
    assert (former.pk, Contract.objects.get(pk=row.pk).state) == (row.pk, "RUNNING")
    assert take_back(act(cast.lin), row.pk, version=former.version) is None
    assert not Contract.objects.exists()


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (replace(SERVICE, subject=" "), "subject"),
        (replace(SERVICE, ends_on=SERVICE.begins_on), "ends_on"),
        (replace(SERVICE, amount=Decimal(-1)), "amount"),
        (replace(SERVICE, agreed_on=march(3)), "agreed_on"),
    ],
)
def test_terms_that_cannot_be(cast, act, card, draft, field):
    with pytest.raises(ContractRefused) as refused:
        enter_contract(act(cast.lin), card.pk, draft)
    assert refused.value.field == field
    assert not Contract.objects.exists()


def test_two_who_change_one_contract_meet_and_other_teams_see_none(cast, act, row):
    correct_contract(act(cast.lin), row.pk, version=1, draft=replace(SERVICE, amount=Decimal(3000)))
    with pytest.raises(StaleEdit):
        correct_contract(act(cast.chen), row.pk, version=1, draft=SERVICE)
    assert Contract.objects.get(pk=row.pk).amount == 3000
    with pytest.raises(Contract.DoesNotExist):
        take_back(act(cast.wu), row.pk, version=2)
    with pytest.raises(Customer.DoesNotExist):
        enter_contract(act(cast.wu), row.customer_id, SERVICE)
    assert not Contract.objects.visible_to(cast.wu).exists()


@pytest.fixture
def early(cast, act, card):
    """The same term, entered while its end was far."""
    return enter_contract(act(cast.lin, later(-100)), card.pk, SERVICE)


def test_r_loy_06_the_renewal_stands_in_today_sixty_days_ahead_and_once(cast, act, early):
    row = early
    assert night(act, cast, -32) == 0 and row.days_left(later(-32).date()) == 61
    assert night(act, cast, -31) == 1
    assert night(act, cast, -31) == night(act, cast, -30) == 0
    (task,) = waiting()
    assert (task.owner, task.due_on) == (cast.lin, later(-31).date())
    assert task.note == "续约：整车保养套餐，2026-03-31 到期，¥2,980"


def test_the_task_goes_with_the_renewal_and_comes_back_with_the_taking_back(cast, act, row):
    night(act, cast)
    renewed = renew_contract(act(cast.lin), row.pk, version=1, draft=NEXT)
    assert not waiting() and night(act, cast) == 0
    take_back(act(cast.lin), renewed.pk, version=1)
    assert night(act, cast) == 1
    row.refresh_from_db()
    end_contract(act(cast.lin), row.pk, version=row.version, ended_on=march(1), reason="卖车了")
    assert not waiting() and night(act, cast) == 0


def test_r_loy_06_one_entered_late_stands_in_today_at_once_and_so_does_one_put_right(
    cast, act, row, client_for
):
    (task,) = waiting()
    assert (task.owner, task.due_on) == (cast.lin, MORNING.date()) and night(act, cast) == 0
    with time_machine.travel(MORNING, tick=False):
        assert "您这份合同快到期了" in client_for(cast.lin).get("/today/").content.decode()
    sooner = replace(SERVICE, ends_on=MORNING.date() + timedelta(days=9))
    correct_contract(act(cast.lin), row.pk, version=1, draft=sooner)
    (task,) = waiting()
    assert "2026-03-11 到期" in task.note and night(act, cast) == 0


def test_another_end_is_another_task(cast, act, row):
    night(act, cast)
    moved = replace(SERVICE, ends_on=MORNING.date() + timedelta(days=200))
    correct_contract(act(cast.lin), row.pk, version=1, draft=moved)
    assert not waiting() and night(act, cast) == 0
    assert night(act, cast, 140) == 1


def test_the_task_says_what_the_contract_says(cast, act, row):
    night(act, cast)
    correct_contract(act(cast.lin), row.pk, version=1, draft=replace(SERVICE, amount=Decimal(3180)))
    (task,) = waiting()
    assert task.note == "续约：整车保养套餐，2026-03-31 到期，¥3,180"
    finish_task(act(cast.lin), task.pk)
    correct_contract(act(cast.lin), row.pk, version=2, draft=replace(SERVICE, subject="保养"))
    assert night(act, cast) == 0


def test_a_correction_of_nothing_is_none(cast, act, row):
    same = correct_contract(
        act(cast.lin), row.pk, version=1, draft=replace(SERVICE, amount=Decimal("2980.00"))
    )
    assert same.version == 1
    assert not AuditEntry.objects.filter(action="contract_corrected").exists()


def test_a_store_may_look_further_ahead(cast, act, early):
    cast.store.overrides.create(key="contract.notice_days", value=90)
    assert open_renewals(act(None, later(-60), "night", Store.objects.get(pk=cast.store.pk))) == 1


def test_pages_enter_renew_end_and_take_back(cast, row, client_for):
    client = client_for(cast.lin)
    panel = client.get(f"/customers/{row.customer_id}/contracts/").content.decode()
    assert "整车保养套餐" in panel and f"/contracts/{row.pk}/renewal/" in panel
    form = client.get(f"/contracts/{row.pk}/renewal/").content.decode()
    assert "合同内容" in form and 'value="2026-04-01"' in form and 'value="2027-03-31"' in form
    told = {"version": 1, "subject": "整车保养套餐", "begins_on": "2026-04-01", "ends_on": "2027-03-31",
            "amount": "3180", "agreed_on": "2026-03-01"}  # fmt: skip
    saved = client.post(
        f"/contracts/{row.pk}/renewal/", told | {"form_key": "a", "back": "/insights/chances/?of=contracts"}
    )
    assert (saved.status_code, saved["Location"]) == (303, "/insights/chances/?of=contracts")
    stale = client.post(f"/contracts/{row.pk}/renewal/", told | {"form_key": "b"})
    assert stale.status_code == 409
    assert Contract.objects.count() == 2
    ended = {"version": 1, "ended_on": "2026-03-01", "reason": "卖车了"}
    second = Contract.objects.get(term_no=2)
    assert client.post(f"/contracts/{second.pk}/end/", ended | {"form_key": "c"}).status_code == 303
    assert (
        client.post(f"/contracts/{second.pk}/taking-back/", {"version": 2, "form_key": "d"}).status_code
        == 303
    )
    assert Contract.objects.get(term_no=2).state == "RUNNING"
    assert client_for(cast.wu).get(f"/customers/{row.customer_id}/contracts/").status_code == 404


@pytest.mark.parametrize("name", ["agreed_on", "begins_on", "ends_on"])
def test_a_year_that_cannot_be_meant_is_refused(cast, act, card, row, name):
    far = replace(SERVICE, **{name: date(9999, 12, 31) if name == "ends_on" else date(1, 1, 1)})
    for save in (
        lambda: enter_contract(act(cast.lin), card.pk, far),
        lambda: correct_contract(act(cast.lin), row.pk, version=1, draft=far),
    ):
        with pytest.raises(ContractRefused) as refused:
            save()
        assert refused.value.field == name
    assert list(Contract.objects.values_list("ends_on", flat=True)) == [SERVICE.ends_on]


def test_a_contract_until_the_last_day_there_is_stops_neither_the_night_nor_its_renewal(
    cast, act, row, client_for
):
    Contract.objects.update(ends_on=date(9999, 12, 31))
    assert night(act, cast) == 0
    page = client_for(cast.lin).get(f"/contracts/{row.pk}/renewal/")
    assert page.status_code == 200
    assert SERVICE.subject in page.content.decode()


def test_terms_follow_one_another(cast, act, row):
    for draft, field in (
        (replace(NEXT, begins_on=SERVICE.ends_on), "begins_on"),
        (replace(NEXT, agreed_on=SERVICE.begins_on - timedelta(days=1)), "agreed_on"),
    ):
        with pytest.raises(ContractRefused) as refused:
            renew_contract(act(cast.lin), row.pk, version=1, draft=draft)
        assert refused.value.field == field
    renew_contract(act(cast.lin), row.pk, version=1, draft=NEXT)
    for draft, field in (
        (replace(SERVICE, ends_on=NEXT.begins_on), "ends_on"),
        (replace(SERVICE, begins_on=NEXT.agreed_on + timedelta(days=1)), "begins_on"),
    ):
        with pytest.raises(ContractRefused) as refused:
            correct_contract(act(cast.lin), row.pk, version=2, draft=draft)
        assert refused.value.field == field


def test_what_has_ended_is_not_corrected_to_begin_after_its_end(cast, act, row):
    end_contract(act(cast.lin), row.pk, version=1, ended_on=date(2025, 6, 1), reason="卖车了")
    later_on = replace(SERVICE, agreed_on=date(2025, 6, 2), begins_on=date(2025, 6, 2))
    with pytest.raises(ContractRefused) as refused:
        correct_contract(act(cast.lin), row.pk, version=2, draft=later_on)
    assert refused.value.field == "begins_on"
    assert (
        correct_contract(act(cast.lin), row.pk, version=2, draft=replace(SERVICE, amount=Decimal(1))).version
        == 3
    )
