"""Recording a contact."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guanxi.cadence.forms import ContactForm
from guanxi.cadence.models import Interaction
from guanxi.cadence.operations.contacts import ContactDraft, record_contact
from guanxi.cadence.queries.facts import level_facts
from guanxi.cadence.rules.follow_ups import next_due
from guanxi.cadence.rules.levels import LIVE, LevelFacts, suggest_level
from guanxi.cadence.rules.purposes import purpose_of
from guanxi.customers.models import Customer
from guanxi.customers.views.cards import editable_card
from guanxi.organization.acts import Act
from guanxi.organization.labels import language
from guanxi.organization.local_urls import local_url
from guanxi.organization.middleware import act_of
from guanxi.organization.once import once_per_key
from guanxi.organization.refusals import Refused
from guanxi.organization.refused_forms import show_refusal
from guanxi.ui.forms import posted
from guanxi.ui.responses import form_sheet, say, see_other


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    """The record form, and saving it."""
    card = editable_card(request, pk)
    act = act_of(request)
    facts = level_facts(card)
    if request.method == "POST":
        facts = facts_as_asked(request.POST, facts, act)
    form = _form(request, card, act, facts, level=request.POST.get("level", ""))
    if form.is_valid():
        try:
            done = record_contact(act, _draft(form, card, act))
        except Refused as refused:
            if refused.field == "again":
                form.retype("again", "on")
            show_refusal(form, refused)
        else:
            say(request, _saved(done))
            return see_other(request, _back(request, card))
    context = {
        "customer": card,
        "back": _back(request, card),
        "aim": (aim := purpose_of(card.level, facts.ticked, act.store.playbook)) and aim.aim.text(language()),
        "words": aim.words.text(language()) if aim and aim.words else "",
        **judgement_part(
            act, card, facts, follows=request.POST.get("follows", "") if form.is_bound else "yes"
        ),
    }
    return form_sheet(request, "cadence/contact.html", form, context)


@require_safe
def suggestion(request: HttpRequest, pk: int) -> HttpResponse:
    """What level the ticked evidence and the closing date suggest, and the next date of the chosen level.

    The level ``follows`` the suggestion until a person picks one.
    """
    card = editable_card(request, pk)
    act = act_of(request)
    held = level_facts(card)
    asked = request.GET
    facts = facts_as_asked(asked, held, act)
    judged = judgement_part(act, card, facts, follows=asked.get("follows", ""))
    level = judged["suggestion"].level if judged["follows"] and card.is_open else asked.get("level", "")
    context = {"customer": card, "form": _form(request, card, act, facts, level=level), **judged}
    return render(request, "cadence/suggestion.html", context)


def facts_as_asked(asked: QueryDict, held: LevelFacts, act: Act) -> LevelFacts:
    """The facts as the form has them now: its ticks and its date, with the deposit and order of the card."""
    codes = frozenset(asked.getlist("evidence")) & act.store.playbook.evidence_by_code.keys()
    return LevelFacts(_date(asked.get("expected_close_on")), codes, held.deposit, held.ordered)


def judgement_part(act: Act, card: Customer, facts: LevelFacts, *, follows: str = "yes") -> dict[str, Any]:
    """What the judgement part of a form says; ``follows`` is "" once a person has picked the level."""
    found = suggest_level(facts, act.on, act.store.playbook) if card.is_open else None
    return {
        "suggestion": found,
        "date_passed": found is not None and "DATE_PASSED" in found.flags,
        "evidence_missing": found is not None and "EVIDENCE_MISSING" in found.flags,
        "follows": "yes" if follows else "",
    }


def _form(
    request: HttpRequest, card: Customer, act: Act, facts: LevelFacts, *, level: str = ""
) -> ContactForm:
    playbook = act.store.playbook
    chosen = level if level in LIVE else card.level
    proposed = next_due(chosen, act.on, act.store.calendar, playbook) if card.is_open else None
    asked = request.GET
    initial = {
        "method": "PHONE",
        "level": chosen,
        "evidence": sorted(facts.ticked),
        "expected_close_on": facts.expected_close_on,
        "when": asked.get("when", "proposed"),
        "next_due_on": asked.get("next_due_on"),
        "customer_asked": asked.get("customer_asked"),
        "task_id": asked.get("task"),
    }
    return ContactForm(playbook, act.on, proposed, posted(request), initial=initial, level=card.level)


def _saved(done: Interaction) -> str:
    """What was saved and what comes next: the next contact, or after an attempt the day to try again."""
    day = done.next_due_on
    if not done.is_valid:
        day = done.customer.tasks.follow_ups().open().values_list("retry_on", flat=True).first()
        return _("Saved. Try again %(day)s.") % {"day": f"{day:%m-%d}"} if day else _("Saved.")
    return _("Saved. Next contact %(day)s.") % {"day": f"{day:%m-%d}"} if day else _("Saved.")


def _draft(form: ContactForm, card: Customer, act: Act) -> ContactDraft:
    given = form.cleaned_data
    day: date | None = given["contacted_on"]
    at = None
    if day is not None and day != act.on:
        at = datetime.combine(day, time(12), ZoneInfo(act.store.timezone))
    judged = card.is_open and given["reached"] == "yes"
    return ContactDraft(
        customer_id=card.pk,
        method=given["method"],
        reached=given["reached"] == "yes",
        content=given["content"],
        purpose=given["purpose"],
        level=(given["level"] or None) if judged else None,
        level_reason=given["level_reason"],
        evidence=form.evidence_codes if judged else None,
        expected_close_on=given["expected_close_on"],
        keep_close_date=not judged,
        next_due_on=form.chosen_date if judged else None,
        customer_asked=given["customer_asked"],
        at=at,
        again=given["again"],
        task_id=given["task_id"],
    )


def _back(request: HttpRequest, card: Customer) -> str:
    return local_url(request, reverse("customer", args=[card.pk]))


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
