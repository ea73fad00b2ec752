"""The evening meeting (夕会): the day of each consultant, as a leader goes through it (R-DAY-03)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Exists, F, OuterRef, Q

from guanxi.cadence.models import Interaction, LevelChange, LossReport, Task
from guanxi.customers.models import Customer, late_on
from guanxi.deals.models import Order
from guanxi.organization.models import Store, User
from guanxi.performance.queries.daily_reports import ReportLine, report_lines
from guanxi.performance.rules.periods import day, start_of

HOT = ("H", "A")
SHOWN = 12


@dataclass
class HotRow:
    """A customer at H or A whom the day was about: touched, or still to be contacted."""

    customer: Customer
    touched: Interaction | None = None
    days_late: int = 0
    is_due: bool = False
    instructions: list[Task] = field(default_factory=list)


@dataclass(frozen=True)
class Change:
    """What happened to a customer on the day: LEVEL, ORDER, APPLIED or LOST."""

    kind: str
    customer: Customer
    level_before: str = ""
    level_after: str = ""
    words: str = ""


@dataclass
class Board:
    """One consultant's day. ``quiet`` counts the H and A customers the day did not ask for; ``carried_out`` are the
    instructions acknowledged on it."""

    line: ReportLine
    hot: list[HotRow] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    late: int = 0
    late_by_level: dict[str, int] = field(default_factory=dict)
    quiet: int = 0
    carried_out: list[Task] = field(default_factory=list)

    @property
    def person(self) -> User:
        return self.line.person

    @property
    def shown(self) -> list[HotRow]:
        return self.hot[:SHOWN]

    @property
    def more(self) -> int:
        return max(len(self.hot) - SHOWN, 0)


def boards(actor: User, store: Store, on: date, at: datetime) -> list[Board]:
    """Everybody within the actor's reach, in the order of the teams; a fixed number of queries."""
    found = [Board(line) for line in report_lines(actor, store, on, at)]
    by_person = {board.person.pk: board for board in found}
    _overdue(by_person, on)
    _hot(by_person, on)
    _changes(by_person, store, on)
    _instructions(found)
    _carried_out(by_person, on)
    return found


def _overdue(boards: dict[int, Board], on: date) -> None:
    rows = Customer.objects.filter(late_on(on), owner__in=boards).order_by()
    for owner, level, count in rows.values_list("owner_id", "level").annotate(count=Count("pk")):
        boards[owner].late += count
        boards[owner].late_by_level[level] = count


def _hot(boards: dict[int, Board], on: date) -> None:
    made = Interaction.objects.filter(on=on).exclude(method="IMPORTED")
    cards = Customer.objects.filter(owner__in=boards, level__in=HOT).select_related("intent__product")
    cards = cards.annotate(touched_then=Exists(made.filter(customer=OuterRef("pk"))))
    asked = cards.filter(Q(touched_then=True) | Q(next_due_on__lte=on))
    chosen = list(asked.order_by(F("level").desc(), "next_due_on", "pk"))
    last: dict[int, Interaction] = {}
    for touch in made.filter(customer__in=[card.pk for card in chosen]).order_by("at", "id"):
        last[touch.customer_id] = touch
    for card in chosen:
        due = card.next_due_on
        late = (on - due).days if due is not None and due < on else 0
        row = HotRow(card, last.get(card.pk), late, is_due=due is not None and due <= on)
        boards[card.owner_id or 0].hot.append(row)
    everything = Customer.objects.filter(owner__in=boards, level__in=HOT).order_by()
    for owner, count in everything.values_list("owner_id").annotate(count=Count("pk")):
        boards[owner].quiet = count - len(boards[owner].hot)


def _changes(boards: dict[int, Board], store: Store, on: date) -> None:
    """Levels that moved, orders taken, losses applied for and approved: three queries."""
    levels = LevelChange.objects.filter(customer__owner__in=boards, on=on, state=LevelChange.State.IN_FORCE)
    levels = levels.exclude(kind__in=[LevelChange.Kind.ORDER, LevelChange.Kind.LOSS])
    for change in levels.exclude(to_level=F("from_level")).select_related("customer").order_by("id"):
        told = Change("LEVEL", change.customer, change.from_level, change.to_level, change.reason)
        boards[change.customer.owner_id or 0].changes.append(told)
    orders = Order.objects.filter(customer__owner__in=boards, ordered_on=on)
    for order in orders.select_related("customer", "product").order_by("id"):
        told = Change("ORDER", order.customer, order.level_before, "O", str(order.product or order.order_no))
        boards[order.customer.owner_id or 0].changes.append(told)
    first, after = start_of(on, store.timezone), start_of(day(on).next_day, store.timezone)
    losses = LossReport.objects.of_cards().filter(
        Q(applied_at__gte=first, applied_at__lt=after, state=LossReport.State.APPLIED)
        | Q(decided_on=on, state=LossReport.State.APPROVED),
        customer__owner__in=boards,
    )
    for loss in losses.select_related("customer").order_by("id"):
        kind = "LOST" if loss.state == LossReport.State.APPROVED else "APPLIED"
        told = Change(kind, loss.customer, loss.level_then, loss.bucket, loss.outcome)
        boards[loss.customer.owner_id or 0].changes.append(told)


def _instructions(boards: Iterable[Board]) -> None:
    rows = {row.customer.pk: row for board in boards for row in board.hot}
    asked: dict[int, list[Task]] = defaultdict(list)
    waiting = Task.objects.open().filter(customer__in=rows, kind=Task.Kind.INSTRUCTION)
    for task in waiting.select_related("given_by").order_by("id"):
        asked[task.customer_id].append(task)
    for pk, row in rows.items():
        row.instructions = asked[pk]


def _carried_out(boards: dict[int, Board], on: date) -> None:
    """What leaders had asked for and a contact of the day acknowledged, with that contact."""
    done = Task.objects.filter(
        kind=Task.Kind.INSTRUCTION, status=Task.Status.DONE, done_on=on, owner__in=boards
    )
    for task in done.select_related("given_by", "customer", "done_interaction").order_by("id"):
        boards[task.owner_id or 0].carried_out.append(task)
