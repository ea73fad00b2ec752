"""A fleet customer whose people were learnt week by week: the map, its history, and what is planned."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from guanxi.cadence.operations.cards import FirstJudgement, receive_customers
from guanxi.cadence.operations.contacts import ContactDraft, record_contact
from guanxi.customers.models import Customer
from guanxi.customers.operations.cards import CardDraft
from guanxi.demo import fleet
from guanxi.demo.world import World
from guanxi.key_accounts.models import MARKS, SCREENED, KeyPerson
from guanxi.key_accounts.operations.account_plans import save_member, save_plan
from guanxi.key_accounts.operations.people import add_people, note_departure, save_person
from guanxi.key_accounts.operations.relations import draw_lines, save_circle, save_tie
from guanxi.key_accounts.operations.steps import finish_step, plan_step, save_info
from guanxi.key_accounts.rules.drafts import LineDraft, PersonDraft, Seen, StepDraft
from guanxi.key_accounts.rules.marks import parse_box
from guanxi.organization.acts import Act

SELLER, LONGEST = "lin", 69
VISITING, WRITING = 10 * 60, 17 * 60


def open_key_account(world: World) -> None:
    """Play the account from its first visit to the day before the demo opens; shorter demos squeeze the days."""
    _Story(world).play()


class _Story:
    def __init__(self, world: World) -> None:
        self.world = world
        self.seller = world.users[SELLER]
        known = (world.last - world.store.local_date(world.store.created_at)).days
        self.longest = min(LONGEST, max(known, 0))
        self.keys: dict[str, int] = {}

    def day(self, ago: int) -> date:
        """``ago`` days before the demo's last day, or as far back as the store goes."""
        return self.world.last - timedelta(days=min(ago, self.longest))

    def act(self, ago: int, minutes: int = WRITING) -> Act:
        return self.world.act(self.seller, self.day(ago), minutes)

    def play(self) -> None:
        self.card = self._receive()
        circles = {
            name: save_circle(self.act(60), self.card.pk, None, {"name": name} | values).pk
            for name, values in fleet.CIRCLES.items()
        }
        for person in sorted((*fleet.PEOPLE, fleet.LEFT), key=lambda one: -one.seen):
            self._meet(person)
        for person in fleet.PEOPLE:
            self._place(person, circles)
        self._leave()
        for turn in fleet.TURNS:
            self._save(turn.ago, turn.name, turn.marks, turn.evidence)
        self._relate()
        self._plan()
        self._grow()

    def _receive(self) -> Customer:
        values = {"kind": "ORG", "org_name": fleet.ORG, "industry": "物流运输", "source_code": "R"}
        draft = CardDraft(
            fleet.NAME, [self.world.numbers.fresh()], self.seller, values, {"purchase_kind": "ADD"}, {}, ()
        )
        card = receive_customers(self.act(LONGEST, VISITING - 60), [(draft, FirstJudgement("B"))])[0]
        for place, (ago, words) in enumerate(fleet.VISITS):
            contact = ContactDraft(card.pk, "VISIT", True, content=words, purpose="PUSH", again=True)
            record_contact(self.act(ago, VISITING + place), contact)
        return card

    def _meet(self, person: fleet.Person) -> None:
        box = parse_box(person.box)
        marks: dict[str, Any] = {
            "role": box.role, "style": box.style, "attitude": box.attitude, "degree": box.contact,
        } | {name: value for name, value in person.more.items() if name in MARKS}  # fmt: skip
        draft = PersonDraft(person.name, box.department, box.title, marks=marks, seen=Seen(person.evidence))
        self.keys[person.name] = add_people(self.act(person.seen), self.card.pk, [draft])[0].pk

    def _place(self, person: fleet.Person, circles: dict[str, int]) -> None:
        facts = {name: value for name, value in person.more.items() if name not in MARKS}
        values = facts | {"reports_to": self.keys.get(person.boss), "circle": circles.get(person.circle)}
        self._save(min(person.seen, 33), person.name, values, "")

    def _save(self, ago: int, name: str, values: dict[str, Any], evidence: str) -> None:
        key = self.keys[name]
        version = KeyPerson.objects.get(pk=key).version
        save_person(self.act(ago), self.card.pk, key, values, version=version, seen=Seen(evidence))

    def _leave(self) -> None:
        key = self.keys[fleet.LEFT.name]
        note_departure(self.act(fleet.LEFT_AGO), self.card.pk, key, self.day(fleet.LEFT_AGO), version=1)

    def _relate(self) -> None:
        act = self.act(32)
        drafts = [
            LineDraft(self.keys[one], self.keys[other], kind, Decimal(strength), note=note)
            for one, other, kind, strength, note in fleet.LINES
        ]
        draw_lines(act, self.card.pk, drafts)
        for user, name, current, wanted, evidence, ago in fleet.TIES:
            values = {"current": current, "wanted": wanted, "evidence": evidence, "on": self.day(ago)}
            save_tie(self.act(ago), self.card.pk, self.keys[name], self.world.users[user].pk, values)

    def _plan(self) -> None:
        for dimension, fact, source, method, reliability, important, ago in fleet.FACTS:
            values = {
                "dimension": dimension, "fact": fact, "source": source, "method": method, "reliability": reliability,
                "is_important": important, "verified_on": None if ago is None else self.day(ago),
            }  # fmt: skip
            save_info(self.act(ago or 14), self.card.pk, None, values)
        for goal, action, means, name, answer, started, due, result in fleet.STEPS:
            due_on = self.world.last + timedelta(days=due) if due > 0 else self.day(-due)
            draft = StepDraft(
                goal, action, due_on, means=means, person=self.keys[name], answer_to_rival=answer
            )
            step = plan_step(self.act(started), self.card.pk, draft)
            if result:
                finish_step(self.act(-due), self.card.pk, step.pk, version=step.version, result=result)

    def _grow(self) -> None:
        for version, (ago, values, evidence) in enumerate(fleet.PLAN):
            save_plan(self.act(ago), self.card.pk, values, version=version, seen=Seen(evidence))
        others = Customer.objects.filter(owner=self.seller, kind=Customer.Kind.ORG).exclude(pk=self.card.pk)
        for card, ratings in zip(others.order_by("pk"), fleet.OTHERS, strict=False):
            save_plan(self.act(0), card.pk, dict(zip(SCREENED, ratings, strict=True)), version=0)
        for user, function, name, ago in fleet.TEAM:
            member = {"user": self.world.users[user].pk, "function": function, "counterpart": self.keys[name]}
            save_member(self.act(ago), self.card.pk, None, member)
