"""The contact-status table on the screen (F-MON-1): a consultant's own month, the leaders' choice of one."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from guanxi.customers.models import Customer
from guanxi.organization.guards import only_for
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.rules.roles import READ, Reach, Role
from guanxi.performance.queries.about import About
from guanxi.performance.queries.closes import days_told, first_record_on, latest_close, told
from guanxi.performance.queries.month_sheets import CONTACT_STATUS, LEVELS, month_sheet
from guanxi.performance.queries.people import people_of, reads_totals, within_reach
from guanxi.performance.rules.month_cells import RETRY, STAR
from guanxi.performance.rules.moves import IN, TERMS
from guanxi.performance.rules.periods import Days
from guanxi.performance.views.places import asked_month, months_around, person_asked, tabs

TERM_LABELS = {
    "new": pgettext_lazy("month sheet", "new"),
    "reactivated": pgettext_lazy("month sheet", "reactivated"),
    "reopened_orders": pgettext_lazy("month sheet", "orders cancelled"),
    "transfer_in": pgettext_lazy("month sheet", "handed in"),
    "won": pgettext_lazy("month sheet", "won"),
    "lost": pgettext_lazy("month sheet", "lost"),
    "frozen": pgettext_lazy("month sheet", "frozen"),
    "transfer_out": pgettext_lazy("month sheet", "handed on"),
    "merged": pgettext_lazy("month sheet", "merged"),
    "removed": pgettext_lazy("month sheet", "import undone"),
}
# Marks of what was only planned: nothing stands behind them.
UNDONE = frozenset({STAR, RETRY})
RESULTS = {
    "TRANSFER_OUT": pgettext_lazy("month sheet", "handed on"),
    "MERGED": pgettext_lazy("month sheet", "merged"),
    "REMOVED": pgettext_lazy("month sheet", "import undone"),
}


@require_safe
@only_for(*READ)
def month(request: HttpRequest) -> HttpResponse:
    """A month of one consultant, or for leaders who name nobody the totals of those they read."""
    user: User = request.user  # type: ignore[assignment]
    if user.store is None:
        raise Http404
    act = act_of(request)
    first = asked_month(request, act.on)
    if first > act.on:
        raise Http404
    person = person_asked(request)
    days, locked = days_told(act.store, first, act.on)
    about = About(act.store, person, days)
    # Who came to the store after the lock had no sheet then: theirs is told live.
    figures = told(CONTACT_STATUS, about, locked) or month_sheet(about)
    people = within_reach(people_of(act.store, days), user) if user.read_reach != Reach.OWN else []
    before, after = months_around(first)
    begun = first_record_on(act.store)
    context = {
        "tabs": tabs(request, "month"),
        "month_key": f"{first:%Y-%m}", "person_key": str(person.pk) if person else "",
        "month": first, "person": person, "close": locked or latest_close(act.store, first), "as_of": days.as_of,
        "about_store": act.store,
        "before": before, "after": after if after <= act.on else None, "begun": begun,
        "people": people,
        "may_export": user.may_export,
        "may_lock": user.has_role(Role.MANAGER),
    }  # fmt: skip
    if person is None:
        heads = _heads(figures, {one.pk for one in people}, reads_totals(user))
        return render(request, "performance/month_people.html", context | heads)
    seen = set(
        Customer.objects.visible_to(user)
        .filter(pk__in=[row["customer"] for row in figures["rows"]])
        .values_list("pk", flat=True)
    )
    today = act.on.day if (act.on.year, act.on.month) == (first.year, first.month) else 0
    return render(
        request, "performance/month.html",
        context | {
            "head": _head(figures["head"]), "days": day_heads(days, today), "today": today,
            "rows": [_row(row, row["customer"] in seen, today, days) for row in figures["rows"]],
        },
    )  # fmt: skip


def _heads(figures: dict[str, Any], within: set[int], whole: bool) -> dict[str, Any]:
    """The consultants one reads, and the sum of the store for who may know it."""
    people = [
        {"person": row["person"], "name": row["name"] or _("No consultant"), "head": _head(row)}
        for row in figures["people"]
        if row["person"] in within or (whole and row["person"] is None)
    ]
    return {
        "heads": people,
        "total": _head(figures["head"]) if whole else None,
        "labels": TERM_LABELS.values(),
    }


def _head(head: dict[str, Any]) -> dict[str, Any]:
    """The head in the order it is read, with the sum of 7.3 in words."""
    terms = [(term, TERM_LABELS[term], head["terms"].get(term, 0)) for term in TERMS]
    return {
        "carry_in": [(level, head["carry_in"][level]) for level in LEVELS if level != "N" or head["carry_in"]["N"]],
        "carry_out": [
            (level, head["carry_out"][level]) for level in LEVELS if level != "N" or head["carry_out"]["N"]
        ],
        "carried_in": head["carried_in"], "carried_out": head["carried_out"],
        "orders": head["carry_orders"], "unjudged": head["unjudged"], "terms": terms,
        "sum": [(("+" if term in IN else "−"), label, number) for term, label, number in terms if number],
    }  # fmt: skip


def _row(row: dict[str, Any], visible: bool, today: int, days: Days) -> dict[str, Any]:
    result = RESULTS.get(row["result"])
    # Resolved by hand: hundreds of rows stand on a page.
    card = f"/customers/{row['customer']}/" if visible else ""
    return row | {
        "card": card,
        "is_level": result is None,
        "result": result or row["result"],
        "markup": cells(row["cells"], set(row["late"]), today, card and f"{card}days/{days.first:%Y-%m}-"),
    }


def day_heads(days: Days, today: int) -> list[tuple[int, str]]:
    """The numbers of the days with their class: today, or a weekend."""
    first = days.first.isoweekday()
    return [
        (number, "day-now" if number == today else "day-rest" if (first + number - 2) % 7 >= 5 else "")
        for number in range(1, days.last.day + 1)
    ]


def cells(marks: Iterable[str], late: set[int], today: int, address: str = "") -> SafeString:
    """The day cells of a row; what was done on a day leads to ``address`` with the day's number behind it.
    Thousands stand on a page, so the two ends of each kind of cell are made once."""
    told = []
    for number, mark in enumerate(marks, 1):
        begin, text = _cell(mark, number in late, number == today)
        if address and mark and not UNDONE.issuperset(mark):
            text = f'<a href="{address}{number:02}/">{text}</a>'
        told.append(f"{begin}{text}</td>")
    return mark_safe("".join(told))


@lru_cache(maxsize=1024)
def _cell(mark: str, is_late: bool, is_today: bool) -> tuple[str, str]:
    kinds = ["day"]
    if is_late:
        kinds.append("day-late")
    elif mark in {*LEVELS, "O"}:
        kinds.append(f"day-{mark}")
    if is_today:
        kinds.append("day-now")
    return format_html('<td class="{}">', " ".join(kinds)), escape(mark)
