"""The menu of the forms, and a form of a period as a file."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from guanxi.organization.labels import language
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.refusals import Refused
from guanxi.performance.queries.closes import first_record_on, latest_close
from guanxi.performance.queries.people import people_of, reads_whole_store, within_reach
from guanxi.performance.rules.periods import month_of
from guanxi.ui.responses import see_other
from guanxi.workspace.forms.asking import asked_in
from guanxi.workspace.forms.menu import menu_for
from guanxi.workspace.forms.period_printing import NoSuchForm, print_period


@require_safe
def forms(request: HttpRequest) -> HttpResponse:
    """Every form the user may print, with the month, day and person to print it for."""
    user = request.user
    assert isinstance(user, User)
    if user.store is None:
        raise Http404
    act = act_of(request)
    groups = menu_for(user, act.store.playbook.settings.forms_set)
    if not groups:
        raise Http404
    begun = first_record_on(act.store)
    try:
        asked = asked_in(request.GET)
    except (Refused, NoSuchForm):
        asked = asked_in({})
    month = asked.on or asked.month or act.on
    people = within_reach(people_of(act.store, month_of(month, act.on)), user)
    return render(
        request, "workspace/forms.html",
        {
            "groups": [
                (group.label.text(language()), [
                    (entry, entry.label.text(language())) for entry in group.entries
                ])
                for group in groups
            ],
            "month": f"{month:%Y-%m}", "on": asked.on.isoformat() if asked.on else "",
            "person": asked.person.pk if asked.person else 0, "whole": asked.whole,
            "people": people if len(people) > 1 or user not in people else [],
            "reads_store": reads_whole_store(user),
            "may_export": user.may_export, "first": begun, "today": act.on,
            "close": latest_close(act.store, month),
        },
    )  # fmt: skip


@require_safe
def print_period_form(request: HttpRequest, code: str, format: str) -> HttpResponse:
    """The form as a file: ``?month=2026-03`` or ``?on=2026-03-31``, ``&person=`` an id, or "store"."""
    user = request.user
    assert isinstance(user, User)
    if user.store is None:
        raise Http404
    try:
        printed = print_period(act_of(request), code, format, asked_in(request.GET), language=user.language)
    except NoSuchForm as error:
        raise Http404 from error
    except Refused as refused:
        messages.error(request, str(refused.message))
        kept = {name: request.GET[name] for name in ("month", "on", "person") if request.GET.get(name)}
        return see_other(request, f"{reverse('forms')}?{urlencode(kept)}")
    response = HttpResponse(printed.content, content_type=printed.content_type)
    response["Content-Disposition"] = f'attachment; filename="{printed.filename}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
