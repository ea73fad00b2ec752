"""Two people at one register at once, on real connections (R-REG-02, R-REG-04)."""

from datetime import timedelta
from functools import partial

import pytest
from tests.cadence.test_operations_together import at_once
from tests.cast import MORNING
from tests.prospecting.desk import act_at, arrive, fill, leave
from tests.prospecting.referrals import named, noted

from guanxi.prospecting.models import ReferralLead, RegisterDay, Visit
from guanxi.prospecting.operations.days import lock_day
from guanxi.prospecting.queries.tallies import broken_on

pytestmark = pytest.mark.django_db(transaction=True)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _on_real_transactions(transactional_db):
    """Named here so that the cast is written outside a test transaction."""


def test_r_reg_02_no_party_is_written_into_a_day_while_it_is_locked(cast):
    for days in range(6):
        came = MORNING + days * DAY
        leave(cast.desk, arrive(cast.desk, cast.lin, came))
        at_once(
            lambda at=came + 8 * HOUR: lock_day(act_at(cast.desk, at), at.date()),
            lambda at=came + 8 * HOUR: arrive(cast.lin, cast.lin, at),
        )
        locked = RegisterDay.objects.filter(on=came.date(), locked_at__isnull=False).exists()
        assert not (locked and Visit.objects.filter(on=came.date(), left_at=None).exists())


@pytest.mark.parametrize("card", [False, True])
def test_r_reg_04_two_rows_of_one_number_filled_at_once_count_once(cast, card):
    for days in range(4):
        came, phone = MORNING + days * DAY, f"1391234567{days}"
        rows = [arrive(cast.desk, cast.lin, came), arrive(cast.desk, cast.lin, came + HOUR)]
        given = {"phone": phone, "name": "陈志远", "level_first": "N", "card": card}
        done = at_once(*(partial(fill, cast.lin, row, came + 2 * HOUR, **given) for row in rows))
        assert [type(one).__name__ for one in done] == ["Saved", "Saved"]
        first, second = Visit.objects.filter(on=came.date()).order_by("arrived_at")
        assert (first.continues, second.continues) == (None, first)
        assert not broken_on(cast.store, came.date())


def test_a_number_noted_twice_at_once_stands_once_on_ones_own_list(cast):
    for number in ("13900008881", "13900008882", "13900008883"):
        done = at_once(*(partial(noted, cast.lin, "表哥", phone=number) for _ in range(3)))
        assert sorted(type(one).__name__ for one in done) == ["NameRefused", "NameRefused", "ReferralLead"]
        assert ReferralLead.objects.filter(phone_normalized=number).count() == 1


def test_two_names_given_the_same_number_at_once_keep_it_once(cast, make_customer):
    recommender = make_customer(cast.lin)
    for number in ("13900008881", "13900008882", "13900008883"):
        leads = [noted(cast.lin, "张三", recommender=recommender) for _ in range(2)]
        at_once(*(partial(named, cast.lin, lead, phone_number=number) for lead in leads))
        assert ReferralLead.objects.filter(phone_normalized=number).count() == 1
