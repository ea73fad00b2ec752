"""Short ways of asking and of writing names in tests."""

from datetime import datetime
from typing import Any

from tests.cast import MORNING, Cast
from tests.prospecting.desk import act_at

from guanxi.cadence.models import Task
from guanxi.cadence.operations.cards import FirstJudgement
from guanxi.customers.models import Customer
from guanxi.lib.phones import parse_phone
from guanxi.organization.acts import Act
from guanxi.organization.models import User
from guanxi.prospecting.models import ReferralLead, ReferralRequest
from guanxi.prospecting.operations.asking import AskDraft, ask_for_names
from guanxi.prospecting.operations.moments import plan_referrals
from guanxi.prospecting.operations.names import NameDraft, edit_name, note_names, warm_name

NEW = FirstJudgement("N")


def reports(card: Customer) -> list[Task]:
    """What the card's consultant owes it to tell."""
    return list(Task.objects.filter(customer=card, kind=Task.Kind.REPORT_BACK).order_by("pk"))


def ask(by: User, card: Customer, result: str, at: datetime = MORNING, *names: str) -> ReferralRequest:
    """One request at an ordinary contact."""
    drafts = [NameDraft(name) for name in names]
    return ask_for_names(act_at(by, at), card.pk, AskDraft("CONTACT", result, drafts))


def noted(
    by: User,
    name: str,
    *,
    phone: str = "",
    recommender: Customer | None = None,
    at: datetime = MORNING,
    **values: Any,
) -> ReferralLead:
    """A name on the list of ``by``, or of the recommender's consultant."""
    draft = NameDraft(name, parse_phone(phone) if phone else None, values)
    return note_names(act_at(by, at), [draft], recommender_id=recommender.pk if recommender else None)[0]


def named(by: User, lead: ReferralLead, *, phone_number: str = "", **values: Any) -> ReferralLead:
    """The name as it stands, with more known about it."""
    given = values | ({"phone": parse_phone(phone_number)} if phone_number else {})
    fresh = ReferralLead.objects.get(pk=lead.pk)
    return edit_name(act_at(by), lead.pk, version=fresh.version, values=given)


def warm(by: User, lead: ReferralLead, warmth: int, evidence: str, at: datetime = MORNING) -> ReferralLead:
    fresh = ReferralLead.objects.get(pk=lead.pk)
    return warm_name(act_at(by, at), lead.pk, version=fresh.version, warmth=warmth, evidence=evidence)


def night(cast: Cast, at: datetime) -> dict[str, int]:
    """The nightly run of the referrals at ``at``."""
    return plan_referrals(Act(by=None, at=at, source="night", given_store=cast.store))
