from decimal import Decimal

import pytest
from tests.paper.card import document

from guanxi.paper.comma_separated import render_csv
from guanxi.paper.pdf import render_pdf
from guanxi.paper.placement import field_rows, headings
from guanxi.paper.sheets import Column, Document, Field, Fields, Heading, Table
from guanxi.paper.workbooks import render_xlsx


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Table(()),
        lambda: Table((Column("a"),), (("x", "y"),)),
        lambda: Table((Column("a"),), header_rows=((Heading("h", 2),),)),
        lambda: Table((Column("a", 0),)),
        lambda: Fields(()),
        lambda: Fields((Field("a", span=3),), columns=2),
        lambda: Document(()),
    ],
)
def test_a_sheet_that_does_not_add_up_is_refused(wrong):
    with pytest.raises(ValueError):
        wrong()


@pytest.mark.parametrize("render", [render_pdf, render_xlsx, render_csv])
@pytest.mark.parametrize(
    ("value", "refusal"), [(1.5, TypeError), (True, TypeError), (Decimal("NaN"), ValueError)]
)
def test_values_without_a_printed_form_are_refused(render, value, refusal):
    with pytest.raises(refusal):
        render(document(Table((Column("a"),), ((value,),))))


def test_the_last_field_of_a_row_fills_it():
    rows = field_rows(Fields((Field("a"), Field("b"), Field("c", span=2)), columns=3))
    assert [[(field.label, field.span) for field in row] for row in rows] == [
        [("a", 1), ("b", 2)],
        [("c", 3)],
    ]


def test_labels_rise_into_blank_headings_and_the_header_is_covered_once():
    table = Table(
        tuple(Column(label) for label in "abcd"),
        header_rows=(
            (Heading("G", 2), Heading(), Heading()),
            (Heading("x"), Heading(), Heading(), Heading("y")),
        ),
    )
    placed = list(headings(table))
    covered = [(h.row + r, h.column + c) for h in placed for r in range(h.rows) for c in range(h.columns)]
    assert sorted(covered) == [(row, column) for row in range(3) for column in range(4)]
    assert {h.label: h.rows for h in placed if h.label in "abcd" and h.label} == {
        "a": 1,
        "b": 2,
        "c": 3,
        "d": 1,
    }
