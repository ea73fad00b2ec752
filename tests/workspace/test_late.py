"""R-FUP-04: whoever counts late follow-ups counts the same ones."""

from datetime import timedelta

import pytest
import time_machine
from tests.cadence.desk import call, march
from tests.cast import MORNING

from guanxi.cadence.models import Task
from guanxi.cadence.operations.contacts import record_contact
from guanxi.cadence.operations.losses import LossDraft, apply_for_loss
from guanxi.cadence.queries.due import worklist
from guanxi.customers.models import Customer
from guanxi.performance.queries.evening import boards
from guanxi.prospecting.queries.reception import turns

TODAY = march(2)


@pytest.fixture(autouse=True)
def _morning():
    with time_machine.travel(MORNING, tick=False):
        yield


def test_r_fup_04_today_board_list_evening_and_reception_count_the_same_late_ones(
    cast, act, make_customer, client_for
):
    """Late, tried without an answer, given up: late each. A card with only a late task is not, nor who is due today."""
    days = {"late": 1, "tried": 1, "given up": 1, "only a task": 3, "today": 0}
    cards = {name: make_customer(cast.lin, name=name, level="A") for name in days}
    for name, ago in days.items():
        due_on = TODAY - timedelta(days=ago) if name != "only a task" else TODAY + timedelta(days=3)
        Customer.objects.filter(pk=cards[name].pk).update(next_due_on=due_on)
        Task.objects.open().follow_ups().filter(customer=cards[name]).update(due_on=due_on)
    Task.objects.create(
        customer=cards["only a task"], store=cast.store, owner=cast.lin, kind="CARE", item="D7", source_rule="5.4",
        due_on=TODAY - timedelta(days=3), created_at=MORNING,
    )  # fmt: skip
    record_contact(act(cast.lin, MORNING), call(cards["tried"], at=MORNING, reached=False, content=""))
    apply_for_loss(act(cast.lin), cards["given up"].pk, LossDraft("PLAN_CANCELLED", "FINANCE"))

    lin, chen = client_for(cast.lin), client_for(cast.chen)
    behind = {row.person.pk: row.late for row in chen.get("/today/").context["behind"]}
    meeting = {board.person.pk: board.late for board in boards(cast.chen, cast.store, TODAY, MORNING)}
    places = {place.person.pk: place.overdue for place in turns(cast.store, TODAY)}
    assert [row.name for row in lin.get("/customers/?due=late&sort=name").context["rows"]] == [
        "given up", "late", "tried",
    ]  # fmt: skip
    assert lin.get("/today/").context["work"].late == worklist(cast.lin, cast.store, TODAY).late == 3
    assert (behind[cast.lin.pk], meeting[cast.lin.pk], places[cast.lin.pk]) == (3, 3, 3)
