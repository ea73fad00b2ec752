"""A consultant's day: the calls that are due, and what customers turn out to want."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from guanxi.cadence.operations.contacts import ContactDraft, record_contacts
from guanxi.cadence.operations.losses import reactivate
from guanxi.cadence.operations.tasks import finish_task
from guanxi.cadence.rules.follow_ups import interval
from guanxi.demo import words
from guanxi.demo.leads import Fate, Lead, draw_fate
from guanxi.demo.outcomes import apply_loss, order_for
from guanxi.demo.world import World
from guanxi.organization.models import User

METHODS = {"PHONE": 56, "WECHAT": 27, "SHOWROOM": 11, "VISIT": 4, "SMS": 2}
ANSWERS = {"PHONE": 0.76, "WECHAT": 0.86, "SHOWROOM": 1.0, "VISIT": 1.0, "SMS": 0.4}
MORNING, EVENING = 9 * 60, 18 * 60
# A new customer is called within a day, before anybody who can wait.
URGENCY = "OHNABC"
WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class Chore:
    """A task beside the follow-up that is due: owner care, a second chance, a step of an order."""

    task_id: int
    customer_id: int
    kind: str
    item: str


def work(world: World, user: User, on: date, chores: Sequence[Chore]) -> None:
    """Make the day's calls and draw the consequences."""
    due = [lead for lead in world.open_leads(user) if lead.due <= on and not lead.waits]
    due.sort(key=lambda lead: (URGENCY.index(lead.level), lead.due, lead.id))
    due = due[: len(due) - _left_over(world, user, on, len(due))]
    calls = [chore for chore in chores if chore.kind in {"CARE", "SECOND"}]
    drafts = [_call(world, lead, on) for lead in due]
    taken = {lead.id for lead in due}
    for chore in calls:
        if chore.customer_id not in taken:
            taken.add(chore.customer_id)
            drafts.append(_care(world, chore))
    if drafts:
        pause = (EVENING - MORNING) / len(drafts)
        timed = [
            _timed(draft, world.at(on, MORNING + pause * place + world.rng.random() * pause * 0.8))
            for place, draft in enumerate(drafts)
        ]
        contacts = record_contacts(world.act(user, on, EVENING + 10), timed)
        for lead, contact in zip(due, contacts, strict=False):
            lead.level = contact.level_after
            lead.misses = 0 if contact.is_valid else lead.misses + 1
            lead.due = contact.next_due_on if contact.is_valid and contact.next_due_on else world.tomorrow(on)
            _turn(world, lead, on, reached=contact.is_valid)
    for chore in chores:
        if chore.kind == "ORDER" and world.rng.random() < 0.8:
            finish_task(world.act(user, on, EVENING + 12), chore.task_id)
        elif chore.kind == "SECOND" and world.rng.random() < 0.12:
            _come_back(world, user, chore.customer_id, on)


def _left_over(world: World, user: User, on: date, due: int) -> int:
    """How many of today's calls wait until tomorrow, so that everybody has a full list when the demo opens."""
    if world.days_left(on) > 5:
        return 0
    opening = world.last + timedelta(days=1)
    wanted = 9 + world.place(user) % 5
    coming = sum(on < lead.due <= opening for lead in world.open_leads(user))
    return min(max(wanted - coming, 0), due)


def _call(world: World, lead: Lead, on: date) -> ContactDraft:
    rng = world.rng
    method = rng.choices(list(METHODS), list(METHODS.values()))[0]
    vanished = lead.outcome is not None and lead.outcome[0] == "UNREACHABLE" and lead.turns_on <= on
    if vanished:
        method = "PHONE"
    if vanished or rng.random() > ANSWERS[method]:
        return ContactDraft(lead.id, method, False, content=rng.choice(words.MISSED))
    if lead.level == "O":
        return ContactDraft(lead.id, method, True, content=_note(world, lead, "O"), purpose="PAPERWORK")
    level = lead.look(on, rng, world.store.playbook)
    return ContactDraft(
        lead.id, method, True, content=_note(world, lead, level), level=level, evidence=lead.evidence,
        expected_close_on=lead.closes_on, keep_close_date=False, next_due_on=_agreed(world, level, on),
    )  # fmt: skip


def _agreed(world: World, level: str, on: date) -> date | None:
    """A date the customer named, earlier than the level's interval; many named the day the demo is opened."""
    opening = world.tomorrow(world.last)
    ahead = (opening - on).days
    if level == "H":
        return world.tomorrow(on) if world.rng.random() < 0.3 else None
    near = 1 < ahead <= interval(level, world.store.playbook)
    return opening if near and world.rng.random() < 0.25 else None


def _note(world: World, lead: Lead, level: str) -> str:
    rng = world.rng
    text = rng.choice(words.REACHED.get(level, words.REACHED["C"]))
    return text.format(
        model=lead.model, colour=rng.choice(words.COLOURS), concern=rng.choice(words.CONCERNS),
        rival=rng.choice(words.RIVAL_NAMES), day=f"周{rng.choice(WEEKDAYS)}",
    )  # fmt: skip


def _care(world: World, chore: Chore) -> ContactDraft:
    rng = world.rng
    if rng.random() < 0.12:
        return ContactDraft(
            chore.customer_id, "PHONE", False, content=rng.choice(words.MISSED), purpose="CARE"
        )
    notes = words.CARE.get("SECOND" if chore.kind == "SECOND" else chore.item, words.REACHED[""])
    return ContactDraft(
        chore.customer_id, rng.choice(("PHONE", "PHONE", "WECHAT")), True, content=rng.choice(notes),
        purpose="CARE", task_id=chore.task_id,
    )  # fmt: skip


def _timed(draft: ContactDraft, at: object) -> ContactDraft:
    return ContactDraft(**draft.__dict__ | {"at": at})


def _turn(world: World, lead: Lead, on: date, *, reached: bool) -> None:
    """What was going to happen happens: an order, a loss, or a customer who can no longer be reached."""
    if lead.order_id is not None or lead.turns_on > on:
        return
    if lead.fate == Fate.BUYS and reached:
        if world.days_left(on) < 5 and world.rng.random() < 0.7:
            # Still deciding when the demo opens: somebody to win this week.
            lead.turns_on = world.last + timedelta(days=world.rng.randint(2, 6))
            return
        order_for(world, lead, on)
    elif lead.fate == Fate.LINGERS:
        lead.fate = Fate.LEAVES
    elif lead.fate == Fate.LEAVES and (reached or lead.misses >= 3):
        apply_loss(world, lead, on)


def _come_back(world: World, user: User, customer_id: int, on: date) -> None:
    lead = world.leads.get(customer_id)
    if lead is None or lead.is_open:
        return
    act = world.act(user, on, EVENING + 15)
    card = reactivate(act, customer_id, level="C", reason="客户主动来电，重新考虑购车")
    lead.is_open, lead.waits, lead.level, lead.misses, lead.outcome = True, False, "C", 0, None
    lead.fate, lead.turns_on = draw_fate(world.rng, on, 1.5)
    lead.due = card.next_due_on or world.tomorrow(on)
