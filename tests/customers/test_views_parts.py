"""What hangs on a card, through its pages: cars, contact persons, source, classification (AZ-21)."""

import re

import pytest
import time_machine
from tests.cast import MORNING


@pytest.fixture(autouse=True)
def _morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def card(cast, make_customer):
    return make_customer(cast.lin, name="赵四海", phone="13900000001/13900000002")


@pytest.mark.parametrize("mileage", ["-1", "10000000", "2147483648", "9223372036854775808", "9" * 30, "1e5"])
def test_a_mileage_no_car_has_is_refused(cast, card, client_for, mileage):
    answer = client_for(cast.lin).post(f"/customers/{card.pk}/owned/", {"mileage": mileage, "brand": "大众"})
    assert answer.status_code == 422 and list(answer.context["form"].errors) == ["mileage"]
    assert not card.owned_items.exists()


def test_a_stale_classification_is_refused_and_shows_both(cast, card, client_for):
    """P5: the second of two browsers hears of the first, and nothing it ticked is lost."""
    url = f"/customers/{card.pk}/classification/"
    lin, chen = client_for(cast.lin), client_for(cast.chen)
    assert chen.post(url, {"version": card.version, "vip_met": "on"}).status_code == 303
    answer = lin.post(url, {"version": card.version, "base_help": "on"})
    assert answer.status_code == 409
    shown = {row["label"]: (row["now"], row["typed"]) for row in answer.context["form"].differing}
    assert list(shown.values()) == [("—", "✓"), ("✓", "—")]
    card.refresh_from_db()
    assert card.vip_met and not card.base_help
    version = re.search(r'name="version" value="(\d+)"', answer.content.decode())[1]
    assert lin.post(url, {"version": version, "base_help": "on"}).status_code == 303


class TestPartsTogether:
    """P5: of two browsers with the same part open, the second hears of the first and keeps what it typed."""

    def version(self, answer):
        return re.search(r'name="version" value="(\d+)"', answer.content.decode())[1]

    def race(self, url, first, second, theirs, mine):
        given = self.version(first.get(url)), self.version(second.get(url))
        assert first.post(url, theirs | {"version": given[0]}).status_code == 303
        answer = second.post(url, mine | {"version": given[1]})
        assert answer.status_code == 409
        assert second.post(url, mine).status_code in {409, 422}
        shown = {row["label"]: (row["now"], row["typed"]) for row in answer.context["form"].differing}
        return shown, lambda: second.post(url, mine | {"version": self.version(answer)}).status_code

    def test_what_they_own(self, cast, make_customer, client_for):
        card = make_customer(cast.lin, owned={"brand": "大众", "model": "朗逸"})
        item = card.owned_items.get()
        shown, again = self.race(
            f"/customers/{card.pk}/owned/{item.pk}/", client_for(cast.lin), client_for(cast.chen),
            {"brand": "本田", "model": "朗逸"}, {"brand": "大众", "model": "帕萨特"},
        )  # fmt: skip
        assert shown == {"品牌": ("本田", "大众"), "车型": ("朗逸", "帕萨特")}
        item.refresh_from_db()
        assert (item.brand, item.model, item.version) == ("本田", "朗逸", 2)
        assert again() == 303

    def test_a_contact_person(self, cast, make_customer, client_for):
        phone = {"phone_raw": "13900000001", "phone_normalized": "13900000001"}
        card = make_customer(
            cast.lin, kind="ORG", org_name="公司", contacts=({"name": "刘总", "is_primary": True, **phone},)
        )
        person = card.contacts.get()
        shown, again = self.race(
            f"/customers/{card.pk}/people/{person.pk}/", client_for(cast.lin), client_for(cast.chen),
            {"name": "刘总", "phone": "13900000777"}, {"name": "刘经理", "phone": "139****0001"},
        )  # fmt: skip
        assert shown["姓名"] == ("刘总", "刘经理") and shown["电话"] == ("139****0777", "139****0001")
        person.refresh_from_db()
        assert (person.name, person.phone_normalized, person.version) == ("刘总", "13900000777", 2)
        assert again() == 303
        person.refresh_from_db()
        # A mask never becomes a number, and never brings an earlier one back.
        assert (person.name, person.phone_normalized) == ("刘经理", "13900000777")

    def test_the_source(self, cast, card, client_for):
        ma = client_for(cast.ma)
        shown, again = self.race(
            f"/customers/{card.pk}/source/", ma, ma,
            {"code": "R", "detail": "老客户", "reason": "介绍人说了"}, {"code": "S", "detail": "", "reason": "问过"},
        )  # fmt: skip
        assert len(shown) == 2 and shown["来源说明"] == ("老客户", "—")
        card.refresh_from_db()
        assert card.source_code == "R"
        assert again() == 303
