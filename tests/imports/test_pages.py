"""The import in the browser: every step, every refusal, and who may see it."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.imports.sheets import PROSPECTS, prospects, run, workbook

from guanxi.customers.models import Customer
from guanxi.imports.models import ImportBatch
from guanxi.imports.tasks import continue_import
from guanxi.lib.spreadsheets.reading import read_workbook
from guanxi.organization.models import AuditEntry

pytestmark = pytest.mark.django_db
SEEN_BY = {"lin", "ma"}
ALLOWED = {"lin", "zhao", "chen", "wu", "sun", "ma", "gao"}


@pytest.fixture
def messy(tmp_path):
    return prospects(
        tmp_path / "客户.xlsx",
        [
            "<script>alert(1)</script>",
            "13912345678",
            "女",
            "<b>艾力绅</b>",
            "A",
            "没听过",
            "2026-02-20",
            "天津",
            "",
        ],
        ["王女士", "13912345678", "", "", "", "", "", "", "y"],
        ["坏", "1380013"],
        ["坏", "<img src=x onerror=alert(1)>"],
    )


@pytest.fixture
def work(settings, django_capture_on_commit_callbacks):
    """Carry out what a request queued, as the worker would."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    return lambda: django_capture_on_commit_callbacks(execute=True)


def send(client, path, **fields):
    file = SimpleUploadedFile(path.name, path.read_bytes())
    return client.post(reverse("imports"), {"file": file, **fields})


def columns(batch):
    return {f"column_{index}": name for index, name in batch.columns.items()}


def test_from_upload_to_result_and_back(cast, client_for, messy, work):
    client = client_for(cast.lin)
    answer = send(client, messy)
    batch = ImportBatch.objects.get()
    page = reverse("import-detail", args=[batch.pk])
    assert (answer.status_code, answer["Location"]) == (303, page)
    body = client.get(page).content.decode()
    assert "139****5678" in body and "13912345678" not in body
    with work():
        client.post(reverse("import-mapping", args=[batch.pk]), columns(batch))
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.CHECKED
    body = client.get(page).content.decode()
    assert "13912345678" not in body
    assert "<script>alert" not in body and "<b>艾力绅" not in body and "<img src=x" not in body
    assert "1380013" in body
    assert not Customer.objects.exists()
    with work():
        client.post(reverse("import-start", args=[batch.pk]))
    batch.refresh_from_db()
    assert (batch.state, batch.created, batch.updated, batch.failed) == (ImportBatch.State.DONE, 1, 1, 2)
    body = client.get(page).content.decode()
    assert "13912345678" not in body and "<script>alert" not in body
    with work():
        client.post(reverse("import-start", args=[batch.pk]))
        client.post(reverse("import-undo", args=[batch.pk]))
        client.post(reverse("import-undo", args=[batch.pk]))
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.UNDONE
    assert not Customer.objects.exists()
    assert client.get(page).status_code == 200
    assert client.get(reverse("imports")).status_code == 200


def test_failed_rows_come_back_as_text_and_can_be_imported_again(cast, act, client_for, tmp_path):
    """CSV-01: never a formula, never a link."""
    path = prospects(tmp_path / "f.xlsx", ["=1+1", "12", "", "http://x", "@SUM(A1)"], ["李强", "13912345679"])
    batch = run(act(cast.lin), path)
    answer = client_for(cast.lin).get(reverse("import-failed", args=[batch.pk]))
    saved = tmp_path / "failed.xlsx"
    saved.write_bytes(answer.content)
    (sheet,) = read_workbook(saved)
    assert sheet.rows[0][:2] == ["姓名", "电话"]
    assert sheet.rows[1][:5] == ["=1+1", "12", None, "http://x", "@SUM(A1)"]
    assert sheet.rows[1][9] == 2.0
    import zipfile

    parts = zipfile.ZipFile(io.BytesIO(answer.content))
    assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
    assert b"hyperlink" not in parts.read("xl/worksheets/sheet1.xml")
    assert AuditEntry.objects.filter(action="import_failures_exported").count() == 1
    assert run(act(cast.lin), saved).failed == 1


def test_progress_tells_the_truth_and_sends_on(cast, act, client_for, tmp_path, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    batch = run(act(cast.lin), prospects(tmp_path / "p.xlsx", ["王芳", "13912345678"]))
    client = client_for(cast.lin)
    url = reverse("import-progress", args=[batch.pk])
    assert client.get(url, headers={"HX-Request": "true"})["HX-Redirect"] == reverse(
        "import-detail", args=[batch.pk]
    )
    ImportBatch.objects.filter(pk=batch.pk).update(state="RUNNING", rows=400, done_rows=200)
    body = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "200" in body and "400" in body and 'hx-trigger="every 1s"' in body
    assert "<html" not in body


@pytest.mark.parametrize(
    "username", sorted(ALLOWED | {"admin", "proprietor", "auditor", "cs", "finance", "desk"})
)
def test_who_sees_whose_import(cast, act, client_for, tmp_path, username):
    batch = run(act(cast.lin), prospects(tmp_path / "v.xlsx", ["王芳", "13912345678"], ["x", "1"]))
    client = client_for(cast.users[username])
    assert client.get(reverse("imports")).status_code == (200 if username in ALLOWED else 404)
    expected = 200 if username in SEEN_BY else 404
    for name in ("import-detail", "import-failed"):
        assert client.get(reverse(name, args=[batch.pk])).status_code == expected
    if username not in SEEN_BY:
        before = ImportBatch.objects.values().get()
        for name in ("import-sheet", "import-mapping", "import-start", "import-undo", "import-next"):
            assert client.post(reverse(name, args=[batch.pk])).status_code == 404
        assert client.get(reverse("import-progress", args=[batch.pk])).status_code == 404
        assert ImportBatch.objects.values().get() == before


def test_a_consultant_imports_for_themself_whatever_is_posted(cast, client_for, messy):
    send(client_for(cast.lin), messy, owner=cast.wu.pk)
    assert ImportBatch.objects.get().owner == cast.lin


def test_a_supervisor_imports_for_the_team_only(cast, client_for, messy):
    client = client_for(cast.chen)
    assert send(client, messy, owner=cast.wu.pk).status_code == 422
    assert not ImportBatch.objects.exists()
    assert send(client, messy, owner=cast.zhao.pk).status_code == 303
    assert ImportBatch.objects.get().owner == cast.zhao


def test_columns_without_name_or_twice_are_refused(cast, client_for, messy):
    client = client_for(cast.lin)
    send(client, messy)
    url = reverse("import-mapping", args=[ImportBatch.objects.get().pk])
    assert client.post(url, {"column_0": "name"}).status_code == 422
    assert client.post(url, {"column_0": "name", "column_1": "phone", "column_2": "phone"}).status_code == 422
    assert client.post(url, {"column_0": "owner_id"}).status_code == 422
    assert (
        client.post(url, {"column_0": "name", "column_1": "phone", "column_2": "consultant"}).status_code
        == 422
    )
    assert ImportBatch.objects.get().state == ImportBatch.State.UPLOADED


def test_the_next_sheet(cast, client_for, tmp_path, act, work):
    rows = [PROSPECTS, ["王芳", "13912345678"]]
    path = workbook(tmp_path / "n.xlsx", {"一": rows, "二": rows, "三": [["随便"]]})
    client = client_for(cast.lin)
    send(client, path)
    batch = ImportBatch.objects.get()
    with work():
        client.post(reverse("import-mapping", args=[batch.pk]), columns(batch))
        continue_import.call(batch.pk)
        client.post(reverse("import-start", args=[batch.pk]))
    body = client.get(reverse("import-detail", args=[batch.pk])).content.decode()
    assert "二" in body
    client.post(reverse("import-next", args=[batch.pk]), {"sheet": "二"})
    assert ImportBatch.objects.latest("pk").sheet == "二"
    client.post(reverse("import-sheet", args=[ImportBatch.objects.latest("pk").pk]), {"sheet": "三"})
    page = client.get(reverse("import-detail", args=[ImportBatch.objects.latest("pk").pk]))
    assert page.status_code == 200


def test_the_dry_run_says_who_will_be_late_at_once(cast, client_for, tmp_path, work):
    """R-FUP-01 counts from the last contact of the sheet: a consultant should know before Today fills up."""
    path = prospects(
        tmp_path / "旧名单.xlsx",
        ["早联系", "13900000011", "", "", "A", "", "2020-01-05", "", ""],
        ["没写过", "13900000012", "", "", "A", "", "", "", ""],
        ["没级别", "13900000013", "", "", "", "", "2020-01-05", "", ""],
    )
    client = client_for(cast.lin)
    send(client, path)
    batch = ImportBatch.objects.get()
    with work():
        client.post(reverse("import-mapping", args=[batch.pk]), columns(batch))
    batch.refresh_from_db()
    assert batch.starts_late == 2
    assert "立刻逾期" in client.get(reverse("import-detail", args=[batch.pk])).content.decode()
