"""F-KEY-2 and Today are one: finishing either finishes both; lines, ties, places and facts."""

from datetime import date
from decimal import Decimal

import pytest
from tests.cadence.desk import later
from tests.key_accounts.accounts import line, organisation, seed_map

from guanxi.cadence.models import Task
from guanxi.cadence.operations.cards import hand_over_cards
from guanxi.cadence.operations.tasks import finish_task, reopen_task
from guanxi.cadence.queries.due import worklist
from guanxi.key_accounts.models import Influence, MapLayout, PlannedStep
from guanxi.key_accounts.operations.layouts import place_boxes, undo_placing
from guanxi.key_accounts.operations.relations import (
    draw_lines,
    end_line,
    remove_circle,
    save_circle,
    save_tie,
)
from guanxi.key_accounts.operations.steps import (
    change_step,
    finish_step,
    give_up_step,
    plan_step,
    reopen_step,
    save_info,
)
from guanxi.key_accounts.queries.maps import map_of
from guanxi.key_accounts.refusals import MapRefused
from guanxi.key_accounts.rules.drafts import LineDraft, StepDraft
from guanxi.organization.models import AuditEntry
from guanxi.organization.refusals import StaleEdit

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(cast, make_customer):
    return organisation(make_customer, cast.lin)


@pytest.fixture
def people(cast, act, account):
    return seed_map(act(cast.lin), account)


def planned(act, account, **more):
    return plan_step(act, account.pk, StepDraft("认识批准者", "请系统经理引见", act.on, **more))


def test_a_step_stands_in_today(cast, act, account, people):
    step = planned(act(cast.lin), account, person=people["总监"].pk)
    items = [
        item for item in worklist(cast.lin, cast.store, act(cast.lin).on).items if item.customer == account
    ]
    assert [task.note for task in items[0].tasks] == ["总监：请系统经理引见"]
    assert step.task.owner == cast.lin


def test_finishing_either_side_finishes_both(cast, act, account):
    one, other = planned(act(cast.lin), account), planned(act(cast.lin), account)
    finish_step(act(cast.lin), account.pk, one.pk, version=1, result="答应下周引见")
    assert Task.objects.get(pk=one.task.pk).status == Task.Status.DONE
    finish_task(act(cast.lin), other.task.pk)
    assert not PlannedStep.objects.get(pk=other.pk).is_open
    reopen_task(act(cast.lin), other.task.pk)
    assert PlannedStep.objects.get(pk=other.pk).is_open
    reopen_step(act(cast.lin), account.pk, one.pk)
    assert Task.objects.get(pk=one.task.pk).status == Task.Status.OPEN


def test_what_is_closed_stays_as_it_is(cast, act, account):
    step = planned(act(cast.lin), account)
    give_up_step(act(cast.lin), account.pk, step.pk, version=1)
    for again in (finish_step, give_up_step):
        with pytest.raises(MapRefused):
            again(act(cast.lin), account.pk, step.pk, version=2)
    assert Task.objects.get(pk=step.task.pk).status == Task.Status.CANCELLED


def test_a_changed_step_changes_its_task(cast, act, account):
    step = planned(act(cast.lin), account)
    draft = StepDraft("认识批准者", "自己打电话", later(3).date(), doer=cast.chen.pk)
    change_step(act(cast.lin), account.pk, step.pk, draft, version=1)
    task = Task.objects.get(pk=step.task.pk)
    assert (task.note, task.due_on, task.owner) == ("自己打电话", later(3).date(), cast.chen)
    with pytest.raises(StaleEdit):
        change_step(act(cast.lin), account.pk, step.pk, draft, version=1)


@pytest.mark.parametrize("who", ["zhao", "wu", "gao", "cs"])
def test_a_step_is_not_given_to_who_may_not_see_the_card(cast, act, account, who):
    with pytest.raises(MapRefused) as refused:
        planned(act(cast.lin), account, doer=cast.users[who].pk)
    assert refused.value.field == "doer"
    assert not PlannedStep.objects.exists()


def test_open_steps_go_along_with_the_card(cast, act, account):
    step = planned(act(cast.lin), account)
    hand_over_cards(act(cast.ma), [account.pk], cast.zhao, reason="换人")
    assert Task.objects.get(pk=step.task.pk).owner == cast.zhao


def test_lines_that_cannot_be(cast, act, account, people):
    one, other = people["系统经理"].pk, people["总监"].pk
    for draft in (
        LineDraft(one, one),
        LineDraft(one, 987654321),
        LineDraft(one, other, strength=Decimal(0)),
        LineDraft(one, other, strength=Decimal("1.01")),
    ):
        with pytest.raises(MapRefused):
            draw_lines(act(cast.lin), account.pk, [LineDraft(other, one), draft])
    assert not Influence.objects.exists()


def test_circles_of_lines_are_allowed_the_same_line_twice_is_not(cast, act, account, people):
    one, other = people["系统经理"], people["总监"]
    first = line(act(cast.lin), account, one, other)
    line(act(cast.lin), account, other, one)
    with pytest.raises(MapRefused):
        line(act(cast.lin), account, one, other)
    end_line(act(cast.lin, later(2)), account.pk, first.pk, version=1)
    assert len(map_of(account, later(1).date()).lines) == 2
    assert len(map_of(account, later(2).date()).lines) == 1
    line(act(cast.lin, later(3)), account, one, other)


def test_circles_and_ties(cast, act, account, people):
    red = save_circle(act(cast.lin), account.pk, None, {"name": "红圈", "colour": "RED"})
    with pytest.raises(MapRefused):
        save_circle(act(cast.lin), account.pk, None, {"name": "红圈"})
    save_circle(act(cast.lin), account.pk, red.pk, {"allies": 3}, version=1)
    with pytest.raises(StaleEdit):
        remove_circle(act(cast.lin), account.pk, red.pk, version=1)
    remove_circle(act(cast.lin), account.pk, red.pk, version=2)
    person = people["总监"].pk
    tie = save_tie(act(cast.lin), account.pk, person, cast.ma.pk, {"current": 3, "evidence": "校友"})
    assert (tie.current, tie.wanted, tie.on) == (3, 3, act(cast.lin).on)
    for user, values in ((cast.gao, {"evidence": "x"}), (cast.ma, {"evidence": ""})):
        with pytest.raises(MapRefused):
            save_tie(act(cast.lin), account.pk, person, user.pk, values, version=1 if user == cast.ma else 0)


def test_places_are_kept_and_undone(cast, act, account, people):
    person = people["总监"].pk
    place_boxes(act(cast.lin), account.pk, {person: (500, 40)}, version=0)
    with pytest.raises(StaleEdit):
        place_boxes(act(cast.chen), account.pk, {person: (1, 1)}, version=0)
    place_boxes(act(cast.lin), account.pk, {person: (700, 40)}, version=1)
    undo_placing(act(cast.lin), account.pk, version=2)
    assert MapLayout.objects.get().places == {str(person): [500, 40]}
    with pytest.raises(MapRefused):
        place_boxes(act(cast.lin), account.pk, {987654321: (1, 1)}, version=3)
    place_boxes(act(cast.lin), account.pk, None, version=3)
    assert MapLayout.objects.get().places == {}


def test_facts(cast, act, account):
    item = save_info(
        act(cast.lin), account.pk, None, {"dimension": "PRICE", "fact": "预算三百万", "source": "何伟"}
    )
    save_info(act(cast.lin), account.pk, item.pk, {"is_important": True}, version=1)
    with pytest.raises(StaleEdit):
        save_info(act(cast.lin), account.pk, item.pk, {"fact": "x"}, version=1)
    with pytest.raises(MapRefused):
        save_info(act(cast.lin), account.pk, item.pk, {"verified_on": later(1).date()}, version=2)


def test_a_step_is_not_given_to_an_owner_who_no_longer_works_here(cast, act, account):
    step = planned(act(cast.chen), account)
    cast.lin.is_active = False
    cast.lin.save()
    for ask in (
        lambda: planned(act(cast.chen), account),
        lambda: change_step(
            act(cast.chen), account.pk, step.pk, StepDraft("目标", "电话", later(3).date()), version=1
        ),
    ):
        with pytest.raises(MapRefused) as refused:
            ask()
        assert refused.value.field == "doer"
    assert planned(act(cast.chen), account, doer=cast.chen.pk).task.owner == cast.chen


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("due_on", {"due_on": date(1, 1, 1)}),
        ("due_on", {"due_on": later(-1).date()}),
        ("starts_on", {"due_on": later(1).date(), "starts_on": later(-731).date()}),
    ],
)
def test_a_step_is_not_due_before_today(cast, act, account, field, more):
    with pytest.raises(MapRefused) as refused:
        plan_step(act(cast.lin), account.pk, StepDraft("目标", "拜访", **more))
    assert refused.value.field == field
    assert not PlannedStep.objects.exists()


def test_a_late_step_can_be_put_another_way_on_its_day(cast, act, account):
    step = plan_step(act(cast.lin, later(-9)), account.pk, StepDraft("目标", "拜访", later(-5).date()))
    draft = StepDraft("目标", "先打电话", later(-5).date())
    assert change_step(act(cast.lin), account.pk, step.pk, draft, version=1).action == "先打电话"
    with pytest.raises(MapRefused):
        change_step(
            act(cast.lin), account.pk, step.pk, StepDraft("目标", "拜访", later(-6).date()), version=2
        )


def test_a_reopened_step_has_no_result_and_a_trace_of_its_own(cast, act, account):
    step = planned(act(cast.lin), account)
    finish_step(act(cast.lin), account.pk, step.pk, version=1, result="答应下周引见")
    reopen_step(act(cast.lin), account.pk, step.pk)
    step.refresh_from_db()
    assert (step.result, step.version) == ("", 3)
    entry = AuditEntry.objects.get(action="step_reopened")
    assert entry.changes == {"result": ["答应下周引见", ""]}
    with pytest.raises(StaleEdit):
        give_up_step(act(cast.lin), account.pk, step.pk, version=2)
