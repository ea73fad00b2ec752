"""The key-person map over the API."""

import pytest
from tests.key_accounts.accounts import organisation, seed_map

from guanxi.key_accounts.models import KeyPerson

pytestmark = pytest.mark.django_db


def test_the_api_tells_the_map_and_sets_marks(cast, act, make_customer, program):
    account = organisation(make_customer, cast.lin)
    people = seed_map(act(cast.lin), account)
    mine = program(cast.lin)
    told = mine.get(f"/key-accounts/{account.pk}").json()
    assert (told["support_index"], told["coverage"], told["missing_roles"]) == ("0.2308", "0.6000", ["D"])
    assert told["alerts"] == ["NO_DECIDER", "APPROVER_UNMET", "OPPONENT_UNMET", "ONE_COACH"]
    key = people["运维经理"].pk
    version = KeyPerson.objects.get(pk=key).version
    asked = {"attitude": "*", "evidence": "引见了采购", "version": version}
    assert mine.call("PATCH", f"/key-persons/{key}", asked).json()["attitude"] == "*"
    assert mine.call("PATCH", f"/key-persons/{key}", asked).status_code == 409
    jump = {"attitude": "−", "evidence": "x", "version": version + 1}
    assert mine.call("PATCH", f"/key-persons/{key}", jump).status_code == 422
    assert mine.call("PATCH", f"/key-persons/{key}", jump | {"attitude": "·"}).status_code == 422
    assert mine.post(f"/key-accounts/{account.pk}/people", {"name": "柳青"}).status_code == 201
