"""Contracts of owners: service packages, warranties, insurance; renewed by those one kept in touch with."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from math import exp
from random import Random

from guanxi.cadence.models import Interaction
from guanxi.customers.models import Customer
from guanxi.deals.models import Contract, Deal, Order
from guanxi.deals.operations.contracts import (
    ContractDraft,
    end_contract,
    enter_contract,
    open_renewals,
    renew_contract,
)
from guanxi.demo.world import World
from guanxi.lib.dates import months_later
from guanxi.organization.acts import Act

# Its own chance, so that the play before it stays what it was.
SEED = 20260305
KINDS = (("整车保养套餐", 2380), ("延长保修", 3600), ("代办车险", 4800), ("驾享无忧服务包", 1280))
OLD, NEW = 0.75, 0.35
NOON, NOTICE = 12 * 60, timedelta(days=60)
DAY = timedelta(days=1)
REASONS = ("换去别家做保养", "嫌贵", "车卖了", "一年没用上几次", "搬到外地")
Days = dict[int, list[date]]


def sign_contracts(world: World) -> None:
    """Terms of a year, entered as they begin, renewed or ended about the day they run out."""
    rng = Random(SEED)
    first = world.store.local_date(world.store.created_at)
    touched, bought = _days_of(world)
    cards = Customer.objects.filter(store=world.store, owner__isnull=False, merged_into__isnull=True)
    old = cards.filter(
        owned_items__is_ours=True, created_at__lt=world.store.created_at + DAY, orders__isnull=True
    )
    for card in old.select_related("owner", "store").distinct().order_by("pk"):
        if rng.random() < OLD:
            begins = first - timedelta(days=rng.randint(20, 330))
            _live(world, rng, card, begins, first, touched[card.pk], bought[card.pk])
    delivered = Order.objects.filter(
        store=world.store, state=Order.State.DELIVERED, customer__owner__isnull=False
    )
    for order in delivered.select_related("customer__owner", "customer__store").order_by("pk"):
        if order.delivered_on and rng.random() < NEW:
            card, on = order.customer, order.delivered_on
            _live(world, rng, card, on, on, touched[card.pk], bought[card.pk])
    open_renewals(Act(by=None, at=world.now, source="night", given_store=world.store))


def _days_of(world: World) -> tuple[Days, Days]:
    """Card → days on which it was contacted, and on which it bought."""
    touched: Days = defaultdict(list)
    rows = Interaction.objects.valid().filter(store=world.store)
    for key, on in rows.order_by().values_list("customer_id", "on"):
        touched[key].append(on)
    bought: Days = defaultdict(list)
    for key, on in (
        Deal.objects.in_force().filter(store=world.store).order_by().values_list("customer_id", "on")
    ):
        bought[key].append(on)
    return touched, bought


def _live(
    world: World, rng: Random, card: Customer, begins: date, entered_on: date, touched: list[date], bought: list[date]
) -> None:  # fmt: skip
    """One contract, term by term, until it ends or today is reached."""
    subject, price = rng.choice(KINDS)
    amount = Decimal(price + 100 * rng.randint(-4, 6))
    draft = _term(begins, begins, subject, amount)
    row = enter_contract(_act(world, card, entered_on), card.pk, draft)
    while True:
        known_on = row.ends_on - timedelta(days=rng.randint(0, 40))
        if known_on > world.last:
            return
        look = row.ends_on - NOTICE
        if rng.random() < _chance(touched, bought, look, row):
            draft = _term(row.ends_on + DAY, known_on, subject, row.amount + 100 * rng.randint(-1, 2))
            row = renew_contract(_act(world, card, known_on), row.pk, version=row.version, draft=draft)
        elif rng.random() < 0.95 or world.days_left(known_on) > 90:
            act = _act(world, card, known_on)
            end_contract(act, row.pk, version=row.version, ended_on=known_on, reason=rng.choice(REASONS))
            return
        else:
            # Nobody has asked yet.
            return


def _chance(touched: list[date], bought: list[date], look: date, row: Contract) -> float:
    """To be renewed, as it truly is here: by the contacts of a season, the purchases of a year and the price."""
    contacts = sum(look - timedelta(days=90) < on <= look for on in touched)
    purchases = sum(look - timedelta(days=365) < on <= look for on in bought)
    odds = -0.5 + 1.0 * min(contacts, 3) + 0.35 * min(purchases, 5) - 0.25 * (float(row.amount) / 1000 - 2.9)
    return 1 / (1 + exp(-odds))


def _term(begins: date, agreed: date, subject: str, amount: Decimal) -> ContractDraft:
    return ContractDraft(begins, months_later(begins, 12) - DAY, amount, agreed, subject=subject)


def _act(world: World, card: Customer, on: date) -> Act:
    assert card.owner is not None
    return world.act(card.owner, on, NOON)
