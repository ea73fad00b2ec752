"""The daily report as it generates itself, and who has handed one in (R-DAY-02, R-DAY-05)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from guanxi.cadence.models import Interaction, LevelChange, Task
from guanxi.cadence.models.contacts import InteractionQuerySet
from guanxi.cadence.queries.due import ASKED_FIRST, by_urgency
from guanxi.customers.models import Customer, Phone
from guanxi.lib.dates import next_open, previous_open
from guanxi.lib.phones import mask_phone
from guanxi.organization.models import Store, User
from guanxi.organization.refusals import Refused
from guanxi.organization.rules.roles import Reach, Role
from guanxi.performance.models import DailyReport
from guanxi.performance.queries.about import About, FormFigures
from guanxi.performance.queries.standing import Evening, evening_of, summed
from guanxi.performance.rules.daily_reports import ReportRow, footers, free_lines, is_late, origin
from guanxi.performance.rules.periods import start_of

# What a row prints: cards are wide, and a month close reads thousands of contacts.
PRINTED = (
    "purpose", "method", "content", "is_valid", "level_before", "level_after", "customer__name", "customer__channel",
    "customer__card_created_at", "customer__created_at", "customer__intent__product__name",
)  # fmt: skip


def touches(person: User, store: Store, until: datetime | None = None) -> InteractionQuerySet:
    """What a person did themselves, as far as it was recorded before ``until``."""
    return Interaction.objects.filter(by=person, store=store).by_hand().known_by(until)


def added_later(report: DailyReport) -> int:
    """Contacts of the day recorded after the report was handed in, or last added to; one query."""
    if report.figures_at is None:
        return 0
    made = touches(report.user, report.store).filter(on=report.on, recorded_at__gt=report.figures_at)
    return made.count()


def generated(
    person: User,
    store: Store,
    on: date,
    known: Evening | None = None,
    until: datetime | None = None,
) -> dict[str, Any]:
    """The figures of the day in JSON shapes, as they stand now, or of contacts recorded before ``until``; a fixed
    number of queries. ``known`` is the store's evening of that day, when the caller has it."""
    made = (
        touches(person, store, until).filter(on=on).select_related("customer__intent__product").only(*PRINTED)
    )
    made = made.order_by("at", "id")
    rows = _rows(list(made), store, on)
    earlier = touches(person, store, until).between(on.replace(day=1), on - timedelta(days=1))
    counts = earlier.aggregate(rows=Count("pk"), valid=Count("pk", filter=Q(is_valid=True)))
    evening = known or evening_of(store, on, person)
    stock, owners = summed(evening.stock, [person.pk]), summed(evening.owners, [person.pk])
    return {
        "rows": [row.told() for row in rows],
        "plan": _plan(person, store, on, evening.givers),
        **footers(rows, (counts["rows"], counts["valid"]), stock, owners),
    }


def _rows(made: Sequence[Interaction], store: Store, on: date) -> list[ReportRow]:
    ids = [one.customer_id for one in made]
    planned = set(
        Task.objects.filter(customer__in=ids, due_on__lte=on, created_at__lt=start_of(on, store.timezone))
        .follow_ups()
        .filter(Q(status=Task.Status.OPEN) | Q(done_on__gte=on))
        .values_list("customer_id", flat=True)
    )
    return [
        ReportRow(
            customer_id=one.customer_id,
            name=one.customer.name,
            model=_model(one.customer),
            phone=phone,
            planned=one.customer_id in planned,
            channel=one.customer.channel,
            purpose=one.purpose,
            level_before=one.level_before,
            level_after=one.level_after,
            method=one.method,
            origin=origin(
                store.local_date(one.customer.card_created_at or one.customer.created_at), on,
                is_open=one.level_before in set("OHABCN"),
            ),
            reached=one.is_valid,
            course=one.content,
        )
        for one, phone in zip(made, masked_numbers(ids), strict=True)
    ]  # fmt: skip


def masked_numbers(customer_ids: Sequence[int]) -> list[str]:
    """The first number of each card, masked (R-PRM-05); one query."""
    numbers: dict[int, str] = {}
    rows = Phone.objects.filter(customer__in=set(customer_ids)).order_by("-is_primary", "id")
    for pk, number in rows.values_list("customer_id", "normalized"):
        numbers.setdefault(pk, mask_phone(number))
    return [numbers.get(pk, "") for pk in customer_ids]


def _model(customer: Customer) -> str:
    intent = getattr(customer, "intent", None)
    return str(intent.product) if intent is not None and intent.product is not None else ""


def _plan(person: User, store: Store, on: date, givers: Mapping[int, int | None]) -> list[dict[str, Any]]:
    """Whom the next open day asks for, as it stood on the evening of ``on``: the customers of Today, in its order."""
    then = next_open(on + timedelta(days=1), store.calendar.is_closed)
    after = start_of(on + timedelta(days=1), store.timezone)
    given = [pk for pk, giver in givers.items() if giver == person.pk]
    mine = Q(owner=person) | Q(customer__in=given)
    rows = Task.objects.filter(mine, store=store, created_at__lt=after)
    rows = rows.filter(Q(status=Task.Status.OPEN) | Q(done_on__gt=on)).due_by(then)
    # Columns rather than cards: a month close asks this for every person and day.
    columns = (
        "customer_id", "customer__name", "customer__intent__product__name", "customer__level", "due_on", "kind",
    )  # fmt: skip
    due = list(by_urgency(rows.follow_ups()).values_list(*columns))
    beside = rows.exclude(kind=Task.Kind.FOLLOW_UP).order_by(ASKED_FIRST, "due_on", "id")
    due += beside.values_list(*columns)
    asked = {pk for pk, *_columns, kind in due if kind == Task.Kind.INSTRUCTION}
    planned: dict[int, dict[str, Any]] = {}
    for pk, name, model, level, due_on, _kind in sorted(due, key=lambda row: row[0] not in asked):
        if givers.get(pk, person.pk) != person.pk:
            continue
        told = {"customer_id": pk, "name": name, "model": model or "", "level": level}
        planned.setdefault(pk, told | {"due_on": due_on.isoformat()})
    return list(planned.values())


def report_of(person: User, store: Store, on: date) -> DailyReport:
    """The report of a day; a new one, not yet stored, where nobody began it."""
    found = DailyReport.objects.filter(user=person, on=on).select_related("supervisor", "manager").first()
    return found or DailyReport(user=person, store=store, on=on, version=0)


def figures_of(
    report: DailyReport,
    until: datetime | None = None,
    evening: Callable[[date], Evening] | None = None,
) -> dict[str, Any]:
    """What was submitted; of a draft, what the day says now, or said at ``until``. ``evening`` tells the store's."""
    if report.is_submitted:
        return report.figures
    known = evening(report.on) if evening else None
    return generated(report.user, report.store, report.on, known, until)


def expected_of(actor: User, store: Store, on: date) -> QuerySet[User]:
    """Whose report of ``on`` the actor may see: the consultants within their reach, and who wrote one then."""
    reach = actor.read_reach
    people = User.objects.within(actor, reach).filter(store=store)
    wrote = DailyReport.objects.filter(user=OuterRef("pk"), on=on)
    touched = Interaction.objects.filter(by=OuterRef("pk"), on=on).by_hand()
    sells = Q(is_active=True, grants__role=Role.CONSULTANT)
    sells &= Q(joined_at__lt=start_of(on + timedelta(days=1), store.timezone))
    gone = Q(is_active=False) & (Exists(wrote) | Exists(touched))
    return people.filter(sells | gone | Exists(wrote)).order_by("team_id", "pk").distinct()


@dataclass(frozen=True)
class ReportLine:
    """One consultant's report in the leaders' list. ``report`` is None while nobody submitted one; ``added`` counts
    the contacts recorded after it was."""

    person: User
    report: DailyReport | None
    touched: int
    reached: int
    customers: int
    added: int
    is_missing: bool

    @property
    def state(self) -> str:
        return self.report.state if self.report else DailyReport.State.DRAFT

    @property
    def is_late(self) -> bool:
        return self.report is not None and self.report.is_late

    @property
    def remark(self) -> str:
        return self.report.remark if self.report else ""

    @property
    def note(self) -> str:
        """What a leader wrote, the manager before the supervisor."""
        return (self.report.manager_note or self.report.supervisor_note) if self.report else ""


def report_lines(actor: User, store: Store, on: date, at: datetime) -> list[ReportLine]:
    """The reports of ``on`` within the actor's reach, and what the day counted; four queries."""
    people = list(expected_of(actor, store, on).select_related("team"))
    reports = {
        row.user_id: row for row in DailyReport.objects.filter(user__in=people, on=on).defer("figures")
    }
    handed_in = DailyReport.objects.filter(user=OuterRef("by"), on=on).order_by()
    rows = Interaction.objects.filter(by__in=people, store=store, on=on).by_hand()
    rows = rows.annotate(
        handed_in=Subquery(handed_in.values(at=Coalesce("supplemented_at", "submitted_at"))[:1])
    )
    counts = {
        row["by"]: (row["touched"], row["reached"], row["customers"], row["added"])
        for row in rows.order_by().values("by").annotate(
            touched=Count("pk"), reached=Count("pk", filter=Q(is_valid=True)),
            customers=Count("customer", distinct=True),
            added=Count("pk", filter=Q(recorded_at__gt=F("handed_in"))),
        )
    }  # fmt: skip
    overdue = is_overdue(store, on, at)
    found = []
    for person in people:
        report = reports.get(person.pk)
        missing = overdue and person.is_active and not (report and report.is_submitted)
        found.append(ReportLine(person, report, *counts.get(person.pk, (0, 0, 0, 0)), missing))
    return found


def is_overdue(store: Store, on: date, at: datetime) -> bool:
    """Whether a report of ``on`` handed in at ``at`` would be late."""
    local = at.astimezone(ZoneInfo(store.timezone))
    return is_late(local, on, store.playbook.settings.report_late_hour)


def last_due_day(store: Store, at: datetime) -> date:
    """The latest open day whose report is missed by now when it is not there (R-DAY-05)."""
    on = previous_open(store.local_date(at) - timedelta(days=1), store.calendar.is_closed)
    return (
        on if is_overdue(store, on, at) else previous_open(on - timedelta(days=1), store.calendar.is_closed)
    )


def missing_reports(actor: User, store: Store, at: datetime) -> tuple[date, list[User]]:
    """R-DAY-05: who within the actor's reach owes the report of the last day due; two queries."""
    on = last_due_day(store, at)
    if actor.read_reach in (Reach.NONE, Reach.OWN):
        return on, []
    sent = DailyReport.objects.filter(on=on, user=OuterRef("pk")).exclude(state=DailyReport.State.DRAFT)
    people = expected_of(actor, store, on).filter(is_active=True).exclude(Exists(sent))
    # A store that has just begun has nobody to remind.
    if not LevelChange.objects.filter(customer__store=store, on__lte=on).exists():
        return on, []
    return on, list(people)


@dataclass(frozen=True)
class OwnReports:
    """Where a consultant stands with their reports: today's, and the last one due when it is missing."""

    is_sent: bool
    missing_on: date | None


def own_reports(person: User, store: Store, at: datetime) -> OwnReports:
    """One query."""
    today, due = store.local_date(at), last_due_day(store, at)
    rows = DailyReport.objects.filter(user=person, on__in=[today, due]).exclude(state=DailyReport.State.DRAFT)
    sent = set(rows.values_list("on", flat=True))
    owes = due not in sent and store.local_date(person.joined_at) <= due
    return OwnReports(today in sent, due if owes else None)


class NoStoreSheet(Refused):
    """A daily report is one person's; the store has none."""


def _person(about: About) -> User:
    if about.person is None:
        raise NoStoreSheet(_("A daily report is one person's: choose whose."), "person")
    return about.person


def compute(about: About) -> dict[str, Any]:
    """F-DAY-1: the report as submitted, a day without one as its contacts tell it. Raises NoStoreSheet."""
    person = _person(about)
    report = report_of(person, about.store, about.days.first)
    return {
        **figures_of(report, about.days.until, about.evening),
        "on": about.days.first.isoformat(),
        "person": str(person),
        "team": str(person.team or ""),
        "state": report.state,
        "late": report.is_late,
        "supplemented_at": report.supplemented_at.isoformat() if report.supplemented_at else None,
        "submitted_at": report.submitted_at.isoformat() if report.submitted_at else None,
        "remark": report.remark,
        "free": free_lines(report.free_rows),
        "supervisor_note": report.supervisor_note,
        "supervisor": str(report.supervisor or ""),
        "manager_note": report.manager_note,
        "manager": str(report.manager or ""),
    }


def days_with(about: About) -> Iterable[date]:
    """The days on which the person submitted a report or touched a customer; two queries.
    Raises NoStoreSheet."""
    person = _person(about)
    first, last = about.days.first, about.days.seen
    made = (
        touches(person, about.store, about.days.until)
        .between(first, last)
        .order_by()
        .values_list("on", flat=True)
    )
    sent = DailyReport.objects.filter(user=person, on__range=(first, last))
    sent = sent.exclude(state=DailyReport.State.DRAFT)
    return set(made.values_list("on", flat=True).distinct()) | set(sent.values_list("on", flat=True))


DAILY_REPORT = FormFigures("F-DAY-1", "day", True, compute, days_with)
