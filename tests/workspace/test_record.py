"""Recording with nobody in view: the dialog shows its own part of the page, not a page in the page."""

from collections.abc import Callable

import pytest
from django.test import Client
from tests.cast import Cast

from guanxi.customers.models import Customer
from guanxi.organization.models import User


@pytest.mark.parametrize(("headers", "heads"), [({}, 1), ({"HX-Request": "true"}, 0)])
def test_the_dialog_has_one_heading(
    cast: Cast,
    client_for: Callable[[User], Client],
    make_customer: Callable[..., Customer],
    headers: dict[str, str],
    heads: int,
) -> None:
    make_customer(cast.lin, name="赵四海")
    text = client_for(cast.lin).get("/record/?q=赵四海", headers=headers).content.decode()
    assert "赵四海" in text
    assert text.count("<h1>") == text.count("<html") == heads
