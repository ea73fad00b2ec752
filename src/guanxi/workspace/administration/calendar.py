"""The store's year: which days it is closed, and what changing one would move (R-FUP-02)."""

import calendar as months
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from guanxi.cadence.operations.rescheduling import apply_day
from guanxi.cadence.queries.playbook_effects import agreed_on, rules_of
from guanxi.cadence.rules.recomputing import Rules
from guanxi.organization.guards import only_for
from guanxi.organization.middleware import act_of
from guanxi.organization.models import Store
from guanxi.organization.once import once_per_key
from guanxi.organization.operations.calendars import calendar_if
from guanxi.organization.refused_forms import refusals_on
from guanxi.organization.rules.calendars import Calendar
from guanxi.organization.rules.roles import Role
from guanxi.ui.days import WEEKDAYS, absolute
from guanxi.ui.forms import GuanxiForm, posted
from guanxi.ui.responses import say, see_other
from guanxi.workspace.administration.effects import dates_effect

REACH = 3


class DayForm(GuanxiForm):
    is_closed = forms.TypedChoiceField(
        label=gettext_lazy("The store is"),
        coerce=lambda text: text == "closed",
        choices=[("closed", gettext_lazy("closed")), ("open", gettext_lazy("open"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=60, required=False)


@require_safe
@only_for(Role.ADMIN, Role.MANAGER)
def calendar(request: HttpRequest) -> HttpResponse:
    """Twelve months of ``?year=``, this year by default, up to three years from it."""
    act = act_of(request)
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else act.on.year
    if abs(year - act.on.year) > REACH:
        raise Http404
    edited = {row.on: row for row in act.store.calendar_days.filter(on__year=year)}
    context = {
        "year": year,
        "earlier": str(year - 1) if year > act.on.year - REACH else "",
        "later": str(year + 1) if year < act.on.year + REACH else "",
        "weekdays": WEEKDAYS,
        "months": [_month(act.store, year, month, edited, act.on) for month in range(1, 13)],
        "edited": sorted(edited.values(), key=lambda row: row.on),
    }
    return render(request, "workspace/administration/calendar.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(Role.ADMIN, Role.MANAGER)
@once_per_key
def day(request: HttpRequest, year: int, month: int, day: int) -> HttpResponse:
    """One day: how many dates would move if it were turned, then turn it."""
    act = act_of(request)
    try:
        on = date(year, month, day)
    except (ValueError, OverflowError) as error:
        raise Http404 from error
    if abs(year - act.on.year) > REACH:
        raise Http404
    store, closed = act.store, act.store.calendar.is_closed(on)
    row = store.calendar_days.filter(on=on).first()
    initial = {"is_closed": "open" if closed else "closed", "note": row.note if row else ""}
    form = DayForm(posted(request), initial=initial)
    if form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            moved = apply_day(act, on, given["is_closed"], given["note"])
            words = ngettext("Saved. %(count)s date moved.", "Saved. %(count)s dates moved.", moved)
            say(request, words % {"count": moved} if moved else _("Saved."))
            return see_other(request, f"{reverse('calendar')}?year={year}")
    then = Rules(store.playbook, calendar_if(store, on, not closed))
    context: dict[str, Any] = {
        "on": on,
        "title": absolute(on),
        "form": form,
        "closed": closed,
        "by_rule": Calendar.of(store.playbook.settings, {}).is_closed(on),
        "effect": dates_effect(request.user, store, rules_of(store), then, act.on),  # type: ignore[arg-type]
        "agreed": 0 if closed else agreed_on(store, on),
        "back": f"{reverse('calendar')}?year={year}",
    }
    status = 422 if form.is_bound else 200
    return render(request, "workspace/administration/calendar_day.html", context, status=status)


def _month(store: Store, year: int, month: int, edited: dict[date, Any], today: date) -> dict[str, Any]:
    rule = Calendar.of(store.playbook.settings, {})
    first = date(year, month, 1)
    days = []
    for offset in range(months.monthrange(year, month)[1]):
        on = first + timedelta(days=offset)
        row = edited.get(on)
        look = "open"
        if row is not None:
            look = "own" if row.is_closed else "opened"
        elif rule.is_closed(on):
            look = "week" if on.isoweekday() in rule.weekdays else "festival"
        days.append({"on": on, "look": look, "note": row.note if row else "", "is_today": on == today})
    return {"first": first, "blanks": range(first.weekday()), "days": days}
