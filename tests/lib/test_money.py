from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.lib.money import (
    MoneyRefused,
    exact,
    fen_to_yuan,
    format_large,
    format_money,
    format_ratio,
    ratio,
    yuan_to_fen,
)


@pytest.mark.parametrize(
    ("yuan", "fen"),
    [
        (Decimal("123.45"), 12345),
        ("0.005", 1),
        ("0.0049", 0),
        ("-0.005", -1),
        (7, 700),
        ("¥12,345.6", 1234560),
        ("１２３４５元", 1234500),
        ("-¥5", -500),
        ("999999999999.99", 99999999999999),
        (Decimal("1E+5"), 10000000),
    ],
)
def test_yuan_become_fen(yuan, fen):
    assert yuan_to_fen(yuan) == fen


@pytest.mark.parametrize(
    "amount",
    [
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("Infinity"),
        "NaN",
        "1e5",
        "",
        "12,34",
        "1_000",
        10**12,
        "abc",
        1.5,
        True,
        None,
    ],
)
def test_what_is_no_exact_amount_is_refused(amount):
    with pytest.raises(MoneyRefused):
        yuan_to_fen(amount)


@given(st.integers(-(10**14) + 1, 10**14 - 1))
def test_fen_survive_the_round_trip(fen):
    assert yuan_to_fen(fen_to_yuan(fen)) == fen
    assert fen_to_yuan(fen).as_tuple().exponent == -2


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("12345", "¥12,345"),
        ("12345.50", "¥12,345.50"),
        ("12345.005", "¥12,345.01"),
        ("-3", "-¥3"),
        ("-0.001", "¥0"),
    ],
)
def test_money_shows_fen_only_when_there_are_some(amount, shown):
    assert format_money(Decimal(amount), "zh-hans") == format_money(Decimal(amount), "en") == shown


@pytest.mark.parametrize(
    ("amount", "zh", "en"),
    [
        ("999.4", "¥999", "¥999"),
        ("999.5", "¥1,000", "¥1k"),
        ("1200", "¥1,200", "¥1.2k"),
        ("123450", "¥12.3万", "¥123.5k"),
        ("120000", "¥12万", "¥120k"),
        ("999950", "¥100万", "¥1M"),
        ("99995000", "¥9,999.5万", "¥100M"),
        ("-123450", "-¥12.3万", "-¥123.5k"),
        ("0", "¥0", "¥0"),
    ],
)
def test_large_money_is_short(amount, zh, en):
    assert format_large(Decimal(amount), "zh-hans") == zh
    assert format_large(Decimal(amount), "en") == en


def test_a_float_is_the_decimal_it_is_written_as():
    assert (exact(0.1), exact(None), exact(0.123456, 4), exact(None, 4)) == (
        Decimal("0.1"), None, Decimal("0.1235"), None,
    )  # fmt: skip


def test_rates():
    assert ratio(12, 17) == Decimal(12) / Decimal(17)
    assert ratio(1, 0) is None
    assert format_ratio(ratio(12, 17)) == "70.6%"
    assert format_ratio(Decimal("0.0005")) == "0.1%"
    assert format_ratio(Decimal(1)) == "100.0%"
    assert format_ratio(None) == "—"
