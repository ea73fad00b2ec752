"""Killed half-way it resumes, and nothing doubles (promise P3)."""

from datetime import timedelta

import pytest
from tests.cast import MORNING
from tests.imports.sheets import counts, prospects, run, ticking, upload, worked

from guanxi.catalogue.models import Product
from guanxi.customers.models import Customer
from guanxi.imports.models import ImportBatch, ImportRow
from guanxi.imports.operations import checking, running, undoing
from guanxi.imports.operations.leases import needs_waking, take_lease
from guanxi.imports.operations.running import run_chunk, start_run
from guanxi.imports.operations.undoing import start_undo, undo_chunk
from guanxi.imports.operations.uploads import match_fields, take_upload
from guanxi.imports.operations.working import step, work_through

pytestmark = pytest.mark.django_db(transaction=True)
CHUNK = 7
AFTER_THE_LEASE = MORNING + timedelta(minutes=5)


class Killed(BaseException):
    """The process is gone."""


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(running, "CHUNK", CHUNK)
    monkeypatch.setattr(undoing, "CHUNK", CHUNK)


def rows(count):
    """Every fifth row repeats an earlier number and fills something, every seventh fails."""
    for n in range(count):
        if n % 7 == 6:
            yield [f"客{n}", "12"]
        elif n % 5 == 4:
            yield [f"客{n - 4}", str(13911100000 + n - 4), "女", "", "", "", "", "天津"]
        else:
            yield [f"客{n}", str(13911100000 + n), "", "艾力绅", "A", "来店", "2026-02-20"]


def state():
    cards = Customer.objects.order_by("customer_no").values_list(
        "name", "level", "gender", "address", "last_contact_on"
    )
    return list(cards)


@pytest.mark.parametrize("where", ["before", "after"])
@pytest.mark.parametrize("boundary", range(5))
def test_a_kill_at_every_boundary_changes_nothing(
    cast, act, tmp_path, small_chunks, monkeypatch, where, boundary
):
    path = prospects(tmp_path / "r.xlsx", *rows(30))
    me = act(cast.lin)
    batch = upload(me, path)
    start_run(me, batch)
    for _chunk in range(boundary):
        run_chunk(batch, MORNING)
    name = "write_plans" if where == "before" else "_count"
    with monkeypatch.context() as patched:
        patched.setattr(running, name, killing)
        with pytest.raises(Killed):
            run_chunk(batch, MORNING)
    batch.refresh_from_db()
    assert batch.done_rows == min(boundary * CHUNK, 30)
    assert batch.import_rows.exclude(outcome=ImportRow.Outcome.WAITING).count() == batch.done_rows
    worked(batch, act(cast.lin, AFTER_THE_LEASE))
    assert (batch.state, counts(batch)) == (ImportBatch.State.DONE, (30, 21, 5, 0, 4))
    assert Customer.objects.count() == 21


def test_chunk_size_does_not_matter(cast, act, tmp_path, monkeypatch):
    path = prospects(tmp_path / "c.xlsx", *rows(30))
    found = []
    for chunk in (1, 7, 200):
        monkeypatch.setattr(running, "CHUNK", chunk)
        batch = run(act(cast.lin), path)
        found.append(
            (counts(batch), state(), list(batch.import_rows.values_list("row_no", "outcome", "warnings")))
        )
        Customer.objects.all().delete()
        batch.import_rows.all().delete()
        Product.objects.all().delete()
    assert found[0] == found[1] == found[2]


def test_a_cut_off_undo_goes_on(cast, act, tmp_path, small_chunks, monkeypatch):
    me = act(cast.lin)
    batch = run(me, prospects(tmp_path / "u.xlsx", *rows(30)))
    start_undo(me, batch)
    undo_chunk(batch, MORNING)
    with monkeypatch.context() as patched:
        patched.setattr(undoing, "update_rows", killing)
        with pytest.raises(Killed):
            undo_chunk(batch, MORNING)
    worked(batch, act(cast.lin, AFTER_THE_LEASE))
    assert batch.state == ImportBatch.State.UNDONE
    assert not Customer.objects.exists()


def test_a_cut_off_check_starts_anew(cast, act, tmp_path, monkeypatch):
    monkeypatch.setattr(checking, "STAGED_AT_ONCE", 10)
    me, path = act(cast.lin), prospects(tmp_path / "k.xlsx", *rows(30))
    with path.open("rb") as stream:
        batch = take_upload(me, path.name, [stream.read()], cast.lin)
    match_fields(me, batch, batch.columns, cast.lin)
    with monkeypatch.context() as patched:
        patched.setattr(checking, "_finish", killing)
        with pytest.raises(Killed):
            step(batch.pk, MORNING)
    worked(batch, act(cast.lin, AFTER_THE_LEASE))
    assert (batch.state, batch.import_rows.count()) == (ImportBatch.State.CHECKED, 30)


def test_a_lease_keeps_a_second_worker_out_until_it_ends(cast, act, tmp_path):
    me = act(cast.lin)
    batch = upload(me, prospects(tmp_path / "l.xlsx", ["甲", "13912345671"]))
    start_run(me, batch)
    assert take_lease(batch.pk, MORNING)
    work_through(batch.pk, ticking(MORNING))
    batch.refresh_from_db()
    assert (batch.state, batch.done_rows) == (ImportBatch.State.RUNNING, 0)
    assert not needs_waking(batch, MORNING)
    assert needs_waking(batch, AFTER_THE_LEASE)
    assert not needs_waking(batch, AFTER_THE_LEASE)
    work_through(batch.pk, ticking(AFTER_THE_LEASE))
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.DONE


def killing(*args, **kwargs):
    raise Killed
