"""``guanxi insight churn``: the chance of each customer to leave, judged honestly, explained in a sentence."""

import csv
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from tests.lib.statistics.test_churn import subscribers


@pytest.fixture
def asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    def ask(columns: dict[str, list[str]], left: list[str], *words: str) -> str:
        path = tmp_path / "customers.csv"
        with path.open("w", encoding="utf-8", newline="") as target:
            rows = csv.writer(target)
            rows.writerow(["客户", "流失", *columns])
            rows.writerows(
                [f"客户{n}", said, *cells]
                for n, (said, *cells) in enumerate(zip(left, *columns.values(), strict=False))
            )
        call_command("insight", "churn", str(path), "--customer", "客户", "--churned", "流失", *words)
        return capsys.readouterr().out

    return ask


def test_scores_with_their_judgement_and_a_sentence_for_each(asked, tmp_path: Path) -> None:
    columns, left, _truth = subscribers(1200)
    said = ["是" if one else "否" for one in left[:1100]] + [""] * 100
    out = tmp_path / "scores.csv"
    found = json.loads(asked(columns, said, "--json", "--out", str(out)))
    assert (found["insight"], found["customers"], found["known"]) == ("churn", 1200, 1100)
    assert found["base_rate"] == pytest.approx(left[:1100].mean())
    judged = found["judged"]
    assert judged["auc"] > 0.75 and judged["lift_10"] > 1.5
    assert judged["brier"] < judged["brier_of_base_rate"]
    assert len(judged["auc_by_fold"]) == 5
    assert found["warnings"] == ["Customers without outcome, told a chance and not learnt from: 100."]
    with out.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.DictReader(source))
    assert len(rows) == 1200 and rows[-1]["churned"] == ""
    first = rows[0]
    assert 0 < float(first["probability"]) < 1
    assert first["because"].startswith(f"Churn {float(first['probability']) * 100:.1f}%: ")
    assert all(first[f"reason_{place}"] for place in (1, 2, 3))


def test_a_column_that_gives_the_answer_away_is_left_out_unless_kept(asked) -> None:
    columns, left, _truth = subscribers(600)
    columns["why"] = ["too dear" if one else "" for one in left]
    said = ["yes" if one else "no" for one in left]
    found = json.loads(asked(columns, said, "--json"))
    assert list(found["suspected"]) == ["why"] and "why" not in found["columns"]
    assert "Column why alone tells who left in 100.0% of pairs" in found["warnings"][0]
    kept = json.loads(asked(columns, said, "--json", "--keep"))
    assert kept["judged"]["auc"] > 0.99 and "why" in kept["columns"]
    named = json.loads(asked(columns, said, "--json", "--features", "tenure,term"))
    assert set(named["columns"]) == {"tenure", "term"}


def test_too_few_are_refused_and_people_read_lines(asked) -> None:
    columns, left, _truth = subscribers(600)
    said = ["yes" if one else "no" for one in left]
    with pytest.raises(CommandError, match="150 outcomes are known; the model needs 200"):
        asked({name: cells[:150] for name, cells in columns.items()}, said[:150])
    lines = asked(columns, said).splitlines()
    assert lines[0] == "600 customers"
    assert lines[1].startswith(f"{left.sum()} of 600 left")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("far", ["1e308", "-1e200"])
def test_a_column_beyond_reckoning_is_left_out_with_a_sentence(asked, far: str) -> None:
    columns, left, _truth = subscribers(400)
    columns["far"] = [far if place % 2 else "1" for place in range(400)]
    columns["gaps"] = [far if place % 3 else "" for place in range(400)]
    columns["outlier"] = ["1e90" if place == 7 else str(place % 5) for place in range(400)]
    said = ["yes" if one else "no" for one in left]
    out = asked(columns, said, "--json")
    found = json.loads(out, parse_constant=lambda word: pytest.fail(word))
    assert not {"far", "gaps"} & set(found["columns"])
    assert "Column far left out: a number in it is too large to reckon with." in found["warnings"]
