"""Steps of the plan and facts found out."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from guanxi.key_accounts.forms_relations import InfoForm, StepDoneForm, StepForm
from guanxi.key_accounts.models import InfoItem, PlannedStep
from guanxi.key_accounts.operations.steps import (
    change_step,
    finish_step,
    give_up_step,
    plan_step,
    reopen_step,
    save_info,
)
from guanxi.key_accounts.views.places import editable_account, map_url, sheet
from guanxi.lib.keys import parse_key
from guanxi.organization.middleware import act_of
from guanxi.organization.once import once_per_key
from guanxi.ui.forms import posted
from guanxi.ui.responses import say, see_other

WITHIN = timedelta(days=7)


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def new_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan a step; ``?person=``, ``?goal=`` and ``?action=`` are what the map proposes."""
    card = editable_account(request, pk)
    act = act_of(request)
    initial = {
        "person": parse_key(request.GET.get("person", "")),
        "goal": request.GET.get("goal", "")[:100],
        "action": request.GET.get("action", "")[:200],
        "starts_on": act.on,
        "due_on": act.on + WITHIN,
    }
    form = StepForm(card, posted(request), instance=PlannedStep(customer=card), initial=initial)
    return sheet(
        request, card, form, _("Plan a step"), lambda: plan_step(act, pk, form.draft()),
        message=_("Planned. It stands in Today on its day."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def step(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """Put a planned step another way."""
    card = editable_account(request, pk)
    row = get_object_or_404(card.planned_steps.select_related("task"), pk=step)
    form = StepForm(card, posted(request), instance=row)
    return sheet(
        request, card, form, _("Planned step"),
        lambda: change_step(act_of(request), pk, step, form.draft(), version=form.shown_version),
        stored=lambda current: StepForm(card, instance=current),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def step_done(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """A step is done or given up, with what came of it."""
    card = editable_account(request, pk)
    row = get_object_or_404(card.planned_steps, pk=step)
    form = StepDoneForm(posted(request), initial={"version": row.version, "outcome": "DONE"})

    def save() -> PlannedStep:
        given = form.cleaned_data
        close = finish_step if given["outcome"] == "DONE" else give_up_step
        return close(act_of(request), pk, step, version=given["version"], result=given["result"])

    return sheet(request, card, form, row.action, save)


@require_POST
@once_per_key
def step_reopening(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """Undo that a step is done."""
    card = editable_account(request, pk)
    row = get_object_or_404(card.planned_steps.filter(task__status="DONE"), pk=step)
    reopen_step(act_of(request), pk, row.pk)
    say(request, _("The step is open again."))
    return see_other(request, map_url(pk))


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def info(request: HttpRequest, pk: int, item: int | None = None) -> HttpResponse:
    """Keep a fact or change one."""
    card = editable_account(request, pk)
    row = get_object_or_404(card.info_items, pk=item) if item else InfoItem(customer=card)
    form = InfoForm(posted(request), instance=row)
    return sheet(
        request, card, form, _("Found out"),
        lambda: save_info(act_of(request), pk, item, form.values(), version=form.shown_version),
        stored=lambda current: InfoForm(instance=current),
    )  # fmt: skip
