"""``guanxi network``: JSON and nothing else on stdout, refusals with the line, no database."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from tests.lib.networks.maps import KITE

Asked = Callable[..., Any]


@pytest.fixture
def asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Asked:
    def ask(rows: str, *words: str) -> Any:
        path = tmp_path / "ties.csv"
        path.write_text(f"from,to,weight\n{rows}\n", encoding="utf-8")
        call_command("network", str(path), "--json", *words)
        return json.loads(capsys.readouterr().out)

    return ask


def test_the_three_answers(asked: Asked) -> None:
    found = asked("A,B,.9\nB,C,.9\nA,C,.8", "--from", "A", "--to", "C")
    assert list(found) == ["centrality", "communities", "paths"]
    assert found["centrality"]["B"] == {"degree": 1, "closeness": 0.5, "betweenness": 0}
    assert found["communities"] == [["A", "B", "C"]]
    assert found["paths"] == [{"nodes": ["A", "B", "C"], "probability": 0.81}]
    assert asked("A,B,")["paths"] == []


def test_the_kite(asked: Asked) -> None:
    standing = asked("\n".join(f"{one},{other}," for one, other in KITE), "--kind", "friend")["centrality"]
    figures = standing["Diane"]["degree"], standing["Garth"]["closeness"], standing["Heather"]["betweenness"]
    assert [round(figure, 3) for figure in figures] == [0.667, 0.643, 0.389]


def test_all_that_tie_fewer_hops_first_then_node_order(asked: Asked) -> None:
    found = asked("A,C,.5\nC,Z,.5\nA,B,.5\nB,Z,\nA,Z,.25", "--from", "A", "--to", "Z")
    assert found["paths"] == [
        {"nodes": nodes, "probability": 0.25} for nodes in (["A", "Z"], ["A", "B", "Z"], ["A", "C", "Z"])
    ]


def test_kinds_differ_in_direction(asked: Asked) -> None:
    back = ("--from", "B", "--to", "A")
    assert asked("A,B,", *back)["paths"] == []
    assert asked("A,B,", *back, "--kind", "reports")["paths"] == []
    assert asked("A,B,", *back, "--kind", "friend")["paths"] == [{"nodes": ["B", "A"], "probability": 0.5}]


def test_advice_when_asked(asked: Asked) -> None:
    found = asked("Us,A,.9\nUs,B,.5\nA,C,.9\nB,C,.9\nC,Z,.4", "--from", "Us", "--to", "Z", "--advice")[
        "advice"
    ]
    assert found == {
        "second_best": {"nodes": ["Us", "B", "C", "Z"], "probability": 0.18},
        "disjoint": [{"nodes": ["Us", "A", "C", "Z"], "probability": 0.324}],
        "single_points": ["C"],
        "improvement": {"from": "C", "to": "Z", "probability": 0.81},
    }


@pytest.mark.parametrize(
    ("rows", "words", "said", "code"),
    [
        (
            "王芳,李强,",
            ("--from", "王方", "--to", "李强"),
            "--from: there is nobody called 王方. Near: 王芳.",
            1,
        ),
        ("Rob,Bea,", ("--from", "Rob", "--to", "Bob"), "--to: there is nobody called Bob. Near: Rob", 1),
        ("A,B,\nB,B,", (), "Line 3: B leads to itself", 1),
        ("A,B,1.5", (), "Line 2: the weight is “1.5”", 1),
        ("A,B,\nA,C,", ("--kind", "reports"), "Line 3: A already reports to B", 1),
        ("A,B,", ("--from", "A"), "--from and --to go together", 2),
        ("A,B,", ("--to", "A"), "--from and --to go together", 2),
        ("A,B,", ("--advice",), "name --from and --to", 2),
    ],
)
def test_what_is_refused_says_what_to_change(
    asked: Asked, capsys: pytest.CaptureFixture[str], rows: str, words: tuple[str, ...], said: str, code: int
) -> None:
    with pytest.raises(CommandError) as refused:
        asked(rows, *words)
    assert refused.value.returncode == code
    assert said in str(refused.value)
    assert json.loads(capsys.readouterr().out) == {"error": str(refused.value)}


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(CommandError) as refused:
            call_command("network", str(place))
        assert refused.value.returncode == 2


def test_for_people_a_short_table(asked: Asked, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked("Us,A,.9\nUs,B,.5\nA,C,.9\nB,C,.9\nC,Z,.4")
    path = str(tmp_path / "ties.csv")
    call_command("network", path, "--from", "Us", "--to", "Z", "--advice")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "5 people, 5 ties, 2 communities"
    assert lines[2].split() == ["0.750", "0.250", "0.250", "C"]
    assert lines[-5:] == [
        "path: 0.324  Us → A → C → Z",
        "second best: 0.18  Us → B → C → Z",
        "sharing nobody: 0.324  Us → A → C → Z",
        "all depends on: C",
        "work on: C → Z, certain it would give 0.81",
    ]
    call_command("network", path, "--from", "Z", "--to", "Us")
    assert capsys.readouterr().out.endswith("Nothing leads from Z to Us.\n")


def test_the_program_itself_with_notes_beside(tmp_path: Path) -> None:
    """stdout is one line of JSON; that rows repeat is said on stderr. Nothing is opened or made in GUANXI_HOME."""
    path = tmp_path / "ties.csv"
    path.write_bytes("from,to,weight\n王芳,李强,.2\n王芳,李强,.4\n".encode("gb18030"))
    around = os.environ | {
        "DATABASE_URL": "postgres://nobody@127.0.0.1:9/none",
        "GUANXI_HOME": str(tmp_path / "home"),
    }
    done = subprocess.run(
        [sys.executable, "-m", "guanxi.project", "network", str(path), "--from", "王芳", "--to", "李强", "--json"],
        env=around, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout.count("\n")) == (0, 1)
    assert json.loads(done.stdout)["paths"] == [{"nodes": ["王芳", "李强"], "probability": 0.4}]
    assert done.stderr == "Rows that repeat an earlier one: 1; the strongest counts.\n"
