"""New cards and edits through their pages (handbook 1.3, 1.5; R-PRM-09, AZ-21)."""

import re

import pytest
import time_machine
from tests.architecture.world import everything
from tests.cast import MORNING

from guanxi.cadence.models import Task
from guanxi.catalogue.models import Product
from guanxi.customers.models import Collision, Customer, Intent
from guanxi.organization.models import AuditEntry

JSON = {"Accept": "application/json"}


OUTSIDERS = ["zhao", "wu", "sun", "gao", "auditor", "cs", "proprietor", "finance", "admin", "desk"]


@pytest.fixture(autouse=True)
def _morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def card(cast, make_customer):
    return make_customer(cast.lin, name="赵四海", phone="13900000001/13900000002")


class TestNewCustomer:
    GIVEN = {"name": "李新客", "phone": "139 1234 5678", "source_code": "S", "level": "N"}

    def post(self, client, **changes):
        return client.post("/customers/new/", self.GIVEN | changes)

    def test_a_name_and_a_number_make_a_card(self, cast, client_for):
        answer = self.post(client_for(cast.lin))
        card = Customer.objects.get(name="李新客")
        assert (answer.status_code, answer["Location"]) == (303, f"/customers/{card.pk}/")
        assert (card.owner, card.level, card.source_code) == (cast.lin, "N", "S")
        assert card.phones.get().normalized == "13912345678"
        assert Task.objects.open().follow_ups().filter(customer=card).count() == 1

    def test_with_evidence_and_a_date(self, cast, client_for):
        more = {"level": "H", "evidence": ["MODEL_COLOUR"], "expected_close_on": "2026-03-06"}
        assert self.post(client_for(cast.lin), **more).status_code == 303
        assert Customer.objects.get(name="李新客").level == "H"

    @pytest.mark.parametrize(
        ("changes", "field"),
        [({"phone": "12345"}, "phone"), ({"phone": ""}, "phone"), ({"name": ""}, "name"), ({"kind": "ORG"}, "org_name"),
         ({"expected_close_on": "2026-03-01"}, "expected_close_on"), ({"source_code": "?"}, "source_code")],
    )  # fmt: skip
    def test_what_is_missing_is_told_beside_its_field(self, cast, client_for, changes, field):
        answer = self.post(client_for(cast.lin), **changes)
        assert answer.status_code == 422 and list(answer.context["form"].errors) == [field]
        assert not Customer.objects.exists()

    def test_the_same_form_twice_opens_one_card(self, cast, client_for):
        client = client_for(cast.lin)
        answers = [self.post(client, form_key="k") for _copy in range(2)]
        assert answers[0]["Location"] == answers[1]["Location"]
        assert Customer.objects.count() == 1

    def test_ones_own_number_leads_to_its_card(self, cast, card, client_for):
        answer = self.post(client_for(cast.lin), phone="13900000002")
        assert answer.status_code == 422
        assert f'href="/customers/{card.pk}/"' in answer.content.decode()

    def test_a_colleagues_number_is_only_taken(self, cast, card, client_for):
        """AZ-21: no name, no owner, no id; the asking is logged."""
        page = self.post(client_for(cast.zhao), phone="13900000001").content.decode()
        assert "/customers/claim/" in page
        assert "赵四海" not in page and f"/customers/{card.pk}/" not in page and "林晓" not in page
        assert AuditEntry.objects.get(action="taken_number_asked").actor == cast.zhao

    def test_one_asking_too_many_is_told_beside_the_number(self, cast, card, act, client_for):
        AuditEntry.objects.bulk_create(act(cast.zhao).entry("taken_number_asked", card) for _ in range(200))
        answer = self.post(client_for(cast.zhao), phone="13900000001")
        assert answer.status_code == 422 and list(answer.context["form"].errors) == ["phone"]

    def test_a_claim_reaches_the_manager_once(self, cast, card, client_for):
        client = client_for(cast.zhao)
        for _time in range(2):
            assert client.post("/customers/claim/", {"phone": "13900000001"}).status_code == 303
        collision = Collision.objects.get()
        assert (collision.customer, collision.claimant) == (card, cast.zhao)
        assert "赵磊" in client_for(cast.ma).get("/today/").content.decode()

    def test_a_claim_on_a_free_number_looks_the_same(self, cast, card, client_for):
        client = client_for(cast.zhao)
        taken, free = (
            client.post("/customers/claim/", {"phone": phone}) for phone in ("13900000001", "13900000009")
        )
        assert (taken.status_code, taken["Location"]) == (free.status_code, free["Location"])

    @pytest.mark.parametrize(
        ("phone", "says"), [("13900000001", True), ("1390000000", False), ("13900000009", False)]
    )
    def test_the_prompt_while_typing_knows_whole_numbers_only(self, cast, card, client_for, phone, says):
        own = client_for(cast.lin).post("/customers/lookup/", {"phone": phone}).content.decode()
        others = client_for(cast.wu).post("/customers/lookup/", {"phone": phone}).content.decode()
        assert ("赵四海" in own) is says
        assert ("/customers/claim/" in others) is says and "赵四海" not in others


class TestEdit:
    def given(self, client, card, **changes):
        """The form as the page holds it, with ``changes`` typed."""
        page = client.get(f"/customers/{card.pk}/edit/")
        held = {
            bound.html_name: bound.value()
            for form in (page.context["form"], page.context["intent"])
            for bound in form
            if bound.value() not in (None, False)
        }
        return held | changes

    def post(self, client, card, given):
        return client.post(f"/customers/{card.pk}/edit/", given)

    def test_numbers_show_masked_and_stay_when_left_alone(self, cast, card, client_for):
        client = client_for(cast.lin)
        given = self.given(client, card, remark="喜欢钓鱼")
        assert given["phone1"] == "139****0001"
        assert self.post(client, card, given).status_code == 303
        assert list(card.phones.values_list("normalized", flat=True)) == ["13900000001", "13900000002"]
        assert Customer.objects.get(pk=card.pk).remark == "喜欢钓鱼"

    def test_accounts_show_masked_and_stay_when_left_alone(self, cast, card, client_for):
        """P8: whoever may change the card sees no WeChat name and no address before asking for it."""
        Customer.objects.filter(pk=card.pk).update(wechat="zhaosihai", email="zhao@example.com")
        client = client_for(cast.lin)
        given = self.given(client, card, remark="喜欢钓鱼")
        assert (given["wechat"], given["email"]) == ("zh****", "z****@example.com")
        assert self.post(client, card, given).status_code == 303
        card.refresh_from_db()
        assert (card.wechat, card.email, card.remark) == ("zhaosihai", "zhao@example.com", "喜欢钓鱼")
        given = self.given(client, card, wechat="zhao4hai", email="")
        assert self.post(client, card, given).status_code == 303
        card.refresh_from_db()
        assert (card.wechat, card.email) == ("zhao4hai", "")

    def test_two_numbers_alike_under_their_masks_both_stay(self, cast, make_customer, client_for):
        card = make_customer(cast.lin, phone="13900001111/13911111111")
        client = client_for(cast.lin)
        given = self.given(client, card)
        assert given["phone1"] == given["phone2"] == "139****1111"
        assert self.post(client, card, given).status_code == 303
        assert card.phones.count() == 2

    def test_a_new_number_takes_the_place_of_the_old(self, cast, card, client_for):
        client = client_for(cast.lin)
        assert self.post(client, card, self.given(client, card, phone2="0571-8765 4321")).status_code == 303
        assert list(card.phones.values_list("normalized", flat=True)) == ["13900000001", "057187654321"]

    @pytest.mark.parametrize("phone", ["123", "13900000009"])
    def test_a_number_that_is_none_or_taken_is_refused(self, cast, card, make_customer, client_for, phone):
        make_customer(cast.wu, name="吴的客户", phone="13900000009")
        client = client_for(cast.lin)
        answer = self.post(client, card, self.given(client, card, phone1=phone))
        assert answer.status_code == 422 and "吴的客户" not in answer.content.decode()
        assert card.phones.count() == 2

    def test_a_stale_edit_shows_both_values_and_keeps_what_was_typed(self, cast, card, client_for):
        lin, chen = client_for(cast.lin), client_for(cast.chen)
        mine = self.given(lin, card, name="赵四海（我）", wechat="mine")
        theirs = self.given(
            chen, card, name="赵四海（她）", gender="F", phone1="13900000008", **{"intent-colour": "红"}
        )
        assert self.post(chen, card, theirs).status_code == 303
        answer = self.post(lin, card, mine)
        assert answer.status_code == 409
        shown = {row["label"]: (row["now"], row["typed"]) for row in answer.context["form"].differing}
        assert shown["姓名"] == ("赵四海（她）", "赵四海（我）")
        assert shown["性别"][0] == "女"
        assert shown["颜色"] == ("红", "—")
        assert Customer.objects.get(pk=card.pk).name == "赵四海（她）"
        page = answer.content.decode()
        assert 'value="赵四海（我）"' in page
        mine["version"] = re.search(r'name="version" value="(\d+)"', page)[1]
        assert self.post(lin, card, mine).status_code == 303
        assert Customer.objects.get(pk=card.pk).name == "赵四海（我）"

    def test_a_stale_edit_that_differs_in_nothing_says_so(self, cast, card, client_for):
        client = client_for(cast.lin)
        given = self.given(client, card)
        Customer.objects.filter(pk=card.pk).update(version=card.version + 5)
        answer = self.post(client, card, given)
        assert answer.status_code == 409 and answer.context["form"].differing == []

    def test_a_refusal_leaves_the_whole_card_as_it_was(self, cast, card, client_for):
        """Card and identity number are saved together or not at all."""
        client = client_for(cast.lin)
        given = self.given(client, card, name="改名", id_no="123", form_key="k")
        assert self.post(client, card, given).status_code == 422
        assert Customer.objects.get(pk=card.pk).name == "赵四海"

    @pytest.mark.parametrize(
        ("low", "high", "field"), [("200000", "100000", "budget_max"), ("-1", "", "budget_min")]
    )
    def test_a_budget_that_cannot_be_is_refused_beside_its_field(
        self, cast, card, client_for, low, high, field
    ):
        client = client_for(cast.lin)
        given = self.given(client, card, **{"intent-budget_min": low, "intent-budget_max": high})
        answer = self.post(client, card, given)
        assert answer.status_code == 422 and list(answer.context["intent"].errors) == [field]
        assert f'value="{low}"' in answer.content.decode()

    def test_a_model_no_longer_sold_stays_on_the_card(self, cast, card, client_for):
        product = Product.objects.create(store=cast.store, name="停产车", is_active=False)
        Intent.objects.filter(customer=card).update(product=product)
        client = client_for(cast.lin)
        assert self.post(client, card, self.given(client, card)).status_code == 303
        assert Intent.objects.get(customer=card).product == product


@pytest.mark.parametrize("who", OUTSIDERS)
def test_outsiders_meet_what_is_absent(cast, card, client_for, who):
    client = client_for(cast.users[who])
    before = everything()
    for path, given in {
        "edit/": {
            "name": "黑客",
            "version": card.version,
            "phone1": "139****0001",
            "gender": "U",
            "kind": "PERSON",
        },
        "classification/": {"version": card.version, "base_help": "on"},
        "call/": {},
        f"phones/{card.phones.first().pk}/": {},
    }.items():
        assert client.post(f"/customers/{card.pk}/{path}", given, headers=JSON).status_code == 404, path
    assert everything() == before


@pytest.mark.parametrize("moment", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_a_test_drive_in_a_year_that_cannot_be_meant_is_pointed_out(cast, make_customer, client_for, moment):
    card = make_customer(cast.lin, level="B")
    client, path = client_for(cast.lin), f"/customers/{card.pk}/edit/"
    typed = {
        name: value
        for name, value in client.get(path).context["form"].initial.items()
        if value not in (None, [])
    }
    sent = typed | {"phone1": "13912345678", "intent-test_drive_at": moment, "form_key": "e" * 32}
    answer = client.post(path, sent)
    assert answer.status_code == 422
    assert "年份不对" in answer.content.decode() or "ten years" in answer.content.decode()
