"""One row of every kind that an address can name, all of them Lin's."""

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.db import connection
from tests.cast import MORNING, Cast

from guanxi.cadence.models import LevelChange, LossReport, Task
from guanxi.cadence.operations.cards import FirstJudgement, receive_customers
from guanxi.catalogue.models import Product, RivalPrice, Scheme
from guanxi.customers.models import Collision, Contact, Customer, OwnedItem
from guanxi.customers.operations.cards import CardDraft
from guanxi.deals.models import Contract, Deal, Order
from guanxi.imports.models import ImportBatch
from guanxi.insights.models import DeliveredValue
from guanxi.key_accounts.models import ChartImport
from guanxi.key_accounts.operations.account_plans import save_member, save_plan
from guanxi.key_accounts.operations.layouts import place_boxes
from guanxi.key_accounts.operations.people import add_people
from guanxi.key_accounts.operations.relations import draw_lines, save_circle, save_tie
from guanxi.key_accounts.operations.steps import finish_step, plan_step, save_info
from guanxi.key_accounts.rules.drafts import LineDraft, PersonDraft, Seen, StepDraft
from guanxi.key_accounts.rules.sheets import ChartRow
from guanxi.lib.phones import parse_phone
from guanxi.markets.models import Campaign, CampaignMember, Segment
from guanxi.merging.operations import MergeDraft, merge_cards
from guanxi.organization.acts import Act
from guanxi.organization.models import ApiToken
from guanxi.performance.models import CoachingSession, DailyReport, MonthClose
from guanxi.performance.queries.report_days import generated
from guanxi.pipeline.models import BidApproval, BidTask, Competitor, EvidenceItem, Opportunity
from guanxi.pipeline.operations.files import folder
from guanxi.prospecting.models import ReferralLead, Visit

ABSENT = 987_654_321
PASSING = {"sessions_session", "organization_donerequest"}


def rows_of_lin(cast: Cast) -> dict[str, int]:
    """Kind of row → id. Every kind that ``policies.py`` names is here."""
    card, ordered, defeated, *twins = receive_customers(
        Act(by=cast.lin, at=MORNING),
        [
            (CardDraft(name, [parse_phone(phone)], cast.lin, {}, {}, {}, ()), FirstJudgement("B"))
            for name, phone in (
                ("赵四海", "13911110001"),
                ("钱五湖", "13911110002"),
                ("孙六合", "13911110003"),
                ("周七星", "13911110004"),
                ("周七星", "13911110005"),
            )
        ],
    )
    Customer.objects.filter(pk=defeated.pk).update(level="F1", intent_status="DEFEATED")
    Customer.objects.filter(pk=card.pk).update(wechat="zhaosihai", email="zhao@example.com")
    change: dict[str, Any] = {
        "customer": card, "from_level": "B", "to_level": "A", "by": cast.lin, "at": MORNING, "on": MORNING.date()
    }  # fmt: skip
    task: dict[str, Any] = {
        "customer": card, "store": cast.store, "owner": cast.lin, "kind": Task.Kind.ORDER, "item": "PAPERS",
        "source_rule": "5.3", "due_on": MORNING.date(), "created_at": MORNING,
    }  # fmt: skip
    made = {
        "customer": card,
        "defeated": defeated,
        "phone": card.phones.get(),
        "task": Task.objects.create(**task),
        "done_task": Task.objects.create(**task, status=Task.Status.DONE, done_on=MORNING.date()),
        "level_request": LevelChange.objects.create(**change, kind="SET", state="REQUESTED"),
        "downgrade": LevelChange.objects.create(
            **change, kind="DOWNGRADE", state="PROPOSED", effective_on=MORNING.date() + timedelta(days=2)
        ),
        "loss": LossReport.objects.create(
            customer=card, store=cast.store, outcome="PLAN_CANCELLED", bucket="F2", reason="PRICE",
            level_then="B", highest_level="B", applied_by=cast.lin, applied_at=MORNING,
        ),
        "collision": Collision.objects.create(
            customer=card, claimant=cast.wu, owner_then=cast.lin, at=MORNING, protected=True
        ),
        "order": Order.objects.create(
            customer=ordered, store=cast.store, consultant=cast.lin, order_no="D-1", ordered_on=MORNING.date(),
            created_at=MORNING,
        ),
        "contract": Contract.objects.create(
            customer=card, store=cast.store, subject="保养套餐", agreed_on=MORNING.date(), begins_on=MORNING.date(),
            ends_on=MORNING.date() + timedelta(days=364), amount=1980, created_at=MORNING,
        ),
        "deal": Deal.objects.create(
            customer=card, store=cast.store, on=MORNING.date(), source="test", amount=100, recorded_at=MORNING
        ),
        "visit": Visit.objects.create(
            store=cast.store, on=MORNING.date(), arrived_at=MORNING, hour=10, consultant=cast.lin, created_at=MORNING
        ),
        "name": ReferralLead.objects.create(
            store=cast.store, consultant=cast.lin, recommender=card, name="李八方", phone_normalized="13911110008",
            noted_on=MORNING.date(), created_at=MORNING,
        ),
        "owned_item": OwnedItem.objects.create(customer=card),
        "contact": Contact.objects.create(customer=card, name="赵太太"),
        "import": ImportBatch.objects.create(
            store=cast.store, by=cast.lin, filename="a.xlsx", stored_as="a", sha256="0" * 64, state="DONE",
            created_at=MORNING,
        ),
        "instruction": Task.objects.create(**task | {"kind": "INSTRUCT", "note": "送脚垫", "given_by": cast.chen}),
        "asked_call": Task.objects.create(**task | {"kind": "ACTION", "item": "VALUE", "given_by": cast.chen}),
        "daily_report": DailyReport.objects.create(
            user=cast.lin, store=cast.store, on=MORNING.date(), state="SUBMITTED", submitted_at=MORNING,
            figures=generated(cast.lin, cast.store, MORNING.date()),
        ),
        "coaching_session": CoachingSession.objects.create(
            person=cast.lin, store=cast.store, coach=cast.chen, on=MORNING.date(), method="CASE", skill="异议处理",
        ),
        "month_close": _closed(cast, 1),
        "reopened_month": _closed(cast, 2, reopened_at=MORNING, reopened_by=cast.ma, reason="补录"),
        "second": ordered,
        "merge": merge_cards(Act(by=cast.lin, at=MORNING), MergeDraft({twin.pk: 1 for twin in twins})),
        "product": (crv := Product.objects.create(store=cast.store, name="CR-V", list_price=200_000)),
        "scheme": _scheme(cast, crv),
        "rival_price": RivalPrice.objects.create(
            product=crv, rival="城北店", price=195_000, seen_on=MORNING.date(), by=cast.lin
        ),
        "token": ApiToken.objects.create(user=cast.lin, digest="0" * 64, name="x"),
        **_opportunities(cast, card),
        **_market(cast, ordered),
        "user": cast.zhao,
        "store": cast.store,
        "team": cast.team_a,
    }  # fmt: skip
    return {kind: row.pk for kind, row in (made | _account(cast)).items()}


def _account(cast: Cast) -> dict[str, Any]:
    """An organisation of Lin's with one row of everything a map has."""
    act = Act(by=cast.lin, at=MORNING)
    draft = CardDraft(
        "赵四海", [parse_phone("13911110009")], cast.lin, {"kind": "ORG", "org_name": "四海物流"}, {}, {}, ()
    )
    card = receive_customers(act, [(draft, FirstJudgement("B"))])[0]
    marks = {"role": "A", "attitude": "+", "degree": "1"}
    one, other = add_people(
        act, card.pk, [PersonDraft("郑国华", marks=marks, seen=Seen("首次拜访")), PersonDraft("何伟")]
    )
    place_boxes(act, card.pk, {one.pk: (10, 10)}, version=0)
    step, done = (
        plan_step(act, card.pk, StepDraft("认识批准者", action, MORNING.date()))
        for action in ("拜访", "电话")
    )
    finish_step(act, card.pk, done.pk, version=1)
    save_plan(act, card.pk, {"potential": 4}, version=0)
    member = {"user": cast.lin.pk, "function": "SALES", "counterpart": one.pk}
    chart = {"customer": card, "filename": "a.xlsx", "by": cast.lin, "at": MORNING}
    return {
        "account": card,
        "key_person": one,
        "map_line": draw_lines(act, card.pk, [LineDraft(one.pk, other.pk)])[0],
        "circle": save_circle(act, card.pk, None, {"name": "红圈"}),
        "tie": save_tie(act, card.pk, one.pk, cast.lin.pk, {"current": 1, "evidence": "展会上见过"}),
        "member": save_member(act, card.pk, None, member),
        "map_step": step,
        "done_step": done,
        "info": save_info(act, card.pk, None, {"dimension": "PRICE", "fact": "预算已批", "source": "何伟"}),
        "chart": ChartImport.objects.create(**chart, rows=[asdict(ChartRow(2, "柳青"))]),
        "entered_chart": ChartImport.objects.create(
            **chart, state=ChartImport.State.DONE, made={"added": [], "before": {}}
        ),
    }


def _market(cast: Cast, card: Customer) -> dict[str, Any]:
    """A segment that is served, and a drawn campaign of team A."""
    segment = Segment.objects.create(
        store=cast.store, name="本地企业", bases=["POPULATION"], rule={"level": "B"}, chosen_on=MORNING.date()
    )
    campaign = Campaign.objects.create(
        store=cast.store,
        team=cast.team_a,
        name="春季团购",
        kind="FESTIVAL",
        segment=segment,
        offer="送保养",
        starts_on=MORNING.date(),
        ends_on=MORNING.date(),
        drawn_at=MORNING,
        seed=1,
        by=cast.chen,
    )
    CampaignMember.objects.create(campaign=campaign, customer=card, side="CONTROL")
    return {"segment": segment, "campaign": campaign}


def _scheme(cast: Cast, product: Product) -> Scheme:
    scheme = Scheme.objects.create(
        store=cast.store, name="春季直降", kind="DISCOUNT", percent_off=5, starts_on=MORNING.date()
    )
    scheme.products.set([product])
    return scheme


def _opportunities(cast: Cast, card: Customer) -> dict[str, Any]:
    """An open one with what hangs on it, a won one and a lost one."""
    facts: dict[str, Any] = {
        "customer": card, "store": cast.store, "title": "公务车五台", "amount": 300_000, "stage": "QUALIFIED",
        "stage_since": MORNING.date(), "probability": 10, "expected_close_on": MORNING.date() + timedelta(days=60),
        "opened_on": MORNING.date(), "created_at": MORNING,
    }  # fmt: skip
    loss = LossReport.objects.create(
        customer=card, store=cast.store, state="APPROVED", outcome="REFUSED", bucket="L", reason="BRAND",
        subject="公务车五台", ends_card=False, applied_at=MORNING, decided_at=MORNING, decided_on=MORNING.date(),
    )  # fmt: skip
    opportunity = Opportunity.objects.create(**facts, number="P-1", process=Opportunity.Process.SHORTLIST)
    folder().mkdir(parents=True, exist_ok=True)
    (folder() / "seen").write_bytes(b"%PDF-1.7")
    return {
        "opportunity": opportunity,
        "won_opportunity": Opportunity.objects.create(**facts, number="P-2", won_on=MORNING.date()),
        "lost_opportunity": Opportunity.objects.create(**facts, number="P-3", loss=loss),
        "evidence": EvidenceItem.objects.create(
            opportunity=opportunity, text="立项函", filename="立项函.pdf", stored_as="seen", size=8, at=MORNING,
            on=MORNING.date(),
        ),
        "comparison": DeliveredValue.objects.create(
            customer=opportunity.customer, offer="雅阁", rival="凯美瑞", on=MORNING.date(), our_product=100
        ),
        "rival": Competitor.objects.create(opportunity=opportunity, name="东风"),
        "bid_approval": BidApproval.objects.create(
            opportunity=opportunity, cycle_no=1, reason="回款慢，但有预付款", asked_by=cast.lin, asked_at=MORNING
        ),
        "bid_task": BidTask.objects.create(
            opportunity=opportunity, code="TERMS", state="APPLIED", evidence="国标条款", asked_by=cast.ma,
            asked_at=MORNING,
        ),
    }  # fmt: skip


def _closed(cast: Cast, month: int, **facts: Any) -> MonthClose:
    return MonthClose.objects.create(
        store=cast.store, month=date(2026, month, 1), cutoff=MORNING, closed_at=MORNING, **facts
    )


def everything() -> dict[str, list[Any]]:
    """All rows of all tables, without sessions and remembered requests."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            if table not in PASSING:
                cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
                found[table] = cursor.fetchall()
    return found
