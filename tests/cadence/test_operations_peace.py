"""R-PRM-08: what was asked for before a customer refused is given up; what is between people stays."""

import pytest
from tests.cadence.desk import at, march

from guanxi.cadence.models import Task
from guanxi.cadence.operations.tasks import TaskRefused, finish_task, leave_in_peace, reopen_task
from guanxi.customers.models import Customer
from guanxi.customers.operations.cards import edit_card
from guanxi.organization.models import AuditEntry

ALL = ["CALL", "SMS", "WECHAT", "MAIL"]


def asked(card, kind, rule, origin="", stands_as=""):
    return Task.objects.create(
        customer=card, store=card.store, owner=card.owner, kind=kind, source_rule=rule, origin=origin, note="事",
        due_on=march(2), created_at=at(2), stands_as=stands_as,
    )  # fmt: skip


@pytest.fixture
def tasks(cast, make_customer):
    card = make_customer(cast.lin, level="B")
    Task.objects.filter(customer=card).exclude(kind=Task.Kind.FOLLOW_UP).delete()
    return card, {
        "value": asked(card, Task.Kind.ACTION, "R-LOY-06", "value 1", "H"),
        "campaign": asked(card, Task.Kind.ACTION, "11.3", "campaign 1"),
        "care": asked(card, Task.Kind.CARE, "5.4", "1 birthday"),
        "ask": asked(card, Task.Kind.ASK, "R-REF-04", "order 1"),
        "step": asked(card, Task.Kind.ACTION, "9.7", "step 1"),
        "promise": asked(card, Task.Kind.INSTRUCTION, "R-DAY-03"),
        "follow-up": Task.objects.get(customer=card, kind=Task.Kind.FOLLOW_UP),
    }


@pytest.mark.parametrize(
    ("refused", "gone"),
    [
        ([], set()), (["SMS", "MAIL"], set()), (["CALL"], {"value"}),
        (ALL, {"value", "campaign", "care", "ask"}),
    ],
)  # fmt: skip
def test_r_prm_08_what_uses_a_refused_channel_is_given_up(cast, act, tasks, refused, gone):
    card, rows = tasks
    Customer.objects.filter(pk=card.pk).update(opt_outs=refused)
    assert leave_in_peace(act(cast.lin, at(3)), [card.pk]) == len(gone)
    for task in rows.values():
        task.refresh_from_db()
    assert {name for name, task in rows.items() if task.status == Task.Status.CANCELLED} == gone
    assert AuditEntry.objects.filter(action="task_status").count() == len(gone)


def test_the_night_finds_those_who_refused_by_another_road(cast, act, tasks, make_customer):
    card, _rows = tasks
    other = make_customer(cast.wu)
    asked(other, Task.Kind.CARE, "5.4", "2 birthday")
    Customer.objects.filter(pk=card.pk).update(opt_outs=ALL)
    assert leave_in_peace(act(None, at(3), store=cast.store)) == 4
    assert leave_in_peace(act(None, at(3), store=cast.store)) == 0


@pytest.mark.parametrize(("refused", "opens"), [(["SMS"], True), (["CALL"], False), (ALL, False)])
def test_r_prm_08_a_call_that_was_done_is_not_opened_again_for_who_refuses_calls(
    cast, act, tasks, client_for, refused, opens
):
    card, rows = tasks
    call = finish_task(act(cast.lin, at(3)), rows["value"].pk)
    Customer.objects.filter(pk=card.pk).update(opt_outs=refused)
    assert client_for(cast.lin).post(f"/tasks/{call.pk}/open/").status_code == 303
    call.refresh_from_db()
    assert call.status == (Task.Status.OPEN if opens else Task.Status.DONE)
    if not opens:
        with pytest.raises(TaskRefused):
            reopen_task(act(cast.lin, at(3)), call.pk)


def test_a_channel_refused_twice_is_kept_once(cast, act, tasks):
    card, _rows = tasks
    saved = edit_card(
        act(cast.lin, at(3)), card.pk, version=card.version, values={"opt_outs": ["SMS", "CALL", "SMS"]}
    )
    assert saved.opt_outs == ["SMS", "CALL"]
