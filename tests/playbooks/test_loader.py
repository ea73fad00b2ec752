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
