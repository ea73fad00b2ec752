"""Judging a product of a customer, and the visit a gap becomes (R-CMP-01…03)."""

from datetime import timedelta

import pytest
import time_machine
from tests.cast import MORNING
from tests.markets.desk import TODAY, bought, judged, product

from guanxi.cadence.models import Task
from guanxi.cadence.operations.tasks import finish_task
from guanxi.cadence.queries.due import worklist
from guanxi.customers.models import Customer
from guanxi.deals.models import Deal
from guanxi.deals.operations.ledger import reverse_deals
from guanxi.markets.models import FormerStanding, ProductStanding
from guanxi.markets.operations.standings import StandingRefused, judge, judge_all, propose_visit
from guanxi.markets.queries.purchases import suggestions_for
from guanxi.markets.queries.standings import judged_rows, matrix, product_rows
from guanxi.markets.rules.composite import Judgement, Pair
from guanxi.merging.operations import MergeDraft, merge_cards, undo_merge
from guanxi.organization.models import AuditEntry
from guanxi.organization.refusals import StaleEdit


@pytest.fixture
def service(cast):
    return product(cast.store)


@pytest.fixture
def card(cast, make_customer):
    return make_customer(cast.lin)


def row_of(card, about, on=TODAY):
    return next(row for row in product_rows(card, on) if row.product == about)


def test_current_follows_the_purchases_of_twelve_months(cast, act, card, service):
    lin = act(cast.lin)
    bought(lin, card, service, 3)
    bought(lin, card, service, 2, TODAY - timedelta(days=365))
    bought(lin, card, service, 4, TODAY - timedelta(days=366))
    judged(lin, card, service, "4")
    # A year ago to the day no longer counts.
    assert (row_of(card, service).bought, row_of(card, service).pair) == (3, Pair(2, "4"))
    assert row_of(card, service, TODAY - timedelta(days=1)).bought == 2


def test_what_was_written_back_is_no_purchase(cast, act, card, service):
    lin = act(cast.lin)
    bought(lin, card, service, 2)
    source = Deal.objects.first().source
    reverse_deals(act(cast.lin, MORNING + timedelta(days=3)), source, reason="退货")
    assert row_of(card, service, TODAY + timedelta(days=3)).current == 1
    # As it stood on the day, both stood.
    assert row_of(card, service).current == 2


def test_lines_of_one_order_are_one_purchase_and_a_quantity_too(cast, act, card, service):
    lin = act(cast.lin)
    bought(lin, card, service, 1, quantity=5)
    bought(lin, card, service, 1)
    assert row_of(card, service).bought == 1


def test_a_locked_grade_stays_until_it_is_let_go(cast, act, card, service):
    lin = act(cast.lin)
    bought(lin, card, service, 7)
    judged(lin, card, service, "4", current=1)
    assert (row_of(card, service).pair, row_of(card, service).is_locked) == (Pair(1, "4"), True)
    judged(lin, card, service, "4")
    assert (row_of(card, service).pair, row_of(card, service).is_locked) == (Pair(4, "4"), False)


def test_r_cmp_03_a_potential_below_what_they_buy_is_kept(cast, act, card, service):
    bought(act(cast.lin), card, service, 4)
    judged(act(cast.lin), card, service, "2")
    assert row_of(card, service).pair.tag == "POTENTIAL_BELOW_CURRENT"


def test_each_change_keeps_what_was_and_leaves_a_trace(cast, act, card, service):
    judged(act(cast.lin), card, service, "3")
    row = judged(act(cast.chen, MORNING + timedelta(days=1)), card, service, "N")
    assert (row.version, row.by) == (2, cast.chen)
    assert FormerStanding.objects.get().potential == "3"
    first, second = AuditEntry.objects.filter(action="standing_judged").order_by("pk")
    assert first.changes == {"product": [None, service.name], "potential": [None, "3"]}
    assert second.changes["potential"] == ["3", "N"]
    assert judged(act(cast.lin), card, service, "N").version == 2


@pytest.mark.parametrize(("values", "field"), [
    ({"potential": "5"}, "potential"), ({"potential": ""}, "potential"), ({"current": 5}, "current"),
    ({"product": 987_654}, "product"), ({"version": 1}, "version"),
])  # fmt: skip
def test_what_cannot_be_is_refused(cast, act, card, service, values, field):
    given = {"customer": card.pk, "product": service.pk, "potential": "3", "current": None, "version": 0}
    with pytest.raises(StandingRefused) as refused:
        judge(act(cast.lin), Judgement(**given | values))
    assert refused.value.field == field and not ProductStanding.objects.exists()


def test_another_stores_product_and_a_stale_version_are_refused(cast, act, card, service):
    with pytest.raises(StandingRefused):
        judged(act(cast.lin), card, product(cast.other_store), "3")
    judged(act(cast.lin), card, service, "3")
    with pytest.raises(StaleEdit):
        judge(act(cast.lin), Judgement(card.pk, service.pk, "4", None, 0))


@pytest.mark.parametrize("who", ["wu", "zhao", "gao", "cs", "auditor", "proprietor"])
def test_only_who_may_change_the_card_judges_and_proposes(cast, act, card, service, who):
    judged(act(cast.lin), card, service, "3")
    with pytest.raises(Customer.DoesNotExist):
        judge(act(cast.users[who]), Judgement(card.pk, service.pk, "4", None, 1))
    with pytest.raises(Customer.DoesNotExist):
        propose_visit(act(cast.users[who]), card.pk, service.pk)


def test_a_list_is_kept_whole_or_not_at_all(cast, act, make_customer, service):
    one, other = make_customer(cast.lin), make_customer(cast.wu)
    with pytest.raises(Customer.DoesNotExist):
        judge_all(act(cast.lin), [Judgement(card.pk, service.pk, "2", None, 0) for card in (one, other)])
    assert not ProductStanding.objects.exists()


def test_r_cmp_02_a_gap_becomes_one_visit_in_today(cast, act, card, service):
    lin = act(cast.lin)
    judged(lin, card, service, "3")
    task, is_new = propose_visit(act(cast.chen), card.pk, service.pk)
    assert is_new and (task.owner, task.due_on, task.given_by) == (cast.lin, TODAY, cast.chen)
    assert task.note == f"谈{service.name}：现在没买，看来能买得好"
    assert propose_visit(lin, card.pk, service.pk) == (task, False)
    assert Task.objects.filter(source_rule="R-CMP-02").count() == 1
    found = worklist(cast.lin, cast.store, TODAY, limit=10)
    assert [one.pk for item in found.items for one in item.tasks if one.source_rule == "R-CMP-02"] == [
        task.pk
    ]
    finish_task(lin, task.pk)
    again, is_new = propose_visit(lin, card.pk, service.pk)
    assert is_new and again.pk != task.pk


@pytest.mark.parametrize(("potential", "current"), [("4", 4), ("2", 3), ("0", None)])
def test_r_cmp_02_without_a_gap_there_is_no_visit(cast, act, card, service, potential, current):
    judged(act(cast.lin), card, service, potential, current)
    with pytest.raises(StandingRefused):
        propose_visit(act(cast.lin), card.pk, service.pk)
    assert not Task.objects.filter(source_rule="R-CMP-02").exists()


def test_r_prm_08_who_refuses_every_channel_is_not_visited(cast, act, card, service):
    judged(act(cast.lin), card, service, "4")
    Customer.objects.filter(pk=card.pk).update(opt_outs=["CALL", "SMS", "WECHAT", "MAIL"])
    with pytest.raises(StandingRefused):
        propose_visit(act(cast.lin), card.pk, service.pk)


def test_r_cmp_02_the_list_and_the_matrix_are_of_whom_one_may_read(cast, act, make_customer, service):
    mine, late, theirs = (
        make_customer(cast.lin),
        make_customer(cast.lin, tier=1),
        make_customer(cast.wu, tier=2),
    )
    judged(act(cast.lin), mine, service, "4")
    judged(act(cast.lin), late, service, "N")
    judged(act(cast.wu), theirs, service, "4")
    assert [row.customer for row in judged_rows(cast.ma, cast.store, TODAY)] == [late.pk, theirs.pk, mine.pk]
    assert [row.customer for row in judged_rows(cast.lin, cast.store, TODAY)] == [late.pk, mine.pk]
    assert judged_rows(cast.gao, cast.store, TODAY) == [] == judged_rows(cast.finance, cast.store, TODAY)
    assert matrix(judged_rows(cast.ma, cast.store, TODAY)) == {(0, "4"): 2, (0, "N"): 1}


def test_two_cards_become_one_and_two_again(cast, act, make_customer, service):
    other = product(cast.store, "车险")
    one, two = (make_customer(cast.lin, name="周七星") for _ in range(2))
    judged(act(cast.lin), one, service, "3")
    judged(act(cast.lin), two, service, "1")
    judged(act(cast.lin), two, other, "2")
    with time_machine.travel(MORNING):
        versions = dict(Customer.objects.values_list("pk", "version"))
        merge = merge_cards(act(cast.lin), MergeDraft({one.pk: versions[one.pk], two.pk: versions[two.pk]}))
        assert {row.product: row.potential for row in one.standings.all()} == {service: "3", other: "2"}
        undo_merge(act(cast.lin), merge.pk)
    assert {row.product: row.potential for row in two.standings.all()} == {service: "1", other: "2"}


def test_the_next_product_names_nobody_and_knows_only_this_store(cast, act, make_customer, service):
    mats = product(cast.store, "脚垫")
    card = make_customer(cast.lin)
    bought(act(cast.lin), card, service)
    names = {service.pk: service.name, mats.pk: mats.name}
    assert suggestions_for([card], names, TODAY)[card.pk].too_few
    for count in range(12):
        other = make_customer(cast.wu)
        bought(act(cast.wu), other, service)
        if count < 8:
            bought(act(cast.wu), other, mats)
    # Two years on those purchases say nothing of what is bought now.
    assert suggestions_for([card], names, TODAY + timedelta(days=731))[card.pk].too_few
    for _ in range(4):
        bought(act(cast.wu), make_customer(cast.wu), product(cast.store, f"其他 {_}"))
    (row,) = suggestions_for([card], names, TODAY)[card.pk].rows
    assert (row.product, row.because, row.both, row.buyers) == (mats.pk, service.pk, 8, 12)
