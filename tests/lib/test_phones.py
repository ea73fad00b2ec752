import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.lib.phones import LANDLINE, MOBILE, PhoneRefused, mask_phone, parse_phone, parse_phones


@pytest.mark.parametrize(
    ("raw", "normalized"),
    [
        ("13812345678", "13812345678"),
        (" 138 1234-5678\t", "13812345678"),
        ("(138)12345678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("+86 138 1234 5678", "13812345678"),
        ("＋８６138-1234-5678", "13812345678"),
        ("008613812345678", "13812345678"),
        ("8613812345678", "13812345678"),
        ("013812345678", "13812345678"),
        ("'13812345678", "13812345678"),
        ("\u202d138 1234 5678\u202c", "13812345678"),
        (13812345678, "13812345678"),
        (13800000000.0, "13800000000"),
        ("13800000000.0", "13800000000"),
        ("138—1234—5678", "13812345678"),
    ],
)
def test_one_mobile_has_one_form(raw, normalized):
    phone = parse_phone(raw)
    assert (phone.normalized, phone.kind) == (normalized, MOBILE)


@pytest.mark.parametrize(
    ("raw", "normalized"),
    [
        ("021-88889999", "02188889999"),
        ("（021）8888－9999", "02188889999"),
        ("021 8888 9999", "02188889999"),
        ("+86 21 88889999", "02188889999"),
        ("0086-10-88889999", "01088889999"),
        ("0571-8888888", "05718888888"),
        ("021-88889999转801", "02188889999x801"),
        ("021-88889999-801", "02188889999x801"),
        ("021-8888-9999", "02188889999"),
        ("0571 88889999 转 8", "057188889999x8"),
        ("02188889999x801", "02188889999x801"),
    ],
)
def test_landlines_keep_area_code_and_extension(raw, normalized):
    phone = parse_phone(raw)
    assert (phone.normalized, phone.kind) == (normalized, LANDLINE)


@pytest.mark.parametrize("raw", [None, "", "  ", "\u3000", "\t\n", "\u200b"])
def test_a_blank_cell_is_empty(raw):
    for parse in (parse_phone, parse_phones):
        with pytest.raises(PhoneRefused) as refused:
            parse(raw)
        assert refused.value.reason == "empty"


@pytest.mark.parametrize(
    "raw",
    [
        "—", "-", "无", "12345", "1380013", "11111111111", "00000000000", "12345678901", "13800138000",
        "1.38E+10", "1.38e10", 1.5, 2188889999.0, True, "12812345678", "138123456789", "88889999",
        "0123-4567890", "021-12345678", "138123456781381234567", "13812345678转801",
        "+8613812345678 00000000", "٠١٢٣٤٥٦٧٨٩٠",
        "张三", "138\x001234", "4008001234", float("nan"), float("inf"),
    ],
)  # fmt: skip
def test_what_is_no_whole_number_is_bad(raw):
    with pytest.raises(PhoneRefused) as refused:
        parse_phone(raw)
    assert refused.value.reason == "bad"


@pytest.mark.parametrize(
    ("raw", "numbers"),
    [
        ("13812345678", ["13812345678"]),
        ("13812345678/13912345678", ["13812345678", "13912345678"]),
        ("13812345678、13912345678，021-88889999；", ["13812345678", "13912345678", "02188889999"]),
        ("138 1234 5678 139 1234 5678", ["13812345678", "13912345678"]),
        ("13812345678\n13912345678", ["13812345678", "13912345678"]),
        ("13812345678 +86 138 1234 5678", ["13812345678"]),
        ("13812345678 张太太", ["13812345678"]),
        ("021-88889999转801 13812345678", ["02188889999x801", "13812345678"]),
        (13812345678.0, ["13812345678"]),
    ],
)
def test_several_numbers_in_one_cell(raw, numbers):
    assert [phone.normalized for phone in parse_phones(raw)] == numbers


@pytest.mark.parametrize("raw", ["无/13812345678", "12345 13812345678", "/", "1" * 201])
def test_the_first_of_several_must_be_a_number(raw):
    with pytest.raises(PhoneRefused) as refused:
        parse_phones(raw)
    assert refused.value.reason == "bad"


def test_masked_phones():
    assert mask_phone("13812341234") == "138****1234"
    assert mask_phone("02188889999") == "021******99"
    assert mask_phone("05718888888x801") == "0571*****88"
    assert mask_phone("12345") == "*****"
    assert mask_phone("") == ""


@given(st.text(max_size=60) | st.floats() | st.integers())
def test_any_cell_is_read_or_refused(raw):
    try:
        numbers = parse_phones(raw)
    except PhoneRefused:
        return
    assert all(parse_phone(number.normalized).normalized == number.normalized for number in numbers)
