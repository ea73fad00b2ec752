"""P8, PIPL: thirty days after an import what people typed is gone; the counts, the reasons and the undo stay."""

import json
from datetime import timedelta

import pytest
from tests.cast import MORNING
from tests.imports.sheets import prospects, run, undo, upload

from guanxi.customers.models import Customer
from guanxi.imports.models import ImportBatch, ImportRow
from guanxi.imports.operations.files import ImportRefused
from guanxi.imports.operations.forgetting import forget_cells
from guanxi.imports.operations.running import start_run
from guanxi.imports.queries.failed_rows import failed_workbook
from guanxi.project.housekeeping import sweep

pytestmark = pytest.mark.django_db
MONTH_LATER = MORNING + timedelta(days=31)
ROWS = (["王芳", "13912345678"], ["坏", "12"], ["旧客", "13912340000"])


@pytest.fixture
def sheet(tmp_path):
    return prospects(tmp_path / "客户.xlsx", *ROWS)


def test_the_sweep_empties_the_rows_and_keeps_the_rest(cast, act, sheet, make_customer, client_for):
    card = make_customer(cast.lin, name="旧客", phone="13912340000", level="N")
    batch = run(act(cast.lin), sheet)
    counts = [batch.created, batch.updated, batch.skipped, batch.failed]
    assert "13912345678" in json.dumps(
        [list(ImportRow.objects.values_list("cells", flat=True)), batch.sheets]
    )
    assert forget_cells(MORNING) == 0
    sweep(MONTH_LATER)
    batch.refresh_from_db()
    assert counts == [1, 0, 1, 1]
    assert [row for row in ImportRow.objects.values_list("cells", flat=True) if row] == []
    assert "1391234" not in json.dumps(batch.sheets)
    assert [batch.created, batch.updated, batch.skipped, batch.failed] == counts
    client = client_for(cast.lin)
    for address in ("/imports/", f"/imports/{batch.pk}/", f"/imports/{batch.pk}/failed/"):
        assert client.get(address).status_code in (200, 404)
    assert failed_workbook(batch)
    assert forget_cells(MONTH_LATER) == 0
    undo(act(cast.lin, MONTH_LATER), batch)
    assert [row.pk for row in Customer.objects.all()] == [card.pk]


def test_a_batch_nobody_started_ends(cast, act, sheet):
    batch = upload(act(cast.lin), sheet)
    assert batch.state == ImportBatch.State.CHECKED
    forget_cells(MONTH_LATER)
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.REFUSED and batch.refusal
    with pytest.raises(ImportRefused):
        start_run(act(cast.lin), batch)
    assert not Customer.objects.exists()


def test_a_batch_at_work_keeps_its_rows(cast, act, sheet):
    batch = start_run(act(cast.lin), upload(act(cast.lin), sheet))
    assert forget_cells(MONTH_LATER) == 0
    run_on = ImportRow.objects.filter(batch=batch).exclude(cells=[])
    assert run_on.count() == len(ROWS)
