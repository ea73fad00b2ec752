"""Recording a contact through its form (R-FUP-01, R-FUP-06, R-LVL-01)."""

import re
from datetime import date

import pytest
import time_machine
from tests.architecture.world import everything
from tests.cadence.desk import follow_up, fresh, march
from tests.cast import MORNING

from guanxi.cadence.models import Interaction

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(MORNING, tick=False) as clock:
        yield clock


@pytest.fixture
def card(cast, make_customer):
    return make_customer(cast.lin, name="赵四海", level="B", evidence={"CHOOSING_MODEL"})


def form(card, **changes):
    """What the browser sends when nothing but the note was typed."""
    given = {"method": "PHONE", "reached": "yes", "content": "聊了配置和价格", "level": card.level}
    given |= {"evidence": ["CHOOSING_MODEL"], "when": "proposed"}
    return {name: value for name, value in (given | changes).items() if value is not None}


def send(client, card, **changes):
    return client.post(f"/customers/{card.pk}/contacts/", form(card, **changes))


def test_reached_with_the_proposed_date(cast, card, client_for):
    answer = send(client_for(cast.lin), card, back="/today/")
    assert (answer.status_code, answer["Location"]) == (303, "/today/")
    contact = Interaction.objects.get(customer=card)
    assert contact.is_valid and contact.content == "聊了配置和价格" and contact.by == cast.lin
    # B: fifteen days after the contact.
    assert contact.next_due_on == follow_up(card).due_on == fresh(card).next_due_on == march(17)


def test_not_reached_needs_no_note_and_keeps_level_and_date(cast, card, client_for):
    before = follow_up(card).due_on
    answer = send(client_for(cast.lin), card, reached="no", content="", level="H", evidence=["MODEL_COLOUR"])
    assert answer.status_code == 303
    task = follow_up(card)
    assert (task.due_on, task.retry_on, task.attempts) == (before, march(3), 1)
    assert fresh(card).level == "B"
    assert not Interaction.objects.get(customer=card).is_valid


def test_evidence_and_date_raise_the_level(cast, card, client_for):
    """R-LVL-01: in five days and the model chosen is H; the next contact two days on."""
    answer = send(
        client_for(cast.lin), card, level="H", evidence=["CHOOSING_MODEL", "MODEL_COLOUR"],
        expected_close_on="2026-03-07",
    )  # fmt: skip
    assert answer.status_code == 303
    assert fresh(card).level == "H"
    assert follow_up(card).due_on == march(4)


def test_one_step_above_the_evidence_needs_a_reason(cast, card, client_for):
    client = client_for(cast.lin)
    refused = send(client, card, level="A")
    assert refused.status_code == 422
    assert "level_reason" in refused.context["form"].errors
    # The reason stands in a part that is folded away otherwise.
    assert re.search(r'evidence#changed" open>', refused.content.decode())
    assert send(client, card, level="A", level_reason="昨天带太太来看过").status_code == 303
    assert fresh(card).level == "A"


@pytest.mark.parametrize(
    ("given", "due"),
    [
        ({"when": "tomorrow"}, march(3)),
        ({"when": "other", "next_due_on": "2026-03-10"}, march(10)),
        ({"when": "other", "next_due_on": "2026-03-30", "customer_asked": "on"}, march(30)),
        ({"when": None}, march(17)),
    ],
)
def test_the_next_date_may_be_chosen(cast, card, client_for, given, due):
    assert send(client_for(cast.lin), card, **given).status_code == 303
    assert follow_up(card).due_on == due


@pytest.mark.parametrize(
    "given",
    [
        {"when": "other"},
        {"when": "other", "next_due_on": "2026-03-02"},
        {"when": "other", "next_due_on": "2026-03-20"},
        {"when": "other", "next_due_on": "2026-04-02", "customer_asked": "on"},
        {"when": "other", "next_due_on": "31.03.2026"},
    ],
)
def test_a_date_that_may_not_be_is_refused_beside_its_field(cast, card, client_for, given):
    """R-FUP-06: after today, at most two intervals ahead, later than proposed only if the customer asked."""
    client = client_for(cast.lin)
    before = everything()
    answer = send(client, card, **given)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["next_due_on"]
    assert everything() == before


def test_tomorrow_is_taken_though_the_page_offered_it_under_another_level(cast, make_customer, client_for):
    """At O tomorrow is the proposal itself and not shown a second time; the level may have moved meanwhile."""
    card = make_customer(cast.lin, level="N")
    assert send(client_for(cast.lin), card, level="N", evidence=[], when="tomorrow").status_code == 303
    assert follow_up(card).due_on == march(3)


def test_a_note_too_short_keeps_what_was_typed(cast, card, client_for):
    answer = send(
        client_for(cast.lin), card, content="好的", method="WECHAT", when="other", next_due_on="2026-03-05"
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert list(answer.context["form"].errors) == ["content"]
    assert "好的</textarea>" in page and 'value="2026-03-05"' in page
    assert re.search(r'value="WECHAT"[^>]*checked', page)
    assert not Interaction.objects.filter(customer=card).exists()


def test_twice_in_five_minutes_asks_first(cast, card, client_for, clock):
    client = client_for(cast.lin)
    send(client, card)
    clock.shift(120)
    asked = send(client, card, content="又打了一次电话")
    assert asked.status_code == 422
    assert 'name="again" value="on"' in asked.content.decode()
    assert "data-form-errors" in asked.content.decode()
    assert send(client, card, content="又打了一次电话", again="on").status_code == 303
    assert Interaction.objects.filter(customer=card).count() == 2


def test_the_same_form_twice_is_one_contact(cast, card, client_for):
    """P6: the second copy gets the first answer."""
    client = client_for(cast.lin)
    answers = [send(client, card, form_key="k-1") for _copy in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert Interaction.objects.filter(customer=card).count() == 1


def test_a_refused_form_leaves_its_key_for_the_corrected_one(cast, card, client_for):
    client = client_for(cast.lin)
    assert send(client, card, form_key="k-2", content="好").status_code == 422
    assert send(client, card, form_key="k-2").status_code == 303


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:x"]
)
def test_back_leads_only_to_this_site(cast, card, client_for, back):
    answer = send(client_for(cast.lin), card, back=back)
    assert answer["Location"] == f"/customers/{card.pk}/"
    shown = client_for(cast.lin).get(f"/customers/{card.pk}/contacts/", {"back": back})
    assert back not in shown.content.decode()


def test_an_earlier_day_is_recorded_on_that_day(cast, card, client_for):
    assert send(client_for(cast.lin), card, contacted_on="2026-02-27").status_code == 303
    assert Interaction.objects.get(customer=card).on == date(2026, 2, 27)


def test_a_later_day_is_refused(cast, card, client_for):
    assert send(client_for(cast.lin), card, contacted_on="2026-03-03").status_code == 422
    assert not Interaction.objects.filter(customer=card).exists()


def test_the_dialog_answers_in_the_dialog(cast, card, client_for):
    client = client_for(cast.lin)
    url = f"/customers/{card.pk}/contacts/"
    sheet = client.get(url, headers=HTMX).content.decode()
    assert "<html" not in sheet and f'hx-post="{url}"' in sheet
    refused = client.post(url, form(card, content=""), headers=HTMX)
    assert refused.status_code == 422 and "<html" not in refused.content.decode()
    saved = client.post(url, form(card, back="/today/"), headers=HTMX)
    assert (saved.status_code, saved["HX-Redirect"]) == (204, "/today/")


class TestSuggestion:
    """What the form says while evidence is ticked (R-LVL-01)."""

    def ask(self, client, card, **given):
        return client.get(
            f"/customers/{card.pk}/contacts/suggestion/", {"follows": "yes", "level": "B"} | given
        )

    def test_the_level_follows_the_evidence(self, cast, card, client_for):
        answer = self.ask(
            client_for(cast.lin), card, evidence=["MODEL_COLOUR"], expected_close_on="2026-03-07"
        )
        page = answer.content.decode()
        assert re.search(r'value="H"[^>]*checked', page)
        # H is contacted every second day: the proposed date has moved along.
        assert answer.context["form"].proposed == march(4)

    def test_a_level_picked_by_hand_stays(self, cast, card, client_for):
        answer = self.ask(client_for(cast.lin), card, follows="", level="C", evidence=["MODEL_COLOUR"])
        assert re.search(r'value="C"[^>]*checked', answer.content.decode())
        assert answer.context["suggestion"].level == "A"
        assert answer.context["form"].proposed == date(2026, 4, 1)

    def test_what_was_chosen_for_the_next_date_stays(self, cast, card, client_for):
        answer = self.ask(
            client_for(cast.lin), card, when="other", next_due_on="2026-03-05", customer_asked="on"
        )
        page = answer.content.decode()
        assert re.search(r'value="other"[^>]*checked', page) and 'value="2026-03-05"' in page
        assert re.search(r'name="customer_asked"[^>]*checked', page)

    def test_nonsense_is_ignored_and_nothing_is_written(self, cast, card, client_for):
        client = client_for(cast.lin)
        before = everything()
        nonsense = {"evidence": ["LOTTERY"], "level": "Z", "expected_close_on": "soon", "follows": ""}
        assert self.ask(client, card, **nonsense).status_code == 200
        assert everything() == before

    def test_outsiders_learn_nothing(self, cast, card, client_for):
        assert self.ask(client_for(cast.wu), card).status_code == 404


@pytest.mark.parametrize(
    "who", ["zhao", "wu", "sun", "gao", "auditor", "cs", "proprietor", "finance", "admin", "desk"]
)
def test_others_meet_what_is_absent(cast, card, client_for, who):
    client = client_for(cast.users[who])
    before = everything()
    assert send(client, card).status_code == 404
    assert everything() == before
