"""Nights are made up in date order, exactly once, and survive a kill (promise P4)."""

import threading
from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from tests.cast import MORNING, SHANGHAI, assemble

from guanxi.cadence.models import LevelChange, Task
from guanxi.customers.models import OwnedItem
from guanxi.organization.models import AuditSeal, DoneRequest, NightlyRun, Store
from guanxi.project import clockwork
from guanxi.project.due_cards import cards_in_question, newly_delivered
from guanxi.project.housekeeping import remove_old_uploads


@pytest.fixture
def cast(cast):
    """The stores opened ten days before the morning of the tests."""
    Store.objects.update(created_at=MORNING - timedelta(days=10))
    for store in (cast.store, cast.other_store):
        store.refresh_from_db()
    return cast


def nights(store: Store) -> list[tuple[date, str]]:
    return list(NightlyRun.objects.filter(store=store).order_by("pk").values_list("on", "kind"))


def test_missing_nights_are_made_up_oldest_first(cast):
    NightlyRun.objects.create(store=cast.store, kind="care", on=date(2026, 2, 24), done_at=MORNING)
    assert clockwork.make_up_nights(cast.store, MORNING) == 11 * len(clockwork.KINDS) - 1
    ran = nights(cast.store)[1:]
    assert [on for on, _kind in ran] == sorted(on for on, _kind in ran)
    assert (ran[0][0], ran[-1][0]) == (date(2026, 2, 20), date(2026, 3, 2))
    assert clockwork.make_up_nights(cast.store, MORNING) == 0
    assert nights(cast.other_store) == []


def test_a_night_is_due_at_two_in_the_store_s_own_zone(cast):
    just_before = datetime.combine(date(2026, 3, 2), time(1, 59), SHANGHAI)
    assert max(on for on, _kind in clockwork.missing_nights(cast.store, just_before)) == date(2026, 3, 1)
    cast.store.timezone = "America/New_York"
    two_there = datetime(2026, 3, 2, 7, 0, tzinfo=clockwork.ZoneInfo("UTC"))
    assert max(on for on, _kind in clockwork.missing_nights(cast.store, two_there)) == date(2026, 3, 2)


def test_no_more_than_forty_days_are_made_up(cast):
    cast.store.created_at = MORNING - timedelta(days=400)
    days = {on for on, _kind in clockwork.missing_nights(cast.store, MORNING)}
    assert (len(days), min(days)) == (40, date(2026, 1, 22))


def test_r_lvl_04_a_proposal_takes_effect_a_working_day_later_also_when_made_up(cast, make_customer):
    card = make_customer(cast.lin, level="H", at=MORNING - timedelta(days=9))
    clockwork.make_up_nights(cast.store, MORNING)
    change = LevelChange.objects.get(customer=card, kind="DOWNGRADE")
    # The window passed on 1 March, while the machine was off: the leaders still get 2 March to intervene.
    assert (change.state, change.on, change.effective_on) == ("PROPOSED", date(2026, 3, 2), date(2026, 3, 3))
    clockwork.make_up_nights(cast.store, MORNING + timedelta(days=1))
    card.refresh_from_db()
    change.refresh_from_db()
    assert (card.level, change.state) == ("A", "IN_FORCE")


def test_only_cards_past_their_window_are_looked_at(cast, make_customer):
    fresh = make_customer(cast.lin, level="H", at=MORNING - timedelta(days=7))
    stale = make_customer(cast.lin, level="H", at=MORNING - timedelta(days=8))
    quiet = make_customer(cast.lin, level="C", at=MORNING - timedelta(days=181))
    silent = make_customer(cast.lin, level="C", at=MORNING - timedelta(days=180))
    assert cards_in_question(cast.store, MORNING.date()) == [stale.pk, quiet.pk]
    assert fresh.pk and silent.pk


def test_a_night_that_fails_leaves_nothing_and_is_tried_again(cast, monkeypatch):
    def fails(act, late):
        Store.objects.filter(pk=cast.store.pk).update(version=99)
        raise RuntimeError("the power went")

    monkeypatch.setitem(clockwork.KINDS, "downgrades", fails)
    clockwork.tick(MORNING)
    cast.store.refresh_from_db()
    assert (cast.store.version, nights(cast.store)) == (1, [])
    assert nights(cast.other_store) == []
    monkeypatch.setitem(clockwork.KINDS, "downgrades", lambda act, late: {})
    clockwork.tick(MORNING)
    assert len(nights(cast.store)) == len(nights(cast.other_store)) == 11 * len(clockwork.KINDS)


def test_5_4_care_begins_on_the_day_of_delivery(cast, make_customer):
    card = make_customer(cast.lin, level="", owner_kind="OWN_SALE")
    OwnedItem.objects.create(customer=card, is_ours=True, delivered_on=MORNING.date())
    assert newly_delivered(cast.store, MORNING.date()) == [card.pk]
    assert clockwork.care_for_deliveries(cast.store, MORNING) > 0
    assert Task.objects.filter(customer=card, kind="CARE", item="THANKS", due_on=MORNING.date()).count() == 1
    assert clockwork.care_for_deliveries(cast.store, MORNING) == 0


def test_a_tick_seals_the_audit_trail_and_forgets_old_keys(cast, make_customer):
    old = DoneRequest.objects.create(
        user=cast.lin, route="x", key="k", body_digest="d", at=MORNING - timedelta(days=30)
    )
    make_customer(cast.lin)
    clockwork.tick(MORNING)
    assert AuditSeal.objects.exists()
    assert not DoneRequest.objects.filter(pk=old.pk).exists()


def test_uploads_are_kept_for_thirty_days(settings, tmp_path):
    import os

    settings.UPLOADS = tmp_path
    for name, days in (("old.xlsx", 31), ("new.xlsx", 29)):
        (tmp_path / name).write_text("x")
        then = (MORNING - timedelta(days=days)).timestamp()
        os.utime(tmp_path / name, (then, then))
    assert remove_old_uploads(MORNING) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["new.xlsx"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_run_each_night_once(monkeypatch):
    store = assemble().store
    Store.objects.filter(pk=store.pk).update(created_at=MORNING - timedelta(days=5))
    store.refresh_from_db()
    ran: list[tuple[date, str]] = []
    for kind in list(clockwork.KINDS):
        monkeypatch.setitem(
            clockwork.KINDS, kind, lambda act, late, kind=kind: ran.append((act.on, kind)) or {}
        )
    start = threading.Barrier(2)

    def worker() -> None:
        start.wait()
        try:
            clockwork.make_up_nights(store, MORNING)
        finally:
            connection.close()

    threads = [threading.Thread(target=worker) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (
        len(ran)
        == len(set(ran))
        == NightlyRun.objects.filter(store=store).count()
        == 6 * len(clockwork.KINDS)
    )
