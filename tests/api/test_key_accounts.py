"""The key-person map over the API."""

import pytest
from tests.cadence.desk import later
from tests.key_accounts.accounts import drafts, organisation, seed_map

from guanxi.key_accounts.models import KeyPerson
from guanxi.key_accounts.operations.account_plans import save_plan
from guanxi.key_accounts.operations.people import add_people, save_person
from guanxi.key_accounts.rules.drafts import Seen

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


@pytest.mark.parametrize(
    ("sign", "status"), [("-", 200), ("－", 200), ("−", 200), ("–", 422), ("—", 422), (None, 200), (1, 422)]
)
def test_the_api_reads_both_hyphens_as_minus(cast, act, make_customer, program, sign, status):
    account = organisation(make_customer, cast.lin)
    person = seed_map(act(cast.lin), account)["销售经理"]
    asked = {"attitude": sign, "evidence": "他要换供应商", "version": 1}
    answer = program(cast.lin).call("PATCH", f"/key-persons/{person.pk}", asked)
    assert answer.status_code == status
    wanted = "−" if status == 200 and sign else "="
    assert KeyPerson.objects.get(pk=person.pk).attitude == wanted


def test_an_empty_inner_core_is_left_as_it_is(cast, act, make_customer, program):
    account = organisation(make_customer, cast.lin)
    person = seed_map(act(cast.lin), account)["销售经理"]
    answer = program(cast.lin).call(
        "PATCH", f"/key-persons/{person.pk}", {"version": 1, "is_core": None, "reports_to": None}
    )
    assert answer.status_code == 200
    person.refresh_from_db()
    assert (person.is_core, person.reports_to_id) == (False, None)


def test_r_key_02_the_roles_missing_are_those_of_the_day(cast, act, make_customer, program):
    account = organisation(make_customer, cast.lin)
    people = add_people(act(cast.lin, later(-20)), account.pk, drafts(("何伟：E 设备 A 经理 = /1",)))
    seen = Seen("他签字", later(-3).date())
    save_person(act(cast.lin), account.pk, people[0].pk, {"role": "D", "influence": 2}, version=1, seen=seen)
    told = program(cast.lin).get(f"/key-accounts/{account.pk}?on={later(-10).date()}").json()
    assert told["missing_roles"] == ["A", "D"] and not told["people"][0]["is_key_link"]
    told = program(cast.lin).get(f"/key-accounts/{account.pk}").json()
    assert told["missing_roles"] == ["A"] and told["people"][0]["is_key_link"]
    version = KeyPerson.objects.get(pk=people[0].pk).version
    asked = {"buy_power": 5, "evidence": "他不签字", "version": version}
    answer = program(cast.lin).call("PATCH", f"/key-persons/{people[0].pk}", asked)
    assert answer.json()["is_key_link"]


def test_the_api_tells_the_plan(cast, act, make_customer, program):
    account = organisation(make_customer, cast.lin)
    seed_map(act(cast.lin), account)
    told = program(cast.lin).get(f"/key-accounts/{account.pk}/plan").json()
    assert (told["version"], told["strength"], told["screening_score"], told["pairs_covered"]) == (
        0,
        None,
        None,
        0,
    )
    values = {
        "trust": 4,
        "benefit": 3,
        "emotion": 3,
        "potential": 5,
        "margin": 4,
        "fit": 3,
        "access": 2,
        "rival_hold": 1,
    }
    save_plan(act(cast.lin), account.pk, values, version=0, seen=Seen("一起吃过饭"))
    told = program(cast.lin).get(f"/key-accounts/{account.pk}/plan").json()
    assert (told["version"], told["strength"], told["screening_score"], told["proposed_hours"]) == (
        1,
        "3.40",
        18,
        8,
    )
    assert told["to_find_out"][0] == "WHO_DECIDES"
    assert program(cast.wu).get(f"/key-accounts/{account.pk}/plan").status_code == 404
    assert program(cast.lin).get(f"/key-accounts/{make_customer(cast.lin).pk}/plan").status_code == 404
