"""Compound operations are whole or nothing: an error at each statement in turn leaves the database as it was (P2)."""

from collections.abc import Callable
from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.db import OperationalError, connection
from tests.cadence.desk import at, call, database_digest, march

from guanxi.cadence.operations.cards import FirstJudgement, hand_over_cards, receive_customers
from guanxi.cadence.operations.contacts import record_contact
from guanxi.cadence.operations.losses import LossDraft, apply_for_loss, decide_loss
from guanxi.customers.operations.cards import CardDraft
from guanxi.deals.operations.orders import OrderDraft, deliver, place_order
from guanxi.lib.phones import parse_phone


class Broken(OperationalError):
    pass


@contextmanager
def failing_at(number):
    """Raise before the ``number``-th statement, once; yields a counter of statements seen."""
    seen = []

    def wrapper(execute, sql, params, many, context):
        seen.append(sql)
        if len(seen) == number:
            raise Broken(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield seen


def recording(cast, act, make_customer) -> Callable[[], object]:
    card = make_customer(cast.lin, level="B")
    draft = call(
        card, level="A", evidence=frozenset({"TERMS"}), expected_close_on=march(20), keep_close_date=False
    )
    return lambda: record_contact(act(cast.lin), draft)


def receiving(cast, act, make_customer) -> Callable[[], object]:
    draft = CardDraft(
        "李先生", [parse_phone("13911119999")], cast.lin, intent={"colour": "白"}, owned={"brand": "大众"}
    )
    first = FirstJudgement("A", frozenset({"TERMS"}), last_contact_on=march(1))
    return lambda: receive_customers(act(cast.lin), [(draft, first)])


def ordering(cast, act, make_customer) -> Callable[[], object]:
    card = make_customer(cast.lin, level="H")
    apply_for_loss(act(cast.lin), card.pk, LossDraft("POSTPONED", "FINANCE"))
    return lambda: place_order(act(cast.lin), card.pk, OrderDraft(deposit=Decimal("6000")))


def delivering(cast, act, make_customer) -> Callable[[], object]:
    order = place_order(
        act(cast.lin), make_customer(cast.lin, level="H").pk, OrderDraft(deposit=Decimal("6000"))
    )
    return lambda: deliver(
        act(cast.lin, at(9)), order.pk, version=1, delivered_on=march(9), item={"model": "汉"}
    )


def losing(cast, act, make_customer) -> Callable[[], object]:
    report = apply_for_loss(act(cast.lin), make_customer(cast.lin).pk, LossDraft("REFUSED", "BRAND"))
    return lambda: decide_loss(act(cast.chen), report.pk, approve=True, called_back=True, note="属实")


def handing_over(cast, act, make_customer) -> Callable[[], object]:
    cards = [make_customer(cast.lin).pk for _ in range(3)]
    return lambda: hand_over_cards(act(cast.ma), cards, cast.zhao, reason="离职")


@pytest.mark.parametrize("prepare", [recording, receiving, ordering, delivering, losing, handing_over])
def test_p2_an_error_at_any_statement_leaves_nothing(cast, act, make_customer, prepare):
    work = prepare(cast, act, make_customer)
    before = database_digest()
    for number in range(1, 200):
        with failing_at(number) as seen:
            try:
                work()
            except Broken:
                pass
            else:
                assert len(seen) < number
                break
        assert database_digest() == before, f"statement {number}: {seen[number - 1]}"
    else:
        pytest.fail("the operation never came to its end")
    assert number > 8
    assert database_digest() != before
