"""``guanxi insight``: one line of JSON on stdout, refusals by line, a row for each customer, no database."""

import csv
import json
import os
import random
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from tests.lib.statistics.ledgers import CDNOW, cdnow
from tests.lib.statistics.test_concentration import G23

COLUMNS = ("--customer", "客户", "--date", "日期", "--amount", "金额")


@pytest.fixture
def asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    def ask(question: str, rows: list[tuple[Any, ...]], *words: str) -> Any:
        path = tmp_path / "purchases.csv"
        with path.open("w", encoding="utf-8", newline="") as target:
            csv.writer(target).writerows([("客户", "日期", "金额"), *rows])
        call_command("insight", question, str(path), *COLUMNS, "--json", *words)
        return json.loads(capsys.readouterr().out)

    return ask


def on_cdnow(question: str, *words: str) -> None:
    cdnow()
    call_command("insight", question, str(CDNOW), "--customer", "2", "--date", "3", "--amount", "5", *words)


def written(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as source:
        return list(csv.DictReader(source))


TEN = [(f"客户{place}", "2024-03-05", profit) for place, profit in enumerate(G23)]


def test_r_val_07_g23_pareto(asked, tmp_path: Path) -> None:
    out = tmp_path / "classes.csv"
    found = asked("pareto", [*TEN, ("亏", "2024-03-06", -40)], "--out", str(out))
    assert list(found)[:3] == ["insight", "until", "customers"]
    assert found["classes"] == {"A": 3, "B": 2, "C": 5, "LOSS": 1}
    assert (found["top_20_share"], found["customers_for_80"], found["total"]) == (0.76, 3, "1000.00")
    assert found["top_20_band"][0] < 0.76 < found["top_20_band"][1]
    assert (found["customers"], found["until"], found["warnings"]) == (11, "2024-03-06", [])
    assert [row["class"] for row in written(out)] == [*"AAABBCCCCC", "LOSS"]
    assert written(out)[-1] == {"customer": "亏", "total": "-40.00", "class": "LOSS"}


def test_only_losses_have_no_pareto(asked, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = asked("pareto", [("甲", "2024-03-05", -5)])
    assert (found["classes"]["LOSS"], found["top_20_share"], found["curve"]) == (1, None, [])
    call_command("insight", "pareto", str(tmp_path / "purchases.csv"), *COLUMNS)
    assert "no Pareto, only LOSS" in capsys.readouterr().out


def test_rfm_with_bands_of_ones_own(asked) -> None:
    rows = [("甲", "2024-03-01", 100), ("甲", "2024-03-31", 100), ("乙", "2024-01-01", 5)]
    bands = ("--recency", "30,60,120,365", "--frequency", "1,2,3,4", "--monetary", "10,50,100,500")
    found = asked("rfm", rows, *bands)
    assert found["cells"] == {"311": 1, "524": 1}
    assert found["edges"]["monetary"] == ["10.00", "50.00", "100.00", "500.00"]
    assert found["groups"]["GROWING"] == {"customers": 1, "total": "200.00"}


def test_r_loy_03_05_06_retention(asked, tmp_path: Path) -> None:
    out = tmp_path / "risks.csv"
    rows = [("甲", day, 10) for day in ("2024-01-01", "2024-01-31", "2024-03-01")]
    rows += [
        ("乙", "2024-01-01", 10),
        ("乙", "2024-05-05", 10),
        ("甲", "2024-05-20", 10),
        ("丙", "2024-04-01", 1),
    ]
    words = ("--until", "2024-05-05", "--horizon", "180d", "--keep-cost", "200", "--out", str(out))
    found = asked("retention", rows, *words)
    # 65 days of silence with a cycle of 30.
    assert {row["customer"]: row["risk"] for row in written(out)} == {"甲": "MID", "乙": "", "丙": ""}
    assert found["usual_cycle_days"] == 30
    assert found["periods"][1] == {
        "month": "2024-02", "active": 0, "new": 0, "back": 0, "lost": 2, "retained": 0.0,
    }  # fmt: skip
    judged = found["judged"]
    assert (judged["active"], judged["retained"], judged["stand_still_new"]) == (3, pytest.approx(1 / 3), 2)
    assert judged["cost_of_leak"] == "2000.00"
    assert judged["back_by_risk"] == {"NONE": 0, "LOW": None, "MID": 1, "HIGH": None}
    assert found["warnings"] == ["The file ends on 2024-05-20; the period judged lasts to 2024-11-01."]


def test_without_a_rhythm_anywhere_the_usual_cycle_is_asked_for(asked) -> None:
    found = asked("retention", TEN)
    assert found["risks"] is None
    assert "give the usual one with --cycle" in found["warnings"][0]
    assert asked("retention", TEN, "--cycle", "30")["risks"]["NONE"] == 10


def test_r_val_07_judged_on_the_period_it_has_not_seen(asked) -> None:
    rows = [
        ("甲", "2024-01-01", 90),
        ("乙", "2024-01-01", 10),
        ("乙", "2024-01-20", 30),
        ("丙", "2024-01-20", 7),
    ]
    rows += [("甲", "2024-01-25", 10), ("甲", "2024-03-25", 10)]
    found = asked("pareto", rows, "--until", "2024-01-15", "--horizon", "2w")
    assert found["judged"] == {
        "days": 14, "spend": "40.00", "top_20_captured": 0.25, "top_20_requalified": 0.0,
    }  # fmt: skip
    assert found["warnings"] == ["Rows later than 2024-01-29 left out: 1."]
    assert asked("pareto", rows, "--until", "2024-01-22")["warnings"] == [
        "Rows later than 2024-01-22 left out: 2."
    ]


def test_cells_that_look_like_formulas_are_harmless(asked, tmp_path: Path) -> None:
    out = tmp_path / "classes.csv"
    asked("pareto", [("=HYPERLINK(0)", "2024-03-05", 5)], "--out", str(out))
    assert written(out)[0]["customer"] == "'=HYPERLINK(0)"


def test_segments_keep_their_numbers(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    on_cdnow("segments", "--until", "1997-09-30", "--horizon", "39w", "--json")
    earlier = capsys.readouterr().out
    found = json.loads(earlier)
    assert found["stable"]
    assert len(found["segments"]) == found["suggested"] <= 6
    assert found["judged"]["explained"] >= 0.2
    assert sum(one["customers"] for one in found["segments"]) == found["customers"] == 2357
    previous, out = tmp_path / "earlier.json", tmp_path / "segments.csv"
    found["segments"][0]["segment"], found["segments"][1]["segment"] = 2, 1
    previous.write_text(json.dumps(found), encoding="utf-8")
    on_cdnow("segments", "--until", "1997-09-30", "--json", "--previous", str(previous), "--out", str(out))
    again = {one["segment"]: one["customers"] for one in json.loads(capsys.readouterr().out)["segments"]}
    assert again == {one["segment"]: one["customers"] for one in found["segments"]}
    assert sum(row["segment"] == "2" for row in written(out)) == again[2]


@pytest.mark.parametrize("question", ["pareto", "rfm", "retention", "segments"])
def test_for_people(question: str, capsys: pytest.CaptureFixture[str]) -> None:
    on_cdnow(question, "--until", "1997-09-30", "--horizon", "39w")
    said = capsys.readouterr()
    assert said.out.startswith("2357 customers up to 1997-09-30\n")
    assert (
        said.err
        == "Rows with customer, day and amount of an earlier one: 21, all count; --once counts each once.\n"
    )
    assert "None" not in said.out


@pytest.mark.parametrize(
    ("question", "rows", "words", "said", "code"),
    [
        ("pareto", [("甲", "yesterday", 5)], (), "Line 2, column 日期: “yesterday” is not a date", 1),
        (
            "pareto",
            TEN,
            ("--until", "2020-01-01"),
            "The first row is of 2024-03-05, later than 2020-01-01",
            1,
        ),
        ("segments", TEN, (), "There are 10 customers", 1),
        ("segments", TEN, ("--previous", "none.json"), "none.json is not the JSON of an earlier", 1),
        ("retention", TEN, ("--keep-cost", "9"), "--keep-cost is about those lost within --horizon", 2),
        ("pareto", TEN, ("--out", "no/such/folder.csv"), "no/such/folder.csv cannot be written", 1),
    ],
)
def test_refused(
    asked, capsys: pytest.CaptureFixture[str], question, rows, words, said: str, code: int
) -> None:
    with pytest.raises(CommandError) as refused:
        asked(question, rows, *words)
    assert refused.value.returncode == code
    assert said in str(refused.value)
    assert json.loads(capsys.readouterr().out) == {"error": str(refused.value)}


@pytest.mark.parametrize(
    "words",
    [
        (), ("wealth", "x.csv"), ("pareto",), ("pareto", "x.csv", "--customer", "1", "--date", "2"),
        ("retention", "x.csv", "--customer", "1", "--date", "2", "--horizon", "39"),
        ("retention", "x.csv", "--customer", "1", "--date", "2", "--until", "soon"),
        ("retention", "x.csv", "--customer", "1", "--date", "2", "--cycle", "0"),
        ("rfm", "x.csv", "--customer", "1", "--date", "2", "--amount", "3", "--recency", "3,2,1"),
        ("segments", "x.csv", "--customer", "1", "--date", "2", "--amount", "3", "--sizes", "6-3"),
    ],
)  # fmt: skip
def test_usage_is_refused_before_anything_is_read(words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("insight", *words)
    assert str(refused.value).startswith("Error: ")


def test_the_program_itself(tmp_path: Path) -> None:
    """Usage leaves with 2, a file that is not there too; no database is opened or made."""
    path = tmp_path / "purchases.csv"
    path.write_bytes("客户,日期,金额\n甲,2024-03-05,5\n".encode("gb18030"))
    around = os.environ | {
        "DATABASE_URL": "postgres://nobody@127.0.0.1:9/none",
        "GUANXI_HOME": str(tmp_path / "home"),
    }

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "guanxi.project", "insight", *words],
            env=around, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip

    done = run("pareto", str(path), *COLUMNS, "--json")
    assert (done.returncode, done.stdout.count("\n"), done.stderr) == (0, 1, "")
    assert json.loads(done.stdout)["classes"]["A"] == 1
    assert run("pareto", str(tmp_path / "none.csv"), *COLUMNS).returncode == 2
    assert run("pareto", str(path)).returncode == 2
    assert not list((tmp_path / "home").rglob("*.sqlite3"))


ANCHORS = {
    "bgnbd": ({"r": .2426, "alpha": 4.4136, "a": .7929, "b": 2.4259}, -9582.429, 2357),
    "pnbd": ({"r": .5533, "alpha": 10.578, "s": .6062, "beta": 11.669}, -9594.976, 2357),
    "gg": ({"p": 6.25, "q": 3.744, "v": 15.44}, -4055.918, 946),
}  # fmt: skip


@pytest.mark.parametrize("model", ANCHORS)
def test_clv_of_cdnow_is_the_published_one(model, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "clv.csv"
    until = ("--until", "1997-09-30", "--horizon", "39w")
    on_cdnow("clv", *until, "--model", model, "--json", "--out", str(out))
    found = json.loads(capsys.readouterr().out)
    parameters, likelihood, customers = ANCHORS[model]
    assert found["parameters"] == pytest.approx(parameters, rel=5e-4)
    assert found["log_likelihood"] == pytest.approx(likelihood, abs=1e-3)
    assert (found["model"], found["unit"], found["customers"]) == (model, "week", customers)
    if model == "gg":
        return
    judged = found["judged"]
    assert abs(judged["bias_to_date"]) < 0.05
    assert judged["auc_expected"] > 0.77
    assert ("auc_alive" in judged) == (model == "pnbd")
    rows = written(out)
    assert sum(float(row["expected_purchases"]) for row in rows) == pytest.approx(
        judged["expected"], rel=1e-3
    )
    if model == "pnbd":
        assert judged["auc_alive"] >= 0.72
        assert all(
            row["half_alive_on"] > "1997-09-30" for row in rows if float(row["probability_alive"]) > 0.51
        )
    else:
        # BG/NBD is certain of every one-time buyer: it says nothing of who is alive.
        assert {row["probability_alive"] for row in rows} == {""}


def shopping(customers: int) -> list[tuple[Any, ...]]:
    """Made-up customers of a year, each at an own rhythm."""
    chance = random.Random(7)
    rows = []
    for place in range(customers):
        day, gap = chance.randrange(120), chance.uniform(10, 120)
        while day < 365:
            rows.append(
                (
                    f"客户{place}",
                    date(2024, 1, 1) + timedelta(int(day)),
                    round(chance.lognormvariate(4, 0.4), 2),
                )
            )
            day += max(1, chance.expovariate(1 / gap))
    return rows


def test_clv_of_ones_own_file(asked, tmp_path: Path) -> None:
    found = asked(
        "clv", shopping(400), "--draws", "10", "--horizon", "13w", "--out", str(tmp_path / "clv.csv")
    )
    assert (found["model"], found["horizon_days"], found["customers"]) == ("pnbd", 91, 400)
    band = found["bands"]["total"]
    assert band["low"] < found["expected_value"] < band["high"]
    assert "judged" not in found
    by_day = asked("clv", shopping(400), "--unit", "day", "--horizon", "13w")
    assert by_day["parameters"]["alpha"] == pytest.approx(7 * found["parameters"]["alpha"], rel=0.02)
    assert by_day["expected_purchases"] == pytest.approx(found["expected_purchases"], rel=0.01)


@pytest.mark.parametrize("words", [(), ("--model", "gg")])
def test_clv_of_few_is_refused(asked, words) -> None:
    with pytest.raises(CommandError, match="too_few_repeat_buyers"):
        asked("clv", shopping(60), *words)


def test_money_is_left_out_where_spend_follows_frequency(asked) -> None:
    rows = shopping(400)
    often = Counter(row[0] for row in rows)
    found = asked("clv", [(name, on, 10 * often[name]) for name, on, _amount in rows])
    assert found["expected_value"] is None
    assert any("spend_follows_frequency" in warning for warning in found["warnings"])


def test_r_loy_04_the_workshops_churn_by_month(asked, tmp_path: Path) -> None:
    rows = [(f"客户{place}", "2025-09-03", 0) for place in range(4)]
    rows += [(f"客户{place}", "2026-01-20", 0) for place in range(3)]
    out = tmp_path / "months.csv"
    found = asked("workshop", rows, "--until", "2026-03-31", "--out", str(out))
    assert (found["customers"], found["months"]) == (
        4, [{"month": "2026-03", "entries": 4, "returned": 3, "churn": 0.25}],
    )  # fmt: skip
    assert written(out) == [{"month": "2026-03", "entries": "4", "returned": "3", "churn": "0.25"}]
    assert asked("workshop", rows)["warnings"], (
        "January is the last month known and has no September after it"
    )
