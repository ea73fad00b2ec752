"""Which months are locked, what they showed then, and since when a store has records at all."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Min

from guanxi.cadence.models import Interaction
from guanxi.customers.models import Customer
from guanxi.organization.models import Store
from guanxi.performance.models import FrozenFigures, MonthClose
from guanxi.performance.queries.about import About, FormFigures
from guanxi.performance.rules.periods import Days, month_of
from guanxi.prospecting.models import Visit


def latest_close(store: Store, month: date) -> MonthClose | None:
    """The newest closing of the month of ``month``, standing, unfinished or re-opened; None when never closed."""
    rows = MonthClose.objects.filter(store=store, month=month.replace(day=1))
    return rows.select_related("store", "reopened_by").order_by("-version").first()


def days_of(close: MonthClose) -> Days:
    """The month as the close knows it: all of its days are over."""
    return replace(month_of(close.month, close.known_by), over=True, until=close.cutoff)


def is_locked(store: Store, month: date) -> bool:
    """Whether what belongs to the month of a day may not be changed any more (R-MON-04, R-PRM-12)."""
    close = latest_close(store, month)
    return close is not None and close.is_locked


def days_told(store: Store, month: date, today: date) -> tuple[Days, MonthClose | None]:
    """The days of a month as they are told today, and the close that locks it; None while it is open."""
    close = latest_close(store, month)
    if close is not None and close.is_locked:
        return days_of(close), close
    whole = month_of(month, today)
    return replace(whole, over=today > whole.last), None


def told(
    form: FormFigures,
    about: About,
    close: MonthClose | None,
    compute: Callable[[About], dict[str, Any]] | None = None,
) -> dict[str, Any] | None:
    """What the form says: of a locked month what it said then, None when it had no such sheet; else live, by
    ``compute`` when a caller who asks for many sheets remembers the store's."""
    if about.person is not None and form.part_of is not None:
        whole = told(form, replace(about, person=None), close, compute)
        return None if whole is None else form.part_of(whole, about.person)
    if close is None or not close.is_locked:
        return (compute or form.compute)(about)
    rows = FrozenFigures.objects.filter(close=close, code=form.code, person=about.person, on=about.days.first)
    return rows.values_list("figures", flat=True).first()


def first_record_on(store: Store) -> date | None:
    """The business day of the store's first record; None while it has none. Cards are numbered as they come."""
    opened = Customer.objects.filter(store=store).order_by("pk").values_list("created_at", flat=True).first()
    met = Interaction.objects.filter(store=store).aggregate(on=Min("on"))["on"]
    came = Visit.objects.filter(store=store).aggregate(on=Min("on"))["on"]
    return min(filter(None, (store.local_date(opened) if opened else None, met, came)), default=None)
