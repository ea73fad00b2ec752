"""Two people, or one twice, at the same time: nothing is created twice (promise P3)."""

from threading import Barrier, Thread

import pytest
from django.db import connections
from tests.imports.sheets import prospects, upload, worked

from guanxi.customers.models import Customer, Phone
from guanxi.imports.models import ImportBatch
from guanxi.imports.operations import running
from guanxi.imports.operations.running import start_run
from guanxi.imports.operations.undoing import start_undo

pytestmark = pytest.mark.django_db(transaction=True)


def together(*works):
    """Run the works in threads that start at once, each with its own connection; raise what one raised."""
    gate, errors = Barrier(len(works)), []

    def one(work):
        try:
            gate.wait()
            work()
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=one, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors, errors


def started(act, path, owner=None):
    batch = upload(act, path, owner)
    return start_run(act, batch)


@pytest.fixture
def many(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 10)
    return prospects(
        tmp_path / "m.xlsx", *[["客", str(13911100000 + n), "", "艾力绅", "A"] for n in range(60)]
    )


@pytest.mark.parametrize("others", ["lin", "zhao", "ma"])
def test_the_same_file_twice_at_once(cast, act, many, others):
    first = act(cast.lin)
    second = act(cast.users[others])
    batches = [started(first, many), started(second, many)]
    together(lambda: worked(batches[0], first), lambda: worked(batches[1], second))
    assert Customer.objects.count() == Phone.objects.count() == 60
    rows = [ImportBatch.objects.get(pk=batch.pk) for batch in batches]
    assert sum(row.created for row in rows) == 60
    assert all(row.created + row.updated + row.skipped + row.failed == row.rows == 60 for row in rows)


def test_two_workers_on_one_batch(cast, act, many):
    me = act(cast.lin)
    batch = started(me, many)
    together(lambda: worked(batch, me), lambda: worked(batch, me))
    batch.refresh_from_db()
    assert (batch.state, batch.created, Customer.objects.count()) == (ImportBatch.State.DONE, 60, 60)


def test_an_import_beside_an_undo(cast, act, many):
    me = act(cast.lin)
    first = worked(started(me, many), me)
    second = started(me, many)
    start_undo(me, first)
    together(lambda: worked(first, me), lambda: worked(second, me))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (ImportBatch.State.UNDONE, ImportBatch.State.DONE)
    # Whatever the order was, every card left is one the second import made, and it counted right.
    assert Customer.objects.count() == second.created
    assert second.created + second.skipped == 60
