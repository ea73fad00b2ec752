"""What everybody in the demo shares: the store, its people, chance, and the customers as they stand."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from guanxi.cadence.models import Task
from guanxi.catalogue.models import Product
from guanxi.customers.models import Customer
from guanxi.demo.leads import Lead
from guanxi.demo.names import Numbers
from guanxi.lib.dates import next_open
from guanxi.organization.acts import Act
from guanxi.organization.models import Store, User


@dataclass
class World:
    """``last`` is the last day played: the day before ``now``, when the demo is opened."""

    store: Store
    users: dict[str, User]
    skills: dict[int, float]
    products: dict[str, Product]
    last: date
    now: datetime
    rng: Random
    leads: dict[int, Lead] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.numbers = Numbers(self.rng)
        self.consultants = [user for user in self.users.values() if user.pk in self.skills]
        self.people = {user.pk: user for user in self.users.values()}
        self.zone = ZoneInfo(self.store.timezone)

    def at(self, on: date, minutes: float) -> datetime:
        """An instant of ``on``, in minutes after midnight."""
        return datetime.combine(on, time(), self.zone) + timedelta(minutes=round(minutes))

    def act(self, user: User, on: date, minutes: float) -> Act:
        return Act(by=user, at=self.at(on, minutes), source="demo", given_store=self.store)

    def place(self, consultant: User) -> int:
        """Their place on the roster: their key differs from database to database, the play must not."""
        return self.consultants.index(consultant)

    def days_left(self, on: date) -> int:
        return (self.last - on).days

    @property
    def length(self) -> int:
        """How many days the store has been open on the last."""
        return (self.last - self.store.local_date(self.store.created_at)).days + 1

    def tomorrow(self, on: date) -> date:
        """The next open day."""
        return next_open(on + timedelta(days=1), self.store.calendar.is_closed)

    def open_leads(self, owner: User) -> list[Lead]:
        return [lead for lead in self.leads.values() if lead.is_open and lead.owner.pk == owner.pk]

    def forget(self, lead: Lead) -> None:
        lead.is_open = False

    def refresh(self) -> None:
        """Learn what the night or a leader changed: owner, level and date of every open card."""
        opened = {lead.id: lead for lead in self.leads.values() if lead.is_open}
        rows = Customer.objects.filter(store=self.store).live()
        seen = set()
        for pk, owner, level in rows.values_list("pk", "owner_id", "level"):
            if (lead := opened.get(pk)) is not None:
                lead.owner, lead.level = self.people[owner], level
                seen.add(pk)
        for pk in opened.keys() - seen:
            self.forget(opened[pk])
        follow_ups = Task.objects.filter(store=self.store).follow_ups().open()
        for pk, due_on, retry_on in follow_ups.values_list("customer_id", "due_on", "retry_on"):
            if pk in opened:
                opened[pk].due = retry_on or due_on
