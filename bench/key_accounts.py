"""The map of an account of 200 people: rows, figures, drawing, page; and a chart of a thousand people entered.

    GUANXI_HOME=… DATABASE_URL=… python -m bench.key_accounts [--people 200] [--rounds 10]

In milliseconds, warm; the page through the whole of Django but no socket. Fills the database, which must be empty.
"""

import argparse
import time
from datetime import datetime
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

import time_machine
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.measure import HEADING, times_of
from guanxi.cadence.operations.cards import FirstJudgement, receive_customers
from guanxi.customers.models import Customer
from guanxi.customers.operations.cards import CardDraft
from guanxi.key_accounts.models import KeyPerson
from guanxi.key_accounts.operations.charts import enter_chart, keep_chart
from guanxi.key_accounts.operations.people import add_people
from guanxi.key_accounts.operations.relations import draw_lines
from guanxi.key_accounts.queries.drawings import drawing_of
from guanxi.key_accounts.queries.insights import insights_of
from guanxi.key_accounts.queries.maps import map_of
from guanxi.key_accounts.rules.drafts import LineDraft, PersonDraft, Seen
from guanxi.key_accounts.rules.sheets import ChartRow
from guanxi.lib.phones import parse_phone
from guanxi.organization.acts import Act
from guanxi.organization.models import RoleGrant, Store, User

NOW = datetime(2026, 3, 25, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    act = Act(_seller(), NOW)
    card = _account(act, "13900000001")
    _people(act, card, options.people)
    client = Client()
    client.force_login(act.by, backend="guanxi.organization.authentication.Backend")
    found = map_of(card, NOW.date())
    playbook = act.store.playbook
    with time_machine.travel(NOW, tick=True):
        measured = {
            "rows": lambda: map_of(card, NOW.date()),
            "figures": lambda: insights_of(found, playbook),
            "drawing": lambda: drawing_of(found),
            "page": lambda: client.get(f"/key-accounts/{card.pk}/"),
        }
        print(f"{connection.vendor}, {options.people} people, {options.rounds} rounds, milliseconds")
        print(f"{'':10} queries {HEADING}")
        for name, call in measured.items():
            with CaptureQueriesContext(connection) as captured:
                call()
            print(f"{name:10} {len(captured):7} {times_of(call, options.rounds, warm_up=1)}")
    other = _account(act, "13900000002")
    rows = [
        ChartRow(n, f"人{n}", "专员", f"部{n % 20}", f"人{n // 5}" if n > 4 else "") for n in range(1, 1001)
    ]
    start = time.perf_counter()
    enter_chart(act, other.pk, keep_chart(act, other.pk, "a.csv", rows).pk, version=1)
    print(f"chart of 1,000 people entered in {time.perf_counter() - start:.2f} s")


def _seller() -> User:
    store = Store.objects.create(code="01", name="城东店")
    seller = User.objects.create(username="seller", name="林晓", store=store)
    RoleGrant.objects.create(user=seller, role="CONSULTANT")
    return seller


def _account(act: Act, phone: str) -> Customer:
    draft = CardDraft(
        "甬港物流", [parse_phone(phone)], act.by, {"kind": "ORG", "org_name": "甬港物流"}, {}, {}, ()
    )
    return receive_customers(act, [(draft, FirstJudgement("B"))])[0]


def _people(act: Act, card: Customer, count: int) -> None:
    """A tree with four reports each, marks by chance, and an informal line for every person."""
    rng = Random(7)
    drafts = [
        PersonDraft(
            f"人{n}", f"部{n % 9}", "经理",
            marks={"role": rng.choice("ADEU"), "attitude": rng.choice("X−=+*"), "degree": rng.choice("01NF")},
            seen=Seen("拜访"),
        )
        for n in range(count)
    ]  # fmt: skip
    people = add_people(act, card.pk, drafts)
    for place, person in enumerate(people[1:], 1):
        person.reports_to = people[(place - 1) // 4].contact
    KeyPerson.objects.bulk_update(people, ["reports_to"])
    pairs = {tuple(rng.sample(range(count), 2)) for _ in range(count)}
    draw_lines(
        act, card.pk,
        [LineDraft(people[a].pk, people[b].pk, strength=Decimal(rng.randint(1, 100)) / 100) for a, b in sorted(pairs)],
    )  # fmt: skip


if __name__ == "__main__":
    main()
