"""Every operation that names a row, for everybody who may not see it: 404 as if absent, nothing changed
(AZ-01…08, AZ-22, AZ-25, INF-04, P7)."""

import re
from typing import Any

import pytest
import time_machine
from tests.api.conftest import Program
from tests.api.test_description import OPERATIONS
from tests.architecture.world import ABSENT, everything, rows_of_lin
from tests.cast import MORNING, Cast, assemble

# The first word of the path → the kind of row of ``tests/architecture/world.py`` that {id} is.
KINDS = {
    "customers": "customer", "level-requests": "level_request", "downgrades": "downgrade", "losses": "loss",
    "tasks": "task", "collisions": "collision", "orders": "order", "imports": "import", "visits": "visit",
    "key-accounts": "account", "key-persons": "key_person",
    "opportunities": "opportunity",
    "names": "name",
}  # fmt: skip
DECISION = {"accept": True, "note": "同意"}
BODIES: dict[str, Any] = {
    "patch_card": {"remark": "x", "version": 1},
    "reveal": {},
    "record": {"method": "PHONE", "reached": True, "content": "谈好了价格"},
    "judge": {"level": "A", "reason": "再次到店"},
    "tick_evidence": {"codes": ["CAME_AGAIN"]},
    "decide_request": DECISION,
    "decide_proposal": DECISION,
    "apply": {"outcome": "PLAN_CANCELLED", "reason": "PLAN_CHANGED"},
    "decide": {"approve": True, "called_back": True, "note": "已回访"},
    "bring_back": {"level": "B", "reason": "又来了"},
    "decide_collision": {"move": True, "reason": "老客户"},
    "place": {"deposit": 5000},
    "take_deposit": {"amount": 1000},
    "cancel": {"version": 1, "reason": "家人反对"},
    "take_sheet": {"sheet": "Sheet1"},
    "settle_mapping": {"columns": [{"index": 0, "field": "name"}, {"index": 1, "field": "phone"}]},
    "hand_over_car": {"version": 1, "delivered_on": "2026-03-02"},
    "add_person": {"name": "柳青"},
    "mark_person": {"version": 1, "attitude": "*", "evidence": "引见了财务总监"},
    "patch_opportunity": {"title": "x", "version": 1},
    "open_one": {"title": "x", "amount": 1, "expected_close_on": "2026-06-30"},
    "progress": {"version": 1, "action": "x"},
    "assess_one": {"version": 1, "four": {"PROJECT": "+"}},
    "win_one": {"version": 1, "order_no": "HT-1", "finished": "x", "evidence": [{"text": "x"}]},
    "lose_one": {"version": 1, "outcome": "PLAN_CANCELLED", "reason": "PLAN_CHANGED"},
    "reopen_one": {"version": 1, "stage": "QUALIFIED", "expected_close_on": "2026-06-30", "reason": "x"},
    "patch_name": {"version": 1, "situation": "x"},
    "move_warmth": {"version": 1, "warmth": 2, "evidence": "x"},
    "tell_result": {"version": 1, "result": "LATER"},
    "open_card": {"version": 1},
    "ask": {"moment": "CONTACT", "result": "LATER"},
    "tick": {"version": 0, "traits": ["KNOWS"]},
    "judge_product": {"product": 1, "potential": "3", "version": 0},
    "plan_product_visit": {"product": 1},
    "fill_visit": {"version": 1, "remark": "x"},
}
NAMING_ROWS = [
    pytest.param(path, method, details["operationId"], id=name)
    for name, path, method, details in OPERATIONS
    if "{id}" in path
]
# What the wrong people may still do: these roles read the row.
READERS = {"cs", "auditor", "proprietor"}
OUTSIDERS = ("zhao", "wu", "sun", "gao", "desk", "admin")


def called(program: Program, path: str, method: str, operation: str, row: int) -> Any:
    return program.call(
        method.upper(), path.removeprefix("/api").replace("{id}", str(row)), BODIES.get(operation)
    )


def row_kind(path: str, method: str) -> str:
    found = re.match(r"/api/([\w-]+)/\{id\}", path)
    assert found is not None
    return "done_task" if (found[1], method) == ("tasks", "delete") else KINDS[found[1]]


@pytest.fixture(scope="module")
def lins(kept_rows: None) -> tuple[Cast, dict[str, int]]:
    """The cast, and Lin's row of each kind: nothing asked of them changes any, so they are written once."""
    with time_machine.travel(MORNING, tick=False):
        cast = assemble()
        return cast, rows_of_lin(cast)


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "method", "operation"), NAMING_ROWS)
def test_outsiders_learn_and_change_nothing(
    path: str, method: str, operation: str, lins: tuple[Cast, dict[str, int]]
) -> None:
    cast, rows = lins
    row = rows[row_kind(path, method)]
    # The front desk keeps the store's registers (21.1).
    outside = set(OUTSIDERS) - ({"desk"} if path.startswith("/api/visits") else set())
    programs = {name: Program(cast.users[name]) for name in outside}
    before = everything()
    for name, outsider in programs.items():
        denied = called(outsider, path, method, operation, row)
        absent = called(outsider, path, method, operation, ABSENT)
        assert denied.status_code == 404, (name, denied.content)
        assert denied.content == absent.content
        assert dict(denied.headers) == dict(absent.headers)
    assert everything() == before


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "method", "operation"), NAMING_ROWS)
def test_readers_read_and_change_nothing(
    path: str, method: str, operation: str, lins: tuple[Cast, dict[str, int]]
) -> None:
    """Customer service, auditor and proprietor read cards and may change none (21.1); imports are the importer's."""
    cast, rows = lins
    row = rows[row_kind(path, method)]
    programs = {name: Program(cast.users[name]) for name in READERS}
    before = everything()
    for name, reader in programs.items():
        answer = called(reader, path, method, operation, row)
        reads = method == "get" and not path.startswith("/api/imports")
        assert answer.status_code == (200 if reads else 404), (name, answer.content)
    assert everything() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "method", "operation"), [row for row in NAMING_ROWS if str(row.values[0]).endswith("/decision")]
)
def test_a_consultant_decides_nothing(
    path: str, method: str, operation: str, lins: tuple[Cast, dict[str, int]]
) -> None:
    """AZ-22, BIZ-06: decisions are the leaders', also about one's own card."""
    cast, rows = lins
    row = rows[row_kind(path, method)]
    lin = Program(cast.lin)
    before = everything()
    assert called(lin, path, method, operation, row).status_code == 404
    assert everything() == before


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["desk", "admin", "finance"])
def test_those_without_customers_get_empty_lists(name: str, lins: tuple[Cast, dict[str, int]]) -> None:
    mine = Program(lins[0].users[name])
    assert mine.get("/customers").json() == {"items": [], "after": ""}
    assert mine.get("/today").json()["items"] == []
    assert mine.get("/search", q="赵").json()["items"] == []
    for path in ("/tasks", "/losses", "/level-requests", "/downgrades", "/collisions"):
        assert mine.get(path).json() == []
    assert mine.post("/customers", {"name": "李雷", "phone": "13922223333"}).status_code == 403
    assert mine.post("/collisions", {"phone": "13911110001"}).status_code == 403
    assert mine.post("/collisions/check", {"phone": "13911110001"}).status_code == 403
