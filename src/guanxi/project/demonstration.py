"""The demo store with the real clockwork under it."""

import gc
from collections.abc import Callable
from datetime import date

from django.utils import timezone

from guanxi.demo.store import DAYS, open_demo
from guanxi.organization.models import Store
from guanxi.project.clockwork import KINDS, night_of, run_night, value_customers


def open_demo_store(say: Callable[[str], object], days: int = DAYS) -> bool:
    """Fill an empty database with the demo store; says what was done. False when there is a store already."""
    if Store.objects.exists():
        say("This database has a store already; nothing was changed.")
        return False
    at = timezone.now()

    def night(store: Store, on: date) -> bool:
        ran = [run_night(store, kind, on, night_of(store, on)) for kind in KINDS]
        return any(result and any(result.values()) for result in ran)

    say(f"Opening the demo store: {days} days of business.")
    # Hundreds of thousands of rows pass through; looking for cycles among them doubles nothing but the time.
    gc.disable()
    try:
        opened = open_demo(at, night, days)
    finally:
        gc.enable()
    if opened:
        value_customers(Store.objects.get(), at)
    return opened
