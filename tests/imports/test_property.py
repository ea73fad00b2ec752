"""For any sheet: the counts add up, the dry run tells the truth, and a second time nothing happens."""

import tempfile
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.imports.sheets import counts, gb_csv, upload, worked

from guanxi.customers.models import Customer, Phone
from guanxi.imports.operations.running import start_run

HEADERS = ("姓名", "电话", "级别", "来源", "最近接触日期", "意向车型", "性别", "备注")
NAMES = st.sampled_from(["王芳", "李强", "王女士", "", " ", "赵敏"])
PHONES = st.sampled_from(
    ["13912345678", "139 1234 5678", "+8613912345679", "１３９１２３４５６７０", "无", "", "12", "021-88889999",
     "13912345671/13912345672", "13912345672", "11111111111"]
)  # fmt: skip
ROWS = st.lists(
    st.tuples(
        NAMES,
        PHONES,
        st.sampled_from(["", "A", "ｂ", "C级", "Z", "N"]),
        st.sampled_from(["", "来店", "展示会", "不知道"]),
        st.sampled_from(["", "2026-02-20", "2026.2.21", "2027-01-01", "上周"]),
        st.sampled_from(["", "艾力绅", "思域"]),
        st.sampled_from(["", "男", "女士"]),
        st.sampled_from(["", "备注", "=1+1"]),
    ),
    max_size=25,
)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_any_sheet(rows, cast, act):
    with transaction.atomic():
        _check(rows, cast, act)
        transaction.set_rollback(True)


def _check(rows, cast, act):
    with tempfile.TemporaryDirectory() as folder:
        path = gb_csv(Path(folder) / "p.csv", [HEADERS, *rows])
        me = act(cast.lin)
        batch = upload(me, path)
        kept = [row for row in rows if any(cell.strip() for cell in row)]
        assert batch.rows == len(kept)
        assert sum(batch.plan.values()) == len(kept)
        assert not Customer.objects.exists()
        planned = list(batch.import_rows.values_list("row_no", "planned", "reason", "warnings"))
        start_run(me, batch)
        worked(batch, me)
        done = list(batch.import_rows.values_list("row_no", "outcome", "reason", "warnings"))
        assert done == planned
        _rows, created, updated, skipped, failed = counts(batch)
        assert created + updated + skipped + failed == batch.rows == len(kept)
        assert created == Customer.objects.count()
        numbers = list(Phone.objects.values_list("normalized", flat=True))
        assert len(numbers) == len(set(numbers))
        again = upload(me, path)
        assert set(again.plan) <= {"SKIPPED", "FAILED"}
