from contextlib import suppress
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.lib.spreadsheets.cells import DateRefused, cell_date, cell_text


def moment(*parts):
    """A spreadsheet's date and time, which has no zone."""
    return datetime(*parts)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        ("\u3000 张三\u00a0 ", "张三"),
        ("ＡＢ１", "ＡＢ１"),
        ("a\x00b\x07\u200b\ud800c", "abc"),
        ("一行\r\n二行\t三", "一行\n二行 三"),
        (13800000000.0, "13800000000"),
        (1.5, "1.5"),
        (1e300, "1e+300"),
        (7, "7"),
        (True, "TRUE"),
        (date(2026, 11, 2), "2026-11-02"),
        (moment(2026, 11, 2), "2026-11-02"),
        (moment(2026, 11, 2, 10, 30), "2026-11-02 10:30:00"),
        (time(10, 30), "10:30:00"),
    ],
)
def test_a_cell_as_text(cell, text):
    assert cell_text(cell) == text


@pytest.mark.parametrize(
    "cell",
    [
        date(2026, 11, 2),
        moment(2026, 11, 2, 23, 59),
        "2026-11-02",
        "2026/11/2",
        "2026.11.2",
        "2026年11月2日",
        "2026年11月2号",
        "2026 - 11 - 2",
        "20261102",
        20261102,
        20261102.0,
        "２０２６／１１／２",
        "2026-11-02 10:30",
        "2026-11-02T10:30:15Z",
        "2026年11月2日 10时30分",
        46328,
        46328.75,
        "46328",
    ],
)
def test_one_date_in_many_styles(cell):
    assert cell_date(cell) == date(2026, 11, 2)


def test_blank_is_no_date():
    assert cell_date(None) is cell_date("  ") is None


def test_serial_numbers_around_the_day_that_excel_invented():
    assert cell_date(1) == date(1900, 1, 1)
    assert cell_date(59) == date(1900, 2, 28)
    assert cell_date(61) == date(1900, 3, 1)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-02-30", "2026-13-01", "20261301", "26-11-02", "26/11/2", "2026-11", "2026年11月", "11/02/2026",
        "2026-11/02", "1899-12-31", "2026", 2026, 2026.0, 0, 60, -1, 1e9, float("nan"), float("inf"),
        "—", "无",
        "明天", True, time(10, 0), "2026-11-02 abc", "0",
    ],
)  # fmt: skip
def test_what_is_no_exact_date_is_refused(cell):
    with pytest.raises(DateRefused):
        cell_date(cell)


@given(st.text(max_size=30) | st.floats() | st.integers())
def test_any_cell_is_a_date_or_refused(cell):
    with suppress(DateRefused):
        cell_date(cell)
    cell_text(cell).encode()


@given(st.dates(date(1900, 3, 1), date(2099, 12, 31)))
def test_every_style_of_every_date_is_read(day):
    serial = (day - date(1899, 12, 30)).days
    for cell in (day.isoformat(), f"{day.year}年{day.month}月{day.day}日", f"{day:%Y%m%d}"):
        assert cell_date(cell) == day
    if not 1900 <= serial <= 2199:
        assert cell_date(serial) == day
