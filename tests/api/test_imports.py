"""A workbook through the API: upload, columns, dry run, run, undo; the counts add up (P3)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.api.conftest import Program
from tests.architecture.world import everything
from tests.cast import MORNING, Cast

from guanxi.customers.models import Customer
from guanxi.imports.operations.working import work_through

SHEET = "姓名,电话,级别\n李雷,13922223333,A\n韩梅,13922224444,B\n坏号,12345,C\n".encode()


def send(program: Program, content: bytes = SHEET, **more: Any) -> Any:
    headers = {"Authorization": f"Bearer {program.secret}", **more.pop("headers", {})}
    file = SimpleUploadedFile("顾客.csv", content)
    return program.client.post("/api/imports", {"file": file, **more}, headers=headers)


@pytest.mark.django_db(transaction=True)
def test_a_workbook_goes_in_and_out(cast: Cast, program: Callable[..., Program]) -> None:
    lin = program(cast.lin)
    uploaded = send(lin)
    assert uploaded.status_code == 201, uploaded.content
    batch = uploaded.json()
    assert [column["field"] for column in batch["columns"]] == ["name", "phone", "level"]
    assert "13922223333" not in uploaded.content.decode()
    path = f"/imports/{batch['id']}"
    mapping = {
        "columns": [{"index": column["index"], "field": column["field"]} for column in batch["columns"]]
    }
    assert lin.call("PUT", f"{path}/mapping", mapping).json()["state"] == "CHECKING"
    work_through(batch["id"], lambda: MORNING)
    checked = lin.get(path).json()
    assert (checked["state"], checked["created"], checked["failed"]) == ("CHECKED", 2, 1)
    assert Customer.objects.count() == 0
    assert lin.post(f"{path}/start").json()["state"] == "RUNNING"
    assert lin.post(f"{path}/start").json()["error"] == "import_refused"
    work_through(batch["id"], lambda: MORNING)
    done = lin.get(path).json()
    assert (done["state"], done["rows"], done["created"], done["failed"]) == ("DONE", 3, 2, 1)
    assert [(row["row"], row["column"]) for row in done["failures"]] == [(4, "电话")]
    assert lin.get("/imports").json()[0]["id"] == batch["id"]
    assert lin.post(f"{path}/undo").json()["state"] == "UNDOING"
    work_through(batch["id"], lambda: MORNING)
    assert (lin.get(path).json()["state"], Customer.objects.count()) == ("UNDONE", 0)


@pytest.mark.django_db(transaction=True)
def test_the_same_key_uploads_once(cast: Cast, program: Callable[..., Program]) -> None:
    """P6: the form of a copy has another boundary and is the same request."""
    lin = program(cast.lin)
    first, second = (send(lin, headers={"Idempotency-Key": "k"}) for _time in range(2))
    assert first.content == second.content
    assert len(lin.get("/imports").json()) == 1


@pytest.mark.parametrize(
    ("content", "more", "status"),
    [(b"\x00\x01", {}, 422), (b"", {}, 422), (SHEET, {"owner": "x"}, 422), (SHEET, {"owner": "999"}, 422)],
)
def test_a_bad_upload_is_refused(
    content: bytes, more: dict[str, Any], status: int, cast: Cast, program: Callable[..., Program]
) -> None:
    lin = program(cast.lin)
    before = everything()
    assert send(lin, content, **more).status_code == status
    assert everything() == before


def test_a_body_that_is_no_form_is_refused(cast: Cast, program: Callable[..., Program]) -> None:
    assert program(cast.lin).post("/imports", {"file": "x"}).status_code == 415


@pytest.mark.parametrize("name", ["cs", "desk", "admin", "finance", "auditor"])
def test_only_sellers_upload(name: str, cast: Cast, program: Callable[..., Program]) -> None:
    assert send(program(cast.users[name])).status_code == 403


def test_customers_go_to_people_within_reach(cast: Cast, program: Callable[..., Program]) -> None:
    """AZ-06."""
    assert send(program(cast.lin), owner=cast.zhao.pk).status_code == 422
    assert send(program(cast.chen), owner=cast.wu.pk).status_code == 422
    assert send(program(cast.chen), owner=cast.zhao.pk).json()["owner"]["id"] == cast.zhao.pk
