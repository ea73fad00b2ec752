"""Recommendations in the demo: who is asked after a delivery, whom they name, and which of the names become customers.

Chance of its own, so that the rest of the demo stays as it was.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from guanxi.cadence.models import Task
from guanxi.cadence.operations.cards import FirstJudgement
from guanxi.cadence.operations.tasks import finish_task
from guanxi.customers.models import Customer
from guanxi.customers.operations.cards import CardDraft
from guanxi.demo import names
from guanxi.demo.names import Numbers
from guanxi.demo.world import World
from guanxi.lib.phones import PhoneNumber
from guanxi.organization.models import User
from guanxi.prospecting.models import ReferralLead
from guanxi.prospecting.operations.asking import AskDraft, ask_for_names, tick_traits
from guanxi.prospecting.operations.carding import card_name
from guanxi.prospecting.operations.names import NameDraft, edit_name, note_names, note_result, warm_name

SEED = 20260304
EVENING = 19 * 60
RELATIONS = ("COLLEAGUE", "FRIEND", "RELATIVE", "CLASSMATE", "NEIGHBOUR", "HOBBY", "TOWNSMAN")
TRIGGERS = ("NEWBORN", "MARRIED", "MORTGAGE", "OLD_CAR", "NEW_JOB", "BUSINESS", "")
EVIDENCE = {
    2: ("NAME", "同意报他的名字"),
    3: ("NOTE", "在画册上写了两句：在这儿买的，放心"),
    4: ("CALL", "当着我的面给他打了电话"),
    5: ("MEETING", "约好周六一起来店，想换七座"),
}
DECLINED = ("这阵子身边没人看车", "不太方便提别人的名字", "先让我用一阵再说")


@dataclass
class Circle:
    """Who may recommend: owners by consultant, each with the generation they are of."""

    rng: Random = field(default_factory=lambda: Random(SEED))
    owners: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    generation: dict[int, int] = field(default_factory=dict)

    def number(self, world: World) -> PhoneNumber:
        """A mobile nobody has yet, by this chance."""
        own = Numbers(self.rng)
        own.given = world.numbers.given
        return own.fresh()

    def welcome(self, consultant: User, customer: int) -> None:
        """Somebody drives our car and may speak of it."""
        self.owners[consultant.pk].append(customer)

    def recommended(self, draft: CardDraft) -> CardDraft:
        """A customer whose source says so came through an owner of the same consultant, often a recent one."""
        assert draft.owner is not None
        known = self.owners[draft.owner.pk]
        if draft.values.get("source_code") not in ("R", "B") or not known:
            return draft
        recent = known[-6:] if self.rng.random() < 0.8 else known
        deepest = max(recent, key=lambda pk: self.generation.get(pk, 0))
        referrer = deepest if self.rng.random() < 0.6 else self.rng.choice(recent)
        return replace(draft, values=draft.values | {"referrer_id": referrer})

    def arrived(self, card: Customer) -> None:
        if card.referrer_id is not None:
            self.generation[card.pk] = self.generation.get(card.referrer_id, 0) + 1


def tell_of_names(
    world: World, circle: Circle, on: date, cards: Sequence[tuple[Customer, PhoneNumber]]
) -> None:
    """The new customers who were recommended stood on the list before: noted, warmed up, then linked."""
    for card, phone in cards:
        circle.arrived(card)
        if card.referrer_id is None or card.owner is None:
            continue
        if not Customer.objects.filter(pk=card.referrer_id, owner=card.owner).exists():
            continue
        rng, earlier = circle.rng, on - timedelta(days=circle.rng.randint(2, 9))
        if earlier < world.store.local_date(world.store.created_at):
            continue
        draft = NameDraft(card.name, phone, _about(rng) | {"occupation": card.occupation})
        lead = note_names(world.act(card.owner, earlier, EVENING), [draft], recommender_id=card.referrer_id)[
            0
        ]
        lead = _warm(world, circle, lead, card.owner, earlier, rng.choice((1, 2, 3, 3, 4, 4, 5)))
        act = world.act(card.owner, on, 17 * 60 + 50)
        if rng.random() < 0.5:
            lead = note_result(act, lead.pk, version=lead.version, result="MET", first_visit_on=on)
        card_name(act, lead.pk, version=lead.version, judgement=FirstJudgement("N"))


def ask_around(world: World, circle: Circle, on: date) -> None:
    """The tasks of the night: ask after deliveries, and report back. The last days stay to be done."""
    rng = circle.rng
    waiting = Task.objects.open().filter(store=world.store, due_on__lte=on, owner__isnull=False)
    if world.days_left(on) >= 2:
        for task in waiting.filter(kind=Task.Kind.ASK).order_by("due_on", "pk"):
            _ask(world, circle, task, on)
    if world.days_left(on) >= 1:
        for task in waiting.filter(kind=Task.Kind.REPORT_BACK).order_by("due_on", "pk"):
            if world.days_left(on) >= 4 or rng.random() < 0.5:
                finish_task(world.act(world.people[task.owner_id], on, EVENING + 20), task.pk)  # type: ignore[index]


def fill_the_lists(world: World, circle: Circle) -> None:
    """Everybody's own circle, the customers asked in vain, and the influence centres."""
    rng = circle.rng
    for place, user in enumerate(world.consultants):
        on = world.last - timedelta(days=min(30 + place, world.length - 1))
        drafts = [
            NameDraft(
                names.person_name(rng, rng.choice("MF")), circle.number(world) if rng.random() < 0.7 else None,
                _about(rng) | {
                    "years_known": rng.randint(1, 25), "age": rng.randint(24, 62),
                    **rng.choice(({"marital": "SINGLE"}, {"marital": "MARRIED", "children": rng.randint(0, 2)})),
                    "occupation": rng.choice(names.OCCUPATIONS),
                    "income_band": rng.choice(("B1", "B2", "B2", "B3", "B4")), "consent": rng.random() < 0.3,
                },
            )
            for _ in range(rng.randint(9, 26))
        ]  # fmt: skip
        for lead in note_names(world.act(user, on, EVENING), drafts)[:5]:
            warmed = _warm(world, circle, lead, user, on + timedelta(days=1), rng.choice((1, 2, 2, 3, 4)))
            if rng.random() < 0.4 and warmed.is_qualified:
                day = min(on + timedelta(days=rng.randint(2, 20)), world.last)
                note_result(
                    world.act(user, day, EVENING), warmed.pk, version=warmed.version, first_visit_on=day,
                    result=rng.choice(("MET", "LATER", "NO_NEED")),
                )  # fmt: skip
        _ask_in_vain(world, circle, user)
        _tick(world, circle, user)


def _ask(world: World, circle: Circle, task: Task, on: date) -> None:
    rng, user = circle.rng, world.people[task.owner_id]  # type: ignore[index]
    act = world.act(user, on, EVENING + 10)
    if rng.random() < 0.45:
        drafts = [
            NameDraft(names.person_name(rng, rng.choice("MF")), circle.number(world), _about(rng))
            for _ in range(rng.randint(1, 3))
        ]
        request = ask_for_names(act, task.customer_id, AskDraft(task.item, "NAMES", drafts))
        for lead in request.leads.select_related("recommender__owner"):
            _warm(world, circle, lead, user, on, rng.choice((1, 1, 2, 3, 4)))
        return
    result = rng.choice(("REFUSED", "LATER"))
    ask_for_names(act, task.customer_id, AskDraft(task.item, result, note=rng.choice(DECLINED)))


def _warm(
    world: World, circle: Circle, lead: ReferralLead, user: User, on: date, warmth: int
) -> ReferralLead:
    """Learn about the name on the evening of ``on``, and warm it up as far as that goes."""
    rng, act = circle.rng, world.act(user, on, EVENING + 30)
    known = [
        code for code, share in (("MEANS", 0.6), ("DECIDES", 0.55), ("DRIVES", 0.7)) if rng.random() < share
    ]
    if warmth == 5:
        known.append("NEED")
    if known:
        lead = edit_name(act, lead.pk, version=lead.version, values={"conditions": known})
    if warmth > 1:
        method, words = EVIDENCE[warmth]
        lead = warm_name(act, lead.pk, version=lead.version, warmth=warmth, evidence=words, method=method)
    return lead


def _about(rng: Random) -> dict[str, object]:
    return {"relation": rng.choice(RELATIONS), "trigger": rng.choice(TRIGGERS)}


def _ask_in_vain(world: World, circle: Circle, user: User) -> None:
    """Two owners who declined so far; of one consultant all five times."""
    rng = circle.rng
    for place, pk in enumerate(circle.owners[user.pk][:2]):
        times = 5 if place == 0 and world.place(user) == 0 else rng.randint(1, 3)
        if not Customer.objects.filter(pk=pk, owner=user).exists() or times >= world.length:
            continue
        for time in range(times, 0, -1):
            act = world.act(user, world.last - timedelta(days=time), EVENING + 15)
            ask_for_names(act, pk, AskDraft("CONTACT", "REFUSED", note=rng.choice(DECLINED)))


def _tick(world: World, circle: Circle, user: User) -> None:
    """Whoever brought somebody has most of the traits."""
    brought = Customer.objects.filter(owner=user, referred__isnull=False).distinct().order_by("pk")
    traits = ["KNOWS", "APPROACHABLE", "WILLING", "CONTACTS", "OCCUPATION"]
    for card in brought[:3]:
        held = traits[: circle.rng.randint(3, 5)]
        tick_traits(world.act(user, world.last, EVENING + 40), card.pk, version=0, traits=held)
