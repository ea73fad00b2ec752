"""Plays the months, one day after the other."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta

from guanxi.cadence.models import Task
from guanxi.cadence.operations.cards import FirstJudgement, receive_customers
from guanxi.customers.operations.cards import CardDraft
from guanxi.demo.arrivals import new_customer, old_owner, stranger
from guanxi.demo.leaders import lead_the_store, leave_to_decide
from guanxi.demo.leads import Fate, Lead, draw_fate, expectation
from guanxi.demo.outcomes import draw_outcome, hand_over_cars
from guanxi.demo.referrals import Circle, ask_around, fill_the_lists, tell_of_names
from guanxi.demo.workdays import Chore, work
from guanxi.demo.world import World

# Long ago one calling day in eight is played, and one night in fourteen: enough for a history, and quick.
RECENT = 40
NIGHT = 2 * 60
Night = Callable[[date], bool]


def play(world: World, first: date, night: Night, *, owners: int, leads: int, strangers: int) -> None:
    """Play every day from ``first`` to the world's last, and the night after it when that has come."""
    circle = Circle()
    _old_owners(world, circle, first, owners)
    length, opening = (world.last - first).days + 1, world.last + timedelta(days=1)
    for offset in range(length):
        on = first + timedelta(days=offset)
        recent = world.days_left(on) < RECENT
        if (recent or offset % 14 == 0) and night(on):
            world.refresh()
        if world.store.calendar.is_closed(on):
            continue
        # Weekends fill the showroom; the last weeks brought a campaign.
        busy = (1.6 if on.isoweekday() >= 6 else 0.7) * (1.5 if recent else 1.0)
        _arrive(
            world, circle, on, _drawn(world, leads / length * busy), _drawn(world, strangers / length * busy)
        )
        if world.days_left(on) == 3:
            _bring_sheet(world, on, max(leads // 60, 2))
        for lead in hand_over_cars(world, on):
            circle.welcome(lead.owner, lead.id)
        working = [
            user for user in world.consultants
            if (recent and on.isoweekday() - 1 != world.place(user) % 5)
            or (not recent and (on.toordinal() + world.place(user)) % 8 == 0)
        ]  # fmt: skip
        chores = _chores(world, on)
        for user in working:
            work(world, user, on, chores[user.pk])
        ask_around(world, circle, on)
        lead_the_store(world, on)
    fill_the_lists(world, circle)
    leave_to_decide(world)
    if world.at(opening, NIGHT) <= world.now:
        night(opening)


def _drawn(world: World, mean: float) -> int:
    """A whole number around ``mean``."""
    return int(mean) + (world.rng.random() < mean % 1)


def _old_owners(world: World, circle: Circle, on: date, count: int) -> None:
    """The store enters the owners it knows, consultant by consultant."""
    act = world.act(world.users["ma"], on, 8 * 60 + 30)
    for start in range(0, count, 200):
        cards = receive_customers(
            act, [old_owner(world.rng, world.numbers, world.rng.choice(world.consultants), on)
                  for _ in range(start, min(start + 200, count))],
        )  # fmt: skip
        for card in cards:
            assert card.owner is not None
            circle.welcome(card.owner, card.pk)


def _arrive(world: World, circle: Circle, on: date, count: int, strangers: int) -> None:
    """The reception opens the day's cards and gives each to a consultant."""
    rng = world.rng
    drafts: list[tuple[CardDraft, FirstJudgement]] = []
    born: list[Lead] = []
    for _ in range(count):
        owner = rng.choice(world.consultants)
        eager = 1.8 if world.days_left(on) < 14 else 1.0
        fate, turns_on = draw_fate(rng, on, world.skills[owner.pk] * eager)
        closes_on, evidence = expectation(fate, turns_on, on, rng)
        hasty = world.days_left(on) < 5 and rng.random() < 0.3
        draft, model, phone = new_customer(
            rng, world.numbers, owner, world.products, on, closes_on, hasty=hasty
        )
        judged = FirstJudgement("N") if rng.random() < 0.5 else FirstJudgement(None, evidence)
        lead = Lead(0, owner, phone, model, fate, turns_on, world.tomorrow(on), closes_on=closes_on)
        lead.evidence = evidence
        if fate == Fate.LEAVES:
            lead.outcome = draw_outcome(world)
        drafts.append((circle.recommended(draft), judged))
        born.append(lead)
    drafts += [stranger(rng, world.numbers, rng.choice(world.consultants)) for _ in range(strangers)]
    if not drafts:
        return
    cards = receive_customers(world.act(world.users["han"], on, 17 * 60 + 40), drafts)
    for lead, card in zip(born, cards, strict=False):
        lead.id, lead.level = card.pk, card.level
        # The first call comes within 24 hours, whatever the level.
        world.leads[card.pk] = lead
    tell_of_names(world, circle, on, [(card, lead.phone) for lead, card in zip(born, cards, strict=False)])


def _bring_sheet(world: World, on: date, count: int) -> None:
    """A colleague's old list is taken over: levels nobody has confirmed yet."""
    rng = world.rng
    drafts = []
    for place in range(count):
        owner = world.consultants[place % len(world.consultants)]
        draft, model, phone = new_customer(rng, world.numbers, owner, world.products, on, None, hasty=False)
        judged = FirstJudgement(
            rng.choice("ABBC"), imported=True, last_contact_on=on - timedelta(days=rng.randint(1, 6))
        )
        drafts.append(
            (draft, judged, Lead(0, owner, phone, model, Fate.LINGERS, on + timedelta(days=90), on))
        )
    cards = receive_customers(
        world.act(world.users["ma"], on, 9 * 60), [(draft, first) for draft, first, _ in drafts]
    )
    for card, (_draft, _first, lead) in zip(cards, drafts, strict=True):
        lead.id, lead.level, lead.due = card.pk, card.level, card.next_due_on or on
        world.leads[card.pk] = lead


def _chores(world: World, on: date) -> dict[int, list[Chore]]:
    """What is due beside the follow-ups, by consultant."""
    kinds = [Task.Kind.CARE, Task.Kind.SECOND_CHANCE]
    if world.days_left(on) < 14:
        kinds.append(Task.Kind.ORDER)
    rows = (
        Task.objects.filter(store=world.store, kind__in=kinds, due_on__lte=on).open().order_by("due_on", "pk")
    )
    found: dict[int, list[Chore]] = defaultdict(list)
    for owner, pk, customer, kind, item in rows.values_list("owner_id", "pk", "customer_id", "kind", "item"):
        found[owner].append(Chore(pk, customer, kind, item))
    return found
