"""The fixtures themselves: what every other test leans on."""

import pytest
from django.contrib.auth.hashers import identify_hasher, make_password
from django.db import DatabaseError, transaction
from tests.cast import MORNING, PASSWORD

from guanxi.cadence.models import Task
from guanxi.customers.models import Customer
from guanxi.organization.models import AuditEntry


def test_the_cast_stands_in_the_reach_its_roles_give(cast, make_customer):
    card = make_customer(cast.lin, level="H")
    assert Task.objects.follow_ups().open().get(customer=card).owner == cast.lin
    seen = {name for name, user in cast.users.items() if Customer.objects.visible_to(user).filter(pk=card.pk)}
    assert seen == {"lin", "chen", "ma", "proprietor", "auditor", "cs"}


def test_an_act_happens_at_the_fixed_clock(cast, act):
    assert act(cast.lin).at == MORNING
    assert act(cast.lin).on.isoformat() == "2026-03-02"


def test_passwords_are_argon2_outside_the_tests(cast, settings):
    assert cast.lin.check_password(PASSWORD)
    settings.PASSWORD_HASHERS = settings.PASSWORD_HASHERS[1:]
    assert identify_hasher(make_password(PASSWORD)).algorithm == "argon2"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_the_audit_trail_is_append_only_and_still_emptied_between_tests(cast, act, make_customer, time):
    assert AuditEntry.objects.count() == 0
    make_customer(cast.lin)
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.all().update(reason="nothing happened")
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.all()._raw_delete("default")
