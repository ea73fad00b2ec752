"""Every rule the code names is explained in docs/method and proved by a test that names it."""

import json
import re
from pathlib import Path

import pytest

from guanxi.playbooks.loader import load_pack

ROOT = Path(__file__).parents[2]
METHOD = ROOT / "docs" / "method"
ID = re.compile(r"\b(R-[A-Z]{2,4}-\d{2}|F-[A-Z]+-[A-Z0-9]+|G\d{1,2})\b")
# "R-LVL-01, -02 and -04" names three rules.
SERIES = re.compile(r"\b(R-[A-Z]{2,4}-)\d{2}((?:(?:,| …| and| und|;)? ?-\d{2})+)")


def ids_in(text: str) -> set[str]:
    found = set(ID.findall(text))
    for prefix, rest in SERIES.findall(text):
        found |= {f"{prefix}{number}" for number in re.findall(r"\d{2}", rest)}
    for name in re.findall(r"def (test_\w+)", text):
        found |= {f"R-{a.upper()}-{b}" for a, b in re.findall(r"r_([a-z]{2,4})_(\d{2})", name)}
        found |= {f"G{number}" for number in re.findall(r"_g(\d{1,2})_", name)}
    return found


def ids_under(folder: Path, *patterns: str) -> set[str]:
    files = [path for pattern in patterns for path in folder.rglob(pattern)]
    return set().union(
        *(ids_in(path.read_text(encoding="utf-8")) for path in files if path != Path(__file__))
    )


IMPLEMENTED = {
    found for found in ids_under(ROOT / "src", "*.py", "*.toml", "*.html") if not found.startswith("G")
}


def test_every_id_in_the_code_is_explained():
    assert sorted(IMPLEMENTED - ids_under(METHOD, "*.md")) == []


def test_nothing_is_explained_that_neither_code_nor_test_knows():
    proved = ids_under(ROOT / "tests", "*.py")
    assert sorted(ids_under(METHOD, "*.md") - IMPLEMENTED - proved) == []


def test_every_implemented_id_has_a_test_that_names_it():
    proved = ids_under(ROOT / "tests", "*.py")
    assert sorted(IMPLEMENTED - proved) == []


@pytest.mark.parametrize("number", range(1, 7))
def test_golden_examples_are_tests(number):
    assert f"G{number}" in ids_under(ROOT / "tests", "test_rules_*.py", "test_operations_*.py")
    assert f"G{number}" in ids_under(METHOD, "*.md")


def test_the_settings_page_shows_every_key_with_its_default():
    page = (METHOD / "settings.md").read_text(encoding="utf-8")
    for key, value in load_pack("auto").default_values().items():
        row = next((line for line in page.splitlines() if line.startswith(f"| `{key}` |")), "")
        assert f"`{json.dumps(value, ensure_ascii=False)}`" in row, key


def test_every_page_is_in_the_index():
    index = (METHOD / "README.md").read_text(encoding="utf-8")
    assert all(f"({page.name})" in index for page in METHOD.glob("*.md") if page.name != "README.md")
