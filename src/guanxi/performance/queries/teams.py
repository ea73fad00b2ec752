"""Which team a person belonged to on a past day, and which part of a month they were there (handbook 17.5)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from guanxi.organization.models import FormerTeam, Store, User
from guanxi.performance.rules.targets import Month, share_there


@dataclass(frozen=True)
class Teams:
    """Person → team of today, and person → (last day, team) of each team before, earliest first."""

    now: dict[int, int | None]
    before: dict[int, list[tuple[date, int]]]

    @classmethod
    def of(cls, store: Store) -> "Teams":
        """Two queries."""
        before: dict[int, list[tuple[date, int]]] = defaultdict(list)
        rows = FormerTeam.objects.filter(user__store=store).order_by("until")
        for person, until, team in rows.values_list("user_id", "until", "team_id"):
            before[person].append((until, team))
        return cls(dict(User.objects.filter(store=store).values_list("pk", "team_id")), before)

    def team_on(self, person: int, on: date) -> int | None:
        """The person's team on a day."""
        former = (team for until, team in self.before.get(person, []) if on <= until)
        return next(former, self.now.get(person))

    def members(self, team: int, first: date, last: date) -> tuple[int, ...]:
        """Who belonged to ``team`` on any day from ``first`` to ``last``."""
        return tuple(
            person
            for person in self.now
            if self.team_on(person, last) == team
            or any(first <= until <= last and old == team for until, old in self.before.get(person, []))
        )


def shares_there(store: Store, month: Month) -> dict[int, Fraction]:
    """Person → the part of the month's working days they were there, for those who came or went within it; one
    query."""
    people = User.objects.filter(store=store).values_list("pk", "joined_at", "left_on")
    found = {pk: share_there(store.local_date(joined), left, month) for pk, joined, left in people}
    return {pk: share for pk, share in found.items() if share != 1}
