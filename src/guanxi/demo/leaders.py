"""What supervisors and the manager do: losses, downgrades, claims, transfers, the supporters they know."""

from datetime import date, timedelta

from guanxi.cadence.models import LevelChange, LossReport
from guanxi.cadence.operations.cards import decide_claim, hand_over_cards
from guanxi.cadence.operations.levels import decide_downgrade, set_level
from guanxi.cadence.operations.losses import decide_loss
from guanxi.cadence.rules.losses import may_decide
from guanxi.customers.models import Collision, Customer
from guanxi.customers.operations.classification import classify
from guanxi.customers.operations.collisions import claim_number
from guanxi.customers.rules.lifecycle import VIP_CONDITIONS
from guanxi.demo import words
from guanxi.demo.leads import Fate
from guanxi.demo.outcomes import apply_loss
from guanxi.demo.world import World
from guanxi.organization.models import User
from guanxi.organization.rules.roles import Role

LATE = 19 * 60


def lead_the_store(world: World, on: date) -> None:
    """The leaders' evening. In the last days some things stay undecided, for the visitor to decide."""
    if world.days_left(on) >= 2:
        _decide_losses(world, on)
    if world.rng.random() < 1 / 25:
        _transfer(world, on)
    if world.rng.random() < 1 / 18 or world.days_left(on) in {1, 2, 3}:
        _collide(world, on)
    if world.days_left(on) > 3:
        _decide_claims(world, on)
    if 3 < world.days_left(on) < 30:
        _intervene(world, on)
    if world.days_left(on) == 20:
        _name_supporters(world, on)


def leave_to_decide(world: World) -> None:
    """Yesterday evening's applications, for the visitor to decide: losses, and levels above the evidence."""
    on = world.last
    free = [
        lead for lead in world.leads.values() if lead.is_open and not lead.waits and lead.order_id is None
    ]
    for lead in [lead for lead in free if lead.fate == Fate.LEAVES][:6]:
        apply_loss(world, lead, on)
    for lead in [lead for lead in free if lead.level == "C" and lead.fate == Fate.LINGERS][:4]:
        set_level(world.act(lead.owner, on, LATE), lead.id, "A", reason=world.rng.choice(words.LEVEL_REASONS))


def _leader_of(world: World, owner: User, levels: tuple[str, str]) -> User:
    for user in world.users.values():
        leads = user.has_role(Role.SUPERVISOR) and user.team_id == owner.team_id
        if leads and all(may_decide(user.roles, level) for level in levels):
            return user
    return world.users["ma"]


def _decide_losses(world: World, on: date) -> None:
    waiting = LossReport.objects.pending().filter(store=world.store, applied_at__lt=world.at(on, 0))
    for pk, customer, owner, *levels in waiting.order_by("pk").values_list(
        "pk", "customer_id", "customer__owner_id", "level_then", "customer__level"
    ):
        approve = world.rng.random() > 0.09
        leader = _leader_of(world, world.people[owner], (levels[0], levels[1]))
        note = world.rng.choice(words.APPROVED if approve else words.REJECTED)
        decide_loss(world.act(leader, on, LATE), pk, approve=approve, called_back=True, note=note)
        lead = world.leads[customer]
        lead.waits = False
        if approve:
            world.forget(lead)
        else:
            lead.fate, lead.turns_on, lead.outcome = Fate.LEAVES, on + timedelta(days=15), None


def _transfer(world: World, on: date) -> None:
    supervisor = world.users[world.rng.choice(["chen", "sun", "guo"])]
    team = [user for user in world.consultants if user.team_id == supervisor.team_id]
    giver, taker = world.rng.sample(team, 2)
    leads = world.open_leads(giver)[: world.rng.randint(1, 3)]
    if leads:
        hand_over_cards(
            world.act(world.users["ma"], on, LATE + 10), [lead.id for lead in leads], taker,
            reason=world.rng.choice(words.HANDED_OVER),
        )  # fmt: skip
        for lead in leads:
            lead.owner = taker


def _collide(world: World, on: date) -> None:
    owner, claimant = world.rng.sample(world.consultants, 2)
    leads = [lead for lead in world.open_leads(owner) if lead.order_id is None]
    if leads:
        claim_number(world.act(claimant, on, LATE + 5), world.rng.choice(leads).phone)


def _decide_claims(world: World, on: date) -> None:
    waiting = Collision.objects.filter(customer__store=world.store, state="OPEN", at__lt=world.at(on, 0))
    for collision in waiting.order_by("pk"):
        move = not collision.protected
        decide_claim(
            world.act(world.users["ma"], on, LATE + 20),
            collision.pk,
            move=move,
            reason="最近未联系，归新顾问",
        )
        lead = world.leads.get(collision.customer_id)
        if move and lead is not None:
            lead.owner = world.people[collision.claimant_id]


def _intervene(world: World, on: date) -> None:
    """The manager keeps a level here and there (降级干预)."""
    proposed = LevelChange.objects.filter(customer__store=world.store, state=LevelChange.State.PROPOSED)
    for pk in list(proposed.order_by("pk").values_list("pk", flat=True)):
        if world.rng.random() < 0.15:
            act = world.act(world.users["ma"], on, LATE + 30)
            decide_downgrade(act, pk, accept=False, note=world.rng.choice(words.KEPT_LEVEL))


def _name_supporters(world: World, on: date) -> None:
    """VIP supporters: owners who send friends, met by their consultant's supervisor."""
    for code in ("chen", "sun", "guo"):
        leader = world.users[code]
        owners = Customer.objects.filter(owner__team=leader.team_id, owner_kind="OWN_SALE").order_by("pk")[:6]
        for card in owners:
            values = dict.fromkeys(VIP_CONDITIONS, True) | {"tier": 1}
            classify(world.act(leader, on, LATE + 40), card.pk, version=card.version, values=values)
