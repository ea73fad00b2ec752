"""Rules the operations of the card keep: R-CUS-01, -02, -08, -09; R-SRC-01, -02; R-PRM-03, -05, -09."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from tests.cadence.desk import at, call, follow_up, fresh, later, march

from guanxi.cadence.models import Task
from guanxi.cadence.operations.cards import hand_over_cards
from guanxi.cadence.operations.contacts import record_contact
from guanxi.cadence.operations.gaps import close_filled_blocks
from guanxi.cadence.queries.compliance import (
    base_conditions_pending,
    contacts_missing_this_month,
    vip_supporters,
)
from guanxi.catalogue.models import Product
from guanxi.customers.models import Collision, Customer, OwnedItem, Phone
from guanxi.customers.operations.cards import CardDraft, CardRefused, edit_card, open_cards
from guanxi.customers.operations.classification import ClassificationRefused, classify
from guanxi.customers.operations.collisions import CollisionRefused, claim_number, decide_collision
from guanxi.customers.operations.numbers import RevealRefused, reveal_number
from guanxi.customers.queries.owner_files import incomplete_owner_files
from guanxi.customers.rules.lifecycle import BASE_CONDITIONS, VIP_CONDITIONS
from guanxi.lib.phones import parse_phone
from guanxi.organization.models import AuditEntry, PlaybookOverride
from guanxi.organization.refusals import StaleEdit


def sort_out(act, person, card, **values):
    return classify(act(person), card.pk, version=fresh(card).version, values=values)


def test_r_cus_08_every_card_gets_number_class_and_grade(cast, act, make_customer):
    first, second = make_customer(cast.lin, level="N"), make_customer(cast.lin, level="N")
    assert (first.customer_no, second.customer_no) == ("C260300001", "C260300002")
    assert (first.card_no, first.card_type, first.base_class, first.level) == (
        "A-C260300001",
        "INTENT",
        "LATENT",
        "N",
    )
    with pytest.raises(CardRefused):
        open_cards(act(cast.lin), [CardDraft("无号", [], cast.lin)])


def test_1_2_owners_enter_the_base(cast, make_customer):
    card = make_customer(cast.lin, level="", owner_kind="OTHER_SALE")
    assert (card.base_class, card.card_type) == ("BASE", "OWNER")


def test_r_cus_01_base_is_blocked_until_four_of_four(cast, act, make_customer):
    card = make_customer(cast.lin)
    for name in BASE_CONDITIONS:
        assert fresh(card).base_class == "LATENT"
        sort_out(act, cast.lin, card, **{name: True})
    assert fresh(card).base_class == "BASE"
    sort_out(act, cast.lin, card, base_material=False)
    assert fresh(card).base_class == "LATENT"
    entry = AuditEntry.objects.filter(action="card_classified").latest("id")
    assert entry.changes["base_class"] == ["BASE", "LATENT"]


def test_r_cus_01_owners_stay_in_the_base_without_conditions(cast, act, make_customer):
    card = make_customer(cast.lin, owner_kind="OWN_SALE")
    sort_out(act, cast.lin, card, base_help=True)
    assert fresh(card).base_class == "BASE"


def test_r_cus_02_only_a_supervisor_has_met_them(cast, act, make_customer):
    card = make_customer(cast.lin)
    with pytest.raises(ClassificationRefused) as refused:
        sort_out(act, cast.lin, card, **dict.fromkeys(VIP_CONDITIONS, True))
    assert refused.value.field == "vip_met"
    sort_out(act, cast.lin, card, vip_leads=True, vip_first=True, vip_visited=True)
    assert not fresh(card).is_vip_supporter
    sort_out(act, cast.chen, card, vip_met=True)
    assert fresh(card).is_vip_supporter
    sort_out(act, cast.lin, card, vip_leads=False)
    assert not fresh(card).is_vip_supporter


@pytest.mark.parametrize(
    "values",
    [{"tier": 4}, {"touch_tier": "LOUD"}, {"level": "H"}, {"owner_id": 1}, {"is_vip_supporter": True}],
)
def test_classification_refuses_what_it_does_not_know(cast, act, make_customer, values):
    card = make_customer(cast.lin)
    with pytest.raises(ClassificationRefused):
        sort_out(act, cast.lin, card, **values)


def test_classification_of_two_people(cast, act, make_customer):
    card = make_customer(cast.lin)
    version = card.version
    classify(act(cast.lin), card.pk, version=version, values={"tier": 1, "touch_tier": "KEY"})
    with pytest.raises(StaleEdit):
        classify(act(cast.chen), card.pk, version=version, values={"tier": 3})
    with pytest.raises(Customer.DoesNotExist):
        classify(act(cast.wu), card.pk, version=version, values={"tier": 3})
    assert (fresh(card).tier, fresh(card).touch_tier) == (1, "KEY")


def test_r_cus_02_only_the_owners_visits_in_person_count(cast, act, make_customer):
    card = make_customer(cast.lin, level="")
    sort_out(act, cast.chen, card, **dict.fromkeys(VIP_CONDITIONS, True))

    def status(when):
        (supporter,) = vip_supporters(cast.lin, when)
        return supporter.status

    record_contact(act(cast.lin, at(3)), call(card, method="VISIT"))
    record_contact(act(cast.lin, at(5, month=4)), call(card))
    record_contact(act(cast.chen, at(6, month=4)), call(card, method="VISIT"))
    record_contact(act(cast.lin, at(7, month=4)), call(card, method="VISIT", reached=False))
    assert status(date(2026, 4, 30)) == "VIP"
    assert status(date(2026, 5, 1)) == "VIP_WARNING"
    assert status(date(2026, 6, 1)) == "VIP_LAPSED"
    assert vip_supporters(cast.wu, date(2026, 5, 1)) == []


def test_1_2_base_conditions_show_after_seven_days(cast, act, make_customer):
    card = make_customer(cast.lin)
    make_customer(cast.lin, owner_kind="OWN_SALE")
    make_customer(cast.wu)
    assert not base_conditions_pending(cast.lin, march(8))
    assert list(base_conditions_pending(cast.lin, march(9))) == [card]
    sort_out(act, cast.lin, card, **dict.fromkeys(BASE_CONDITIONS, True))
    assert not base_conditions_pending(cast.lin, march(9))


def test_r_fup_05_the_example_of_b_in_march(cast, act, make_customer):
    """Contacted 1 and 28 March: two, satisfied. Contacted 26 February and 13 March: fails by one."""
    good = make_customer(cast.lin, at=at(20, month=2))
    short = make_customer(cast.lin, at=at(20, month=2))
    for card, moment in ((good, at(1)), (good, at(28)), (short, at(26, month=2)), (short, at(13))):
        record_contact(act(cast.lin, moment), call(card))
    record_contact(act(cast.lin, at(20)), call(short, reached=False))
    (found,) = contacts_missing_this_month(cast.lin, march(31))
    assert (found.customer, found.needed, found.made, found.missing) == (short, 2, 1, 1)
    assert contacts_missing_this_month(cast.wu, march(31)) == []
    assert len(contacts_missing_this_month(cast.chen, march(31))) == 1


@pytest.mark.parametrize(("day", "missing"), [(10, [2]), (11, [1]), (20, [1]), (21, [])])
def test_r_fup_05_a_level_that_began_late_needs_fewer(cast, make_customer, day, missing):
    make_customer(cast.lin, at=at(day))
    assert [found.missing for found in contacts_missing_this_month(cast.lin, march(31))] == missing


def test_r_cus_08_a_completed_intent_block_closes_its_task(cast, act, make_customer):
    card = make_customer(cast.lin)
    product = Product.objects.create(store=cast.store, name="汉 DM-i")
    values = {"product": product, "use_type": "PERSONAL", "purchase_kind": "FIRST", "payment": "LOAN"}
    edit_card(act(cast.lin), card.pk, version=card.version, values={}, intent=values)
    assert close_filled_blocks(act(cast.lin), [card.pk]) == 0
    edit_card(
        act(cast.lin),
        card.pk,
        version=fresh(card).version,
        values={},
        intent={"expected_close_on": march(20)},
    )
    assert close_filled_blocks(act(cast.lin), [card.pk]) == 1
    assert Task.objects.get(customer=card, kind="CARD").status == "DONE"


def test_r_cus_09_owner_files_are_complete_within_two_days(cast, make_customer):
    card = make_customer(cast.lin, level="", owned={"is_ours": True, "model": "汉", "delivered_on": march(2)},
                         owner_kind="OWN_SALE")  # fmt: skip
    assert not incomplete_owner_files(cast.lin, march(3), 2)
    assert incomplete_owner_files(cast.lin, march(4), 2).count() == 1
    assert not incomplete_owner_files(cast.wu, march(4), 2)
    OwnedItem.objects.filter(customer=card).update(
        vin="LSVAM4187C2184847", plate_no="沪A12345", insurer="人保", insurance_expires_on=date(2027, 3, 1)
    )
    assert not incomplete_owner_files(cast.lin, march(4), 2)


def test_r_src_01_the_source_needs_the_manager(cast, act, make_customer):
    card = make_customer(cast.lin, source_code="S")
    for person in (cast.lin, cast.chen):
        with pytest.raises(CardRefused) as refused:
            edit_card(act(person), card.pk, version=1, values={"source_code": "R"})
        assert refused.value.field == "source_code"
    edit_card(act(cast.lin), card.pk, version=1, values={"channel": "11"})
    edit_card(act(cast.ma), card.pk, version=2, values={"source_code": "R"}, reason="客户由 VIP 推荐")
    assert fresh(card).source_code == "R"


def test_r_src_02_an_unknown_source_may_be_filled_in(cast, act, make_customer):
    card = make_customer(cast.lin)
    assert card.source_code == "X"
    edit_card(act(cast.lin), card.pk, version=1, values={"source_code": "S"})
    assert fresh(card).source_code == "S"


def test_two_people_edit_one_card(cast, act, make_customer):
    card = make_customer(cast.lin)
    edit_card(act(cast.lin), card.pk, version=1, values={"address": "杭州"})
    with pytest.raises(StaleEdit) as refused:
        edit_card(act(cast.chen), card.pk, version=1, values={"address": "宁波"})
    assert refused.value.current.address == "杭州"
    assert fresh(card).address == "杭州"


def test_a_contact_does_not_make_an_open_edit_stale(cast, act, make_customer):
    card = make_customer(cast.lin)
    record_contact(act(cast.lin), call(card))
    edit_card(act(cast.chen), card.pk, version=card.version, values={"address": "杭州"})
    assert fresh(card).next_due_on is not None


def test_r_prm_03_cards_and_open_tasks_move_together(cast, act, make_customer):
    card = make_customer(cast.lin)
    saved = record_contact(act(cast.lin), call(card))
    for person in (cast.lin, cast.chen):
        with pytest.raises(CardRefused):
            hand_over_cards(act(person), [card.pk], cast.zhao, reason="调岗")
    for to, reason in ((cast.gao, "调岗"), (cast.zhao, " ")):
        with pytest.raises(CardRefused):
            hand_over_cards(act(cast.ma), [card.pk], to, reason=reason)
    hand_over_cards(act(cast.ma), [card.pk], cast.zhao, reason="林晓离职")
    assert fresh(card).owner == cast.zhao
    assert follow_up(card).owner == cast.zhao
    saved.refresh_from_db()
    assert saved.by == cast.lin
    transfer = card.transfers.get()
    assert (transfer.from_owner, transfer.to_owner, transfer.approved_by) == (cast.lin, cast.zhao, cast.ma)


def test_r_prm_09_r_prm_10_the_manager_decides_about_two_claims(cast, act, make_customer):
    card = make_customer(cast.lin, phone="13911112222", last_contact_on=march(1))
    number = parse_phone("139 1111 2222")
    collision = claim_number(act(cast.wu, at(11)), number)
    assert (collision.protected, collision.owner_then) == (True, cast.lin)
    assert claim_number(act(cast.wu, at(11)), number) == collision
    assert claim_number(act(cast.lin, at(11)), number) is None
    for person in (cast.lin, cast.wu, cast.chen, cast.gao, cast.auditor):
        with pytest.raises(Collision.DoesNotExist):
            decide_collision(act(person), collision.pk, move=False)
    decide_collision(act(cast.ma, at(11)), collision.pk, move=True)
    assert fresh(card).owner == cast.wu


def test_21_4_no_manager_grants_their_own_claim(cast, act, make_customer):
    make_customer(cast.lin, phone="13911112222")
    collision = claim_number(act(cast.ma), parse_phone("13911112222"))
    with pytest.raises(CollisionRefused):
        decide_collision(act(cast.ma), collision.pk, move=True)


def test_1_5_a_mobile_belongs_to_one_card_of_a_store(cast, act, make_customer):
    card = make_customer(cast.lin, phone="13911112222")
    with pytest.raises(CardRefused) as refused:
        make_customer(cast.wu, phone="+86 139-1111-2222")
    assert refused.value.field == "phone"
    with pytest.raises(IntegrityError), transaction.atomic():
        Phone.objects.create(customer=card, store=cast.store, raw="1", normalized="13911112222")
    assert make_customer(cast.gao, phone="13911112222").store == cast.other_store


def test_r_prm_05_reveals_are_logged_and_counted(cast, act, make_customer):
    PlaybookOverride.objects.create(store=cast.store, key="reveal.per_day", value=2)
    store = type(cast.store).objects.get(pk=cast.store.pk)
    card = make_customer(cast.lin, phone="13911112222")

    def reveal(when=None, to_call=False, person=cast.lin):
        return reveal_number(act(person, when or at(2), store=store), card.pk, to_call=to_call).normalized

    assert [reveal(), reveal()] == ["13911112222"] * 2
    with pytest.raises(RevealRefused):
        reveal(at(2, 23))
    assert reveal(to_call=True) == "13911112222"
    assert reveal(at(3, 0, 1)) == "13911112222"
    logged = AuditEntry.objects.filter(customer_key=card.pk, action__startswith="number_")
    assert sorted(logged.values_list("action", flat=True)) == ["number_called"] + ["number_revealed"] * 3
    for person in (cast.wu, cast.cs, cast.auditor, cast.proprietor, cast.finance):
        with pytest.raises(Customer.DoesNotExist):
            reveal(person=person)


def test_r_prm_05_a_leader_calling_is_counted(cast, act, make_customer):
    card = make_customer(cast.lin)
    reveal_number(act(cast.chen), card.pk, to_call=True)
    assert AuditEntry.objects.filter(action="number_revealed", actor=cast.chen).count() == 1


def test_birthdays_that_cannot_be_are_refused(cast, act, make_customer):
    card = make_customer(cast.lin)
    for born in (later(1).date(), date(1899, 12, 31)):
        with pytest.raises(CardRefused) as refused:
            edit_card(act(cast.lin), card.pk, version=1, values={"birth_date": born})
        assert refused.value.field == "birth_date"
