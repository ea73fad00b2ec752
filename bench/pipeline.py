"""Server time of the board, list and forecast with 2,000 open opportunities of 40 sellers; fills an empty database.

    GUANXI_HOME=… DATABASE_URL=… python -m bench.pipeline [--rounds 20]

In milliseconds, warm, through the whole of Django (middleware, view, template) but no socket. The floor beside each
page is its database work alone: the queries it sends, sent again.
"""

import argparse
from datetime import timedelta
from decimal import Decimal
from random import Random

from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.measure import HEADING, times_of
from guanxi.customers.models import Customer
from guanxi.organization.models import RoleGrant, Store, Team, User
from guanxi.organization.rules.roles import Role
from guanxi.pipeline.models import Opportunity, StageMove

STAGES = {"QUALIFIED": 10, "DISCOVERY": 25, "PROPOSAL": 50, "NEGOTIATION": 75}
OPEN, WON, SELLERS = 2_000, 600, 40
PAGES = ("opportunities/", "opportunities/list/", "opportunities/list/?watch=stale", "opportunities/reviews/",
         "opportunities/calendar/", "opportunities/forecast/")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    call_command("migrate", verbosity=0)
    if not Store.objects.exists():
        with transaction.atomic():
            _fill(Random(1))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    print(
        f"{connection.vendor}, {Opportunity.objects.open().count()} open opportunities, {rounds} rounds, milliseconds"
    )
    print(f"{'':44} status queries    KB {HEADING}   floor p50")
    for who in ("manager", "seller-0"):
        client = Client()
        user = User.objects.get(username=who)
        client.force_login(user, backend="guanxi.organization.authentication.Backend")
        for page in PAGES:
            with CaptureQueriesContext(connection) as captured:
                answer = client.get(f"/{page}")
            asked = [query["sql"] for query in captured.captured_queries]
            times = times_of(lambda c=client, p=page: c.get(f"/{p}"), rounds)
            floor = times_of(lambda a=asked: _again(a), rounds)
            size = len(answer.content) / 1024
            print(
                f"{who:10}{page:34} {answer.status_code:6} {len(asked):7} {size:5.0f} {times}   {floor.median:7.1f}"
            )


def _again(asked: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in asked:
            if statement.startswith("SELECT"):
                cursor.execute(statement.replace("%", "%%"))
                cursor.fetchall()


def _fill(chance: Random) -> None:
    store = Store.objects.create(code="01", name="Store")
    team = Team.objects.create(store=store, name="Team")
    people = [
        User(username=f"seller-{n}", name=f"Seller {n}", store=store, team=team) for n in range(SELLERS)
    ]
    sellers = User.objects.bulk_create(people)
    manager = User.objects.create(username="manager", name="Manager", store=store)
    RoleGrant.objects.bulk_create(
        [*(RoleGrant(user=seller, role=Role.CONSULTANT) for seller in sellers),
         RoleGrant(user=manager, role=Role.MANAGER)]
    )  # fmt: skip
    now = timezone.now()
    today = store.local_date(now)
    firms = Customer.objects.bulk_create(
        Customer(
            store=store, owner=sellers[n % SELLERS], customer_no=f"C{n:06}", kind="ORG", name=f"联系人{n}",
            org_name=f"第{n}机电设备有限公司", level="B", created_at=now,
        )
        for n in range(1_500)
    )  # fmt: skip
    rows = []
    for n in range(OPEN + WON):
        stage = chance.choice(list(STAGES))
        rows.append(
            Opportunity(
                customer=firms[n % len(firms)], store=store, number=f"P{n}", title=f"设备更新项目 {n}",
                amount=Decimal(chance.randint(5, 400) * 10_000), stage=stage, probability=STAGES[stage],
                stage_since=today - timedelta(days=chance.randint(0, 40)), opened_on=today - timedelta(days=100),
                expected_close_on=today + timedelta(days=chance.randint(-10, 120)), created_at=now,
                won_on=today - timedelta(days=chance.randint(1, 500)) if n >= OPEN else None,
            )
        )  # fmt: skip
    moves = []
    for row in Opportunity.objects.bulk_create(rows, batch_size=500):
        for place, (stage, percent) in enumerate(STAGES.items()):
            moves.append(
                StageMove(
                    opportunity=row, kind="MOVED" if place else "OPENED", from_stage=list(STAGES)[max(place - 1, 0)],
                    to_stage=stage, days=chance.randint(5, 25) if place else None, amount=row.amount,
                    probability=percent, expected_close_on=row.expected_close_on, at=now,
                    on=today - timedelta(days=60 - place * 19),
                )
            )  # fmt: skip
    StageMove.objects.bulk_create(moves, batch_size=1_000)


if __name__ == "__main__":
    main()
