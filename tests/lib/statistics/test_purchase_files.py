"""Purchases from a table: every row read, refused by line and column, or counted as left out."""

from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter
from tests.lib.statistics.ledgers import CDNOW, cdnow

from guanxi.lib.spreadsheets.precheck import WorkbookRefused
from guanxi.lib.statistics.purchase_files import Columns, PurchaseFile, read_purchases
from guanxi.lib.statistics.purchase_rows import PurchasesRefused

NAMED = Columns("客户", "日期", "金额")


@pytest.fixture
def written(tmp_path: Path):
    def write(text: str, columns: Columns = NAMED, encoding: str = "utf-8", **options: bool) -> PurchaseFile:
        path = tmp_path / "purchases.csv"
        path.write_bytes(text.encode(encoding))
        return read_purchases(path, columns, **options)

    return write


def rows(read: PurchaseFile) -> list[tuple[str, str, int]]:
    of = read.purchases
    amounts = of.amount.tolist() if of.amount is not None else [0] * len(of)
    return [
        (of.labels[who], date.fromordinal(on).isoformat(), fen)
        for who, on, fen in zip(of.customer.tolist(), of.day.tolist(), amounts, strict=True)
    ]


@pytest.mark.parametrize(
    "day", ["2024-03-05", "20240305", "2024/3/5", "2024年3月5日", "２０２４－０３－０５", "2024-03-05 14:02"]
)
def test_dates_in_the_usual_forms(written, day: str) -> None:
    assert rows(written(f"客户,日期,金额\n甲,{day},1"))[0][1] == "2024-03-05"


@pytest.mark.parametrize(
    ("amount", "fen"),
    [
        ("29.33", 2933), ("-29.33", -2933), ("0", 0), ("-0.05", -5), ("12", 1200), ("1.005", 101), ("¥1234.5", 123450),
        ('"¥1,234.50"', 123450), ("１２．５", 1250), ("99元", 9900), ('"-1,000"', -100000),
    ],
)  # fmt: skip
def test_amounts_exactly(written, amount: str, fen: int) -> None:
    assert rows(written(f"客户,日期,金额\n甲,2024-03-05,{amount}"))[0][2] == fen


@pytest.mark.parametrize(("encoding", "separator"), [("utf-8-sig", ","), ("gb18030", "\t"), ("utf-16", ";")])
def test_text_as_programs_write_it(written, encoding: str, separator: str) -> None:
    text = f"备注{separator}客户{separator}金额{separator}日期\n-{separator}甲{separator}5{separator}2024-03-05\n"
    assert rows(written(text, encoding=encoding)) == [("甲", "2024-03-05", 500)]


def test_columns_with_spaces_between_and_no_header(written) -> None:
    read = written(
        " 00004 0001 19970101  2   29.33\n 00004 0001 19970118  2   29.73\n", Columns("2", "3", "5")
    )
    assert rows(read) == [("0001", "1997-01-01", 2933), ("0001", "1997-01-18", 2973)]
    assert read.warnings == []


def test_by_number_a_first_row_without_a_date_is_the_header(written) -> None:
    read = written("who,when\n甲,2024-03-05\n", Columns("1", "2"))
    assert rows(read) == [("甲", "2024-03-05", 0)]
    assert read.purchases.amount is None
    assert read.warnings == ["Line 1 is read as the header: its date column holds no digit."]


def test_a_workbook_with_dates_as_excel_keeps_them(tmp_path: Path) -> None:
    path = tmp_path / "purchases.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet, as_date = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(1, 0, ["客户", "日期", "金额"])
        for index, (who, amount) in enumerate([(13800000000, 0.1 + 0.2), ("乙", -3)], start=2):
            sheet.write(index, 0, who)
            sheet.write_datetime(index, 1, datetime(2024, 3, 5), as_date)  # noqa: DTZ001
            sheet.write(index, 2, amount)
    assert rows(read_purchases(path, NAMED)) == [
        ("13800000000", "2024-03-05", 30),
        ("乙", "2024-03-05", -300),
    ]


def test_what_is_left_out_is_counted(written) -> None:
    read = written("客户,日期,金额\n甲,2024-03-05,5\n\n,,\n甲,2024-03-05,5\n合计,2024-03-31,10\n,总计,10\n")
    assert rows(read) == [("甲", "2024-03-05", 500)] * 2
    assert read.warnings == [
        "Total lines left out: 2.",
        "Rows with customer, day and amount of an earlier one: 1, all count; --once counts each once.",
    ]


def test_once_leaves_out_what_repeats(written) -> None:
    read = written("客户,日期,金额\n甲,2024-03-05,5\n乙,2024-03-05,5\n甲,2024-03-05,5\n", once=True)
    assert rows(read) == [("甲", "2024-03-05", 500), ("乙", "2024-03-05", 500)]
    assert read.warnings == ["Rows with customer, day and amount of an earlier one: 1, left out."]


def test_refused_with_line_column_and_what_to_change(written) -> None:
    with pytest.raises(PurchasesRefused) as refused:
        written(
            "客户,日期,金额\n甲,2024-13-01,5\n乙,,x\n,20240101,1\n丁,2024/3/5,1,234\n戊\n己,05/03/2024,\n"
        )
    assert str(refused.value).splitlines() == [
        "6 rows cannot be read; nothing was reckoned.",
        "Line 2, column 日期: “2024-13-01” is not a date (no such day); write it like 2024-03-05.",
        "Line 3, column 日期: is empty; write a date like 2024-03-05 or delete the row.",
        "Line 3, column 金额: “x” is not an amount; write it like 1234.50, a refund like -1234.50.",
        "Line 4, column 客户: is empty; name the customer or delete the row.",
        "Line 5 has 4 cells, the first row 3; write amounts without commas or in quotes.",
        "Line 6 ends after 1 cells; date is in column 2.",
        "Line 7, column 日期: “05/03/2024” is not a date (not a date); write it like 2024-03-05.",
        "Line 7, column 金额: is empty; write 0 if it was free, or delete the row.",
    ]


def test_at_most_twenty_are_listed(written) -> None:
    with pytest.raises(PurchasesRefused) as refused:
        written("客户,日期,金额\n" + "甲,never,5\n" * 50)
    told = str(refused.value).splitlines()
    assert (told[0], len(told), told[-1]) == ("50 rows cannot be read; nothing was reckoned.", 22, "…")


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (
            Columns("顾客", "日期"),
            "--customer: there is no column 顾客. The first row has: 客户, 日期, 金额, 金额.",
        ),
        (
            Columns("客户", "日期", "金额"),
            "--amount: the columns 3 and 4 are called 金额; give the number of one.",
        ),
        (Columns("客户", "5"), "--date: there is no column 5; there are 4."),
        (Columns("客户", "0"), "--date: there is no column 0; there are 4."),
        (Columns("客户", "1"), "two name the same"),
    ],
)
def test_columns_that_are_not_there(written, columns: Columns, said: str) -> None:
    with pytest.raises(PurchasesRefused, match=said):
        written("客户,日期,金额,金额\n甲,2024-03-05,5,5\n", columns)


def test_files_without_purchases(written, tmp_path: Path) -> None:
    with pytest.raises(PurchasesRefused, match="no filled row"):
        written("\n , \n")
    with pytest.raises(PurchasesRefused, match="no row below"):
        written("客户,日期,金额\n")
    with pytest.raises(WorkbookRefused):
        written("<html>客户</html>")
    fake = tmp_path / "fake.xlsx"
    fake.write_text("客户,日期,金额\n")
    with pytest.raises(WorkbookRefused, match="content"):
        read_purchases(fake, NAMED)


def test_cdnow_whole() -> None:
    read = cdnow()
    assert (len(read.purchases), len(read.purchases.labels)) == (6919, 2357)
    assert [warning.split(",")[0] for warning in read.warnings] == ["Rows with customer"]
    fen = sum(int(line.split()[4].replace(".", "")) for line in CDNOW.read_text().splitlines())
    assert read.purchases.totals().sum() == fen
