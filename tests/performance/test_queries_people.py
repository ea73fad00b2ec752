"""Whose forms a month keeps, and which months there are to keep (R-MON-04)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.cadence.desk import at, call, march
from tests.prospecting.desk import act_at, arrive

from guanxi.cadence.models import Interaction
from guanxi.cadence.operations.contacts import ContactRefused, record_contact
from guanxi.organization.models import User
from guanxi.performance.models import DailyReport
from guanxi.performance.operations.closes import months_to_close
from guanxi.performance.operations.targets import set_targets
from guanxi.performance.queries.people import people_of
from guanxi.performance.rules.periods import month_of
from guanxi.prospecting.models import Visit
from guanxi.prospecting.operations.visits import Arrival, VisitRefused, receive_party

MARCH = month_of(march(1), march(31))


def contact(cast, act, make_customer):
    card = make_customer(cast.lin, at=at(2))
    Interaction.objects.filter(pk=record_contact(act(cast.lin, at(9)), call(card)).pk).update(by=cast.wu)


def visit(cast, act, make_customer):
    arrive(cast.desk, cast.wu, at(9))


def report(cast, act, make_customer):
    DailyReport.objects.create(user=cast.wu, store=cast.store, on=march(9), state="SUBMITTED")


def target(cast, act, make_customer):
    set_targets(act(cast.ma, at(1)), march(1), {("USER", cast.wu.pk, "ORDERS"): Decimal(3)})


@pytest.mark.parametrize("work", [contact, visit, report, target])
def test_r_mon_04_who_left_without_a_card_but_worked_in_the_month_keeps_forms(
    cast, act, make_customer, work, django_assert_num_queries
):
    work(cast, act, make_customer)
    User.objects.filter(pk=cast.wu.pk).update(is_active=False)
    with django_assert_num_queries(1):
        assert cast.wu in list(people_of(cast.store, MARCH))
    assert cast.wu not in people_of(cast.store, month_of(date(2026, 4, 1), date(2026, 4, 30)))
    assert cast.wu not in people_of(cast.other_store, MARCH)


def test_r_mon_04_a_leader_who_once_called_a_customer_gets_no_forms(cast, act, make_customer):
    record_contact(act(cast.ma, at(9)), call(make_customer(cast.lin, at=at(2))))
    assert cast.ma not in people_of(cast.store, MARCH)


def test_r_mon_04_what_is_entered_for_years_ago_makes_no_months_to_close(cast, act, make_customer):
    card = make_customer(cast.lin, at=at(3, month=2), last_contact_on=date(2019, 5, 1), imported=True)
    made = record_contact(act(cast.lin, at(9, month=2)), call(card, at=at(9, month=1)))
    Interaction.objects.filter(pk=made.pk).update(on=date(2011, 1, 1))
    arrive(cast.desk, cast.lin, at(4, month=2))
    Visit.objects.update(on=date(2012, 1, 1))
    assert months_to_close(cast.store, at(2)) == [date(2026, 2, 1)]


def test_r_mon_04_contacts_and_parties_are_entered_within_a_year(cast, act, make_customer):
    card = make_customer(cast.lin)
    for days, refused in ((365, False), (367, True)):
        then = at(9) - timedelta(days=days)
        come = Arrival(consultant_id=cast.lin.pk, arrived_at=then)
        if not refused:
            record_contact(act(cast.lin, at(9)), call(card, at=then))
            receive_party(act_at(cast.desk, at(9)), come)
            continue
        with pytest.raises(ContactRefused):
            record_contact(act(cast.lin, at(9)), call(card, at=then))
        with pytest.raises(VisitRefused):
            receive_party(act_at(cast.desk, at(9)), come)
