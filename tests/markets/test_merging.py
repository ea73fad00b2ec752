"""Campaigns of two cards that become one: who is held back stays held back."""

from datetime import timedelta

import pytest
from tests.cast import MORNING
from tests.markets.desk import campaign_of, segment_of

from guanxi.cadence.models import Task
from guanxi.markets.operations.campaigns import draw_groups
from guanxi.merging.operations import MergeDraft, merge_cards, undo_merge


@pytest.mark.django_db
def test_the_task_of_an_addressed_card_does_not_reach_one_held_back(cast, act, make_customer):
    ma = act(cast.ma)
    for number in range(10):
        make_customer(cast.lin, name=f"客{number}", at=MORNING - timedelta(days=30 - number))
    campaign = draw_groups(ma, campaign_of(ma, segment_of(ma)).pk, version=1, seed=5)
    sides = {side: [m.customer for m in campaign.members.filter(side=side)] for side in ("CONTROL", "TARGET")}
    kept, merged = next(
        (a, b) for a in sides["CONTROL"] for b in sides["TARGET"] if a.created_at < b.created_at
    )
    for card in (kept, merged):
        card.refresh_from_db()
    done = merge_cards(ma, MergeDraft({kept.pk: kept.version, merged.pk: merged.version}))
    open_tasks = Task.objects.open().filter(origin=campaign.origin)
    assert not open_tasks.filter(customer=kept).exists()
    undo_merge(ma, done.pk)
    assert open_tasks.filter(customer=merged).count() == 1
