"""Judging levels without a contact, and what leaders decide."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from guanxi.cadence.forms import DecisionForm, LevelForm, LossForm, ReactivationForm
from guanxi.cadence.models import LevelChange, Task
from guanxi.cadence.operations.cards import decide_claim
from guanxi.cadence.operations.levels import decide_downgrade, decide_level_request, set_level
from guanxi.cadence.operations.losses import LossDraft, apply_for_loss, decide_loss, reactivate, withdraw_loss
from guanxi.cadence.operations.tasks import TaskRefused, finish_task, reopen_task
from guanxi.cadence.queries.facts import level_facts
from guanxi.cadence.views.contacts import facts_as_asked, judgement_part
from guanxi.customers.models import Customer
from guanxi.customers.views.cards import editable_card
from guanxi.organization.acts import Act
from guanxi.organization.local_urls import local_url
from guanxi.organization.middleware import act_of
from guanxi.organization.once import once_per_key
from guanxi.organization.refusals import Refused
from guanxi.organization.refused_forms import refusals_on
from guanxi.ui.forms import posted
from guanxi.ui.responses import form_sheet, say, see_other


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def level(request: HttpRequest, pk: int) -> HttpResponse:
    """Judge the level without a contact; with ``confirm`` the second judgement of R-LVL-02."""
    card = editable_card(request, pk)
    act = act_of(request)
    if not card.is_open:
        raise Http404
    facts = level_facts(card)
    if request.method == "POST":
        facts = facts_as_asked(request.POST, facts, act)
    initial = {
        "level": card.level,
        "evidence": sorted(facts.ticked),
        "expected_close_on": facts.expected_close_on,
    }
    form = LevelForm(act.store.playbook, posted(request), initial=initial, level=card.level)
    if form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            change = set_level(
                act, pk, given["level"] or card.level, reason=given["level_reason"], evidence=form.evidence_codes,
                expected_close_on=given["expected_close_on"], keep_close_date=False,
                confirm=not card.level_confirmed,
            )  # fmt: skip
            waits = change is not None and change.state == LevelChange.State.REQUESTED
            say(request, _("Sent to your supervisor for approval.") if waits else _("Level saved."))
            return see_other(request, local_url(request, reverse("customer", args=[pk])))
    context = {
        "customer": card,
        **judgement_part(
            act, card, facts, follows=request.POST.get("follows", "") if form.is_bound else "yes"
        ),
        "back": local_url(request, reverse("customer", args=[pk])),
    }
    return form_sheet(request, "cadence/level.html", form, context)


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def loss(request: HttpRequest, pk: int) -> HttpResponse:
    """Apply for a loss."""
    card = editable_card(request, pk)
    act = act_of(request)
    form = LossForm(act.store.playbook, posted(request))
    if form.is_valid():
        with refusals_on(form):
            apply_for_loss(act, pk, LossDraft(**form.cleaned_data))
            say(request, _("Application sent. The level stays until it is approved."))
            return see_other(request, reverse("customer", args=[pk]))
    return form_sheet(request, "cadence/loss.html", form, {"customer": card})


@require_POST
@once_per_key
def loss_withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's application back."""
    editable_card(request, pk)
    withdraw_loss(act_of(request), pk)
    say(request, _("The application was withdrawn."))
    return see_other(request, reverse("customer", args=[pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def reactivation(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring a lost customer back, or open a new intent for an owner (R-LVL-06)."""
    card = editable_card(request, pk)
    form = ReactivationForm(posted(request), initial={"level": "B"})
    if form.is_valid():
        with refusals_on(form):
            reactivate(act_of(request), pk, **form.cleaned_data)
            say(request, _("The customer is back on your list."))
            return see_other(request, reverse("customer", args=[pk]))
    return form_sheet(request, "cadence/reactivation.html", form, {"customer": card})


@require_POST
@once_per_key
def task_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a task done; the message offers to take it back."""
    return _task(request, lambda act: finish_task(act, pk), _("Done."), reverse("task-reopen", args=[pk]))


@require_POST
@once_per_key
def task_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    return _task(request, lambda act: reopen_task(act, pk), _("The task is open again."), None)


def _task(
    request: HttpRequest, work: Callable[[Act], Task], message: str, undo_url: str | None
) -> HttpResponse:
    try:
        work(act_of(request))
    except Task.DoesNotExist as error:
        raise Http404 from error
    except TaskRefused as refused:
        message, undo_url = str(refused.message), None
    say(request, message, undo_url=undo_url)
    return see_other(request, local_url(request, reverse("today")))


@require_POST
@once_per_key
def level_request_decision(request: HttpRequest, pk: int) -> HttpResponse:
    def decide(act: Act, form: DecisionForm) -> Any:
        return decide_level_request(act, pk, approve=form.approve, note=form.cleaned_data["note"])

    return _decision(request, decide, _("%(name)s: approved."), _("%(name)s: refused."))


@require_POST
@once_per_key
def downgrade_decision(request: HttpRequest, pk: int) -> HttpResponse:
    def decide(act: Act, form: DecisionForm) -> Any:
        return decide_downgrade(act, pk, accept=form.approve, note=form.cleaned_data["note"])

    return _decision(
        request, decide, _("%(name)s: the downgrade is in force."), _("%(name)s: the level is kept.")
    )


@require_POST
@once_per_key
def loss_decision(request: HttpRequest, pk: int) -> HttpResponse:
    def decide(act: Act, form: DecisionForm) -> Any:
        given = form.cleaned_data
        return decide_loss(
            act, pk, approve=form.approve, called_back=given["called_back"], note=given["note"]
        )

    return _decision(request, decide, _("%(name)s: the loss is approved."), _("%(name)s: back on the list."))


@require_POST
@once_per_key
def collision_decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Yes moves the customer with its open tasks to the claimant, no keeps it."""

    def decide(act: Act, form: DecisionForm) -> Any:
        return decide_claim(act, pk, move=form.approve, reason=form.cleaned_data["note"])

    return _decision(
        request, decide, _("%(name)s: given to the claimant."), _("%(name)s: stays with the consultant.")
    )


def _decision(
    request: HttpRequest, decide: Callable[[Act, DecisionForm], Any], yes: str, no: str
) -> HttpResponse:
    """What was decided about whom. A refusal comes back to the page as a message; nothing was changed."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        decided = decide(act_of(request), form)
    except ObjectDoesNotExist as error:
        raise Http404 from error
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        customer = decided if isinstance(decided, Customer) else decided.customer
        say(request, (yes if form.approve else no) % {"name": customer.name})
    return see_other(request, local_url(request, f"{reverse('today')}?whose=team"))
