"""Who of us knows whom: where we stand moves on evidence of its own (handbook 9.2)."""

import pytest
from tests.cadence.desk import later
from tests.key_accounts.accounts import organisation, seed_map

from guanxi.key_accounts.models import OurTie
from guanxi.key_accounts.operations.relations import save_tie
from guanxi.key_accounts.refusals import MapRefused

pytestmark = pytest.mark.django_db
FIRST = later(-10)


@pytest.fixture
def account(cast, make_customer):
    return organisation(make_customer, cast.lin, at=later(-40))


@pytest.fixture
def tie(cast, act, account):
    person = seed_map(act(cast.lin, FIRST), account)["总监"]
    return save_tie(
        act(cast.lin, FIRST), account.pk, person.pk, cast.lin.pk, {"current": 1, "evidence": "一起开过会"}
    )


def save(act, cast, tie, **values):
    return save_tie(
        act(cast.lin),
        tie.person.customer_id,
        tie.person_id,
        tie.user_id,
        values,
        version=OurTie.objects.get().version,
    )


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "evidence"),
        ({"evidence": " "}, "evidence"),
        ({"evidence": "一起开过会", "on": FIRST.date()}, "evidence"),
        ({"evidence": "他请我去家里", "on": later(-11).date()}, "on"),
        ({"evidence": "他请我去家里", "on": later(1).date()}, "on"),
    ],
)
def test_a_tie_does_not_grow_on_old_evidence(cast, act, tie, values, field):
    with pytest.raises(MapRefused) as refused:
        save(act, cast, tie, current=4, **values)
    assert refused.value.field == field
    assert (OurTie.objects.get().current, OurTie.objects.get().on) == (1, FIRST.date())


def test_a_tie_grows_on_its_own_evidence(cast, act, tie):
    grown = save(act, cast, tie, current=2, evidence="他请我去家里")
    assert (grown.current, grown.on) == (2, act(cast.lin).on)
    assert (
        save(act, cast, tie, current=2, evidence="他请我去家里", on=later(-5).date()).on == later(-5).date()
    )


def test_what_we_want_says_nothing_of_what_was_seen(cast, act, tie):
    wanted = save(act, cast, tie, wanted=4)
    assert (wanted.wanted, wanted.current, wanted.on) == (4, 1, FIRST.date())
