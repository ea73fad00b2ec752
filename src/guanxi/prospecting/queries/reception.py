"""The front desk's page: who is in the store, whose turn it is, and the day so far."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Q

from guanxi.customers.models import Customer, late_on
from guanxi.organization.models import Store, User
from guanxi.prospecting.models import RegisterDay, Visit
from guanxi.prospecting.rules.rotation import Candidate, Turn, proposed, rotation


@dataclass(frozen=True)
class Place:
    """A consultant's turn; ``guests`` counts the parties given today."""

    person: User
    turn: Turn
    proposed: bool

    @property
    def guests(self) -> int:
        return self.turn.candidate.guests_today

    @property
    def overdue(self) -> int:
        return self.turn.candidate.overdue


def turns(store: Store, on: date) -> list[Place]:
    """The consultants in the order in which they receive; four queries."""
    people = list(User.objects.consultants_of(store).order_by("team_id", "pk"))
    given: dict[int | None, dict[str, Any]] = {
        row["consultant"]: dict(row)
        for row in Visit.objects.filter(store=store, on=on, kind=Visit.Kind.WALKIN, consultant__isnull=False)
        .order_by()
        .values("consultant")
        .annotate(
            guests=Count("pk"), last=Max("given_at"), inside=Count("pk", filter=Q(left_at__isnull=True))
        )
    }
    late: dict[int, int] = defaultdict(int)
    cards = Customer.objects.filter(late_on(on), store=store, owner__in=people).order_by()
    late.update(cards.values_list("owner").annotate(n=Count("pk")))
    absent = RegisterDay.objects.filter(store=store, on=on).values_list("absent", flat=True).first() or []
    nobody: dict[str, Any] = {"guests": 0, "last": None, "inside": 0}
    order = rotation(
        Candidate(
            person=person.pk,
            guests_today=(row := given.get(person.pk, nobody))["guests"],
            last_given_at=row["last"],
            overdue=late[person.pk],
            has_guest=row["inside"] > 0,
            absent=person.pk in absent,
            place=place,
        )
        for place, person in enumerate(people)
    )
    by_id, first = {person.pk: person for person in people}, proposed(order)
    return [Place(by_id[turn.candidate.person], turn, turn is first) for turn in order]


@dataclass(frozen=True)
class DayTotals:
    """What stands in the store's registers of one day so far."""

    parties: int
    people: int
    inside: int
    filed: int
    calls: int
    incomplete: int


def day_totals(store: Store, on: date) -> DayTotals:
    """One query."""
    rows = Visit.objects.filter(store=store, on=on).order_by()
    came = Q(kind=Visit.Kind.WALKIN, continues__isnull=True)
    by_size = rows.values("party_size").annotate(
        parties=Count("pk", filter=came),
        inside=Count("pk", filter=Q(left_at__isnull=True)),
        filed=Count("pk", filter=came & Q(filed=True)),
        calls=Count("pk", filter=Q(kind=Visit.Kind.PHONEIN)),
        incomplete=Count("pk", filter=Q(visit_type="INCOMPLETE")),
    )
    found = list(by_size)
    total = {
        name: sum(row[name] for row in found)
        for name in ("parties", "inside", "filed", "calls", "incomplete")
    }
    return DayTotals(people=sum(row["party_size"] * row["parties"] for row in found), **total)


def unfinished_rows(store: Store, on: date) -> list[Visit]:
    """Rows of the day whose consultant has not said what the party wanted (未完善); one query."""
    rows = Visit.objects.filter(store=store, on=on, visit_type="INCOMPLETE", left_at__isnull=False)
    return list(rows.select_related("consultant").order_by("arrived_at", "pk"))


def minutes_since(at: datetime, now: datetime) -> int:
    return max(int((now - at).total_seconds() // 60), 0)
