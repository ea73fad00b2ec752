"""Why an operation did nothing. The message says what to change; ``field`` names the input it is about."""

from typing import Any


class Refused(Exception):
    """Raised before anything is written, or with everything rolled back."""

    def __init__(self, message: Any, field: str = ""):
        self.message = message
        self.field = field
        super().__init__(message)


class BudgetUsedUp(Refused):
    """The actor has done this as often as one day allows."""


class StaleEdit(Refused):
    """Somebody saved first. ``current`` is the row as it stands now, None when they removed it."""

    def __init__(self, message: Any, current: Any):
        self.current = current
        super().__init__(message)
