"""Two cards made one become two again: what stays, what goes back, what refuses the undo."""

import pytest
from tests.architecture.world import everything
from tests.cadence.desk import at, call, follow_up, fresh, later
from tests.merging.desk import merged, state

from guanxi.cadence.models import Interaction, Task
from guanxi.cadence.operations.contacts import record_contact
from guanxi.cadence.operations.levels import set_level
from guanxi.care.operations import plan_care
from guanxi.customers.models import (
    CardMerge,
    OwnedItem,
)
from guanxi.customers.operations.cards import edit_card
from guanxi.customers.operations.merging import MergeRefused
from guanxi.merging.operations import undo_merge


def test_what_happened_since_stays_with_the_kept_card(cast, act, pair):
    older, newer = pair
    due_on = follow_up(newer).due_on
    made = merged(act(cast.lin), older, newer)
    record_contact(act(cast.lin, later(1)), call(older, at=later(1), content="后天再打电话确认"))
    undo_merge(act(cast.lin, later(2)), made.pk)
    assert Interaction.objects.get(content="后天再打电话确认").customer == older
    assert not Interaction.objects.filter(customer=newer).exists()
    for card in (older, newer):
        assert follow_up(card).due_on == fresh(card).next_due_on
    assert (fresh(newer).level, fresh(newer).next_due_on) == ("A", due_on)
    assert fresh(older).last_contact_on == later(1).date()


def test_a_level_judged_since_stays_and_each_card_has_one_follow_up(cast, act, pair):
    older, newer = pair
    made = merged(act(cast.lin), older, newer)
    set_level(act(cast.lin, later(1)), older.pk, "C")
    undo_merge(act(cast.lin, later(2)), made.pk)
    assert (fresh(older).level, fresh(newer).level) == ("C", "A")
    for card in (older, newer):
        assert follow_up(card).due_on == fresh(card).next_due_on


def test_care_planned_since_goes_back_with_what_it_is_about(cast, act, pair):
    older, newer = pair
    item = OwnedItem.objects.create(customer=newer, is_ours=True, delivered_on=later(-1).date())
    made = merged(act(cast.lin), older, newer)
    assert plan_care(act(None, later(1), store=cast.store)) > 0
    undo_merge(act(cast.lin, later(2)), made.pk)
    care = Task.objects.filter(kind="CARE")
    assert {task.customer_id for task in care} == {newer.pk}
    assert all(task.origin.startswith(f"{item.pk} ") for task in care)
    assert plan_care(act(None, later(2), store=cast.store)) == 0


def test_work_on_the_card_since_refuses_the_undo_with_its_reason(cast, act, pair):
    older, newer = pair
    made = merged(act(cast.lin), older, newer)
    edit_card(act(cast.chen), older.pk, version=fresh(older).version, values={"address": "温州"})
    before = everything()
    with pytest.raises(MergeRefused) as refused:
        undo_merge(act(cast.lin), made.pk)
    assert "陈静" in str(refused.value.message)
    assert everything() == before


def test_merges_are_undone_in_the_order_that_holds(cast, act, make_customer, pair):
    older, newer = pair
    third = make_customer(cast.lin, name="王芳", level="H", evidence={"TERMS"}, at=later(-1))
    before = state()
    first = merged(act(cast.lin), newer, third)
    second = merged(act(cast.lin), older, newer)
    assert fresh(third).merged_into_id == older.pk
    with pytest.raises(CardMerge.DoesNotExist):
        undo_merge(act(cast.lin), first.pk)
    undo_merge(act(cast.lin), second.pk)
    assert fresh(third).merged_into_id == newer.pk
    undo_merge(act(cast.lin), first.pk)
    assert state() == before


def test_the_newest_merge_of_a_card_is_undone_first(cast, act, make_customer, pair):
    older, newer = pair
    third = make_customer(cast.lin, name="王芳", at=later(-1))
    before = state()
    first, second = merged(act(cast.lin), older, newer), merged(act(cast.lin), older, third)
    with pytest.raises(MergeRefused):
        undo_merge(act(cast.lin), first.pk)
    undo_merge(act(cast.lin), second.pk)
    undo_merge(act(cast.lin), first.pk)
    assert state() == before


def test_another_undo_finds_nothing_to_undo(cast, act, pair):
    made = merged(act(cast.lin), *pair)
    undo_merge(act(cast.lin), made.pk)
    with pytest.raises(CardMerge.DoesNotExist):
        undo_merge(act(cast.lin), made.pk)
    again = merged(act(cast.lin, at(3)), *pair)
    assert again.pk != made.pk
