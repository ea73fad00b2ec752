"""Opens the demo store in an empty database."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random

from django.contrib.auth.hashers import make_password
from django.db import transaction

from guanxi.catalogue.models import Product
from guanxi.demo import cars, staff
from guanxi.demo.accounts import open_key_account
from guanxi.demo.coaching import coach_the_sellers
from guanxi.demo.contracts import sign_contracts
from guanxi.demo.logins import PASSWORD
from guanxi.demo.markets import serve_the_markets
from guanxi.demo.months import lock_last_month
from guanxi.demo.opportunities import open_opportunities
from guanxi.demo.registers import write_registers
from guanxi.demo.reports import write_reports
from guanxi.demo.standings import SERVICE, sell_beside_cars
from guanxi.demo.story import play
from guanxi.demo.targets import set_the_targets
from guanxi.demo.visits import bring_owners_back
from guanxi.demo.world import World
from guanxi.organization.acts import Act
from guanxi.organization.models import Store, User
from guanxi.organization.operations.installations import Installation, set_up
from guanxi.organization.operations.stores import open_team
from guanxi.organization.operations.users import UserDraft, create_user, edit_user

DAYS = 425
SEED = 20260302
# Over the whole of DAYS: owners from before, people who mean to buy, people who only left a number.
CUSTOMERS = {"owners": 560, "leads": 1000, "strangers": 390}


def open_demo(
    at: datetime,
    night: Callable[[Store, date], bool],
    days: int = DAYS,
) -> bool:
    """Play ``days`` up to the day before ``at`` in one transaction; False, and nothing changed, when the
    database has a store. ``night`` carries out the nightly runs of a date, and says whether anything changed.

    With the same seed and the same day the same customers come.
    """
    with transaction.atomic():
        if Store.objects.exists():
            return False
        world = _assemble(at, days)
        play(
            world,
            world.last - timedelta(days=days - 1),
            lambda on: night(world.store, on),
            **{kind: round(count * days / DAYS) for kind, count in CUSTOMERS.items()},
        )
        open_key_account(world)
        open_opportunities(world)
        write_registers(world)
        write_reports(world)
        set_the_targets(world)
        coach_the_sellers(world)
        sell_beside_cars(world)
        bring_owners_back(world, SERVICE)
        sign_contracts(world)
        serve_the_markets(world)
        lock_last_month(world)
    return True


def _assemble(at: datetime, days: int) -> World:
    """The store with its teams, people and models, on the morning of the first day."""
    wanted = Installation(staff.STORE, staff.TEAMS[0], staff.ADMIN.username, staff.ADMIN.name, None)
    opened_at = at - timedelta(days=days)
    admin = set_up(opened_at, wanted, source="demo")
    store = admin.store
    assert store is not None
    Store.objects.filter(pk=store.pk).update(created_at=opened_at)
    store.created_at = opened_at
    act = Act(by=admin, at=opened_at, source="demo", given_store=store)
    teams = [admin.team, *(open_team(act, store, name) for name in staff.TEAMS[1:])]
    users = {}
    for person in staff.PEOPLE:
        team = None if person.team is None else teams[person.team]
        draft = UserDraft(person.username, person.name, store, team, frozenset({person.role}))
        users[person.username] = create_user(act, draft, None, temporary=False)
    plain = UserDraft(admin.username, admin.name, store, None, frozenset({staff.ADMIN.role}))
    edit_user(act, admin.pk, admin.version, plain)
    # Argon2 takes its time: everybody has the same password, so it is reckoned once.
    User.objects.filter(store=store).update(joined_at=opened_at, password=make_password(PASSWORD))
    products = Product.objects.bulk_create(
        Product(store=store, name=name, list_price=cars.price_of(name), unit_cost=cars.cost_of(name))
        for name in cars.MODELS
    )
    return World(
        store=store,
        users=users,
        skills={users[one.username].pk: one.skill for one in staff.PEOPLE if one.role == "CONSULTANT"},
        products={product.name: product for product in products},
        last=store.local_date(at) - timedelta(days=1),
        now=at,
        rng=Random(SEED),
    )
