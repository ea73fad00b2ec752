"""What the tests of opportunities share: one open opportunity, and moving it the way people do."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.cast import MORNING

from guanxi.cadence.operations.losses import LossDraft, decide_loss
from guanxi.customers.models import Contact, Customer
from guanxi.key_accounts.models import KeyPerson
from guanxi.organization.acts import Act
from guanxi.pipeline.drafts import EvidenceDraft, OpportunityDraft, Progress
from guanxi.pipeline.models import Opportunity
from guanxi.pipeline.operations.endings import Win, lose_opportunity, win_opportunity
from guanxi.pipeline.operations.moves import move_opportunity
from guanxi.pipeline.operations.opportunities import open_opportunity

TODAY = MORNING.date()
SEEN = (EvidenceDraft("客户来函确认立项"),)
AGAINST = (EvidenceDraft("预算被砍一半", is_counter=True),)
CANCELLED = LossDraft("PLAN_CANCELLED", "PLAN_CHANGED")


def later(days: int) -> datetime:
    return MORNING + timedelta(days=days)


def opened(act: Act, card: Customer, **asked: Any) -> Opportunity:
    """An opportunity over 300,000 yuan to close in 60 days."""
    draft = {
        "title": "公务车五台",
        "expected_close_on": act.on + timedelta(days=60),
        "amount": Decimal(300_000),
    }
    return open_opportunity(act, card.pk, OpportunityDraft(**draft | asked))


def mapped(card: Customer) -> Customer:
    """The card with an approver and a decision maker on its map, so that nothing waits for R-KEY-02."""
    for role, name in (("A", "郑总"), ("D", "许副总")):
        KeyPerson.objects.create(
            contact=Contact.objects.create(customer=card, name=name), role=role, known_since=TODAY
        )
    return card


def moved(act: Act, row: Opportunity, stage: str, **asked: Any) -> Opportunity:
    """Answer the four questions and move; fresh afterwards."""
    said = {
        "stage": stage,
        "finished": "做完这一步",
        "action": "约见总经理",
        "plan": "下周递方案",
        "evidence": SEEN,
    }
    move_opportunity(act, row.pk, version=stored(row).version, progress=Progress(**said | asked))
    return stored(row)


def won(act: Act, row: Opportunity, number: str = "HT-001", **asked: Any) -> Opportunity:
    return win_opportunity(
        act, row.pk, version=stored(row).version, win=Win(number, "合同已签", SEEN, **asked)
    )


def lost(applied: Act, decided: Act, row: Opportunity, **asked: Any) -> Opportunity:
    """Applied for by one, approved by another; fresh afterwards."""
    waiting = lose_opportunity(applied, row.pk, version=stored(row).version, draft=CANCELLED, **asked)
    assert waiting.loss is not None
    decide_loss(decided, waiting.loss.pk, approve=True, called_back=True, note="属实")
    return stored(row)


def stored(row: Opportunity) -> Opportunity:
    return Opportunity.objects.select_related("customer", "loss", "store").get(pk=row.pk)


def in_days(count: int) -> date:
    return TODAY + timedelta(days=count)
