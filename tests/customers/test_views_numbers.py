"""Numbers, accounts and the ID number, shown one at a time (R-PRM-05)."""

import pytest
import time_machine
from tests.cast import MORNING

from guanxi.customers.models import Customer
from guanxi.customers.operations.id_numbers import set_id_number
from guanxi.organization.models import AuditEntry, PlaybookOverride

JSON = {"Accept": "application/json"}


OUTSIDERS = ["zhao", "wu", "sun", "gao", "auditor", "cs", "proprietor", "finance", "admin", "desk"]


@pytest.fixture(autouse=True)
def _morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def card(cast, make_customer):
    return make_customer(cast.lin, name="赵四海", phone="13900000001/13900000002")


class TestNumbers:
    def test_calling_ones_own_customer_is_logged_and_free(self, cast, card, client_for):
        client = client_for(cast.lin)
        answer = client.post(f"/customers/{card.pk}/call/", headers=JSON)
        assert answer.json() == {"tel": "tel:13900000001", "number": "13900000001"}
        assert AuditEntry.objects.get(action="number_called").customer_key == card.pk
        plain = client.post(f"/customers/{card.pk}/call/")
        assert (plain.status_code, plain["Location"]) == (303, "tel:13900000001")

    def test_a_reveal_is_logged_and_counted(self, cast, card, client_for):
        phone = card.phones.last()
        url = f"/customers/{card.pk}/phones/{phone.pk}/"
        client = client_for(cast.lin)
        assert client.post(url, headers=JSON).json() == {"number": "13900000002"}
        assert AuditEntry.objects.filter(action="number_revealed", entity_id=phone.pk).count() == 1
        assert client.post(url, headers=JSON)["Cache-Control"] == "no-store"

    def test_without_scripts_the_number_waits_in_no_cookie(self, cast, card, client_for):
        client = client_for(cast.lin)
        answer = client.post(f"/customers/{card.pk}/phones/{card.phones.first().pk}/")
        assert "13900000001" in answer.content.decode()
        assert "13900000001" not in str(client.cookies)
        assert "13900000001" not in client.get(f"/customers/{card.pk}/").content.decode()

    @pytest.mark.parametrize("path", ["phones/{phone}/", "call/"])
    def test_the_days_budget_ends(self, cast, card, client_for, path):
        """P8: a leader's call counts like a look."""
        budget = cast.store.playbook.settings.reveal_per_day
        AuditEntry.objects.bulk_create(
            AuditEntry(at=MORNING, actor=cast.chen, store=cast.store, action="number_revealed")
            for _each in range(budget)
        )
        url = f"/customers/{card.pk}/{path.format(phone=card.phones.first().pk)}"
        client = client_for(cast.chen)
        refused = client.post(url, headers=JSON)
        assert refused.status_code == 429 and "13900000001" not in refused.content.decode()
        plain = client.post(url, follow=True)
        assert [message.level_tag for message in plain.context["messages"]] == ["error"]
        assert "13900000001" not in plain.content.decode()

    def test_a_number_of_another_card_is_absent(self, cast, card, make_customer, client_for):
        other = make_customer(cast.lin).phones.get()
        assert (
            client_for(cast.lin).post(f"/customers/{card.pk}/phones/{other.pk}/", headers=JSON).status_code
            == 404
        )


class TestAccounts:
    """P8: the WeChat name and the address are asked for one by one, logged, within the budget of numbers."""

    @pytest.fixture
    def reachable(self, card):
        Customer.objects.filter(pk=card.pk).update(wechat="zhaosihai", email="zhao@example.com")
        return card

    def test_the_page_shows_masks(self, cast, reachable, client_for):
        for person in (cast.lin, cast.chen, cast.cs, cast.auditor):
            page = client_for(person).get(f"/customers/{reachable.pk}/").content.decode()
            assert "zh****" in page and "zhaosihai" not in page and "zhao@example" not in page

    def test_each_is_logged(self, cast, reachable, client_for):
        client = client_for(cast.lin)
        told = [
            client.post(f"/customers/{reachable.pk}/accounts/{name}/", headers=JSON).json()
            for name in ("wechat", "email")
        ]
        assert told == [{"number": "zhaosihai"}, {"number": "zhao@example.com"}]
        trail = AuditEntry.objects.filter(action="number_revealed", customer_key=reachable.pk)
        assert [entry.changes["field"] for entry in trail.order_by("pk")] == [
            [None, "wechat"],
            [None, "email"],
        ]
        assert "zhaosihai" in client.post(f"/customers/{reachable.pk}/accounts/wechat/").content.decode()

    def test_the_id_number_is_told_like_a_number(self, cast, reachable, act, client_for, settings):
        """R-PRM-05: kept encrypted, shown by its mask, told singly and logged."""
        whole = "11010519491231002X"
        set_id_number(act(cast.lin), reachable.pk, whole)
        client, url = client_for(cast.lin), f"/customers/{reachable.pk}/accounts/id_no/"
        page = client.get(f"/customers/{reachable.pk}/").content.decode()
        assert whole not in page and url in page
        assert url not in client_for(cast.auditor).get(f"/customers/{reachable.pk}/").content.decode()
        assert client.post(url, headers=JSON).json() == {"number": whole}
        assert whole in client.post(url).content.decode()
        trail = AuditEntry.objects.filter(action="number_revealed", customer_key=reachable.pk)
        assert {str(entry.changes) for entry in trail} == {"{'field': [None, 'id_no']}"}
        settings.SECRET_KEY = "another"
        client = client_for(cast.lin)
        answer = client.post(url, headers=JSON)
        assert answer.status_code == 422 and "重新" in answer.json()["message"]
        assert trail.count() == 2

    def test_the_budget_is_one_with_the_numbers(self, cast, reachable, client_for):
        PlaybookOverride.objects.create(store=cast.store, key="reveal.per_day", value=1)
        client, number = client_for(cast.lin), reachable.phones.first()
        assert client.post(f"/customers/{reachable.pk}/accounts/wechat/", headers=JSON).status_code == 200
        assert client.post(f"/customers/{reachable.pk}/accounts/email/", headers=JSON).status_code == 429
        assert client.post(f"/customers/{reachable.pk}/phones/{number.pk}/", headers=JSON).status_code == 429

    @pytest.mark.parametrize("name", ["id_no", "id_no_cipher", "name", "phones", "pk", "wechat_", "remark"])
    def test_nothing_else_is_an_account(self, cast, reachable, client_for, name):
        assert client_for(cast.lin).post(f"/customers/{reachable.pk}/accounts/{name}/").status_code == 404

    @pytest.mark.parametrize("who", OUTSIDERS)
    def test_others_meet_what_is_absent(self, cast, reachable, client_for, who):
        assert (
            client_for(cast.users[who]).post(f"/customers/{reachable.pk}/accounts/wechat/").status_code == 404
        )
        assert not AuditEntry.objects.filter(action="number_revealed").exists()
