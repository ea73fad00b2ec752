"""Edge lists as people keep them, and as they had better not."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from tests.lib.networks.maps import edges_of

from guanxi.lib.networks.edge_lists import EdgeListRefused, read_edge_list
from guanxi.lib.networks.edges import Edge
from guanxi.lib.spreadsheets.precheck import WorkbookRefused

Written = Callable[..., Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(text: str | bytes, encoding: str = "utf-8") -> Path:
        path = tmp_path / "ties.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    return write


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_columns_by_name_in_any_encoding(written: Written, encoding: str, separator: str) -> None:
    rows = ["备注,To,Weight,FROM", "x,李强,0.8,王芳", ",,,", "y,赵敏,,李强"]
    read = read_edge_list(written("\r\n".join(rows).replace(",", separator), encoding))
    assert edges_of(read.network) == [
        Edge("李强", "赵敏", Decimal("0.5")), Edge("王芳", "李强", Decimal("0.8"))]  # fmt: skip
    assert read.repeated == 0


def test_headers_in_chinese_and_no_weights(written: Written) -> None:
    assert edges_of(read_edge_list(written("从,到\n王芳,李强\n")).network) == [Edge("王芳", "李强")]


def test_a_header_that_only_contains_the_word_is_another_column(written: Written) -> None:
    assert edges_of(read_edge_list(written("customer,from,to\nx,A,B\n")).network) == [Edge("A", "B")]


def test_a_workbook(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "ties.xlsx")
    sheet = book.add_worksheet()
    for number, row in enumerate(
        [["from", "to", "weight"], ["A", "B", 0.1 + 0.2], [7, "A", 1], ["A", 7, 1e-07]]
    ):
        sheet.write_row(number, 0, row)
    book.close()
    assert edges_of(read_edge_list(tmp_path / "ties.xlsx").network) == [
        Edge("7", "A", Decimal(1)), Edge("A", "7", Decimal("1e-7")), Edge("A", "B", Decimal("0.3"))]  # fmt: skip


@pytest.mark.parametrize(
    ("weight", "read"),
    [("1", "1"), ("1.", "1"), (".5", "0.5"), ("0.30000000000000004", "0.30000000000000004"), ("５e-1", "0.5"),
     ("0.3333333333333333", "0.3333333333333333"), (" 0.50 ", "0.5"), ("", "0.5"), ("1E-20", "1e-20")],
)  # fmt: skip
def test_weights(written: Written, weight: str, read: str) -> None:
    (edge,) = edges_of(read_edge_list(written(f"from,to,weight\nA,B,{weight}\n")).network)
    assert edge.probability == Decimal(read)


@pytest.mark.parametrize(
    "weight",
    ["0", "0.0", "-0.5", "1.01", "2", "80%", "NaN", "sNaN", "inf", "-inf", "Infinity", "1e400", "1e-400", "1e-21",
     "0.123456789012345678901", "1e-999999999999", "1e9999999999", "9" * 5_000, "0." + "1" * 90_000, "high", "0,5",
     "½", "1_0", "0x1", "--1", "."],
)  # fmt: skip
def test_a_weight_that_is_no_probability_is_refused_with_its_line(written: Written, weight: str) -> None:
    with pytest.raises(EdgeListRefused, match=r"^Line 4: the weight is “") as refused:
        read_edge_list(written(f'from,to,weight\n\nA,B,1\nB,C,"{weight}"\n'))
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("A,A", "Line 2: A leads to itself"),
        ("A,", "Line 2: to is empty"),
        (",B", "Line 2: from is empty"),
        ("A,B\n\u200b,C", "Line 3: from is empty"),
        ('"A\nB",C', "Line 2: the name in from goes over several lines"),
        ('A,"B\nC"\nD,D', "Line 2: the name in to goes over several lines"),
        ("A," + "B" * 101, "Line 2: the name in to is longer than 100"),
        ("A", "Line 2: to is empty"),
    ],
)
def test_a_row_that_is_no_edge_is_refused_with_its_line(written: Written, rows: str, said: str) -> None:
    with pytest.raises(EdgeListRefused, match=f"^{said}"):
        read_edge_list(written(f"from,to\n{rows}\n"))


@pytest.mark.parametrize("header", ["A,B", "from,weight", "source,target", "from to", "fromage,tomorrow"])
def test_a_header_is_needed(written: Written, header: str) -> None:
    with pytest.raises(EdgeListRefused, match=r"^Line 1: there is no column .*from,to,weight"):
        read_edge_list(written(f"{header}\nA,B\n"))


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n", b"from,to\nA\0,B\n", b"\xff\xff\xff\xff", b"from,to\n" + b"x" * 10_000_000 + b",B\n",
     b"from,to\n" + b"A,B\n" * 200_001, b"from,to\n" + b",".join([b"x"] * 600), b"<html>", b"PK\x03\x04"],
)  # fmt: skip
def test_what_is_no_table_is_refused(written: Written, content: bytes) -> None:
    with pytest.raises(WorkbookRefused):
        read_edge_list(written(content))


def test_a_header_alone_is_a_network_of_nobody(written: Written) -> None:
    assert read_edge_list(written("from,to\n")).network.nodes == ()


def test_repeated_rows_count_with_the_strongest(written: Written) -> None:
    text = "from,to,weight\nA,B,.2\nA,B,.7\nB,A,.4\n"
    one_way, both = read_edge_list(written(text)), read_edge_list(written(text), "friend")
    assert edges_of(one_way.network) == [Edge("A", "B", Decimal("0.7")), Edge("B", "A", Decimal("0.4"))]
    assert edges_of(both.network) == [Edge("A", "B", Decimal("0.7")), Edge("B", "A", Decimal("0.7"))]
    assert (one_way.repeated, both.repeated) == (1, 2)


def test_reports_go_up_to_one_superior(written: Written) -> None:
    read = read_edge_list(written("from,to\nLi,Chen\nWang,Chen\nChen,Ma\nLi,Chen\n"), "reports")
    assert [edge[:2] for edge in edges_of(read.network)] == [("Chen", "Ma"), ("Li", "Chen"), ("Wang", "Chen")]
    with pytest.raises(EdgeListRefused, match=r"^Line 3: Li already reports to Chen \(line 2\)"):
        read_edge_list(written("from,to\nLi,Chen\nLi,Ma\n"), "reports")


def test_reports_in_a_circle_are_refused(written: Written) -> None:
    circle = "from,to\nSun,Li\nLi,Chen\nChen,Ma\nMa,Li\n"
    with pytest.raises(EdgeListRefused, match=r"^Line 5: .*Li → Chen → Ma → Li"):
        read_edge_list(written(circle), "reports")
    assert read_edge_list(written(circle), "influence").network.edge_count == 4
