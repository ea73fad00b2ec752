"""The name list: noting names, learning about them, warming them up, and what the first visit gave."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.customers.models import Customer, Phone
from guanxi.customers.queries.cards import lock_card
from guanxi.lib.phones import PhoneNumber, mask_phone
from guanxi.organization.acts import Act, changed_fields, leave_trace
from guanxi.organization.models import User
from guanxi.organization.refusals import Refused, StaleEdit
from guanxi.prospecting.models import ReferralLead, ReferralRequest, WarmthChange
from guanxi.prospecting.operations.report_backs import promise_report, report_outcome
from guanxi.prospecting.rules.warmth import HOTTEST, NEED, is_ideal, may_be_visited, why_not_warmed

CODED = {
    "relation": "relations", "trigger": "name_triggers", "income_band": "income_bands", "result": "name_results",
    "warm_method": "warm_methods",
}  # fmt: skip
AT_ONCE = 50


class NameRefused(Refused):
    """The name cannot be kept or changed this way; nothing was kept."""


WHY_NOT_WARMED = {
    "UNKNOWN": (_("Choose a warmth from 1 to 5."), "warmth"),
    "SAME": (_("The name stands at this warmth already."), "warmth"),
    "NO_EVIDENCE": (
        _("Say what shows it: a note on the brochure, a call, the day of a meeting."),
        "evidence",
    ),
    "NO_NEED": (_("Level 5 takes a clear need: tick it among the conditions first."), "warmth"),
    "NOT_RECOMMENDED": (
        _("Level 5 takes a recommendation: a name of one's own circle stays at 4."),
        "warmth",
    ),
}


@dataclass(frozen=True)
class NameDraft:
    """A name to note; ``values`` are fields of the row by name."""

    name: str
    phone: PhoneNumber | None = None
    values: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def note_names(
    act: Act, drafts: Sequence[NameDraft], *, recommender_id: int | None = None,
    request: ReferralRequest | None = None,
) -> list[ReferralLead]:  # fmt: skip
    """Put names on the list: the recommender's consultant's, or without one the actor's own circle (R-PRO-01).

    The recommender is promised a report (R-REF-02). Raises NameRefused, Customer.DoesNotExist unless the actor
    may change the recommender's card.
    """
    if not drafts:
        raise NameRefused(_("Write at least one name."), "name")
    if len(drafts) > AT_ONCE:
        raise NameRefused(_("At most %(count)s names at once.") % {"count": AT_ONCE}, "name")
    recommender = lock_card(act, recommender_id) if recommender_id is not None else None
    consultant = (recommender.owner if recommender else None) or act.by
    if consultant is None:
        raise NameRefused(_("Nobody looks after this customer yet: hand the card over first."))
    leads = []
    for draft in drafts:
        lead = ReferralLead(
            store=act.store, consultant=consultant, recommender=recommender, request=request,
            name=draft.name.strip(), noted_on=act.on, created_at=act.at,
            phone_normalized=draft.phone.normalized if draft.phone else "",
        )  # fmt: skip
        for name, value in draft.values.items():
            setattr(lead, name, value)
        _check(act, lead)
        leads.append(lead)
    _refuse_known(act, leads, recommender)
    ReferralLead.objects.bulk_create(leads)
    about = recommender.pk if recommender else None
    leave_trace(
        act.entry("name_noted", lead, customer=about, changes={"name": [None, lead.name]}) for lead in leads
    )
    if recommender is not None:
        promise_report(act, recommender, leads)
    return leads


@transaction.atomic
def edit_name(act: Act, lead_id: int, *, version: int, values: dict[str, Any]) -> ReferralLead:
    """Change what is known about a name; ``phone`` is a PhoneNumber, or None for no number.

    Raises ReferralLead.DoesNotExist, StaleEdit, NameRefused.
    """
    lead = locked_name(act, lead_id, version)
    given = dict(values)
    phone = given.pop("phone", lead.phone_normalized)
    number = phone.normalized if isinstance(phone, PhoneNumber) else phone or ""
    changes = changed_fields(lead, given)
    if number != lead.phone_normalized:
        if lead.customer_id is not None:
            raise NameRefused(_("The name has a card: change the number there."), "phone")
        changes["phone"] = [mask_phone(lead.phone_normalized), mask_phone(number)]
    for name in given:
        setattr(lead, name, given[name])
    lead.phone_normalized = number
    _check(act, lead)
    if lead.warmth == HOTTEST and NEED not in lead.conditions:
        raise NameRefused(_("At level 5 the need is clear: cool the name down first."), "conditions")
    if "phone" in changes:
        # The claim was about the old number.
        lead.claim = None
        _refuse_known(act, [lead], lead.recommender)
    return _kept(act, lead, "name_edited", changes)


@transaction.atomic
def warm_name(
    act: Act, lead_id: int, *, version: int, warmth: int, evidence: str, method: str = ""
) -> ReferralLead:
    """R-REF-05: move a name to another warmth with what shows it; down needs a reason as well.

    Raises ReferralLead.DoesNotExist, StaleEdit, NameRefused.
    """
    lead = locked_name(act, lead_id, version)
    why = why_not_warmed(
        lead.warmth, warmth, evidence=evidence, recommended=lead.recommender_id is not None,
        conditions=lead.conditions,
    )  # fmt: skip
    if why:
        raise NameRefused(*WHY_NOT_WARMED[why])
    before, lead.warmth = lead.warmth, warmth
    lead.warm_method = method or lead.warm_method
    _check(act, lead)
    WarmthChange.objects.create(
        lead=lead, before=before, after=warmth, method=method, evidence=evidence.strip()[:300], on=act.on, by=act.by,
        at=act.at,
    )  # fmt: skip
    return _kept(act, lead, "name_warmed", {"warmth": [before, warmth]}, reason=evidence.strip())


@transaction.atomic
def note_result(
    act: Act, lead_id: int, *, version: int, result: str, first_visit_on: date | None = None, note: str = ""
) -> ReferralLead:
    """What a first visit gave, or the day it is agreed for; the recommender hears of it (R-REF-02).

    Raises ReferralLead.DoesNotExist, StaleEdit, NameRefused; R-PRO-04: no appointment with neither means nor the
    right to decide.
    """
    lead = locked_name(act, lead_id, version)
    if not result:
        raise NameRefused(_("Say what came of it."), "result")
    if result == "APPOINTED" and not lead.is_qualified:
        raise NameRefused(
            _(
                "Find out first whether they have the means or can decide: the visiting list takes nobody with neither."
            ),
            "result",
        )
    if result == "APPOINTED" and first_visit_on is None:
        raise NameRefused(_("Enter the day of the appointment."), "first_visit_on")
    if result != "APPOINTED" and first_visit_on is not None and first_visit_on > act.on:
        raise NameRefused(
            _("The visit lies in the future: choose the appointment instead."), "first_visit_on"
        )
    values = {"result": result, "first_visit_on": first_visit_on or lead.first_visit_on, "result_note": note}
    changes = changed_fields(lead, values)
    for name, value in values.items():
        setattr(lead, name, value)
    lead.result_on = act.on
    _check(act, lead)
    if "result" in changes:
        report_outcome(act, lead, result)
    return _kept(act, lead, "name_result", changes)


def locked_name(act: Act, lead_id: int, version: int) -> ReferralLead:
    """The name for change, locked until the transaction ends. Raises ReferralLead.DoesNotExist unless the actor may
    change it, StaleEdit."""
    rows = (
        ReferralLead.objects.filter(store=act.store)
        if act.by is None
        else ReferralLead.objects.editable_by(act.by)
    )
    rows = rows.select_related("recommender__owner", "consultant", "store", "customer")
    lead = rows.select_for_update(of=("self",)).get(pk=lead_id)
    if lead.version != version:
        raise StaleEdit(_("Somebody saved this name first."), lead)
    return lead


def _kept(
    act: Act, lead: ReferralLead, action: str, changes: dict[str, list[Any]], *, reason: str = ""
) -> ReferralLead:
    if changes:
        lead.version += 1
        lead.save()
        leave_trace([act.entry(action, lead, customer=lead.recommender_id, changes=changes, reason=reason)])
    return lead


def _check(act: Act, lead: ReferralLead) -> None:
    """Refuse what cannot be, and settle the copies that lists filter by."""
    if not lead.name.strip():
        raise NameRefused(_("Enter a name."), "name")
    lists = act.store.playbook
    for name, listed in CODED.items():
        code = getattr(lead, name)
        if code and code not in lists.labels(listed):
            raise NameRefused(_("%(code)s is not in the list.") % {"code": code}, name)
    known = list(lists.labels("name_conditions"))
    if unknown := set(lead.conditions) - set(known):
        raise NameRefused(_("%(code)s is not in the list.") % {"code": sorted(unknown)[0]}, "conditions")
    lead.conditions = [code for code in known if code in lead.conditions]
    lead.is_qualified, lead.is_ideal = may_be_visited(lead.conditions), is_ideal(lead.conditions)


def _refuse_known(act: Act, leads: Sequence[ReferralLead], recommender: Customer | None) -> None:
    """10.5: nobody recommends themselves, and nobody stands twice on one recommender's or consultant's list, which is
    locked until the transaction ends."""
    numbers = [lead.phone_normalized for lead in leads if lead.phone_normalized]
    if not numbers:
        return
    # Two who write the same number at once would not see each other's row.
    whose = (
        Customer.objects.filter(pk=recommender.pk)
        if recommender is not None
        else User.objects.filter(pk=leads[0].consultant_id)
    )
    whose.select_for_update(no_key=True).order_by().values_list("pk").get()
    if (
        recommender is not None
        and Phone.objects.filter(customer=recommender, normalized__in=numbers).exists()
    ):
        raise NameRefused(_("This is the recommender's own number: nobody recommends themselves."), "phone")
    same = ReferralLead.objects.filter(store=act.store, phone_normalized__in=numbers, recommender=recommender)
    if recommender is None:
        same = same.filter(consultant=leads[0].consultant)
    if (
        len(set(numbers)) < len(numbers)
        or same.exclude(pk__in=[lead.pk for lead in leads if lead.pk]).exists()
    ):
        raise NameRefused(_("This number stands on the list already."), "phone")
