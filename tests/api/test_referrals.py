"""Names and recommendations over the API (R-REF-01, R-REF-05, R-PRO-01, R-PRM-09)."""

import pytest
from tests.prospecting.referrals import noted

from guanxi.customers.models import Customer
from guanxi.prospecting.models import ReferralLead, ReferralRequest


@pytest.fixture
def card(cast, make_customer):
    return make_customer(cast.lin, name="陈姐", level="", owner_kind="OWN_SALE")


def test_a_request_with_names_becomes_a_card(cast, program, card):
    lin = program(cast.lin)
    asked = {"moment": "DELIVERED", "result": "NAMES", "names": [{"name": "张三", "phone": "139 0000 0009"}]}
    told = lin.post(f"/customers/{card.pk}/referral-requests", asked)
    assert told.status_code == 201 and told.json()["ask_no"] == 1
    (row,) = lin.get("/names").json()["rows"]
    assert (row["phone"], row["recommender"], row["warmth"]) == ("139****0009", card.pk, 1)
    path = f"/names/{row['id']}"
    told = lin.patch(path, {"version": 1, "conditions": ["MEANS", "NEED"], "relation": "COLLEAGUE"})
    assert told.json()["is_qualified"] and told["ETag"] == '"2"'
    assert lin.post(f"{path}/warmth", {"version": 2, "warmth": 5}).json()["error"] == "name_refused"
    assert (
        lin.post(f"{path}/warmth", {"version": 2, "warmth": 5, "evidence": "约好周六"}).json()["warmth"] == 5
    )
    assert lin.post(f"{path}/result", {"version": 3, "result": "MET"}).json()["result"] == "MET"
    done = lin.post(f"{path}/card", {"version": 4})
    assert done.status_code == 201 and done.json()["opened"]
    opened = Customer.objects.get(pk=done.json()["name"]["customer"])
    assert (opened.referrer, opened.source_code) == (card, "B")
    told = lin.get(f"/customers/{card.pk}/referrals").json()
    assert (told["names"], told["customers"], told["generations"], told["amount"]) == (1, 1, 1, "0.00")


def test_r_ref_01_the_fifth_refusal_rests(cast, program, card):
    lin = program(cast.lin)
    for number in range(1, 6):
        told = lin.post(f"/customers/{card.pk}/referral-requests", {"moment": "CONTACT", "result": "REFUSED"})
        assert told.json()["ask_no"] == number
    told = lin.post(f"/customers/{card.pk}/referral-requests", {"moment": "CONTACT", "result": "REFUSED"})
    assert (told.status_code, told.json()["error"]) == (422, "ask_refused")
    assert ReferralRequest.objects.count() == 5
    told = lin.get(f"/customers/{card.pk}/referrals").json()
    assert (told["asked"], told["may_ask"], told["rests_until"]) == (5, False, "2026-05-31")


def test_an_outdated_edit_is_told_what_it_missed(cast, program, card):
    lead = noted(cast.lin, "张三", recommender=card)
    lin = program(cast.lin)
    assert lin.patch(f"/names/{lead.pk}", {"version": 1, "situation": "换工作"}).status_code == 200
    stale = lin.patch(f"/names/{lead.pk}", {"version": 1, "situation": "买房"})
    assert stale.status_code == 409
    assert stale.json()["current"]["situation"] == "换工作" and stale.json()["changed"][0]["fields"] == [
        "situation"
    ]
    put = {"version": 0, "traits": ["KNOWS", "WILLING", "CONTACTS", "OCCUPATION"]}
    assert lin.call("PUT", f"/customers/{card.pk}/influence", put).json()["is_centre"]
    again = lin.call("PUT", f"/customers/{card.pk}/influence", put)
    assert again.status_code == 409 and again.json()["current"]["version"] == 1
    other = lin.call("PUT", f"/customers/{card.pk}/influence", {"version": 1, "traits": ["RICH"]})
    assert other.json()["error"] == "ask_refused"


def test_only_who_consented_is_on_a_list_of_recipients(cast, program):
    agreed = noted(cast.lin, "张三", phone="13900000009", consent=True)
    noted(cast.lin, "李四", phone="13900000008")
    rows = program(cast.lin).get("/names", messages="true").json()["rows"]
    assert [row["id"] for row in rows] == [agreed.pk]
    assert program(cast.wu).get("/names").json()["rows"] == []


def test_pages_go_on_by_key_and_bad_input_is_refused(cast, program):
    for number in range(3):
        noted(cast.lin, f"第{number}位")
    lin = program(cast.lin)
    page = lin.get("/names", limit=2).json()
    assert len(page["rows"]) == 2
    assert [row["name"] for row in lin.get("/names", after=page["after"]).json()["rows"]] == ["第0位"]
    for wrong in ("x", "1-", "-1", "9" * 20, "１-１"):
        assert lin.get("/names", after=wrong).status_code == 422
    assert lin.post("/names", {"names": []}).json()["error"] == "name_refused"
    assert lin.post("/names", {"names": [{"name": "x", "warmth": 5}]}).status_code == 422
    assert lin.post("/names", {"names": [{"name": "张三", "phone": "123"}]}).status_code == 422
    assert ReferralLead.objects.count() == 3
    assert program(cast.auditor).post("/names", {"names": [{"name": "张三"}]}).status_code == 403


def test_a_text_of_nothing_to_see_is_no_evidence(cast, program, card):
    lead = noted(cast.lin, "张三", recommender=card)
    lin = program(cast.lin)
    blank = {"version": 1, "warmth": 3, "evidence": "\u200b\u3164"}
    assert lin.post(f"/names/{lead.pk}/warmth", blank).status_code == 422
    told = lin.patch(f"/names/{lead.pk}", {"version": 1, "name": "张\u2060三\x01丰"})
    assert told.json()["name"] == "张三丰"
