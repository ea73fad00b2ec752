"""``guanxi import``: the same steps without a browser."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from tests.imports.sheets import OWNERS, PROSPECTS, prospects, workbook

from guanxi.customers.models import Customer
from guanxi.imports.models import ImportBatch
from guanxi.organization.models import AuditEntry, RoleGrant, Store

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(cast):
    """The usual case: one store whose first user is admin and manager."""
    RoleGrant.objects.create(user=cast.admin, role="MANAGER")
    return cast


def answer(*args, **options):
    out = io.StringIO()
    call_command("import", *args, json=True, stdout=out, **options)
    return json.loads(out.getvalue())


def two_sheets(path):
    return workbook(
        path,
        {
            "意向客户": [
                ["一览表"],
                [],
                PROSPECTS,
                ["王芳", "13912345678", "", "", "A"],
                ["李强", "12"],
                ["合计", 2],
            ],
            "说明": [["请勿修改"]],
            "保有客户": [OWNERS, ["赵敏", "13912345679", "思域", "2024-5-1", "自销", ""]],
        },
    )


def test_all_sheets_with_counts_and_failed_rows(shop, tmp_path):
    found = answer(str(two_sheets(tmp_path / "t.xlsx")), store="01")
    assert {name: found[name] for name in ("rows", "created", "updated", "skipped", "failed")} == {
        "rows": 3, "created": 2, "updated": 0, "skipped": 0, "failed": 1,
    }  # fmt: skip
    assert found["errors"] == [{"row": 5, "column": "电话", "reason": "bad_phone", "sheet": "意向客户"}]
    assert [sheet["sheet"] for sheet in found["sheets"] if not sheet["refused"]] == ["意向客户", "保有客户"]
    assert "姓名" in found["sheets"][1]["refused"]
    assert set(Customer.objects.values_list("owner__username", flat=True)) == {"admin"}
    assert AuditEntry.objects.filter(action="card_opened", actor=None, source="import").count() == 2


def test_one_sheet_dry(shop, tmp_path):
    path = two_sheets(tmp_path / "d.xlsx")
    found = answer(str(path), store="城东店", sheet=["意向客户"], dry_run=True)
    assert (found["rows"], found["created"], found["failed"]) == (2, 1, 1)
    assert not (Customer.objects.exists() or ImportBatch.objects.exists() or AuditEntry.objects.exists())


def test_for_a_consultant_as_themself(shop, tmp_path):
    answer(str(prospects(tmp_path / "u.xlsx", ["王芳", "13912345678"])), user="lin")
    card = Customer.objects.get()
    assert (card.owner, card.created_by, card.store) == (shop.lin, shop.lin, shop.store)


def test_undo(shop, tmp_path):
    path = str(prospects(tmp_path / "u.xlsx", ["王芳", "13912345678"]))
    batch = answer(path, store="城东店", owner="lin")["sheets"][0]["batch"]
    assert answer(undo=batch) == {"batch": batch, "state": "UNDONE", "kept_rows": [], "kept_products": []}
    assert not Customer.objects.exists()
    with pytest.raises(CommandError):
        answer(undo=batch)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({}, 2),
        ({"store": "没有"}, 1),
        ({"user": "nobody"}, 1),
        ({"store": "城东店", "owner": "nobody"}, 1),
        ({"store": "城东店", "owner": "gao"}, 1),
        ({"store": "城东店", "sheet": ["没有"]}, 1),
        ({"user": "auditor"}, 1),
    ],
)
def test_what_is_refused_and_what_is_misused(shop, tmp_path, options, code):
    path = prospects(tmp_path / "x.xlsx", ["王芳", "13912345678"])
    assert Store.objects.count() == 2
    with pytest.raises(CommandError) as raised:
        answer(str(path), **options)
    assert raised.value.returncode == code
    assert not Customer.objects.exists()


def test_a_file_without_header_names_the_headers(shop, tmp_path):
    path = workbook(tmp_path / "h.xlsx", {"表": [["甲", "乙"], ["1", "2"]]})
    with pytest.raises(CommandError, match="姓名"):
        answer(str(path), store="城东店")


def test_a_file_of_which_every_row_fails_is_refused_and_says_why(shop, tmp_path, capsys):
    path = prospects(tmp_path / "f.xlsx", ["王芳", "12"], ["李强", "13"])
    for dry_run in (True, False):
        out = io.StringIO()
        with pytest.raises(SystemExit) as raised:
            call_command("import", str(path), store="城东店", json=True, dry_run=dry_run, stdout=out)
        assert raised.value.code == 1
        assert [error["reason"] for error in json.loads(out.getvalue())["errors"]] == ["bad_phone"] * 2
