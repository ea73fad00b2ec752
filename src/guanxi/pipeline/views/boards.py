"""Opportunities of everybody one may see: board, list, calendar of closings, weekly review."""

from datetime import date, timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from guanxi.lib.keys import parse_key
from guanxi.lib.money import format_money
from guanxi.organization.labels import language
from guanxi.organization.middleware import act_of
from guanxi.organization.models import Store, User
from guanxi.organization.rules.roles import Reach
from guanxi.pipeline.models import Opportunity
from guanxi.pipeline.queries.boards import (
    Card,
    ClosingDay,
    after,
    board,
    closings,
    listed,
    sellers,
    shown,
    slipped,
    stalled,
)
from guanxi.pipeline.queries.experience import dwell_limits
from guanxi.pipeline.queries.opportunities import reviews

PAGE = 50
STATES = ("open", "won", "lost")
WATCHED = ("slipped", "stale")


def readers_only(request: HttpRequest) -> User:
    """The user, if their role reads customers; else the page does not exist."""
    user: User = request.user  # type: ignore[assignment]
    if user.read_reach == Reach.NONE:
        raise Http404
    return user


def scope(request: HttpRequest, user: User, store: Store) -> tuple[QuerySet[Opportunity], dict[str, Any]]:
    """The opportunities asked for, of ``?who=`` or of all within reach, and what the choice of a person shows."""
    rows = Opportunity.objects.visible_to(user).filter(store=store)
    people = list(sellers(user)) if user.read_reach != Reach.OWN else []
    asked = request.GET.get("who", "")
    person = None
    if asked:
        person = next((one for one in people if one.pk == parse_key(asked)), None)
        if person is None:
            raise Http404
        rows = rows.filter(customer__owner=person)
    return rows, {"people": people, "person": person, "store": store}


def tabs(active: str, person: User | None = None) -> list[dict[str, Any]]:
    query = f"?who={person.pk}" if person else ""
    places = [
        ("opportunities", pgettext("opportunities", "Board")), ("opportunity-list", _("List")),
        ("opportunity-calendar", _("Closings")), ("opportunity-reviews", _("Weekly review")),
        ("forecast", _("Forecast")),
    ]  # fmt: skip
    return [
        {"url": reverse(name) + query, "label": label, "active": name == active} for name, label in places
    ]


@require_safe
def opportunities(request: HttpRequest) -> HttpResponse:
    """The board: a column for each stage, fifty cards each."""
    user = readers_only(request)
    act = act_of(request)
    rows, about = scope(request, user, act.store)
    playbook = act.store.playbook
    columns = board(rows, playbook.stages, dwell_limits(act.store, act.on), act.on)
    person, lang = about["person"], language()
    context = about | {
        "on": act.on,
        "tabs": tabs("opportunities", person),
        "columns": [
            {
                "stage": column.stage.code,
                "label": column.stage.label.text(language()),
                "percent": playbook.settings.stage_probability[column.stage.code],
                "column": column,
                "cards": [_shown(card, lang) for card in column.cards],
                "more_url": _list_url(stage=column.stage.code, who=person.pk if person else ""),
            }
            for column in columns
        ],
        "count": sum(column.count for column in columns),
        "amount": sum(column.amount for column in columns),
        "expected": sum(column.expected for column in columns),
        "move_label": _("Move or review"),
        "writes": user.write_reach != Reach.NONE,
        "shows_owner": user.read_reach != Reach.OWN and person is None,
    }
    return render(request, "pipeline/board.html", context)


def _shown(card: Card, lang: str) -> dict[str, Any]:
    """A card in words, reckoned here: hundreds stand on a board, and a template takes its time for each."""
    past, stalled = card.days_past, card.days_stalled
    alerts = []
    if stalled:
        alerts.append(
            ngettext("%(days)s day in this stage", "%(days)s days in this stage", stalled) % {"days": stalled}
        )
    if card.waits_for_loss:
        alerts.append(_("A loss waits for approval"))
    closing = f"{card.expected_close_on:%m-%d}"
    if past:
        closing = ngettext("closing %(days)s day ago", "closing %(days)s days ago", past) % {"days": past}
    return {
        "url": f"/opportunities/{card.pk}/", "title": card.title, "account": card.account, "owner": card.owner or "—",
        "facts": f"{format_money(card.amount, lang)} · {card.probability} %", "closing": closing, "late": past,
        "alerts": alerts,
    }  # fmt: skip


def _list_url(**filters: Any) -> str:
    query = QueryDict(mutable=True)
    query.update({name: str(value) for name, value in filters.items() if value})
    return f"{reverse('opportunity-list')}?{query.urlencode()}"


@require_safe
def opportunity_list(request: HttpRequest) -> HttpResponse:
    """Fifty at a time in the order of closing; by person, stage, state, what slipped and what stands still."""
    user = readers_only(request)
    act = act_of(request)
    rows, about = scope(request, user, act.store)
    playbook, limits = act.store.playbook, dwell_limits(act.store, act.on)
    filters = _filters(request, set(playbook.stage_order))
    rows = {"open": rows.open, "won": rows.won, "lost": rows.lost}[filters["state"]]()  # type: ignore[attr-defined]
    if filters["stage"]:
        rows = rows.filter(stage=filters["stage"])
    if filters["watch"] == "slipped":
        rows = slipped(rows, act.on)
    elif filters["watch"] == "stale":
        rows = stalled(rows, limits, act.on)
    if filters["on"]:
        rows = rows.filter(expected_close_on=filters["on"])
    if cursor := request.GET.get("after", ""):
        rows = after(rows, *_cursor(cursor))
    found = list(listed(rows)[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    kept = {name: value for name, value in filters.items() if value and (name, value) != ("state", "open")}
    kept |= {"who": about["person"].pk} if about["person"] else {}
    context = about | {
        "on": act.on,
        "tabs": tabs("opportunity-list", about["person"]),
        "rows": [shown(row, limits, act.on) for row in found[:PAGE]],
        "filters": filters,
        "is_filtered": bool(kept),
        "stages": [(stage.code, stage.label.text(language())) for stage in playbook.stages],
        "page": {
            "next_url": _list_url(**kept, after=f"{last.expected_close_on}.{last.pk}") if last else "",
            "previous_url": "",
        },
    }
    return render(request, "pipeline/list.html", context)


def _filters(request: HttpRequest, stages: set[str]) -> dict[str, Any]:
    asked = {name: request.GET.get(name, "") for name in ("stage", "state", "watch", "on")}
    asked["state"] = asked["state"] or "open"
    wrong = (asked["stage"] and asked["stage"] not in stages) or asked["state"] not in STATES
    if wrong or (asked["watch"] and asked["watch"] not in WATCHED):
        raise Http404
    return asked | {"on": _day(asked["on"]) if asked["on"] else None}


def _cursor(text: str) -> tuple[date, int]:
    day, _dot, key = text.partition(".")
    last = parse_key(key)
    if last is None:
        raise Http404
    return _day(day), last


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """The month's closings, day by day."""
    user = readers_only(request)
    act = act_of(request)
    rows, about = scope(request, user, act.store)
    first = _month(request, act.on)
    after_last = (first + timedelta(days=32)).replace(day=1)
    due = closings(rows, first, after_last - timedelta(days=1))
    start = first - timedelta(days=first.isoweekday() - 1)
    weeks: list[list[dict[str, Any]]] = []
    while start < after_last:
        days = [start + timedelta(days=offset) for offset in range(7)]
        weeks.append([_cell(day, due.get(day), first, act.on) for day in days])
        start += timedelta(days=7)
    url = reverse("opportunity-calendar")
    query = f"&who={about['person'].pk}" if about["person"] else ""
    before = first - timedelta(days=1)
    context = about | {
        "on": act.on,
        "tabs": tabs("opportunity-calendar", about["person"]),
        "month": first,
        "weeks": weeks,
        "count": sum(len(day.rows) + day.more for day in due.values()),
        "amount": sum(day.amount for day in due.values()),
        "before_url": f"{url}?month={before:%Y-%m}{query}",
        "after_url": f"{url}?month={after_last:%Y-%m}{query}",
    }
    return render(request, "pipeline/calendar.html", context)


def _cell(day: date, due: ClosingDay | None, first: date, on: date) -> dict[str, Any]:
    return {"day": day, "due": due, "within": day.month == first.month, "today": day == on,
            "passed": day < on, "url": _list_url(on=day)}  # fmt: skip


def _month(request: HttpRequest, on: date) -> date:
    text = request.GET.get("month", "")
    first = _day(f"{text}-01") if text else on.replace(day=1)
    if not 2000 <= first.year <= 2200:
        raise Http404
    return first


@require_safe
def opportunity_reviews(request: HttpRequest) -> HttpResponse:
    """The weekly review: the four questions of every open opportunity, those longest unasked first."""
    user = readers_only(request)
    act = act_of(request)
    rows, about = scope(request, user, act.store)
    monday = act.on - timedelta(days=act.on.isoweekday() - 1)
    open_rows = rows.open()  # type: ignore[attr-defined]
    order = F("reviewed_on").asc(nulls_first=True)
    found = list(
        open_rows.select_related("customer__owner", "loss").order_by(order, "expected_close_on", "id")[:PAGE]
    )
    said = reviews(found)
    limits = dwell_limits(act.store, act.on)
    asked = open_rows.filter(reviewed_on__gte=monday).count()
    context = about | {
        "on": act.on,
        "tabs": tabs("opportunity-reviews", about["person"]),
        "rows": [{"shown": shown(row, limits, act.on), "said": said.get(row.pk)} for row in found],
        "monday": monday,
        "asked": asked,
        "count": open_rows.count(),
        "may_write": user.write_reach != Reach.NONE,
    }
    return render(request, "pipeline/reviews.html", context)
