"""Builds a dealer group of 100,000 customers in the database of DATABASE_URL, which must be empty.

    GUANXI_HOME=… DATABASE_URL=… python -m bench.population [--customers 100000] [--seed 1]

Two stores (7 to 3), six teams, 40 consultants of whom some hold ten times as many customers as others;
names, companies, second numbers, intents, the open follow-up and the last contact of each open card.
"""

import argparse
import itertools
import time
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from guanxi.cadence.models import Interaction, Task
from guanxi.catalogue.models import Product
from guanxi.customers.models import Contact, Customer, Intent, Phone
from guanxi.customers.operations.search import index_cards
from guanxi.lib.names import sorting_of
from guanxi.organization.models import RoleGrant, Store, Team, User
from guanxi.organization.rules.roles import Role

BATCH = 1_000
OPEN = {"H": 1, "A": 3, "B": 6, "C": 12, "N": 8}
CLOSED = {"F1": 30, "F2": 10, "L": 5, "": 25}
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
)
GIVEN = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂华建国志文海燕红玉"
    "兰梅晓雪婷宇浩然子轩梓涵欣怡佳琪思远鹏飞龙凤云峰林森春生"
)
PLACES = ["上海", "浦东", "苏州", "杭州", "华东", "江南", "长三角", "东方", "新世纪", "恒通"]
TRADES = [
    "智能科技",
    "物流",
    "建筑工程",
    "餐饮管理",
    "医疗器械",
    "国际贸易",
    "文化传媒",
    "汽车服务",
    "电子商务",
]
MODELS = ["CR-V 2.0 四驱", "思域 1.5T", "雅阁 锐混动", "奥德赛", "飞度", "皓影", "型格", "e:NS1"]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    if Store.objects.exists():
        raise SystemExit("The database is not empty.")
    chance = Random(options.seed)
    sellers = _organisation()
    # Zipf: the first consultant of the list holds about ten times what the last one holds.
    weights = [1 / (rank + 4) for rank in range(len(sellers))]
    owners = chance.choices(sellers, weights, k=options.customers)
    start = time.perf_counter()
    for first in range(0, options.customers, BATCH):
        _batch(chance, first, owners[first : first + BATCH])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    taken = time.perf_counter() - start
    print(f"{options.customers} customers in {taken:.0f} s, {options.customers / taken:.0f} a second")


def _organisation() -> list[User]:
    """The consultants in an order that mixes the stores; leaders and readers beside them."""
    sellers: list[list[User]] = []
    for code, teams in (("a", 4), ("b", 2)):
        store = Store.objects.create(code=code, name=f"Store {code}")
        Product.objects.bulk_create(Product(store=store, name=name) for name in MODELS)
        for role in (Role.MANAGER, Role.AUDITOR, Role.PROPRIETOR):
            _person(f"{role.value.lower()}-{code}", role, store)
        people = []
        for number in range(1, teams + 1):
            team = Team.objects.create(store=store, name=f"Team {number}")
            for role in (Role.SUPERVISOR, Role.CUSTOMER_SERVICE):
                _person(f"{role.value.lower()}-{code}{number}", role, store, team)
            size = 7 if code == "a" else 6
            people += [
                _person(f"seller-{code}{number}-{place}", Role.CONSULTANT, store, team)
                for place in range(size)
            ]
        sellers.append(people)
    first, second = sellers
    mixed = itertools.zip_longest(first[::2], second, first[1::2])
    return [person for group in mixed for person in group if person]


def _person(username: str, role: Role, store: Store, team: Team | None = None) -> User:
    person = User.objects.create(username=username, name=username, store=store, team=team, password="!")
    RoleGrant.objects.create(user=person, role=role)
    return person


@transaction.atomic
def _batch(chance: Random, first: int, owners: list[User]) -> None:
    now = timezone.now()
    cards = [_card(chance, first + place, owner, now) for place, owner in enumerate(owners)]
    Customer.objects.bulk_create(cards, batch_size=200)
    phones, contacts, intents, tasks, talks = [], [], [], [], []
    products = {
        store_id: list(Product.objects.filter(store_id=store_id))
        for store_id in {card.store_id for card in cards}
    }
    for place, card in enumerate(cards):
        phones.append(_phone(card, _mobile(first + place), True))
        if chance.random() < 0.15:
            number = f"021{chance.randrange(50_000_000, 69_999_999)}"
            phones.append(_phone(card, number, False, Phone.Kind.LANDLINE))
        if card.kind == Customer.Kind.ORG:
            contacts.append(Contact(customer=card, name=_name(chance)))
        if card.level in OPEN:
            product = chance.choice(products[card.store_id])
            due = card.next_due_on
            intents.append(Intent(customer=card, product=product, expected_close_on=due, deposit_held=0))
            tasks.append(
                Task(customer=card, store_id=card.store_id, owner_id=card.owner_id, kind=Task.Kind.FOLLOW_UP,
                     source_rule="R-FUP-01", due_on=due, created_at=now)
            )  # fmt: skip
        if card.last_contact_on:
            at = now - timedelta(days=(now.date() - card.last_contact_on).days)
            talks.append(
                Interaction(customer=card, store_id=card.store_id, by_id=card.owner_id, at=at,
                            on=card.last_contact_on, method="PHONE", purpose="PUSH", is_valid=True,
                            content="约好周末来店试驾", level_before=card.level, level_after=card.level, recorded_at=at)
            )  # fmt: skip
    Phone.objects.bulk_create(phones, batch_size=500)
    Contact.objects.bulk_create(contacts, batch_size=500)
    Intent.objects.bulk_create(intents, batch_size=200)
    Task.objects.bulk_create(tasks, batch_size=200)
    Interaction.objects.bulk_create(talks, batch_size=200)
    index_cards([card.pk for card in cards])


def _card(chance: Random, place: int, owner: User, now: datetime) -> Customer:
    levels = OPEN | CLOSED
    level = chance.choices(list(levels), list(levels.values()))[0]
    created = now - timedelta(minutes=8 * (100_000 - place) + chance.randrange(8))
    values: dict[str, Any] = {}
    if chance.random() < 0.12:
        company = chance.choice(PLACES) + chance.choice(GIVEN) + chance.choice(GIVEN) + chance.choice(TRADES)
        values = {"kind": Customer.Kind.ORG, "org_name": f"{company}有限公司"}
    elif chance.random() < 0.2:
        values = {"employer": chance.choice(PLACES) + chance.choice(TRADES)}
    if level in OPEN:
        values |= {
            "next_due_on": now.date() + timedelta(days=chance.randrange(-6, 30)),
            "last_contact_on": now.date() - timedelta(days=chance.randrange(1, 30)),
            "intent_status": Customer.IntentStatus.INTENT,
            "level_confirmed": chance.random() < 0.97,
        }
    elif chance.random() < 0.6:
        values |= {"last_contact_on": now.date() - timedelta(days=chance.randrange(30, 700))}
    name = _name(chance)
    return Customer(
        store_id=owner.store_id, owner=owner, customer_no=f"C{created:%y%m}{place:06d}",
        card_created_at=created, created_at=created, created_by=owner, name=name,
        sorted_as=sorting_of(name),
        level=level, level_since=created.date(),
        source_code=chance.choice("SGBZX"), **values,
    )  # fmt: skip


def _name(chance: Random) -> str:
    surname = SURNAMES[min(int(chance.expovariate(0.11)), len(SURNAMES) - 1)]
    return surname + "".join(chance.choices(GIVEN, k=chance.choice((1, 2, 2))))


def _mobile(place: int) -> str:
    """No number twice: a step that has no factor in common with the size of the range visits each once."""
    prefixes = ("139", "138", "137", "136", "135", "150", "151", "177", "186", "189")
    return prefixes[place % 10] + f"{place * 61_803_399 % 100_000_000:08d}"


def _phone(card: Customer, number: str, is_primary: bool, kind: str = Phone.Kind.MOBILE) -> Phone:
    return Phone(
        customer=card, store_id=card.store_id, kind=kind, raw=number, normalized=number, is_primary=is_primary
    )


if __name__ == "__main__":
    main()
