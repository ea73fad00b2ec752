"""A store of consultants who each stand with 400 prospects in the middle of a month, written row by row."""

from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.core.management import call_command
from django.db import connection, transaction

from guanxi.cadence.models import Interaction, LevelChange, Task
from guanxi.catalogue.models import Product
from guanxi.customers.models import Customer, Intent, Phone
from guanxi.organization.models import RoleGrant, Store, Team, User
from guanxi.organization.rules.roles import Role

MONTH = date(2026, 3, 1)
STEP = {"H": 2, "A": 7, "B": 15, "C": 30}
ZONE = ZoneInfo("Asia/Shanghai")


def populate(consultants: int, prospects: int, seed: int = 1) -> Store:
    """The store; its cards came in January, each was called by its level all through March, one in ten is new."""
    call_command("migrate", verbosity=0)
    if Store.objects.exists():
        raise SystemExit("The database is not empty.")
    chance = Random(seed)
    store = Store.objects.create(code="01", name="01")
    Store.objects.filter(pk=store.pk).update(created_at=_at(date(2026, 3, 1)))
    store.refresh_from_db()
    manager = User.objects.create(username="manager", name="经理", store=store)
    RoleGrant.objects.create(user=manager, role=Role.MANAGER)
    team = Team.objects.create(store=store, name="1")
    product = Product.objects.create(store=store, name="CR-V 2.0")
    for number in range(consultants):
        person = User.objects.create(
            username=f"seller-{number}", name=f"顾问{number}", store=store, team=team
        )
        RoleGrant.objects.create(user=person, role=Role.CONSULTANT)
        _cards(chance, store, person, product, number * prospects, prospects)
    return store


def _at(on: date, hour: int = 10) -> datetime:
    return datetime(on.year, on.month, on.day, hour, tzinfo=ZONE)


@transaction.atomic
def _cards(chance: Random, store: Store, person: User, product: Product, first: int, count: int) -> None:
    cards = []
    for place in range(first, first + count):
        came = (
            MONTH + timedelta(days=chance.randrange(28)) if place % 10 == 0 else date(2026, 1, 1 + place % 28)
        )
        level = chance.choice("HAABBBBCCC")
        cards.append(
            Customer(store=store, owner=person, customer_no=f"B{place}", name=f"客户{place}", level=level,
                     level_since=came, intent_status="INTENT", created_at=_at(came), card_created_at=_at(came))
        )  # fmt: skip
    Customer.objects.bulk_create(cards, batch_size=500)
    phones, intents, changes, tasks, talks = [], [], [], [], []
    for card in cards:
        on = card.level_since
        number = 13_000_000_000 + card.pk
        phones.append(Phone(customer=card, store=store, raw=str(number), normalized=str(number)))
        intents.append(Intent(customer=card, product=product, colour="珠光白"))
        changes.append(
            LevelChange(customer=card, kind="FIRST", to_level=card.level, by=person, at=_at(on), on=on)
        )
        while on <= MONTH + timedelta(days=30):
            due = on + timedelta(days=STEP[card.level])
            done = due + timedelta(days=chance.choice((0, 0, 0, 1, 2)))
            closed = done <= MONTH + timedelta(days=30)
            tasks.append(
                Task(customer=card, store=store, owner=person, kind="FOLLOW_UP", source_rule="R-FUP-01", due_on=due,
                     status="DONE" if closed else "OPEN", done_on=done if closed else None, created_at=_at(on))
            )  # fmt: skip
            if not closed:
                break
            for day in (due, done) if done > due else (done,):
                talks.append(
                    Interaction(customer=card, store=store, by=person, at=_at(day), on=day, method="PHONE",
                                purpose="PUSH", is_valid=day == done, content="约好周末来店", level_before=card.level,
                                level_after=card.level, recorded_at=_at(day))
                )  # fmt: skip
            on = done
    for rows in (phones, intents, changes, tasks, talks):
        type(rows[0]).objects.bulk_create(rows, batch_size=500)
    with connection.cursor() as cursor:
        # As the night leaves it: SQLite chooses indexes blindly until it was told to look.
        cursor.execute("ANALYZE")
