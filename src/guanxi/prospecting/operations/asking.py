"""Asking a customer for a recommendation, and whether they are an influence centre (handbook 10.2, 10.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.cadence.models import Task
from guanxi.cadence.operations.tasks import finish_derived, open_tasks
from guanxi.customers.queries.cards import lock_card
from guanxi.customers.rules.opt_outs import may_be_contacted
from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.refusals import Refused, StaleEdit
from guanxi.prospecting.models import InfluenceCentre, ReferralRequest
from guanxi.prospecting.operations.names import NameDraft, note_names
from guanxi.prospecting.queries.asks import standings
from guanxi.prospecting.rules.asking import Asked

ASK_RULE = "R-REF-04"


class AskRefused(Refused):
    """The request cannot be kept this way."""


@dataclass(frozen=True)
class AskDraft:
    """One request: at which moment, and what came of it. ``again_on`` is the day to ask again, where agreed."""

    moment: str
    result: str
    names: Sequence[NameDraft] = ()
    note: str = ""
    again_on: date | None = None


@transaction.atomic
def ask_for_names(act: Act, customer_id: int, draft: AskDraft) -> ReferralRequest:
    """Keep a request and the names it gave; what asked for it is done (R-REF-01).

    Raises Customer.DoesNotExist, AskRefused, also while the customer rests after declining, and NameRefused.
    """
    customer = lock_card(act, customer_id)
    asked = standings(act.store, [customer.pk], act.on)[customer.pk]
    if not asked.may_ask:
        raise _rests(asked)
    if draft.moment not in act.store.playbook.labels("ask_moments"):
        raise AskRefused(_("Choose the moment."), "moment")
    if draft.result not in ReferralRequest.Result.values:
        raise AskRefused(_("Say what came of it."), "result")
    if (draft.result == ReferralRequest.Result.NAMES) != bool(draft.names):
        raise AskRefused(_("Write the names that were given, or choose what came of it instead."), "result")
    if draft.again_on is not None and draft.again_on <= act.on:
        raise AskRefused(_("The day to ask again lies ahead."), "again_on")
    request = ReferralRequest.objects.create(
        customer=customer, store=act.store, by=act.by, ask_no=asked.next_no, moment=draft.moment,
        result=draft.result, names=len(draft.names), note=draft.note.strip()[:300], asked_on=act.on, at=act.at,
    )  # fmt: skip
    leave_trace([act.entry("referral_asked", request, customer=customer.pk, changes={
        "ask_no": [None, request.ask_no], "result": [None, request.result]})])  # fmt: skip
    finish_derived(act, Task.objects.filter(customer=customer, kind=Task.Kind.ASK))
    if draft.names:
        note_names(act, draft.names, recommender_id=customer.pk, request=request)
    elif draft.again_on is not None and may_be_contacted(customer.opt_outs):
        then = standings(act.store, [customer.pk], draft.again_on)[customer.pk]
        if not then.may_ask:
            raise _rests(then, "again_on")
        open_tasks(act, [Task(
            customer=customer, kind=Task.Kind.ASK, item=draft.moment, source_rule=ASK_RULE,
            origin=f"again {request.pk}", due_on=draft.again_on,
        )])  # fmt: skip
    return request


@transaction.atomic
def tick_traits(act: Act, customer_id: int, *, version: int, traits: Sequence[str]) -> InfluenceCentre:
    """Tick which of the five traits a customer has; ``version`` 0 where nothing was ticked yet.

    Raises Customer.DoesNotExist, StaleEdit, AskRefused for an unknown trait or version.
    """
    customer = lock_card(act, customer_id)
    known = list(act.store.playbook.labels("ic_traits"))
    if unknown := set(traits) - set(known):
        raise AskRefused(_("%(code)s is not in the list.") % {"code": sorted(unknown)[0]}, "traits")
    row = InfluenceCentre.objects.filter(customer=customer).first()
    if row is None and version:
        raise AskRefused(_("Nothing is ticked yet: start from version 0."), "version")
    if row is not None and row.version != version:
        raise StaleEdit(_("Somebody saved this first."), row)
    row = row or InfluenceCentre(customer=customer, version=0)
    before, row.traits = row.traits, [code for code in known if code in traits]
    if before == row.traits:
        return row
    row.ticks = len(row.traits)
    row.version += 1
    row.save()
    leave_trace(
        [act.entry("influence_ticked", row, customer=customer.pk, changes={"traits": [before, row.traits]})]
    )
    return row


def _rests(asked: Asked, field: str = "") -> AskRefused:
    return AskRefused(
        _("They declined every request: leave them in peace until %(day)s. Names they give by themselves can be "
          "added to the list.") % {"day": f"{asked.rests_until:%Y-%m-%d}"}, field,
    )  # fmt: skip
