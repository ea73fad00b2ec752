"""A name becomes a customer: its card is opened, or the one there is is linked (handbook 3.6, 10.5)."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.cadence.operations.cards import FirstJudgement, receive_customer
from guanxi.customers.models import Customer
from guanxi.customers.operations.cards import CardDraft
from guanxi.customers.operations.collisions import check_number, claim_number
from guanxi.customers.queries.cards import changeable, holders_of
from guanxi.lib.phones import parse_phone
from guanxi.organization.acts import Act, leave_trace
from guanxi.prospecting.models import ReferralLead
from guanxi.prospecting.operations.names import NameRefused, locked_name
from guanxi.prospecting.operations.report_backs import report_outcome
from guanxi.prospecting.queries.ancestry import recommenders_of
from guanxi.prospecting.queries.holders import seen_by_holders
from guanxi.prospecting.rules.reports import CARDED
from guanxi.prospecting.rules.warmth import source_of


@dataclass(frozen=True)
class Carded:
    """``opened``: a new card, else the one that had the number. ``claimed``: that one is a colleague's, about whom the
    manager decides. ``waits``: the level waits for a leader."""

    lead: ReferralLead
    opened: bool
    claimed: bool = False
    waits: bool = False


@transaction.atomic
def card_name(
    act: Act, lead_id: int, *, version: int, judgement: FirstJudgement, org_name: str = ""
) -> Carded:
    """Open the card of a name with its source and its recommender, or link the card that has the number; credit
    for a card that exists stays where it is. A colleague's is claimed and not linked before the claim is granted
    (R-PRM-09): what becomes of it is not the claimant's to know. With ``org_name`` the new card is the organisation's.

    Raises ReferralLead.DoesNotExist, StaleEdit, NameRefused, and what ``receive_customer`` raises.
    """
    lead = locked_name(act, lead_id, version)
    if lead.customer_id is not None:
        raise NameRefused(_("This name has a card already."))
    if not lead.phone_normalized:
        raise NameRefused(_("A card needs a phone number."), "phone")
    number = parse_phone(lead.phone_normalized)
    holder = holders_of(act.store, [number]).get(number.normalized)
    claim, waits = None, False
    if holder is None:
        customer, waits = _opened(act, lead, judgement, org_name.strip())
    else:
        customer = holder
        _refuse_ring(lead, holder)
        if act.by is not None:
            check_number(act, number)
        if not changeable(act).filter(pk=holder.pk).exists():
            claim = claim_number(act, number)
    lead.claim = claim
    if claim is None:
        link(act, lead, customer)
    else:
        lead.version += 1
        lead.save()
        leave_trace([act.entry("name_claimed", lead, customer=lead.recommender_id)])
    return Carded(lead, holder is None, claim is not None, waits)


def link(act: Act, lead: ReferralLead, customer: Customer) -> None:
    """Make ``customer`` the card of a locked name; the recommender hears of it (R-REF-02) from whoever may see the
    card."""
    lead.customer = customer
    lead.version += 1
    lead.save()
    told = {"customer": [None, customer.customer_no]}
    about = {customer.pk, lead.recommender_id or customer.pk}
    leave_trace(act.entry("name_carded", lead, customer=pk, changes=told) for pk in sorted(about))
    if lead.pk in seen_by_holders([lead]):
        report_outcome(act, lead, CARDED)


def _opened(act: Act, lead: ReferralLead, judgement: FirstJudgement, org_name: str) -> tuple[Customer, bool]:
    recommender = lead.recommender
    code, detail = source_of(
        recommended=recommender is not None,
        by_vip=recommender is not None and recommender.is_vip_supporter,
        by_owner=recommender is not None and bool(recommender.owner_kind),
    )
    values = {
        "source_code": code, "source_detail": detail, "referrer": recommender, "occupation": lead.occupation,
        "employer": lead.company,
        "remark": " ".join(part for part in (lead.situation, lead.family) if part),
    }  # fmt: skip
    if org_name:
        values |= {"kind": Customer.Kind.ORG, "org_name": org_name}
    draft = CardDraft(lead.name, [parse_phone(lead.phone_normalized)], lead.holder or act.by, values)
    customer, request = receive_customer(act, draft, judgement)
    return customer, request is not None


def _refuse_ring(lead: ReferralLead, holder: Customer) -> None:
    """Two people cannot have brought each other, through however many between them."""
    if lead.recommender_id is None:
        return
    if holder.pk == lead.recommender_id:
        raise NameRefused(_("This is the recommender's own number: nobody recommends themselves."), "phone")
    if holder.pk in recommenders_of(lead.recommender_id):
        raise NameRefused(
            _(
                "The recommender came to us through this very customer: two people cannot have brought each other."
            ),
            "phone",
        )
