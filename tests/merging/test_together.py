"""Two people merge at once, on real connections: one does it, the other is told."""

import pytest
from tests.cadence.desk import call, later
from tests.cadence.test_operations_together import at_once

from guanxi.cadence.models import Interaction, Task
from guanxi.cadence.operations.contacts import record_contact
from guanxi.customers.models import CardMerge, Customer
from guanxi.merging.operations import MergeDraft, merge_cards, undo_merge

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _on_real_transactions(transactional_db):
    """Named here so that the cast is written outside a test transaction."""


@pytest.fixture
def pair(cast, make_customer):
    return make_customer(cast.lin, name="王芳", at=later(-9)), make_customer(
        cast.lin, name="王芳", at=later(-2)
    )


def test_two_people_merge_the_same_pair(cast, act, pair):
    versions = {card.pk: 1 for card in pair}
    results = at_once(
        *[lambda who=who: merge_cards(act(who), MergeDraft(versions)) for who in (cast.lin, cast.chen)]
    )
    assert sorted(type(result).__name__ for result in results) == ["CardMerge", "DoesNotExist"]
    assert CardMerge.objects.count() == 1
    assert Task.objects.open().follow_ups().count() == 1


def test_two_people_undo_the_same_merge(cast, act, pair):
    made = merge_cards(act(cast.lin), MergeDraft({card.pk: 1 for card in pair}))
    results = at_once(*[lambda who=who: undo_merge(act(who), made.pk) for who in (cast.lin, cast.chen)])
    assert sorted(type(result).__name__ for result in results) == ["CardMerge", "DoesNotExist"]
    assert Task.objects.open().follow_ups().count() == 2


def test_a_contact_meets_the_merge_of_its_card(cast, act, pair):
    older, newer = pair
    results = at_once(
        lambda: merge_cards(act(cast.lin), MergeDraft({older.pk: 1, newer.pk: 1})),
        lambda: record_contact(act(cast.chen), call(newer)),
    )
    assert isinstance(results[0], CardMerge)
    assert isinstance(results[1], Interaction | Customer.DoesNotExist)
    # Whichever came first, the contact is on the kept card or was never made.
    assert not Interaction.objects.filter(customer=newer).exists()
    assert Task.objects.open().follow_ups().get().customer == older
