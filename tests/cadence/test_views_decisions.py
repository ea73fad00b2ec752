"""Levels, losses, tasks and hand-overs through their pages (R-LVL-01…06, R-FUP-04, R-PRM-03, R-PRM-09, 21.1)."""

import pytest
import time_machine
from tests.architecture.world import everything
from tests.cadence.desk import at, fresh
from tests.cast import MORNING

from guanxi.cadence.models import LevelChange, LossReport, Task
from guanxi.cadence.operations.losses import LossDraft, apply_for_loss, decide_loss
from guanxi.customers.models import Collision
from guanxi.customers.operations.collisions import claim_number
from guanxi.lib.phones import parse_phone
from guanxi.organization.models import User

OUTSIDERS = ["zhao", "wu", "sun", "gao", "auditor", "cs", "proprietor", "finance", "admin", "desk"]


@pytest.fixture(autouse=True)
def _morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def card(cast, make_customer):
    return make_customer(cast.lin, name="赵四海", phone="13900000001", level="B", evidence={"CHOOSING_MODEL"})


@pytest.fixture
def lost(cast, act, card):
    return apply_for_loss(act(cast.lin), card.pk, LossDraft("PLAN_CANCELLED", "FINANCE"))


LOSS = {
    "outcome": "COMPETITOR_BOUGHT",
    "reason": "PRICE",
    "second_reason": "FINANCE",
    "competitor": "凯美瑞 2.5",
}


def test_a_level_is_judged_with_its_evidence(cast, card, client_for):
    given = {"level": "A", "evidence": ["TERMS"], "expected_close_on": "2026-03-20"}
    answer = client_for(cast.lin).post(f"/customers/{card.pk}/level/", given)
    assert (answer.status_code, answer["Location"]) == (303, f"/customers/{card.pk}/")
    assert fresh(card).level == "A"


def test_two_steps_above_the_evidence_wait_for_the_supervisor(cast, card, client_for):
    given = {"level": "H", "evidence": ["CHOOSING_MODEL"], "level_reason": "老板说本周定"}
    assert client_for(cast.lin).post(f"/customers/{card.pk}/level/", given).status_code == 303
    request = LevelChange.objects.get(customer=card, state="REQUESTED")
    assert fresh(card).level == "B"
    assert (
        client_for(cast.chen).post(f"/level-requests/{request.pk}/decision/", {"answer": "yes"}).status_code
        == 303
    )
    assert fresh(card).level == "H"


def test_a_level_above_the_evidence_says_what_is_missing(cast, card, client_for):
    answer = client_for(cast.lin).post(
        f"/customers/{card.pk}/level/", {"level": "A", "evidence": ["CHOOSING_MODEL"]}
    )
    assert answer.status_code == 422 and "level_reason" in answer.context["form"].errors


def test_a_closed_card_has_no_level_to_judge(cast, make_customer, client_for):
    card = make_customer(cast.lin, level="")
    assert client_for(cast.lin).get(f"/customers/{card.pk}/level/").status_code == 404


def test_a_loss_is_applied_for_and_withdrawn(cast, card, client_for):
    client = client_for(cast.lin)
    for missing in ({"competitor": ""}, {"second_reason": ""}, {"reason": ""}):
        assert client.post(f"/customers/{card.pk}/losses/", LOSS | missing).status_code == 422
    assert client.post(f"/customers/{card.pk}/losses/", LOSS).status_code == 303
    assert client.post(f"/customers/{card.pk}/losses/withdrawal/").status_code == 303
    assert LossReport.objects.get().state == "CANCELLED"
    assert fresh(card).level == "B"


def test_only_a_called_back_loss_is_approved(cast, card, lost, client_for):
    """R-LVL-05: a refusal comes back as a message; nothing was decided."""
    client = client_for(cast.chen)
    url = f"/losses/{lost.pk}/decision/"
    client.post(url, {"answer": "yes", "note": "没有打电话"})
    assert any(message.level_tag == "error" for message in client.get("/today/").context["messages"])
    assert LossReport.objects.get().state == "APPLIED"
    client.post(url, {"answer": "yes", "note": "今年不买了", "called_back": "on"})
    assert LossReport.objects.get().state == "APPROVED" and fresh(card).level == "F2"


def test_a_high_loss_is_the_managers(cast, make_customer, act, client_for):
    """R-LOSS-03: what the supervisor may not decide meets them as absent."""
    card = make_customer(cast.lin, level="H", evidence={"MODEL_COLOUR"})
    report = apply_for_loss(act(cast.lin), card.pk, LossDraft("PLAN_CANCELLED", "FINANCE"))
    given = {"answer": "no", "note": "再跟一次"}
    assert client_for(cast.chen).post(f"/losses/{report.pk}/decision/", given).status_code == 404
    assert LossReport.objects.get().state == "APPLIED"
    assert client_for(cast.ma).post(f"/losses/{report.pk}/decision/", given).status_code == 303
    assert LossReport.objects.get().state == "REJECTED"


def test_a_lost_customer_comes_back(cast, act, card, lost, client_for):
    decide_loss(act(cast.chen), lost.pk, approve=True, called_back=True, note="不买")
    client = client_for(cast.lin)
    assert client.post(f"/customers/{card.pk}/reactivation/", {"level": "B", "reason": ""}).status_code == 422
    given = {"level": "B", "reason": "主动来电询价"}
    assert client.post(f"/customers/{card.pk}/reactivation/", given).status_code == 303
    assert fresh(card).level == "B" and LossReport.objects.get().reactivated_on == MORNING.date()


@pytest.mark.parametrize(("who", "answer", "state"), [
    ("ma", "no", "REFUSED"), ("chen", "no", "PROPOSED"), ("chen", "yes", "IN_FORCE"),
])  # fmt: skip
def test_a_downgrade_is_taken_by_leaders_and_kept_off_by_the_manager(
    cast, card, client_for, who, answer, state
):
    """R-LVL-04: 降级干预 is the manager's; the supervisor is not even offered it."""
    facts = {
        "customer": card,
        "from_level": "B",
        "to_level": "C",
        "at": at(1),
        "on": at(1).date(),
        "kind": "DOWNGRADE",
    }
    change = LevelChange.objects.create(**facts, state="PROPOSED", effective_on=at(3).date())
    client = client_for(cast.users[who])
    page = client.get("/today/further/").content.decode().partition('id="downgrades"')[2]
    assert ('value="no"' in page) is (who == "ma")
    assert (
        client.post(f"/downgrades/{change.pk}/decision/", {"answer": answer, "note": "客户出差"}).status_code
        == 303
    )
    change.refresh_from_db()
    assert change.state == state
    assert fresh(card).level == ("C" if state == "IN_FORCE" else "B")


def test_a_task_is_done_and_taken_back(cast, card, client_for):
    task = Task.objects.create(
        customer=card, store=card.store, owner=cast.lin, kind="CARE", item="D7", source_rule="5.4",
        due_on=MORNING.date(), created_at=MORNING,
    )  # fmt: skip
    client = client_for(cast.lin)
    done = client.post(f"/tasks/{task.pk}/done/", {"back": f"/customers/{card.pk}/"})
    assert (done.status_code, done["Location"]) == (303, f"/customers/{card.pk}/")
    assert f'action="/tasks/{task.pk}/open/"' in client.get(done["Location"]).content.decode()
    assert Task.objects.get(pk=task.pk).done_on == MORNING.date()
    client.post(f"/tasks/{task.pk}/open/")
    assert Task.objects.get(pk=task.pk).status == "OPEN"


def test_a_follow_up_is_not_ticked_off(cast, card, client_for):
    task = Task.objects.follow_ups().get(customer=card)
    assert client_for(cast.lin).post(f"/tasks/{task.pk}/done/").status_code == 404
    assert client_for(cast.lin).post(f"/tasks/{task.pk}/done/", {"back": "//evil.example"}).status_code == 404


class TestHandOver:
    """R-PRM-03: the manager hands cards on; tasks go along."""

    def test_chosen_cards_move_with_their_tasks(self, cast, card, make_customer, client_for):
        stays = make_customer(cast.lin)
        client = client_for(cast.ma)
        shown = client.get(f"/hand-over/?from={cast.lin.pk}")
        assert {row["card"].pk for row in shown.context["rows"]} == {card.pk, stays.pk}
        given = {"to": cast.zhao.pk, "reason": "林晓休假", "customers": [card.pk]}
        assert client.post(f"/hand-over/?from={cast.lin.pk}", given).status_code == 303
        assert fresh(card).owner == cast.zhao and fresh(stays).owner == cast.lin
        assert set(Task.objects.open().filter(customer=card).values_list("owner", flat=True)) == {
            cast.zhao.pk
        }
        assert card.transfers.get().why == "HANDOVER"

    def test_release_is_remembered_as_such(self, cast, card, client_for):
        given = {"to": cast.zhao.pk, "reason": "逾期太久", "customers": [card.pk]}
        client_for(cast.ma).post(f"/hand-over/?customer={card.pk}&why=late", given)
        assert card.transfers.get().why == "RELEASE"

    @pytest.mark.parametrize(
        "changes", [{"reason": ""}, {"to": ""}, {"customers": []}, {"to": "gao"}, {"to": "chen"}]
    )
    def test_a_reason_a_colleague_and_cards_are_needed(self, cast, card, client_for, changes):
        if changes.get("to"):
            changes = {"to": getattr(cast, changes["to"]).pk}
        given = {"to": cast.zhao.pk, "reason": "休假", "customers": [card.pk]} | changes
        assert client_for(cast.ma).post(f"/hand-over/?from={cast.lin.pk}", given).status_code == 422
        assert fresh(card).owner == cast.lin

    @pytest.mark.parametrize("query", ["from=²", "customer=²", "from=" + "9" * 60, "from=-1", "customer=x"])
    def test_nonsense_shows_nobody(self, cast, card, client_for, query):
        answer = client_for(cast.ma).get(f"/hand-over/?{query}")
        assert answer.status_code == 200 and answer.context["rows"] == []

    def test_another_stores_card_is_no_choice(self, cast, card, client_for):
        given = {"to": cast.zhao.pk, "reason": "休假", "customers": [card.pk]}
        assert client_for(cast.gao).post("/hand-over/", given).status_code == 422
        assert fresh(card).owner == cast.lin


def test_the_manager_gives_a_claimed_customer_away(cast, act, card, client_for):
    """R-PRM-09."""
    collision = claim_number(act(cast.wu), parse_phone("13900000001"))
    assert "赵四海" in client_for(cast.ma).get("/today/").content.decode()
    url = f"/collisions/{collision.pk}/decision/"
    assert client_for(cast.chen).post(url, {"answer": "yes"}).status_code == 404
    assert client_for(cast.ma).post(url, {"answer": "yes", "note": "先到先得"}).status_code == 303
    assert fresh(card).owner == cast.wu
    assert set(Task.objects.open().filter(customer=card).values_list("owner", flat=True)) == {cast.wu.pk}
    assert Collision.objects.get().state == "MOVED"
    assert client_for(cast.ma).post(url, {"answer": "no"}).status_code == 404


@pytest.mark.parametrize("answer", [{}, {"answer": "perhaps"}, {"answer": "yes", "note": "长" * 301}])
def test_an_answer_that_is_none_changes_nothing(cast, lost, client_for, answer):
    client = client_for(cast.ma)
    before = everything()
    assert client.post(f"/losses/{lost.pk}/decision/", answer).status_code == 404
    assert everything() == before


@pytest.mark.parametrize("who", OUTSIDERS)
def test_outsiders_with_a_valid_form_meet_what_is_absent(cast, act, card, client_for, who):
    """P7: not the empty form of the inventory, but one that would succeed in the right hands."""
    lost = apply_for_loss(act(cast.lin), card.pk, LossDraft("PLAN_CANCELLED", "FINANCE"))
    collision = claim_number(act(cast.wu), parse_phone("13900000001"))
    task = Task.objects.exclude(kind="FOLLOW_UP").filter(customer=card).first()
    decide = {"answer": "yes", "note": "同意", "called_back": "on"}
    forms = {
        f"/customers/{card.pk}/level/": {"level": "C", "evidence": ["CHOOSING_MODEL"]},
        f"/customers/{card.pk}/losses/": LOSS,
        f"/customers/{card.pk}/losses/withdrawal/": {},
        f"/losses/{lost.pk}/decision/": decide,
        f"/collisions/{collision.pk}/decision/": decide,
        f"/tasks/{task.pk}/done/": {},
    }
    user: User = cast.users[who]
    client = client_for(user)
    before = everything()
    for url, given in forms.items():
        assert client.post(url, given).status_code == 404, url
    assert everything() == before
