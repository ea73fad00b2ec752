"""F-REF-1 and F-NAME-1: a person's names as they stood at the end of a day, in JSON shapes."""

from collections import defaultdict
from datetime import date
from typing import Any

from guanxi.cadence.models import Task
from guanxi.organization.models import Store, User
from guanxi.prospecting.models import ReferralLead
from guanxi.prospecting.rules.reports import first_given, given_origin, outcome_origin


def referral_sheet(store: Store, person: User | None, on: date) -> dict[str, Any]:
    """F-REF-1: the recommended names, the warmest first. Three queries."""
    leads = [lead for lead in _leads(store, person, on) if lead.recommender_id is not None]
    reported = reports_on(leads, on)
    return {"on": on.isoformat(), "rows": [_row(lead, on, reported.get(lead.pk)) for lead in leads]}


def name_sheet(store: Store, person: User | None, on: date) -> dict[str, Any]:
    """F-NAME-1: all names, the warmest first, and how many there are to be (R-PRO-01). Two queries."""
    leads = _leads(store, person, on)
    rows = [_row(lead, on, None) for lead in leads]
    return {
        "on": on.isoformat(), "rows": rows, "goal": store.playbook.settings.names_goal,
        "ideal": sum(lead.is_ideal for lead in leads),
        "valid": sum(bool(row["relation"]) and row["result"] != "INVALID" for row in rows),
    }  # fmt: skip


def reports_on(leads: list[ReferralLead], on: date) -> dict[int, date]:
    """Name → the last day up to ``on`` on which its recommender was told of it (R-REF-02). One query."""
    reports: dict[int, list[tuple[str, date | None]]] = defaultdict(list)
    tasks = Task.objects.filter(
        kind=Task.Kind.REPORT_BACK, customer__in={lead.recommender_id for lead in leads}
    )
    for customer, origin, status, done_on in tasks.values_list("customer_id", "origin", "status", "done_on"):
        is_told = status == Task.Status.DONE and done_on is not None and done_on <= on
        reports[customer].append((origin, done_on if is_told else None))
    found = {}
    for lead in leads:
        mine = reports.get(lead.recommender_id or 0, ())
        days = [day for origin, day in mine if origin.startswith(outcome_origin(lead.pk))]
        # Of several reports on the names of a day, the last that begins no later than this name tells of it.
        day_of = given_origin(lead.noted_on.isoformat())
        given = {first_given(origin): day for origin, day in mine if origin.startswith(day_of)}
        days += [given[first] for first in sorted(given) if first <= lead.pk][-1:]
        if told := [day for day in days if day is not None]:
            found[lead.pk] = max(told)
    return found


def _leads(store: Store, person: User | None, on: date) -> list[ReferralLead]:
    rows = ReferralLead.objects.filter(store=store, noted_on__lte=on)
    if person is not None:
        rows = rows.held_by([person])
    found = rows.select_related("recommender").prefetch_related("warmth_changes")
    return sorted(found, key=lambda lead: (-lead.warmth_on(on), lead.pk))


def _row(lead: ReferralLead, on: date, reported: date | None) -> dict[str, Any]:
    knows = lead.result_on is not None and lead.result_on <= on
    return {
        "recommender": lead.recommender.name if lead.recommender else "",
        "relation": lead.relation,
        "name": lead.name,
        "phone": lead.phone_masked,
        "company": lead.company,
        "occupation": lead.occupation,
        "family": lead.family,
        "trigger": lead.trigger,
        "situation": lead.situation,
        "years_known": lead.years_known,
        "age": lead.age,
        "marital": lead.marital,
        "children": lead.children,
        "income_band": lead.income_band,
        "conditions": lead.conditions,
        "warmth": lead.warmth_on(on),
        "warm_method": lead.warm_method,
        "first_visit_on": lead.first_visit_on.isoformat() if lead.first_visit_on and knows else "",
        "result": lead.result if knows else "",
        "reported_on": reported.isoformat() if reported else "",
    }
