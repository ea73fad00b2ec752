"""The store's calendar: which days it is closed (R-FUP-02)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from guanxi.lib.dates import spring_festival_days
from guanxi.playbooks.definitions import Settings


@dataclass(frozen=True)
class Calendar:
    """Closed days of one store: the pack's rule, corrected day by day by the store (``days``: on → closed)."""

    weekdays: frozenset[int] = frozenset()
    spring_festival: bool = False
    days: Mapping[date, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Settings, days: Mapping[date, bool]) -> "Calendar":
        return cls(frozenset(settings.closed_weekdays), settings.closed_spring_festival, days)

    def is_closed(self, on: date) -> bool:
        """A day edited by the store wins; else the weekly closing day and 除夕 to 初三 count."""
        if on in self.days:
            return self.days[on]
        if on.isoweekday() in self.weekdays:
            return True
        # Spring Festival falls between 20 January and 24 February: no need to reckon other months.
        return self.spring_festival and on.month <= 2 and on in spring_festival_days(on.year)
