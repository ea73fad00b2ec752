"""Forms of a period for programs: the same rights and the same figures as on the page (R-PRM-04)."""

from collections.abc import Callable

import pytest
from tests.api.conftest import Program
from tests.workspace.test_forms_periods import forms as _forms_of_a_period  # noqa: F401

from guanxi.customers.models import Customer
from guanxi.organization.models import AuditEntry


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"month": "2026-04"}, "month"),
        ({"month": "2025-01"}, "month"),
        ({"on": "2026-03-03"}, "on"),
        ({"month": "March"}, "month"),
        ({"month": "2026-03", "on": "2026-03-02"}, "on"),
        ({"format": "docx"}, "format"),
        ({"person": "x"}, "person"),
        ({"store": "02"}, "store"),
    ],
)
def test_what_cannot_be_printed_is_refused_by_name(cast, program, make_customer, query, field):
    make_customer(cast.lin)
    answer = program(cast.ma).get("/forms/F-X-M", **query)
    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_a_form_is_the_file_of_the_page(
    cast, program: Callable[..., Program], make_customer: Callable[..., Customer], client_for
):
    make_customer(cast.lin)
    told = program(cast.ma).get("/forms/F-X-M", month="2026-03", format="csv", person=cast.lin.pk)
    page = client_for(cast.ma).get(f"/forms/F-X-M.csv?month=2026-03&person={cast.lin.pk}")
    assert told.content == page.content
    assert told["Content-Disposition"] == page["Content-Disposition"]
    assert program(cast.lin).get("/forms/F-X-M").content.startswith(b"%PDF-")
    assert AuditEntry.objects.filter(action="form_printed", source="api").count() == 2


def test_forms_and_people_one_may_not_read_are_absent(cast, program, make_customer):
    make_customer(cast.lin)
    absent = program(cast.ma).get("/forms/F-NO-1")
    assert absent.status_code == 404
    for who, query in (
        ("lin", {"format": "csv"}), ("lin", {"person": cast.zhao.pk}), ("chen", {"person": cast.wu.pk}),
        ("desk", {}), ("finance", {}), ("admin", {}), ("gao", {"person": cast.lin.pk}),
        ("ma", {"person": 987_654_321}),
    ):  # fmt: skip
        answer = program(cast.users[who]).get("/forms/F-X-M", **query)
        assert (answer.status_code, answer.content) == (404, absent.content), who
