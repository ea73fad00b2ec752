"""Two cards of one customer become one and two again (handbook 1.5): what moves, what holds, what is refused."""

from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from tests.architecture.world import everything
from tests.cadence.desk import at, call, follow_up, fresh, later
from tests.cast import MORNING
from tests.markets.desk import campaign_of, judged, product, segment_of
from tests.merging.desk import merged, state

from guanxi.cadence.models import EvidenceTick, Interaction, LevelChange, LossReport, Task
from guanxi.cadence.operations.contacts import record_contact
from guanxi.cadence.operations.losses import LossDraft, apply_for_loss, decide_loss
from guanxi.customers.models import (
    CardMerge,
    Collision,
    Contact,
    Customer,
    Intent,
    OwnedItem,
    Phone,
    Transfer,
)
from guanxi.customers.operations.cards import edit_card
from guanxi.customers.operations.merging import MergeRefused
from guanxi.customers.operations.search import index_cards
from guanxi.customers.queries.search import search_customers
from guanxi.deals.models import Contract, Deal, Deposit, Order
from guanxi.deals.operations.orders import OrderDraft, OrderRefused, place_order, receive_deposit
from guanxi.imports.models import ImportBatch, ImportRow
from guanxi.insights.models import CustomerReview, DeliveredValue
from guanxi.key_accounts.models import (
    AccountMember,
    AccountPlan,
    ChartImport,
    Circle,
    InfoItem,
    MapLayout,
    PlannedStep,
)
from guanxi.markets.models import CampaignMember
from guanxi.merging.operations import MergeDraft, merge_cards, undo_merge
from guanxi.merging.queries import Outcome
from guanxi.merging.rules import MOVES, RELATIONS
from guanxi.organization.models import AuditEntry
from guanxi.organization.refusals import StaleEdit
from guanxi.performance.queries.moves import month_flows
from guanxi.pipeline.models import CreditReview, Opportunity
from guanxi.prospecting.models import InfluenceCentre, ReferralLead, ReferralRequest, Visit


def relations():
    return {
        f"{link.related_model._meta.label}.{link.field.name}"
        for link in Customer._meta.get_fields(include_hidden=True)
        if link.is_relation and link.auto_created and not link.concrete
    }


def test_every_relation_to_a_card_is_decided():
    assert relations() == set(RELATIONS), (
        "say in merging/rules.py what becomes of it, and carry it in fold and unfold"
    )


def rows_of_every_kind(cast, act, card):
    """One row of each kind that hangs on a card."""
    record_contact(act(cast.lin, later(-1)), call(card, at=later(-1)))
    Contact.objects.create(customer=card, name="王太太", is_primary=True)
    OwnedItem.objects.create(customer=card, brand="本田", model="思域")
    Collision.objects.create(customer=card, claimant=cast.wu, owner_then=cast.lin, at=MORNING, protected=True)
    Transfer.objects.create(
        customer=card, from_owner=cast.zhao, to_owner=cast.lin, approved_by=cast.ma, at=later(-1), reason="x"
    )
    LossReport.objects.create(
        customer=card, store=cast.store, state="REJECTED", outcome="REFUSED", bucket="L", reason="PRICE",
        applied_at=later(-1), decided_on=later(-1).date(),
    )  # fmt: skip
    Order.objects.create(
        customer=card, store=cast.store, order_no=f"D-{card.pk}", state="CANCELLED", ordered_on=date(2026, 2, 1),
        created_at=later(-20),
    )  # fmt: skip
    Deposit.objects.create(customer=card, amount=500, received_on=date(2026, 2, 1))
    Deal.objects.create(
        customer=card, store=cast.store, on=date(2026, 2, 1), source="order 0", recorded_at=later(-20)
    )
    Contract.objects.create(
        customer=card, store=cast.store, subject="保养套餐", agreed_on=date(2026, 2, 1), begins_on=date(2026, 2, 1),
        ends_on=date(2027, 1, 31), amount=1980, created_at=later(-20),
    )  # fmt: skip
    Opportunity.objects.create(
        customer=card, store=cast.store, number=f"P-{card.pk}", title="公务车", amount=1, stage="QUALIFIED",
        stage_since=date(2026, 2, 1), probability=10, expected_close_on=date(2026, 5, 1), opened_on=date(2026, 2, 1),
        created_at=later(-20),
    )  # fmt: skip
    Visit.objects.create(
        store=cast.store, on=MORNING.date(), arrived_at=MORNING, hour=10, customer=card, created_at=MORNING
    )
    ReferralRequest.objects.create(
        customer=card,
        store=cast.store,
        ask_no=1,
        moment="SIGNED",
        result="REFUSED",
        asked_on=MORNING.date(),
        at=MORNING,
    )
    for about in ({"recommender": card}, {"customer": card}):
        ReferralLead.objects.create(
            store=cast.store,
            consultant=cast.lin,
            name="李四",
            noted_on=MORNING.date(),
            created_at=MORNING,
            **about,
        )
    InfluenceCentre.objects.create(customer=card, traits=["KNOWS"], ticks=1)
    Task.objects.create(
        customer=card, store=cast.store, owner=cast.lin, kind="INSTRUCT", note="送脚垫", given_by=cast.chen,
        source_rule="6.2", due_on=MORNING.date(), created_at=MORNING,
    )  # fmt: skip
    batch = ImportBatch.objects.create(
        store=cast.store, by=cast.lin, filename="a.xlsx", stored_as="a", sha256="0" * 64, created_at=MORNING
    )
    ImportRow.objects.create(batch=batch, row_no=1, customer=card)
    Circle.objects.create(customer=card, name="红圈")
    MapLayout.objects.create(customer=card)
    InfoItem.objects.create(customer=card, dimension="PRICE", fact="预算已批", source="何伟", at=MORNING)
    PlannedStep.objects.create(
        customer=card, goal="认识批准者", action="拜访", starts_on=MORNING.date(), at=MORNING
    )
    ChartImport.objects.create(customer=card, filename="a.xlsx", at=MORNING)
    AccountPlan.objects.create(customer=card, potential=4)
    AccountMember.objects.create(customer=card, user=cast.lin)
    campaign = campaign_of(act(cast.ma), segment_of(act(cast.ma)))
    CampaignMember.objects.create(campaign=campaign, customer=card, side="CONTROL")
    judged(act(cast.lin), card, product(cast.store, f"保养 {card.pk}"), "3")
    CustomerReview.objects.create(customer=card, year=2026, marks={}, score=9, at=MORNING)
    CreditReview.objects.create(
        customer=card, quarter=date(2026, 1, 1), trade_cycle=1, honesty=1, solvency=1, at=MORNING
    )
    DeliveredValue.objects.create(customer=card, offer="雅阁", rival="凯美瑞", on=MORNING.date())


def test_whatever_hangs_on_the_newer_card_goes_where_its_relation_says(cast, act, make_customer, pair):
    older, newer = pair
    rows_of_every_kind(cast, act, newer)
    make_customer(cast.lin, name="赵四", referrer=newer)
    third = make_customer(cast.lin, name="王芳", level=None, at=later(-1))
    merged(act(cast.lin), newer, third)
    had = {}
    for label in RELATIONS:
        model_label, name = label.rsplit(".", 1)
        had[label] = apps.get_model(model_label)._base_manager.filter(**{name: newer}).count()
    merged(act(cast.lin), older, newer)
    for label, decision in RELATIONS.items():
        model_label, name = label.rsplit(".", 1)
        left = apps.get_model(model_label)._base_manager.filter(**{name: newer})
        if decision == MOVES:
            assert had[label] and not left.exists(), label
        elif decision == "derived":
            assert not left.exists(), label


def test_the_older_card_keeps_its_number_and_its_values_and_gains_what_it_lacked(cast, act, pair):
    older, newer = pair
    merged(act(cast.lin), newer, older)
    kept = fresh(older)
    assert (kept.customer_no, kept.name, kept.address, kept.wechat) == (
        older.customer_no,
        "王芳",
        "杭州",
        "wangfang88",
    )
    assert [phone.normalized for phone in kept.phones.all()] == ["13900000001", "13900000002"]
    assert (kept.intent.colour, kept.intent.use_type, kept.intent.key_concerns) == ("白", "PERSONAL", "油耗")
    assert fresh(newer).merged_into_id == older.pk


def test_a_person_may_choose_the_newer_cards_value_field_by_field(cast, act, pair):
    older, newer = pair
    merged(act(cast.lin), older, newer, others=frozenset({"name", "colour"}))
    kept = fresh(older)
    assert (kept.name, kept.address, kept.intent.colour) == ("王女士", "杭州", "黑")
    assert [hit.customer for hit in search_customers(cast.lin, "王女士")] == [kept]


def test_logs_come_together_by_time_and_the_higher_active_level_holds_with_one_follow_up(cast, act, pair):
    older, newer = pair
    record_contact(act(cast.lin, later(-3)), call(older, at=later(-3), content="先看看再说吧"))
    record_contact(act(cast.lin, later(-1)), call(newer, at=later(-1), content="约好周末来店试驾"))
    due_on = follow_up(newer).due_on
    merged(act(cast.lin), older, newer)
    kept = fresh(older)
    assert [one.content for one in Interaction.objects.filter(customer=kept)] == [
        "约好周末来店试驾",
        "先看看再说吧",
    ]
    assert (kept.level, kept.next_due_on, follow_up(kept).due_on) == ("A", due_on, due_on)
    assert kept.last_contact_on == later(-1).date()
    assert Task.objects.open().follow_ups().count() == 1
    assert EvidenceTick.objects.get(customer=kept).code == "CHOOSING_MODEL"
    assert not Task.objects.open().filter(customer=newer).exists()


@pytest.mark.parametrize(
    ("levels", "holds"),
    [
        (("B", "A"), "A"),
        (("A", "B"), "A"),
        (("N", "C"), "C"),
        (("", "N"), "N"),
        (("C", "C"), "C"),
        (("", ""), ""),
    ],
)
def test_the_higher_of_two_levels_holds(cast, act, make_customer, levels, holds):
    cards = [
        make_customer(cast.lin, level=level, evidence={"HAS_MEANS"}, at=later(-9 + place))
        for place, level in enumerate(levels)
    ]
    merged(act(cast.lin), *cards)
    assert fresh(cards[0]).level == holds
    assert Task.objects.open().follow_ups().filter(customer=cards[0]).count() == (1 if holds else 0)
    assert not Task.objects.open().filter(customer=cards[1]).exists()


def test_a_lost_customer_who_came_back_on_a_new_card_is_live_again(cast, act, make_customer):
    older, newer = make_customer(cast.lin, at=later(-9)), make_customer(cast.lin, level="A", at=later(-2))
    report = apply_for_loss(act(cast.lin, later(-8)), older.pk, LossDraft("REFUSED", "BRAND"))
    decide_loss(act(cast.ma, later(-7)), report.pk, approve=True, called_back=True, note="属实")
    before = state()
    made = merged(act(cast.lin), older, newer)
    assert fresh(older).level == "A"
    assert fresh(older).intent_status == "INTENT"
    assert not Task.objects.open().filter(kind="SECOND").exists()
    report.refresh_from_db()
    assert report.reactivated_on == MORNING.date()
    undo_merge(act(cast.lin), made.pk)
    assert state() == before


def test_a_merged_card_is_within_nobodys_reach_and_no_list_counts_it(cast, act, pair):
    older, newer = pair
    merged(act(cast.lin), older, newer)
    for person in cast.users.values():
        assert not Customer.objects.visible_to(person).filter(pk=newer.pk).exists()
    assert Customer.objects.visible_to(cast.lin).count() == 1
    assert [hit.customer.pk for hit in search_customers(cast.lin, "13900000002")] == [older.pk]
    with pytest.raises(Customer.DoesNotExist):
        record_contact(act(cast.lin), call(newer))


def test_the_ledger_of_levels_stays_with_each_card(cast, act, pair):
    older, newer = pair
    past = list(newer.level_changes.values_list("pk", flat=True))
    made = merged(act(cast.lin), older, newer)
    gone, taken = newer.level_changes.first(), older.level_changes.first()
    assert set(past) < set(newer.level_changes.values_list("pk", flat=True))
    assert (gone.kind, gone.from_level, gone.to_level, gone.on) == ("MERGED", "A", "", MORNING.date())
    assert (taken.kind, taken.from_level, taken.to_level) == ("MERGED", "B", "A")
    undo_merge(act(cast.lin, later(1)), made.pk)
    back, fallen = newer.level_changes.first(), older.level_changes.first()
    assert (back.kind, back.from_level, back.to_level, back.on) == ("UNMERGED", "", "A", later(1).date())
    assert (fallen.kind, fallen.from_level, fallen.to_level) == ("UNMERGED", "A", "B")


def test_the_month_sheet_counts_the_merged_card_out_and_in_again(cast, act, pair):
    older, newer = pair
    start, until = at(1, 0), at(31)
    made = merged(act(cast.lin), older, newer)
    flow = month_flows(cast.store, start, until)[cast.lin.pk]
    assert (flow.carry_in, flow.terms["merged"], flow.carry_out) == ({"A": 1, "B": 1}, 1, {"A": 1})
    assert flow.balance == flow.carry_out.total()
    undo_merge(act(cast.lin, later(1)), made.pk)
    flow = month_flows(cast.store, start, until)[cast.lin.pk]
    assert (flow.terms["merged"], flow.carry_out) == (0, {"A": 1, "B": 1})
    assert flow.balance == flow.carry_out.total()


def test_both_cards_get_their_audit_rows_and_no_full_number_is_among_them(cast, act, pair):
    older, newer = pair
    merged(act(cast.lin), older, newer)
    rows = AuditEntry.objects.filter(action="cards_merged").order_by("pk")
    assert [row.customer_key for row in rows] == [older.pk, newer.pk]
    assert rows[0].changes["merged_from"] == [None, newer.customer_no]
    assert "13900000002" not in repr(rows[0].changes)


def test_an_undo_gives_everything_back_exactly(cast, act, make_customer, pair):
    older, newer = pair
    rows_of_every_kind(cast, act, newer)
    Phone.objects.create(
        customer=older, store=cast.store, kind="LANDLINE", raw="0571-88886666", normalized="057188886666"
    )
    Phone.objects.create(
        customer=newer, store=cast.store, kind="LANDLINE", raw="0571-88886666", normalized="057188886666"
    )
    EvidenceTick.objects.create(customer=older, code="CHOOSING_MODEL", at=MORNING)
    LevelChange.objects.create(
        customer=newer,
        kind="SET",
        state="REQUESTED",
        from_level="A",
        to_level="H",
        at=MORNING,
        on=MORNING.date(),
    )
    waiting = LevelChange.objects.filter(state="REQUESTED").values_list("pk", "state", "decided_at")
    was = list(waiting)
    make_customer(cast.lin, name="赵四", referrer=newer)
    index_cards([older.pk, newer.pk])
    before = state()
    made = merged(act(cast.lin), older, newer, others=frozenset({"name", "colour"}))
    assert state() != before
    undo_merge(act(cast.lin), made.pk)
    assert state() == before
    assert list(waiting) == was
    assert [hit.customer.pk for hit in search_customers(cast.lin, "13900000002")] == [newer.pk]


def test_an_order_of_the_newer_card_makes_the_kept_one_o(cast, act, pair):
    older, newer = pair
    receive_deposit(act(cast.lin), older.pk, Decimal(300))
    place_order(act(cast.lin), newer.pk, OrderDraft(amount=Decimal(150000), deposit=Decimal(5000)))
    before = state()
    made = merged(act(cast.lin), older, newer)
    kept = fresh(older)
    assert (kept.level, kept.intent_status, Order.objects.get().customer) == ("O", "ORDERED", kept)
    assert Intent.objects.get(customer=kept).deposit_held == 5300
    assert Task.objects.open().filter(customer=kept, kind="ORDER").count() == 5
    with pytest.raises(OrderRefused):
        place_order(act(cast.lin), older.pk, OrderDraft())
    undo_merge(act(cast.lin), made.pk)
    assert state() == before


def test_two_open_orders_are_no_merge(cast, act, pair):
    for card in pair:
        place_order(act(cast.lin), card.pk, OrderDraft())
    before = everything()
    with pytest.raises(OrderRefused):
        merged(act(cast.lin), *pair)
    assert everything() == before


def test_a_pending_loss_a_stale_page_and_the_same_card_are_refused(cast, act, make_customer, pair):
    older, newer = pair
    versions = {older.pk: 1, newer.pk: 1}
    edit_card(act(cast.chen), newer.pk, version=1, values={"address": "温州"})
    with pytest.raises(StaleEdit):
        merge_cards(act(cast.lin), MergeDraft(versions))
    with pytest.raises(StaleEdit):
        merged(act(cast.lin), older, newer, shown=Outcome("B", date(2026, 3, 3)))
    with pytest.raises(MergeRefused):
        merged(act(cast.lin), older, older)
    firm = make_customer(cast.lin, kind="ORG", org_name="华东物流")
    with pytest.raises(MergeRefused):
        merged(act(cast.lin), older, firm)
    apply_for_loss(act(cast.lin), newer.pk, LossDraft("REFUSED", "BRAND"))
    before = everything()
    with pytest.raises(MergeRefused):
        merged(act(cast.lin), older, newer)
    assert everything() == before


def test_who_may_merge_is_who_may_change_both(cast, act, make_customer, pair):
    older, _newer = pair
    colleagues = make_customer(cast.zhao, name="王芳", at=later(-1))
    other_team = make_customer(cast.wu, name="王芳", at=later(-1))
    for person, card in ((cast.lin, colleagues), (cast.chen, other_team), (cast.gao, colleagues)):
        with pytest.raises(Customer.DoesNotExist):
            merged(act(person), older, card)
    made = merged(act(cast.chen), older, colleagues)
    merged(act(cast.ma), older, other_team)
    assert fresh(older).owner == cast.lin
    # Lin may not bring back a card that would be Zhao's.
    with pytest.raises(CardMerge.DoesNotExist):
        undo_merge(act(cast.lin), made.pk)


def test_a_landline_of_both_cards_stands_once(cast, act, pair):
    older, newer = pair
    for card in pair:
        Phone.objects.create(
            customer=card, store=cast.store, kind="LANDLINE", raw="0571-88886666", normalized="057188886666"
        )
    merged(act(cast.lin), older, newer)
    assert [phone.normalized for phone in fresh(older).phones.all()].count("057188886666") == 1
    assert not newer.phones.exists()
