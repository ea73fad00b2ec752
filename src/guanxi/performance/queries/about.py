"""What a form of a period is asked for, and how its figures are reckoned."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal

from guanxi.organization.models import Store, User
from guanxi.performance.rules.periods import Days, day


@dataclass(frozen=True)
class About:
    """What a form is asked for: one person's, or the whole store's, over some days."""

    store: Store
    person: User | None
    days: Days


@dataclass(frozen=True)
class FormFigures:
    """``compute`` answers in JSON shapes only (days as ISO text, amounts and ratios as text), because a month
    that is closed keeps the answer as it is. Whether ``about`` may be asked is the caller's to decide.

    ``of_store`` says whether the sheet of the whole store tells its rows, customers or consultants, or only totals,
    which more people may read (21.1).

    ``part_of`` takes a person's sheet out of the store's, which then is the only one reckoned and kept; None when
    the person has none.

    ``days_with`` answers, for a form of a day, on which days of ``about`` there is something to print; without
    it every day is tried and those whose ``rows`` and ``lines`` are empty are left out. ``compute_days`` answers
    many of them with as many queries as one. A form that ``is_living`` is told anew for any day; a close does not
    freeze it."""

    code: str
    period: Literal["day", "month"]
    per_person: bool
    compute: Callable[[About], dict[str, Any]]
    days_with: Callable[[About], Iterable[date]] | None = None
    part_of: Callable[[dict[str, Any], User], dict[str, Any] | None] | None = None
    of_store: Literal["totals", "rows"] = "rows"
    is_living: bool = False
    compute_days: Callable[[About, Sequence[date]], Mapping[date, dict[str, Any]]] | None = None


def days_with_something(figures: FormFigures, about: About) -> Iterator[date]:
    """The days of ``about``, up to the last one seen, on which a form of a day has something to print."""
    if figures.days_with is not None:
        yield from sorted(figures.days_with(about))
        return
    on = about.days.first
    while on <= about.days.seen:
        told = figures.compute(About(about.store, about.person, day(on)))
        if any(told.get(name) for name in ("rows", "lines")):
            yield on
        on += timedelta(days=1)


def day_by_day(figures: FormFigures, about: About) -> Iterator[tuple[date, dict[str, Any]]]:
    """The days of ``about`` on which a form of a day has something to print, with what it says of them now that they
    are over."""
    found = list(days_with_something(figures, about))
    if figures.compute_days is not None:
        yield from figures.compute_days(about, found).items()
        return
    for on in found:
        yield on, figures.compute(replace(about, days=replace(day(on), over=True, until=about.days.until)))
