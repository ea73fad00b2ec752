"""Which months are locked, what they showed then, and since when a store has records at all."""

from datetime import date
from typing import Any

from django.db.models import Min

from guanxi.cadence.models import Interaction
from guanxi.customers.models import Customer
from guanxi.organization.models import Store
from guanxi.performance.models import FrozenFigures, MonthClose
from guanxi.performance.queries.about import About
from guanxi.prospecting.models import Visit


def latest_close(store: Store, month: date) -> MonthClose | None:
    """The newest closing of the month of ``month``, standing, unfinished or re-opened; None when never closed."""
    rows = MonthClose.objects.filter(store=store, month=month.replace(day=1))
    return rows.select_related("store", "reopened_by").order_by("-version").first()


def frozen_figures(close: MonthClose | None, code: str, about: About) -> dict[str, Any] | None:
    """What form ``code`` showed when its month was locked; None when the month is open or had no such sheet."""
    if close is None or not close.is_locked:
        return None
    rows = FrozenFigures.objects.filter(close=close, code=code, person=about.person, on=about.days.first)
    return rows.values_list("figures", flat=True).first()


def first_record_on(store: Store) -> date | None:
    """The business day of the store's first record; None while it has none. Cards are numbered as they come."""
    opened = Customer.objects.filter(store=store).order_by("pk").values_list("created_at", flat=True).first()
    met = Interaction.objects.filter(store=store).aggregate(on=Min("on"))["on"]
    came = Visit.objects.filter(store=store).aggregate(on=Min("on"))["on"]
    return min(filter(None, (store.local_date(opened) if opened else None, met, came)), default=None)
