"""Reads packs and applies a store's overrides; every wrong value is refused with its key and reason."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from guanxi.playbooks.definitions import Playbook, Settings

PACKS = Path(__file__).parent / "packs"


class PlaybookRefused(ValueError):
    """A pack or an override is wrong; ``problems`` are (dotted key, reason) pairs.

    ``details`` are the same as (dotted key, kind of problem, its facts), for words in another language.
    """

    def __init__(
        self, problems: list[tuple[str, str]], details: Sequence[tuple[str, str, dict[str, Any]]] = ()
    ):
        self.problems = problems
        self.details = details
        super().__init__("; ".join(f"{key}: {reason}" for key, reason in problems))


def pack_codes() -> list[str]:
    """The packs that ship with this release."""
    return sorted(path.name for path in PACKS.iterdir() if (path / "pack.toml").exists())


@cache
def load_pack(code: str) -> Playbook:
    """The pack as shipped, validated. Raises PlaybookRefused when it is unknown or a value is wrong."""
    if code not in pack_codes():
        raise PlaybookRefused([(code, "unknown pack")])
    try:
        return Playbook.model_validate(_written(code))
    except ValidationError as error:
        raise PlaybookRefused(_problems(error), _details(error)) from error


def _written(code: str) -> dict[str, Any]:
    """What the pack's files say. A pack that ``extends`` another says only what differs: whole lists, single
    settings, and in ``without`` the settings that are not used here, which may be none."""
    written: dict[str, Any] = {}
    for path in sorted((PACKS / code).glob("*.toml")):
        written |= tomllib.loads(path.read_text(encoding="utf-8"))
    extended = written.pop("extends", "")
    if not extended:
        return written
    ground = _written(extended)
    settings = ground["settings"] | written.pop("settings", {})
    for key in written.pop("without", ()):
        settings.pop(key)
    return ground | written | {"settings": settings}


def playbook_with(code: str, overrides: Mapping[str, Any]) -> Playbook:
    """The pack with ``overrides`` (dotted key → value) in place of its defaults.

    Raises PlaybookRefused naming each unknown key and each refused value.
    """
    pack = load_pack(code)
    if not overrides:
        return pack
    try:
        settings = Settings.model_validate(pack.default_values() | dict(overrides))
        return Playbook.model_validate(
            pack.model_copy(update={"settings": settings}).model_dump(by_alias=True)
        )
    except ValidationError as error:
        raise PlaybookRefused(_problems(error), _details(error)) from error


def _problems(error: ValidationError) -> list[tuple[str, str]]:
    return [(_place(item["loc"]), item["msg"].removeprefix("Value error, ")) for item in error.errors()]


def _details(error: ValidationError) -> list[tuple[str, str, dict[str, Any]]]:
    return [(_place(item["loc"]), item["type"], item.get("ctx", {})) for item in error.errors()]


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in loc) or "settings"
