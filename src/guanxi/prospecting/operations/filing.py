"""From the register to the card: opening one, or writing the visit on the one that has the number (R-PRM-01)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from guanxi.cadence.operations.cards import FirstJudgement, receive_customer
from guanxi.cadence.operations.contacts import ContactDraft, record_contact
from guanxi.cadence.queries.facts import level_facts
from guanxi.customers.models import Customer
from guanxi.customers.operations.cards import CardDraft, CardRefused
from guanxi.customers.operations.collisions import check_number, claim_number
from guanxi.customers.queries.cards import changeable, holders_of
from guanxi.lib.phones import PhoneNumber, parse_phone
from guanxi.organization.acts import Act
from guanxi.prospecting.models import Visit
from guanxi.prospecting.rules.judging import Judged

METHODS = {Visit.Kind.WALKIN: "SHOWROOM", Visit.Kind.PHONEIN: "PHONE", Visit.Kind.EVENT: "EVENT"}
SOURCES = {Visit.Kind.WALKIN: "S", Visit.Kind.PHONEIN: "S", Visit.Kind.EVENT: "P"}


@dataclass(frozen=True)
class Filed:
    waits: bool = False
    claimed: bool = False


def file_party(act: Act, visit: Visit, judged: Judged) -> Filed:
    """Give the row its card. A colleague's customer is only linked: the claim goes to the manager (R-PRM-09).

    Raises CardRefused without a name or a consultant, and what ``receive_customer`` and ``record_contact`` raise.
    """
    number = parse_phone(visit.phone_normalized)
    holder = holders_of(act.store, [number]).get(number.normalized)
    if holder is None:
        visit.customer, waits = _opened(act, visit, number, judged)
        if not visit.level_first:
            visit.level_first = visit.customer.level
        _record(act, visit, judged, opened=True)
        return Filed(waits=waits)
    if act.by is not None:
        check_number(act, number)
    visit.customer = holder
    if not changeable(act).filter(pk=holder.pk).exists():
        return Filed(claimed=claim_number(act, number) is not None)
    if not visit.name:
        visit.name = holder.name
    _record(act, visit, judged, opened=False)
    return Filed()


def _opened(act: Act, visit: Visit, number: PhoneNumber, judged: Judged) -> tuple[Customer, bool]:
    owner = visit.consultant
    if owner is None:
        raise CardRefused(_("Choose who receives the party first."), "consultant")
    values = {
        "gender": visit.gender, "region": visit.region, "channel": visit.channel, "remark": visit.remark,
        "source_code": SOURCES[Visit.Kind(visit.kind)],
    }  # fmt: skip
    intent = {
        "product": visit.product, "colour": visit.colour, "competitors": visit.competitor,
        "expected_close_on": judged.expected_close_on,
    }  # fmt: skip
    first = FirstJudgement(visit.level_first or "N", judged.evidence, reason=judged.reason)
    customer, request = receive_customer(act, CardDraft(visit.name, [number], owner, values, intent), first)
    return customer, request is not None


def _record(act: Act, visit: Visit, judged: Judged, *, opened: bool) -> None:
    """The visit as a contact on the card, so that nobody writes it twice."""
    card = visit.customer
    assert card is not None
    judges = not opened and card.is_open and card.level != "O" and bool(visit.level_first)
    ticked = frozenset(level_facts(card).ticked) | judged.evidence if judges and judged.evidence else None
    said = visit.course.strip()
    if len(said) < act.store.playbook.settings.note_min:
        said = " ".join(part for part in (_("From the register."), said) if part)
    visit.interaction = record_contact(act, ContactDraft(
        customer_id=card.pk, method=METHODS[Visit.Kind(visit.kind)], reached=True, content=said,
        level=visit.level_first if judges else None, level_reason=judged.reason, evidence=ticked,
        expected_close_on=judged.expected_close_on,
        keep_close_date=opened or not judges or judged.expected_close_on is None,
        at=min(visit.arrived_at, act.at), again=True,
    ))  # fmt: skip
