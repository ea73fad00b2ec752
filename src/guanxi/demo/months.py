"""The month before is locked; the worker makes up the older ones."""

from datetime import timedelta

from guanxi.demo.world import World
from guanxi.performance.operations.closes import GRACE, close_month, months_to_close, next_month
from guanxi.performance.rules.periods import start_of


def lock_last_month(world: World) -> None:
    """Close the newest month that has ended, as the clock would have at its midnight."""
    store = world.store
    for month in months_to_close(store, world.now)[-1:]:
        midnight = start_of(next_month(month), store.timezone)
        close_month(store, month, midnight + GRACE + timedelta(minutes=1))
