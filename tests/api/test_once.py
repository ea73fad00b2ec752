"""Creates with an Idempotency-Key act once (P6)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from tests.api.conftest import Program
from tests.cast import Cast, assemble

from guanxi.customers.models import Customer
from guanxi.organization.models import DoneRequest

NEW = {"name": "李雷", "phone": "13922223333"}
KEY = {"Idempotency-Key": "order-17"}


def test_a_replay_gives_the_first_answer(cast: Cast, program: Callable[..., Program]) -> None:
    lin = program(cast.lin)
    first, second = (lin.post("/customers", NEW, **KEY) for _time in range(2))
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert (first.get("Idempotent-Replayed"), second["Idempotent-Replayed"]) == (None, "true")
    assert Customer.objects.count() == 1


def test_another_body_is_refused_and_another_user_is_another_key(
    cast: Cast, program: Callable[..., Program]
) -> None:
    lin, zhao = program(cast.lin), program(cast.zhao)
    assert lin.post("/customers", NEW, **KEY).status_code == 201
    other = lin.post("/customers", NEW | {"name": "韩梅"}, **KEY)
    assert (other.status_code, other.json()["error"]) == (422, "key_reused")
    assert zhao.post("/customers", {"name": "韩梅", "phone": "13922224444"}, **KEY).status_code == 201
    assert Customer.objects.count() == 2


def test_a_refusal_frees_the_key(cast: Cast, program: Callable[..., Program]) -> None:
    """Not kept when validation failed: the mended request may use the key."""
    lin = program(cast.lin)
    assert lin.post("/customers", NEW | {"phone": "1"}, **KEY).status_code == 422
    assert DoneRequest.objects.count() == 0
    assert lin.post("/customers", NEW, **KEY).status_code == 201


@pytest.mark.parametrize("key", ["x" * 81, "\x7f"])
def test_an_odd_key_is_refused(key: str, cast: Cast, program: Callable[..., Program]) -> None:
    assert (
        program(cast.lin).post("/customers", NEW, **{"Idempotency-Key": key}).json()["error"] == "key_refused"
    )


@pytest.mark.django_db(transaction=True)
def test_copies_in_parallel_make_one_row() -> None:
    """Eight at once: one card; each answer is the first one's, or 409 while it still runs."""
    lin = Program(assemble().lin)

    def send(_place: int) -> tuple[int, Any]:
        try:
            answer = Program.call(lin, "POST", "/customers", NEW, **KEY)
            return answer.status_code, answer.json().get("id")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    card = Customer.objects.get()
    assert {status for status, _id in answers} <= {201, 409}
    assert {row for status, row in answers if status == 201} == {card.pk}
