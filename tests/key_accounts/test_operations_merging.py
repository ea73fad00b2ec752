"""Two accounts that become one: what both have of one name is one afterwards, and two again after an undo."""

import pytest
from tests.cadence.desk import later
from tests.key_accounts.accounts import drafts, organisation, seed_map

from guanxi.customers.models import Customer
from guanxi.key_accounts.models import AccountMember, Circle, KeyPerson
from guanxi.key_accounts.operations.account_plans import save_member
from guanxi.key_accounts.operations.people import add_people, save_person
from guanxi.key_accounts.operations.relations import save_circle
from guanxi.merging.operations import MergeDraft, merge_cards, undo_merge

pytestmark = pytest.mark.django_db


def test_circles_of_one_name_and_a_team_row_of_both_become_one(cast, act, make_customer):
    mine = act(cast.lin)
    one = organisation(make_customer, cast.lin, at=later(-9))
    other = organisation(make_customer, cast.lin, name="甬锐二厂", at=later(-1))
    seed_map(mine, one)
    added = add_people(mine, other.pk, drafts(("林工：U 技术 A 主任 + /1",)))[0]
    circles = [save_circle(mine, card.pk, None, {"name": "红圈"}) for card in (one, other)]
    save_person(mine, other.pk, added.pk, {"circle": circles[1].pk, "is_core": True}, version=1)
    for card in (one, other):
        save_member(mine, card.pk, None, {"user": cast.chen.pk, "function": "TOP"})
    save_member(mine, other.pk, None, {"user": cast.chen.pk, "function": "RND"})

    merge = merge_cards(
        mine, MergeDraft({card.pk: Customer.objects.get(pk=card.pk).version for card in (one, other)})
    )

    assert list(Circle.objects.filter(customer=one)) == [circles[0]]
    person = KeyPerson.objects.get(pk=added.pk)
    assert (person.circle, person.is_core) == (circles[0], True)
    members = AccountMember.objects.filter(customer=one).values_list("function", flat=True)
    assert sorted(members) == ["RND", "TOP"]

    undo_merge(mine, merge.pk)
    assert KeyPerson.objects.get(pk=added.pk).circle == circles[1]
    assert sorted(AccountMember.objects.filter(customer=other).values_list("function", flat=True)) == [
        "RND",
        "TOP",
    ]
    assert AccountMember.objects.filter(customer=one).count() == 1
    # One of each name: the circle can be changed again.
    save_circle(mine, one.pk, circles[0].pk, {"name": "红圈", "allies": 2}, version=1)
