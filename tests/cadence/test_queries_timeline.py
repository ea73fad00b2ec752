"""The history of a card, page by page."""

from datetime import timedelta

import pytest
from tests.cadence.desk import at, call, later

from guanxi.cadence.models import Interaction, LevelChange
from guanxi.cadence.operations.contacts import record_contact
from guanxi.cadence.queries.timeline import Mark, timeline
from guanxi.customers.models import Transfer


def walk(card, limit):
    """All events, fetched page by page through the text of each page's mark."""
    found, before = [], None
    while True:
        events, older = timeline(card, before=before, limit=limit)
        found += [(event.kind, event.row.pk) for event in events]
        if not older:
            return found
        before = Mark.parse(str(Mark.of(events[-1])))


@pytest.mark.parametrize("limit", [1, 2, 3, 5])
def test_pages_give_every_event_once_though_some_share_an_instant(cast, act, make_customer, limit):
    card = make_customer(cast.lin, level="B")
    for day, level in ((1, "A"), (2, "B")):
        draft = call(card, level=level, level_reason="客户改主意", evidence=frozenset({"CHOOSING_MODEL"}))
        record_contact(act(cast.lin, later(day)), draft)
    facts = {"customer": card, "store": cast.store, "at": later(1), "on": later(1).date(), "method": "WECHAT"}
    facts |= {"purpose": "PUSH", "is_valid": True, "recorded_at": later(1)}
    Interaction.objects.bulk_create([Interaction(**facts), Interaction(**facts)])
    Transfer.objects.create(customer=card, to_owner=cast.zhao, at=later(1), reason="休假")
    events = walk(card, limit)
    count = Interaction.objects.count() + LevelChange.objects.count() + Transfer.objects.count()
    assert len(events) == len(set(events)) == count
    assert events == walk(card, 50)


def test_the_newest_comes_first(cast, act, make_customer):
    card = make_customer(cast.lin)
    record_contact(act(cast.lin, at(3)), call(card))
    events, older = timeline(card)
    assert [event.kind for event in events] == ["contact", "level"]
    assert not older


@pytest.mark.parametrize(
    "text",
    ["", "~~", "2026-03-02", "2026-03-02T10:00:00~contact~1", "2026-13-45T10:00:00+08:00~contact~1",
     "2026-03-02T10:00:00+08:00~lottery~1", "2026-03-02T10:00:00+08:00~contact~²",
     "2026-03-02T10:00:00+08:00~contact~-1", f"2026-03-02T10:00:00+08:00~contact~{'9' * 30}"],
)  # fmt: skip
def test_a_mark_nobody_made_is_refused(text):
    with pytest.raises(ValueError):
        Mark.parse(text)


def test_a_mark_survives_its_text():
    mark = Mark(at(2) + timedelta(microseconds=5), "level", 7)
    assert Mark.parse(str(mark)) == mark
