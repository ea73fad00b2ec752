"""What an address may name as a row."""

import pytest

from guanxi.lib.keys import parse_key


@pytest.mark.parametrize(
    ("text", "key"),
    [("7", 7), ("9" * 18, 10**18 - 1), ("9" * 19, None), ("", None), ("-1", None),
     ("1.0", None), ("²", None), ("x", None)],
)  # fmt: skip
def test_what_is_no_key_is_none(text: str, key: int | None) -> None:
    assert parse_key(text) == key
