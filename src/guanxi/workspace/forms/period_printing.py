"""Printing a form of a period: for whom, live or as locked, and the trace it leaves (Annex F, R-PRM-04, -12)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.models import Store, User
from guanxi.paper.sheets import Document, Sheet
from guanxi.performance.models import MonthClose
from guanxi.performance.queries.about import About, FormFigures, days_with_something
from guanxi.performance.queries.closes import days_of, first_record_on, latest_close, told
from guanxi.performance.queries.figures import FIGURES
from guanxi.performance.queries.people import (
    people_frozen,
    people_of,
    reads_totals,
    reads_whole_store,
    within_reach,
)
from guanxi.performance.rules.periods import Days, day, month_of
from guanxi.workspace.forms.periods import PERIOD_FORMS, PeriodForm
from guanxi.workspace.forms.printing import FORMATS, PrintRefused
from guanxi.workspace.forms.wording import Wording


class NoSuchForm(ObjectDoesNotExist):
    """There is no such form, format or person, or none for this actor."""


@dataclass(frozen=True)
class PeriodAsked:
    """``on`` with a form of a month tells the month as it stood on that day; ``month`` with a form of a day
    prints each of its days that has something. Neither: today, or the running month. ``whole`` asks for the
    store's own sheet, ``person`` for one person's; neither gives a page for each person."""

    month: date | None = None
    on: date | None = None
    person: User | None = None
    whole: bool = False


@dataclass(frozen=True)
class PeriodPrint:
    content: bytes
    content_type: str
    filename: str
    sheets: int


@transaction.atomic
def print_period(
    act: Act, code: str, extension: str, asked: PeriodAsked, *, language: str = "zh-hans"
) -> PeriodPrint:
    """The form as a file, about the store acted in.

    Raises NoSuchForm when the form, the format or the person is not the actor's to have, PrintRefused for a
    period before the first record or to come, and when there is nothing to print.
    """
    form, output = period_form(act.by, code), FORMATS.get(extension)
    figures = next((row for row in FIGURES if row.code == code), None)
    if form is None or figures is None or output is None:
        raise NoSuchForm
    if act.by is not None and output.is_export and not act.by.may_export:
        raise NoSuchForm
    _check_people(act, figures, asked)
    days, close = _days(act, figures, asked)
    words = Wording(language, act.store)
    remembered = cache(figures.compute)
    made = (
        _sheet(act, form, figures, about, close, words, remembered)
        for about in _abouts(act, figures, asked, days, close)
    )
    sheets = tuple(sheet for sheet in made if sheet is not None)
    if not sheets:
        raise PrintRefused(_("There is nothing to print for this period."), "month")
    leave_trace([
        act.entry("form_printed", asked.person or act.store, changes={
            "form": [None, code], "format": [None, extension], "sheets": [None, len(sheets)],
            "on": [None, str(asked.on or f"{days.first:%Y-%m}")],
            "locked": [None, bool(close and close.is_locked)],
        })
    ])  # fmt: skip
    document = Document(sheets, "en" if language.startswith("en") else "zh")
    period = f"{days.first:%Y-%m}" if days.first != days.last else str(days.first)
    who = f"-{asked.person.username}" if asked.person else ""
    return PeriodPrint(
        output.render(document), output.content_type, f"{code}-{period}{who}.{extension}", len(sheets)
    )


def period_form(actor: User | None, code: str) -> PeriodForm | None:
    """The form, when ``actor`` (None: the system) has a role that prints it."""
    form = next((row for row in PERIOD_FORMS if row.code == code), None)
    return form if form and (actor is None or actor.has_role(*form.roles)) else None


def _check_people(act: Act, figures: FormFigures, asked: PeriodAsked) -> None:
    """Before anything is said about the period: whether these people are the actor's to ask about."""
    if asked.person is not None:
        everybody = User.objects.filter(pk=asked.person.pk, store=act.store)
        if not within_reach(everybody, act.by):
            raise NoSuchForm
        if not figures.per_person:
            raise PrintRefused(_("This form is about the whole store, not about one person."), "person")
    elif asked.whole and figures.per_person:
        may = reads_totals(act.by) if figures.of_store == "totals" else reads_whole_store(act.by)
        if not may:
            raise NoSuchForm


def _days(act: Act, figures: FormFigures, asked: PeriodAsked) -> tuple[Days, MonthClose | None]:
    """The days meant, and the close whose figures are printed, if it stands."""
    today = act.on
    if asked.month is not None and asked.on is not None:
        raise PrintRefused(_("Ask for a month or for a day, not both."), "on")
    first = asked.on or (asked.month or today).replace(day=1)
    if asked.on is None and asked.month is None and figures.period == "day":
        first = today
    _check_period(act.store, asked, first, today)
    close = None if figures.is_living else latest_close(act.store, first)
    if asked.month is None and figures.period == "day":
        return day(first), close
    whole = month_of(first, asked.on or today)
    whole = replace(whole, over=whole.as_of < today)
    if asked.on is not None and asked.on < whole.last:
        # Part of a month, locked or not, is told anew from what was recorded by then.
        return whole, None
    if close is not None and close.is_locked:
        whole = days_of(close)
    return whole, close


def _check_period(store: Store, asked: PeriodAsked, first: date, today: date) -> None:
    field = "on" if asked.on else "month"
    if first > today:
        raise PrintRefused(_("A form cannot be printed for a day to come."), field)
    begun = first_record_on(store)
    if begun is None:
        raise PrintRefused(_("The store has no records yet."), field)
    if first < (begun if asked.on else begun.replace(day=1)):
        raise PrintRefused(
            _("There is nothing before %(first)s, the day of the first record.") % {"first": begun}, field
        )


def _abouts(
    act: Act, figures: FormFigures, asked: PeriodAsked, days: Days, close: MonthClose | None
) -> Iterator[About]:
    for person in _people(act, figures, asked, days, close):
        about = About(act.store, person, days)
        if figures.period == "month" or days.first == days.last:
            yield about
        else:
            yield from days_to_print(figures, about, close)


def days_to_print(figures: FormFigures, about: About, close: MonthClose | None = None) -> Iterator[About]:
    """A form of a day, over several: the days that have something."""
    days = about.days
    if close is not None and close.is_locked:
        rows = close.figures.filter(code=figures.code, person=about.person).order_by("on")
        found = list(rows.values_list("on", flat=True))
    else:
        found = list(days_with_something(figures, about))
    for on in found:
        if days.first <= on <= days.seen:
            yield About(about.store, about.person, day(on))


def _people(
    act: Act, figures: FormFigures, asked: PeriodAsked, days: Days, close: MonthClose | None
) -> list[User | None]:
    if asked.whole or not figures.per_person:
        return [None]
    if asked.person is not None:
        return [asked.person]
    people = people_of(act.store, days)
    if close is not None and close.is_locked:
        frozen = people_frozen(close, figures.code)
        people = frozen if frozen.exists() else people
    return list(within_reach(people, act.by))


def _sheet(
    act: Act, form: PeriodForm, figures: FormFigures, about: About, close: MonthClose | None, words: Wording,
    compute: Callable[[About], dict[str, Any]],
) -> Sheet | None:  # fmt: skip
    """The sheet; None when the month is locked and had no such sheet then."""
    shown = told(figures, about, close, compute)
    if shown is None:
        return None
    sheet = form.sheet(shown, about, words)
    return replace(sheet, footer=words.footer(act.by, act.on, _notes(words, figures, about, close)))


def _notes(words: Wording, figures: FormFigures, about: About, close: MonthClose | None) -> list[str]:
    """What the reader must know: when the period was locked, that it was re-opened, or as of when it is told."""
    days, notes = about.days, []
    if close is not None:
        notes += lock_notes(words, close)
    elif figures.period == "month" and days.as_of < days.last:
        notes.append(words(f"截至 {days.as_of} 的内容", f"As it stood on {days.as_of}"))
    return notes


def lock_notes(words: Wording, close: MonthClose) -> list[str]:
    """The lock time of a closed month; that it was re-opened, and why."""
    notes = []
    if close.closed_at is None:
        notes.append(words("正在锁定，数据尚未最终确定", "Being locked, figures not final yet"))
    elif close.reopened_at is not None:
        at, who = _moment(close, close.reopened_at), close.reopened_by or ""
        why = f"{who}, {close.reason}"
        notes.append(words(f"已反锁 {at}（{why}），未重新锁定", f"Re-opened {at} ({why}), not locked again"))
    else:
        at, cutoff = _moment(close, close.closed_at), _moment(close, close.cutoff)
        notes.append(words(f"锁定时间 {at}，数据截至 {cutoff}", f"Locked {at}, figures up to {cutoff}"))
        if close.version > 1:
            notes.append(
                words(f"曾反锁，第 {close.version} 版", f"Re-opened before, version {close.version}")
            )
    return notes


def _moment(close: MonthClose, at: Any) -> str:
    return f"{at.astimezone(ZoneInfo(close.store.timezone)):%Y-%m-%d %H:%M}"
