"""Handing over many cards is a manager's, and whole (AZ-07, AZ-09, AZ-22)."""

from collections.abc import Callable

import pytest
from tests.api.conftest import Program
from tests.architecture.world import ABSENT, everything
from tests.cast import Cast

from guanxi.customers.models import Customer


@pytest.mark.parametrize("name", ["lin", "chen", "admin", "cs"])
def test_only_a_manager_hands_over(
    name: str, cast: Cast, program: Callable[..., Program], make_customer: Callable[..., Customer]
) -> None:
    """AZ-07, AZ-22."""
    card = make_customer(cast.lin)
    client = program(cast.users[name])
    before = everything()
    answer = client.post("/hand-overs", {"customers": [card.pk], "to": cast.zhao.pk, "reason": "离职"})
    assert answer.status_code == 403
    assert everything() == before


def test_a_batch_with_a_foreign_card_is_refused_whole(
    cast: Cast, program: Callable[..., Program], make_customer: Callable[..., Customer]
) -> None:
    """AZ-09: a foreign id and an absent one are the same refusal, and nothing moves."""
    mine, foreign = make_customer(cast.lin), make_customer(cast.gao)
    ma = program(cast.ma)
    before = everything()
    answers = [
        ma.post("/hand-overs", {"customers": [mine.pk, other], "to": cast.zhao.pk, "reason": "离职"})
        for other in (foreign.pk, ABSENT)
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert everything() == before
