"""The whole map of an account in a fixed number of queries, as it stands or as it stood on a day."""

from dataclasses import dataclass
from datetime import date

from guanxi.customers.models import Contact, Customer
from guanxi.key_accounts.models import Circle, Influence, KeyPerson, MapLayout, MarkChange, OurTie
from guanxi.key_accounts.queries.marked import heard_on, marked, marks_of
from guanxi.key_accounts.rules import support
from guanxi.key_accounts.rules.charts import present_bosses
from guanxi.key_accounts.rules.histories import Change, marks_on
from guanxi.key_accounts.rules.marks import Box, box_text


@dataclass(frozen=True)
class MapPerson:
    """A person with the marks of the day; ``boss`` is the next one above who is still there."""

    contact: Contact
    row: KeyPerson
    marks: dict[str, str]
    boss: int | None
    boss_name: str
    last_heard_on: date | None
    ties: list[OurTie]

    @property
    def pk(self) -> int:
        return self.contact.pk

    @property
    def name(self) -> str:
        return self.contact.name

    @property
    def attitude_class(self) -> str:
        """The attitude as a word for style sheets."""
        return {"*": "coach", "+": "supporter", "=": "neutral", "−": "opponent", "X": "enemy"}.get(
            self.marks["attitude"], "unknown"
        )

    @property
    def is_key_link(self) -> bool:
        """R-CHN-01."""
        return self.marked(None).is_key_link

    @property
    def notation(self) -> str:
        """The box as people write it."""
        marks = self.marks
        return box_text(
            Box(
                marks["role"], self.contact.department, marks["style"], self.contact.title, marks["attitude"],
                marks["degree"],
            )
        )  # fmt: skip

    def marked(self, on: date | None) -> support.Marked:
        """What the figures ask of them."""
        return marked(
            self.contact,
            self.marks,
            (on - self.last_heard_on).days if on and self.last_heard_on else None,
        )


@dataclass(frozen=True)
class AccountMap:
    """``people`` in the order in which they came; ``gone`` are those who left by then."""

    customer: Customer
    on: date
    people: list[MapPerson]
    gone: list[MapPerson]
    circles: list[Circle]
    lines: list[Influence]
    ties: list[OurTie]
    layout: MapLayout
    changes: list[MarkChange]

    @property
    def marked(self) -> list[support.Marked]:
        return [person.marked(self.on) for person in self.people]

    @property
    def by_key(self) -> dict[int, MapPerson]:
        return {person.pk: person for person in self.people}

    def members(self, circle: Circle) -> list[MapPerson]:
        return [person for person in self.people if person.row.circle_id == circle.pk]


def map_of(customer: Customer, on: date) -> AccountMap:
    """The map of an account at the end of ``on``; seven queries. The card is the caller's, fetched with access.

    Marks and lines are those of the day; the reporting lines, circles and our own ties are today's.
    """
    contacts = list(customer.contacts.select_related("key_person__circle").order_by("id"))
    changes = list(
        MarkChange.objects.filter(person__customer=customer).select_related("by").order_by("on", "id")
    )
    rows = {one.pk: KeyPerson.of(one, on) for one in contacts}
    now = {key: marks_of(row) for key, row in rows.items()}
    marks = marks_on(
        now,
        (Change(c.person_id, c.mark, c.before, c.after, c.on) for c in changes if c.taken_back_at is None),
        on,
    )
    there = frozenset(key for key, row in rows.items() if row.is_there(on))
    bosses = present_bosses({key: row.reports_to_id for key, row in rows.items()}, there)
    ties = list(OurTie.objects.filter(person__customer=customer).select_related("user"))
    heard = heard_on([customer.pk], on)
    known_to: dict[int, list[OurTie]] = {}
    for tie in ties:
        known_to.setdefault(tie.person_id, []).append(tie)
    names: dict[int | None, str] = {one.pk: one.name for one in contacts}
    people = [
        MapPerson(
            one, rows[one.pk], marks[one.pk], bosses.get(one.pk), names.get(bosses.get(one.pk), ""),
            heard.get(one.pk), known_to.get(one.pk, []),
        )
        for one in contacts
    ]  # fmt: skip
    lines = Influence.objects.filter(source__customer=customer, target__customer=customer)
    lines = lines.select_related("source", "target")
    return AccountMap(
        customer=customer,
        on=on,
        people=[person for person in people if person.pk in there],
        gone=[person for person in people if person.row.left_on is not None and person.row.left_on <= on],
        circles=list(customer.circles.all()),
        lines=[
            line
            for line in lines
            if line.known_since <= on
            and (line.ended_on is None or line.ended_on > on)
            and {line.source_id, line.target_id} <= there
        ],
        ties=[tie for tie in ties if tie.person_id in there],
        layout=MapLayout.objects.filter(customer=customer).first() or MapLayout(customer=customer, version=0),
        changes=[change for change in changes if change.on <= on],
    )


def missing_roles(customer_id: int) -> frozenset[str]:
    """Which of "A" and "D" the map of an account lacks (R-KEY-02); one query."""
    rows = KeyPerson.objects.filter(contact__customer=customer_id, left_on__isnull=True)
    return frozenset(support.DECIDING) - set(
        rows.filter(role__in=support.DECIDING).values_list("role", flat=True)
    )
