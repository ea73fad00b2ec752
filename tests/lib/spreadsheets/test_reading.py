from datetime import date, datetime, time

import pytest
import xlsxwriter

from guanxi.lib.spreadsheets.headers import data_rows
from guanxi.lib.spreadsheets.reading import WorkbookRefused, read_workbook


def moment(*parts):
    """A spreadsheet's date and time, which has no zone."""
    return datetime(*parts)  # noqa: DTZ001


def refusal(path, **options):
    with pytest.raises(WorkbookRefused) as refused:
        read_workbook(path, **options)
    return refused.value.code


@pytest.fixture
def workbook(tmp_path):
    path = tmp_path / "customers.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("意向客户")
        sheet.write(2, 1, "姓名")
        sheet.write(2, 2, "电话")
        sheet.write_string(4, 1, "=1+1")
        sheet.write_string(4, 2, "013800000000")
        sheet.write_number(5, 2, 13800000000)
        sheet.write_datetime(6, 1, moment(2026, 11, 2), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_datetime(
            6, 2, moment(2026, 11, 2, 10, 30), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        )
        sheet.write_number(7, 1, 0.5, book.add_format({"num_format": "hh:mm"}))
        sheet.write_boolean(7, 2, True)
        sheet.write_formula(8, 1, "=1/0", None, "#DIV/0!")
        sheet.write_formula(8, 2, "=1+1", None, 2)
        book.add_worksheet("空")
        book.add_chartsheet("图")
    return path


def test_rows_and_columns_keep_their_place(workbook):
    sheets = read_workbook(workbook)
    assert [sheet.name for sheet in sheets] == ["意向客户", "空"]
    assert sheets[0].rows == [
        [None, None, None],
        [None, None, None],
        [None, "姓名", "电话"],
        [None, None, None],
        [None, "=1+1", "013800000000"],
        [None, None, 13800000000.0],
        [None, date(2026, 11, 2), moment(2026, 11, 2, 10, 30)],
        [None, time(12, 0), True],
        [None, None, 2.0],
    ]
    assert sheets[1].rows == []


def test_dates_of_1904_workbooks_are_not_shifted(tmp_path):
    path = tmp_path / "mac.xlsx"
    with xlsxwriter.Workbook(path, {"date_1904": True}) as book:
        dates = book.add_format({"num_format": "yyyy-mm-dd"})
        book.add_worksheet().write_datetime(0, 0, moment(2026, 11, 2), dates)
    assert read_workbook(path)[0].rows[0][0] == date(2026, 11, 2)


def test_a_workbook_is_told_by_content_when_it_has_no_ending(workbook):
    assert read_workbook(workbook.rename(workbook.with_suffix("")))[0].name == "意向客户"


def test_too_many_rows(workbook):
    assert refusal(workbook, max_rows=8) == "too_many_rows"
    assert len(read_workbook(workbook, max_rows=9)[0].rows) == 9


def test_a_workbook_without_cells_is_empty(tmp_path):
    path = tmp_path / "empty.xlsx"
    xlsxwriter.Workbook(path).close()
    assert refusal(path) == "empty"


def test_a_reader_that_does_not_end_is_stopped(workbook):
    assert refusal(workbook, timeout_seconds=0) == "timeout"


def test_the_reader_runs_without_our_environment(workbook, monkeypatch):
    monkeypatch.setenv("PYTHONSTARTUP", "/nowhere")
    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    assert read_workbook(workbook)


TABLE = '姓名,电话\n张三,013812345678\n\n"李\n四",\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_of_any_usual_encoding_and_delimiter(tmp_path, encoding, delimiter):
    path = tmp_path / "walkins.csv"
    path.write_bytes(TABLE.replace(",", delimiter).encode(encoding))
    [sheet] = read_workbook(path)
    assert sheet.name == "walkins"
    assert sheet.rows == [["姓名", "电话"], ["张三", "013812345678"], [None, None], ["李\n四", None]]


def test_csv_with_a_title_and_uneven_rows(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("一览表;2026\n姓名,电话,级别\n张三,13812345678,A\n李四,1\n", encoding="utf-8")
    rows = read_workbook(path)[0].rows
    assert rows[1] == ["姓名", "电话", "级别"]
    assert rows[3] == ["李四", "1", None]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"\xff\xff\xff\xff,1", "unreadable"),
        (b"a,b\x00c", "not_a_workbook"),
        (b"<html><table><tr><td>1</td></tr></table>", "not_a_workbook"),
        (b'a,"' + b"x" * 200_000, "unreadable"),
        (b"," * 600, "bomb"),
        (b"a\n" * 50, "too_many_rows"),
    ],
)
def test_csv_that_is_refused(tmp_path, content, code):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert refusal(path, max_rows=20) == code


def test_legacy_excel_files_that_hold_nothing_readable(tmp_path):
    path = tmp_path / "a.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") + b"\x00" * 2_000)
    assert refusal(path) == "unreadable"


def test_rows_of_a_text_file_are_called_by_their_lines(tmp_path):
    path = tmp_path / "lines.csv"
    path.write_bytes(
        '名单\r\n姓名,备注\r\n王芳,"一\r\n二\n三"\r\n\r\n李强,\r\n赵磊,"四\r五"\r\n钱一,x'.encode()
    )
    [sheet] = read_workbook(path)
    assert [sheet.number(index) for index in range(len(sheet.rows))] == [1, 2, 3, 6, 7, 8, 10]
    assert [(number, row[0]) for number, row in data_rows(sheet, 1)] == [
        (3, "王芳"), (7, "李强"), (8, "赵磊"), (10, "钱一"),
    ]  # fmt: skip


def test_a_broken_text_file_names_the_line(tmp_path):
    path = tmp_path / "broken.csv"
    path.write_bytes(b'a,b\n1,"x\ny"\n2,' + b"z" * 200_000)
    with pytest.raises(WorkbookRefused, match="Line 4"):
        read_workbook(path)
