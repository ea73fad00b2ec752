"""The register of a day: its rows, what is late, and its signatures."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.customers.models import Customer
from guanxi.lib.money import ratio
from guanxi.organization.acts import Act
from guanxi.organization.asked_days import FIRST, asked_day, day_in
from guanxi.organization.guards import only_for
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.once import once_per_key
from guanxi.organization.refusals import Refused
from guanxi.organization.refused_forms import refusals_on
from guanxi.organization.rules.roles import LEADERS, Role
from guanxi.prospecting.forms import DayForm, ReopeningForm
from guanxi.prospecting.models import RegisterDay, Visit
from guanxi.prospecting.operations.days import (
    confirm_day,
    day_of,
    is_signed_off,
    lock_day,
    may_complete,
    note_day,
    reopen_day,
)
from guanxi.prospecting.operations.visits import RECEIVERS
from guanxi.prospecting.queries.alerts import rows_without_card
from guanxi.prospecting.queries.reception import day_totals, unfinished_rows
from guanxi.prospecting.queries.sheets import confirmed_levels, numbers_of
from guanxi.prospecting.queries.tallies import broken_on
from guanxi.prospecting.rules.access import LOCKERS, READ_REGISTERS, SEE_STATISTICS
from guanxi.prospecting.rules.visits import clocks, lacks_card
from guanxi.prospecting.views.visits import gives_to_others, locked_page
from guanxi.ui.forms import GuanxiForm, posted
from guanxi.ui.responses import form_sheet, say, see_other

SHOWN = 20
KINDS = (Visit.Kind.WALKIN, Visit.Kind.PHONEIN, Visit.Kind.EVENT)


@require_safe
@only_for(*READ_REGISTERS)
def registers(request: HttpRequest) -> HttpResponse:
    """The rows of ``?on=`` in the register ``?kind=`` that the user may read, and the store's totals."""
    user: User = request.user  # type: ignore[assignment]
    act = act_of(request)
    on, kind = asked_day(request, act.on), request.GET.get("kind", Visit.Kind.WALKIN)
    if kind not in KINDS or on > act.on:
        raise Http404
    rows = list(
        Visit.objects.visible_to(user)
        .filter(store=act.store, on=on, kind=kind)
        .select_related("consultant", "product")
    )
    day = day_of(act.store, on)
    shown = _shown(user, act, rows, day)
    kept = [row["in_time"] for row in shown if row["in_time"] is not None]
    sees_store, url = user.has_role(*SEE_STATISTICS), reverse("registers")
    context: dict[str, Any] = {
        "on": on, "today": act.on, "kind": kind, "rows": shown, "day": day,
        "is_call": kind == Visit.Kind.PHONEIN,
        "before": on - timedelta(days=1) if on > FIRST else None,
        "after": on + timedelta(days=1) if on < act.on else None,
        "kinds": [
            {"url": f"{url}?on={on}&kind={code}", "label": Visit.Kind(code).label, "active": code == kind}
            for code in KINDS
        ],
        "totals": day_totals(act.store, on) if sees_store else None,
        "timeliness": ratio(sum(kept), len(kept)),
        "late": sum(not one for one in kept),
        "writes": user.has_role(*RECEIVERS) and not is_signed_off(act, day),
        "may_receive": user.has_role(*RECEIVERS),
        "receives": gives_to_others(user),
        "may_lock": user.has_role(*LOCKERS) and not day.is_locked and on <= act.on,
        "may_confirm": day.is_locked and _may_confirm(user, day),
        "may_reopen": day.is_locked and user.has_role(Role.MANAGER),
        "parts": [on.year, on.month, on.day],
        "sees_statistics": sees_store or user.has_role(Role.CONSULTANT),
    }  # fmt: skip
    if user.has_role(*LEADERS):
        context |= _alerts(user, act, on)
    return render(request, "prospecting/registers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(Role.FRONT_DESK, *LEADERS)
@once_per_key
def day(request: HttpRequest, year: int, month: int, day: int) -> HttpResponse:
    """The weather, and who is away."""
    act, on = act_of(request), _day_in(year, month, day)
    if request.method != "POST" and (closed := locked_page(request, act, on, _("Weather and who is away"))):
        return closed
    row, people = (
        day_of(act.store, on),
        list(User.objects.consultants_of(act.store).order_by("team_id", "pk")),
    )
    initial = {"weather": row.weather, "absent": [str(pk) for pk in row.absent]}
    form = DayForm(act, people, posted(request), initial=initial)
    if form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            note_day(act, on, weather=given["weather"], absent=[int(pk) for pk in given["absent"]])
            say(request, _("Saved."))
            back = reverse("reception") if on == act.on else _url(on)
            return see_other(request, back)
    return form_sheet(request, "prospecting/day.html", form, {"on": on, "back": _url(on)})


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(*LOCKERS)
@once_per_key
def lock(request: HttpRequest, year: int, month: int, day: int) -> HttpResponse:
    """The front desk sees what is unfinished, then signs and locks the day."""
    act, on = act_of(request), _day_in(year, month, day)
    form = GuanxiForm(posted(request))
    if form.is_valid():
        with refusals_on(form):
            lock_day(act, on)
            say(request, _("Signed and locked."))
            return see_other(request, _url(on))
    totals = day_totals(act.store, on)
    context = {
        "on": on, "back": _url(on), "totals": totals, "now": act.at, "is_today": on == act.on,
        "unfinished": unfinished_rows(act.store, on), "full_h": act.store.playbook.settings.register_full_h,
        "is_locked": day_of(act.store, on).is_locked,
    }  # fmt: skip
    return form_sheet(request, "prospecting/lock.html", form, context)


@require_POST
@only_for(*LEADERS)
@once_per_key
def confirmation(request: HttpRequest, year: int, month: int, day: int) -> HttpResponse:
    """The supervisor or the manager signs."""
    on = _day_in(year, month, day)
    try:
        confirm_day(act_of(request), on)
        say(request, _("Signed."))
    except Refused as refused:
        messages.error(request, str(refused.message))
    return see_other(request, _url(on))


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(Role.MANAGER)
@once_per_key
def reopening(request: HttpRequest, year: int, month: int, day: int) -> HttpResponse:
    """The manager opens a locked day again."""
    on = _day_in(year, month, day)
    form = ReopeningForm(posted(request))
    if form.is_valid():
        with refusals_on(form):
            reopen_day(act_of(request), on, reason=form.cleaned_data["reason"])
            say(request, _("The day is open again."))
            return see_other(request, _url(on))
    return form_sheet(request, "prospecting/reopening.html", form, {"on": on, "back": _url(on)})


def _shown(user: User, act: Act, rows: list[Visit], day: RegisterDay) -> list[dict[str, Any]]:
    """What the table says of each row; three queries however many there are. ``seq`` is the number in the store's
    register of the day, whoever looks."""
    settings, now = act.store.playbook.settings, act.at
    confirmed = confirmed_levels(rows)
    linked = {row.customer_id for row in rows if row.customer_id is not None}
    seen = set(Customer.objects.visible_to(user).filter(pk__in=linked).values_list("pk", flat=True))
    found = []
    numbers = numbers_of(act.store, day.on, rows[0].kind) if rows else {}
    writes = user.has_role(*RECEIVERS)
    for row in rows:
        late = clocks(
            row.left_at, row.basic_at, row.completed_at, now,
            basic_min=settings.register_basic_min, full_h=settings.register_full_h,
        )  # fmt: skip
        found.append({
            "seq": numbers[row.pk], "visit": row, "may_fill": writes and may_complete(act, row, day),
            "basic_late": late.basic_late, "full_late": late.full_late,
            "confirmed": confirmed[row.pk], "sees_card": row.customer_id in seen,
            "in_time": late.kept(done=row.completed_at is not None),
            "no_card": lacks_card(
                row.level, row.customer_id is not None, row.arrived_at, now,
                least=settings.card_min_level, full_h=settings.register_full_h,
            ),
        })  # fmt: skip
    return found


def _alerts(user: User, act: Act, on: date) -> dict[str, Any]:
    """R-REG-05 and R-REG-06, for those who lead."""
    lacking = rows_without_card(act.store, act.at)
    mine = lacking.filter(pk__in=Visit.objects.visible_to(user).values("pk"))
    return {"no_card": mine.select_related("consultant")[:SHOWN], "broken": broken_on(act.store, on)}


def _may_confirm(user: User, day: RegisterDay) -> bool:
    if user.has_role(Role.MANAGER):
        return day.manager_id is None
    return user.has_role(Role.SUPERVISOR) and day.supervisor_id is None


def _day_in(year: int, month: int, day: int) -> date:
    return day_in(f"{year:04}-{month:02}-{day:02}")


def _url(on: date) -> str:
    return f"{reverse('registers')}?on={on}"
