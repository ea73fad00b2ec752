"""Today and the suggestion, for programs and for scripts: the same rows (P11)."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from tests.api.conftest import Program
from tests.architecture.world import everything
from tests.cast import MORNING, SHANGHAI, Cast

from guanxi.customers.models import Customer

FIELDS = ["customer_no", "name", "level", "kind", "due_on", "overdue_days", "reason", "purpose"]


def printed(capsys: pytest.CaptureFixture[str], *words: Any) -> Any:
    call_command(*words)
    return json.loads(capsys.readouterr().out)


def test_today_is_the_same_everywhere(
    cast: Cast,
    program: Callable[..., Program],
    make_customer: Callable[..., Customer],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Level before lateness, the festival skipped (R-FUP-02); another consultant's customers are not in it."""
    make_customer(cast.lin, name="李雷", level="A", at=MORNING - timedelta(days=20))
    make_customer(cast.lin, name="韩梅", level="H", at=MORNING - timedelta(days=2))
    make_customer(cast.lin, name="后来", level="C")
    make_customer(cast.zhao, name="别人", level="H", at=MORNING - timedelta(days=9))
    told = program(cast.lin).get("/today").json()
    said = printed(capsys, "today", "--user", "lin", "--json")
    assert told["on"] == said["on"] == "2026-03-02"
    assert [list(item) for item in said["items"]] == [FIELDS, FIELDS]
    assert [{name: item[name] for name in FIELDS} for item in told["items"]] == said["items"]
    rows = [(item["name"], item["kind"], item["due_on"], item["overdue_days"]) for item in said["items"]]
    assert rows == [("韩梅", "FOLLOW_UP", "2026-03-02", 0), ("李雷", "FOLLOW_UP", "2026-02-20", 10)]
    assert all(item["reason"] for item in said["items"])


def test_a_day_ahead_assumes_nothing_and_writes_nothing(
    cast: Cast, make_customer: Callable[..., Customer], capsys: pytest.CaptureFixture[str]
) -> None:
    make_customer(cast.lin, name="韩梅", level="H")
    before = everything()
    assert printed(capsys, "today", "--user", "lin", "--json")["items"] == []
    ahead = printed(capsys, "today", "--user", "lin", "--on", "2026-03-05", "--json")["items"]
    assert [(item["due_on"], item["overdue_days"]) for item in ahead] == [("2026-03-04", 1)]
    assert everything() == before


def test_today_is_the_stores_day(
    cast: Cast, program: Callable[..., Program], make_customer: Callable[..., Customer]
) -> None:
    """P11: just before and just after midnight in Shanghai, which is 16:00 UTC."""
    make_customer(cast.lin, level="H")
    lin = program(cast.lin)
    for at, on, late in (
        (datetime(2026, 3, 4, 23, 59, 59, tzinfo=SHANGHAI), "2026-03-04", 0),
        (datetime(2026, 3, 5, 0, 0, tzinfo=SHANGHAI), "2026-03-05", 1),
    ):
        with time_machine.travel(at, tick=False):
            told = lin.get("/today").json()
        assert (told["on"], told["items"][0]["overdue_days"]) == (on, late)


def test_an_unknown_person_is_refused(cast: Cast) -> None:
    with pytest.raises(CommandError):
        call_command("today", "--user", "nobody")


def test_a_script_gets_the_suggestion_of_the_api(
    cast: Cast, program: Callable[..., Program], capsys: pytest.CaptureFixture[str]
) -> None:
    said = printed(
        capsys, "suggest-level", "--close", "2026-03-09", "--evidence", "model_colour", "--deposit", "3000",
        "--on", "2026-03-02", "--json",
    )  # fmt: skip
    asked = {
        "today": "2026-03-02",
        "expected_close_date": "2026-03-09",
        "evidence": ["MODEL_COLOUR"],
        "deposit": 3000,
    }
    assert said == program(cast.lin).post("/levels/suggestion", asked).json()
    assert said["level"] == "H"


@pytest.mark.parametrize(
    "words", [["--evidence", "NOPE"], ["--deposit", "-1"], ["--deposit", "NaN"], ["--on", "x"]]
)
def test_a_bad_question_is_refused(words: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("suggest-level", *words)
