"""Whose forms a store prints: those who sold there during the days in question."""

from django.db.models import Q, QuerySet

from guanxi.cadence.models import Interaction
from guanxi.customers.models import Customer, Transfer
from guanxi.deals.models import Order
from guanxi.organization.models import RoleGrant, Store, User
from guanxi.organization.rules.roles import Reach, Role
from guanxi.performance.models import DailyReport, MonthClose, Target
from guanxi.performance.rules.periods import Days, start_of
from guanxi.prospecting.models import Visit


def people_of(store: Store, days: Days) -> QuerySet[User]:
    """The consultants of ``store``, and whoever left but held open cards since the days began or did something
    within them; one query."""
    began = start_of(days.first, store.timezone)
    held = Customer.objects.filter(store=store, owner__isnull=False)
    open_now = held.live().values("owner")
    changed = held.filter(Q(level_changes__at__gte=began) | Q(level_changes__decided_at__gte=began)).values(
        "owner"
    )
    handed = Transfer.objects.filter(customer__store=store, at__gte=began, from_owner__isnull=False)
    consultants = User.objects.consultants_of(store)
    sold = RoleGrant.objects.filter(role=Role.CONSULTANT).values("user")
    return User.objects.filter(
        Q(pk__in=consultants.values("pk"))
        | Q(pk__in=open_now)
        | Q(pk__in=changed)
        | Q(pk__in=handed.values("from_owner"))
        | Q(_worked(store, days), pk__in=sold)
    )


def _worked(store: Store, days: Days) -> Q:
    """Who wrote contacts, received parties, took orders, reported or had targets within the days."""
    within = (days.first, days.last)
    made = Interaction.objects.by_hand().filter(store=store, on__range=within, by__isnull=False)
    received = Visit.objects.filter(store=store, on__range=within, consultant__isnull=False)
    orders = Order.objects.filter(
        Q(ordered_on__range=within) | Q(delivered_on__range=within), store=store, consultant__isnull=False
    )
    reports = DailyReport.objects.filter(store=store, on__range=within)
    targets = Target.objects.of_month(store, days.month).filter(user__isnull=False)
    return (
        Q(pk__in=made.order_by().values("by"))
        | Q(pk__in=received.order_by().values("consultant"))
        | Q(pk__in=orders.order_by().values("consultant"))
        | Q(pk__in=reports.order_by().values("user"))
        | Q(pk__in=targets.order_by().values("user"))
    )


def people_frozen(close: MonthClose, code: str) -> QuerySet[User]:
    """Who had a sheet of form ``code`` when the month was locked."""
    rows = close.figures.filter(code=code, person__isnull=False)
    return User.objects.filter(pk__in=rows.values("person"))


def within_reach(people: QuerySet[User], actor: User | None) -> list[User]:
    """Those of ``people`` whose forms ``actor`` may read, in the order of the store; None is the system."""
    if actor is not None:
        people = people & User.objects.within(actor, max(actor.read_reach, Reach.OWN, key=list(Reach).index))
    return list(people.select_related("team", "store").order_by("team_id", "pk").distinct())


def reads_totals(actor: User | None) -> bool:
    """Whether ``actor`` may read totals of the whole store (21.1)."""
    return reads_whole_store(actor) or (actor is not None and actor.has_role(Role.SUPERVISOR))


def reads_whole_store(actor: User | None) -> bool:
    """Whether ``actor`` may read everybody's rows of the store; None is the system."""
    return actor is None or actor.read_reach in {Reach.STORE, Reach.ALL}
