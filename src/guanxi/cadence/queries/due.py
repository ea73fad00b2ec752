"""What is due: the worklist of one person, and who is behind (R-FUP-04)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When

from guanxi.cadence.models import EvidenceTick, Interaction, LossReport, Task
from guanxi.cadence.rules.follow_ups import ORDER
from guanxi.customers.models import Customer, late_on
from guanxi.organization.models import Store, User
from guanxi.playbooks.definitions import Playbook

LEVEL_RANK = Case(
    *(When(customer__level=level, then=Value(place)) for place, level in enumerate(ORDER)),
    default=Value(len(ORDER)),
    output_field=IntegerField(),
)

# Instructions, then what is asked for in the place of a level, then the rest.
ASKED_FIRST = Case(
    When(kind=Task.Kind.INSTRUCTION, then=Value(-1)),
    *(When(stands_as=level, then=Value(place)) for place, level in enumerate(ORDER)),
    default=Value(len(ORDER)),
    output_field=IntegerField(),
)


@dataclass
class DueItem:
    """One customer to contact and everything due about them. ``follow_up`` is None when only other tasks are."""

    customer: Customer
    follow_up: Task | None
    tasks: list[Task] = field(default_factory=list)
    last: Interaction | None = None
    ticked: frozenset[str] = frozenset()
    contacts_this_month: int = 0
    days_late: int = 0
    # Losses that wait for the leader.
    losses: list[LossReport] = field(default_factory=list)

    @property
    def loss_pending(self) -> bool:
        """Given up by its consultant: nothing to do until the leader decides. One opportunity given up is not."""
        return any(loss.ends_card for loss in self.losses)

    @property
    def due_on(self) -> date:
        """Since when this customer waits: of the contact, or of the oldest task where none is due."""
        return self.follow_up.due_on if self.follow_up else min(task.due_on for task in self.tasks)

    @property
    def instructions(self) -> list[Task]:
        """What a leader asked for at this customer."""
        return [task for task in self.tasks if task.kind == Task.Kind.INSTRUCTION]

    @property
    def rank(self) -> int:
        """The place of the customer's level, or of a level that a task puts them in the place of."""
        return min(
            rank_of(level) for level in (self.customer.level, *(task.stands_as for task in self.tasks))
        )


@dataclass(frozen=True)
class Worklist:
    """The most urgent ``items``; how many customers are due in all, for a contact or for a task alone; how many of the
    person's cards are late, as everywhere (``late_on``); and how many were worked on today: reached, or tried and left
    for the retry."""

    items: list[DueItem]
    due: int
    late: int
    done: int


def by_urgency(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """Level, lateness, tier, budget: the order of Today. What is asked for in the place of a level joins it there."""
    return tasks.annotate(level_rank=LEVEL_RANK).order_by(
        "level_rank",
        "due_on",
        F("customer__tier").asc(nulls_last=True),
        F("customer__intent__budget_max").desc(nulls_last=True),
        "id",
    )


def worklist(person: User, store: Store, on: date, *, limit: int = 50) -> Worklist:
    """The person's own customers due by ``on``; a fixed number of queries."""
    mine = Task.objects.filter(owner=person, store=store).open().due_by(on)
    # Only keys are sorted, then the few chosen rows are read: cards are wide.
    due = list(by_urgency(mine.follow_ups()).values_list("pk", "customer_id"))
    beside = mine.exclude(kind=Task.Kind.FOLLOW_UP).order_by(ASKED_FIRST, "due_on", "id")
    also = list(beside.values_list("pk", "customer_id"))
    second = [pk for pk, _customer in also[:limit]]
    # Whoever a task brings to the front brings their contact along.
    brought = {customer for _pk, customer in also[:limit]}
    first = [pk for place, (pk, customer) in enumerate(due) if place < limit or customer in brought]
    chosen = Task.objects.select_related("customer__intent__product", "given_by").in_bulk([*first, *second])
    follow_ups, others = [chosen[pk] for pk in first], [chosen[pk] for pk in second]
    done = (
        Interaction.objects.filter(by=person, store=store, on=on)
        .exclude(method="IMPORTED")
        .aggregate(done=Count("customer", distinct=True))["done"]
    )
    items = [DueItem(task.customer, task) for task in follow_ups]
    by_customer = {item.customer.pk: item for item in items}
    for task in others:
        item = by_customer.get(task.customer_id)
        if item is None:
            item = by_customer[task.customer_id] = DueItem(task.customer, None)
            items.append(item)
        item.tasks.append(task)
    # What was said at the meeting comes first, whether or not a contact is due; who is due for a task alone stands
    # among the others, where level and lateness put them. A stable sort: what ties keeps the order it was asked in.
    items.sort(key=lambda item: (not item.instructions, item.rank, item.due_on))
    _fill(items, on)
    everybody = {customer for _pk, customer in (*due, *also)}
    late = Customer.objects.visible_to(person).filter(late_on(on), owner=person, store=store).count()
    return Worklist(items, len(everybody), late, done)


def rank_of(level: str) -> int:
    """The place of a level in the order of Today, as ``LEVEL_RANK`` has it in the database."""
    return ORDER.index(level) if level and level in ORDER else len(ORDER)


def _fill(items: Sequence[DueItem], on: date) -> None:
    """Last contact, evidence, this month's contacts and pending losses of each item: four queries for all."""
    ids = [item.customer.pk for item in items]
    last_ids = (
        Customer.objects.filter(pk__in=ids)
        .annotate(
            last_id=Subquery(
                Interaction.objects.filter(customer=OuterRef("pk")).order_by("-at", "-id").values("pk")[:1]
            )
        )
        .values("last_id")
    )
    last = {row.customer_id: row for row in Interaction.objects.filter(pk__in=last_ids)}
    ticked: dict[int, set[str]] = defaultdict(set)
    for customer_id, code in EvidenceTick.objects.filter(
        customer__in=ids, withdrawn_at__isnull=True
    ).values_list("customer_id", "code"):
        ticked[customer_id].add(code)
    month = (
        Interaction.objects.filter(customer__in=ids)
        .valid()
        .between(on.replace(day=1), on)
        .values_list("customer_id")
        .annotate(count=Count("id"))
    )
    counts = dict(month)
    losses: dict[int, list[LossReport]] = defaultdict(list)
    for loss in (
        LossReport.objects.pending().filter(customer__in=ids).only("customer_id", "subject", "ends_card")
    ):
        losses[loss.customer_id].append(loss)
    for item in items:
        pk = item.customer.pk
        item.last, item.ticked = last.get(pk), frozenset(ticked[pk])
        item.contacts_this_month = counts.get(pk, 0)
        item.losses = losses[pk]
        if item.follow_up is not None:
            item.days_late = item.follow_up.overdue_days(on)


@dataclass(frozen=True)
class Behind:
    """One consultant's open follow-ups: how many, and the late ones by level."""

    person: User
    open: int
    late: int
    late_by_level: dict[str, int]
    done_today: int


def who_is_behind(actor: User, on: date) -> list[Behind]:
    """Everybody whose cards the actor reads, most late first; three queries. Cards of somebody who left are late
    like any others, so the deactivated are listed as long as follow-ups wait under their name."""
    # The card's copies of level and next date answer this from one index.
    cards = Customer.objects.visible_to(actor).live().filter(owner__isnull=False).order_by()
    rows = list(
        cards.values_list("owner_id", "level").annotate(
            open=Count("next_due_on"), late=Count("next_due_on", filter=late_on(on))
        )
    )
    people = User.objects.in_bulk({owner_id for owner_id, *_counts in rows})
    done = dict(
        Interaction.objects.filter(by__in=people, on=on)
        .exclude(method="IMPORTED")
        .values_list("by_id")
        .annotate(count=Count("customer", distinct=True))
    )
    opened: dict[int, int] = defaultdict(int)
    late: dict[int, dict[str, int]] = defaultdict(dict)
    for owner_id, level, count, count_late in rows:
        opened[owner_id] += count
        if count_late:
            late[owner_id][level] = count_late
    found = [
        Behind(person, opened[pk], sum(late[pk].values()), late[pk], done.get(pk, 0))
        for pk, person in people.items()
    ]
    return sorted(found, key=lambda row: (-row.late, row.person.pk))


def releasable(actor: User, playbook: Playbook, on: date) -> QuerySet[Customer]:
    """R-FUP-04, last step: cards whose follow-up is so late that reassignment is proposed, longest late first.
    O, owners and VIP supporters are never released by lateness."""
    late = Q()
    for level, (_supervisor, _manager, release) in playbook.settings.overdue_ladder.items():
        levels = [level, "N"] if level == "H" else [level]
        late |= Q(level__in=levels, next_due_on__lte=on - timedelta(days=release))
    # The plain bound lets the index of next dates pass over cards without one.
    rows = Customer.objects.editable_by(actor).filter(late_on(on), is_vip_supporter=False, owner_kind="")
    rows = rows.filter(late)
    return rows.select_related("owner").order_by("next_due_on", "id")
