"""A pack that extends another says only what differs."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from guanxi.playbooks import loader


@pytest.fixture
def packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    shutil.copytree(loader.PACKS / "auto", tmp_path / "auto")
    monkeypatch.setattr(loader, "PACKS", tmp_path)
    loader.load_pack.cache_clear()
    yield tmp_path
    loader.load_pack.cache_clear()


def _write(packs: Path, text: str) -> None:
    (packs / "boats").mkdir()
    (packs / "boats" / "pack.toml").write_text(text, encoding="utf-8")


def test_a_pack_says_only_what_differs(packs: Path) -> None:
    _write(
        packs,
        'extends = "auto"\ncode = "boats"\nlabel = { zh = "游艇", en = "Boats" }\n'
        '[[payments]]\ncode = "CASH"\nlabel = { zh = "现金", en = "Cash" }\n'
        '[settings]\n"retry.max" = 5\n',
    )
    boats, auto = loader.load_pack("boats"), loader.load_pack("auto")
    assert (boats.code, boats.label.en) == ("boats", "Boats")
    assert [item.code for item in boats.payments] == ["CASH"]
    assert boats.levels == auto.levels
    assert boats.settings == auto.settings.model_copy(update={"retry_max": 5})


def test_what_a_pack_says_is_checked_with_what_it_extends(packs: Path) -> None:
    _write(
        packs,
        'extends = "auto"\ncode = "boats"\nlabel = { zh = "游艇", en = "Boats" }\n[settings]\n"retry.max" = 50\n',
    )
    with pytest.raises(loader.PlaybookRefused, match=r"retry\.max"):
        loader.load_pack("boats")


def test_the_pack_for_business_customers_speaks_of_projects() -> None:
    b2b, auto = loader.load_pack("b2b"), loader.load_pack("auto")
    assert b2b.settings.level_deposit_min is None
    assert b2b.settings.closed_weekdays == (6, 7)
    assert b2b.stages == auto.stages
    assert b2b.settings.stage_probability == {
        "QUALIFIED": 10,
        "DISCOVERY": 25,
        "PROPOSAL": 50,
        "NEGOTIATION": 75,
    }
    assert list(b2b.settings.stage_dwell.values()) == [14, 21, 21, 14]
    assert {level.code for level in b2b.levels} == {level.code for level in auto.levels}
    assert {item.level for item in b2b.evidence} == {"O", "H", "A", "B"}
    told = [
        label.zh
        for name in (
            "levels", "evidence", "sources", "task_templates", "care_steps", "outcomes", "reasons",
            "name_conditions", "name_triggers", "ask_moments",
        )
        for label in b2b.labels(name).values()
    ]  # fmt: skip
    spoken = (*b2b.evidence, *b2b.levels, *b2b.referral_scripts)
    told += [words.zh for item in spoken for words in (item.words,) if words]
    assert not [words for words in told if any(sign in words for sign in "车驾")]


def test_stages_and_their_numbers_belong_together(packs: Path) -> None:
    _write(
        packs,
        'extends = "auto"\ncode = "boats"\nlabel = { zh = "游艇", en = "Boats" }\n'
        '[settings]\n"stage.dwell" = { QUALIFIED = 5 }\n',
    )
    with pytest.raises(loader.PlaybookRefused, match=r"stage\.dwell and stages differ"):
        loader.load_pack("boats")
