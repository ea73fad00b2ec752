"""The owner-care schedule after a delivery (handbook 5.4). Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from guanxi.lib.dates import months_later
from guanxi.playbooks.definitions import Playbook


@dataclass(frozen=True)
class OwnedFacts:
    """The dates owner care hangs on; None where unknown."""

    delivered_on: date | None = None
    bought_on: date | None = None
    first_service_due_on: date | None = None
    insurance_expires_on: date | None = None
    born_on: date | None = None


@dataclass(frozen=True)
class CareCall:
    """One call to make: ``item`` is the step's code, ``origin`` tells this year's from last year's."""

    item: str
    due_on: date
    origin: str


def in_year(day: date, year: int) -> date:
    """The anniversary of ``day`` in ``year``; 29 February falls on the 28th in common years."""
    return months_later(day, (year - day.year) * 12)


def care_calls(facts: OwnedFacts, first: date, last: date, playbook: Playbook) -> Iterator[CareCall]:
    """Every care call due from ``first`` to ``last``, both included."""
    years = range(first.year - 1, last.year + 2)
    settings = playbook.settings
    delivered = facts.delivered_on
    bought = facts.bought_on or delivered
    service = facts.first_service_due_on
    if service is None and delivered is not None:
        service = delivered + timedelta(days=settings.first_service_days)
    anchors: dict[str, list[date]] = {
        "DELIVERED": [delivered] if delivered else [],
        "FIRST_SERVICE": [service] if service else [],
        "INSURANCE": [facts.insurance_expires_on] if facts.insurance_expires_on else [],
        "BIRTHDAY": [in_year(facts.born_on, year) for year in years] if facts.born_on else [],
        "ANNIVERSARY": [in_year(bought, year) for year in years if year > bought.year] if bought else [],
        "REPLACEMENT": [months_later(bought, settings.replacement_months)] if bought else [],
    }
    for step in playbook.care_steps:
        for anchor in anchors[step.anchor]:
            due = anchor + timedelta(days=step.offset_days)
            if first <= due <= last:
                yield CareCall(step.code, due, f"{anchor:%Y-%m-%d}")
