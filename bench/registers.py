"""The registers at size: statistics of a month, the front desk's page and the register of a day.

    GUANXI_HOME=… python -m bench.registers [--rows 100000] [--days 1100] [--rounds 15]

Fills an empty database (``guanxi migrate`` first) with a store whose registers have so many rows over so
many days, the last of them today; a second run measures what is there. With ``--days 30`` all rows stand in
one month. Times are in milliseconds, warm.
"""

import argparse
from datetime import timedelta
from random import Random

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.measure import HEADING, times_of
from guanxi.organization.models import RoleGrant, Store, User
from guanxi.organization.rows import insert_rows
from guanxi.prospecting.models import Visit
from guanxi.prospecting.queries.statistics import month_rates, statistics

TYPES = ["FIRST_FILED"] * 40 + ["FIRST_WITH_CARD"] * 10 + ["FIRST_NOT_FILED"] * 17 + ["RETURN"] * 20
TYPES += ["NON_INTENT"] * 10 + ["INCOMPLETE"] * 3


def fill(rows: int, days: int) -> None:
    """A store, twelve consultants, a manager, and its rows."""
    rng, now = Random(1), timezone.now()
    store = Store.objects.create(code="01", name="01")
    people = [User.objects.create(username=f"c{n}", name=f"顾问{n}", store=store) for n in range(12)]
    manager = User.objects.create(username="manager", name="经理", store=store)
    RoleGrant.objects.bulk_create(
        [*(RoleGrant(user=one, role="CONSULTANT") for one in people), RoleGrant(user=manager, role="MANAGER")]
    )
    today = store.local_date(now)

    def row(n: int) -> Visit:
        ago = n % days
        at = now - timedelta(days=ago, minutes=rng.randint(0, 300))
        kind, visit_type = ("PHONEIN" if n % 4 == 3 else "WALKIN"), rng.choice(TYPES)
        phone = f"139{rng.randint(0, 99_999_999):08}" if visit_type in {"FIRST_FILED", "RETURN"} else ""
        return Visit(
            store=store, kind=kind, on=today - timedelta(days=ago), arrived_at=at, hour=rng.randint(9, 18),
            left_at=at + timedelta(minutes=30), basic_at=at, completed_at=at, in_time=rng.random() < 0.8,
            visit_type=visit_type, purpose="LOOK", nature="FIRST", consultant=rng.choice(people), given_at=at,
            phone_normalized=phone, filed=bool(phone), level_first=rng.choice("HABC"),
            level_confirmed=rng.choice(["", "A", "B", "C"]), channel=str(rng.randint(1, 14)),
            test_drive=rng.random() < 0.3, quoted=rng.random() < 0.5, created_by=manager, created_at=at,
        )  # fmt: skip

    with transaction.atomic():
        for start in range(0, rows, 5000):
            insert_rows([row(n) for n in range(start, min(start + 5000, rows))])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=1100)
    parser.add_argument("--rounds", type=int, default=15)
    asked = parser.parse_args()
    if not Store.objects.exists():
        fill(asked.rows, asked.days)
    store, now = Store.objects.get(), timezone.now()
    today = store.local_date(now)
    last = today.replace(day=1) - timedelta(days=1)
    first = last.replace(day=1)
    if not Visit.objects.filter(store=store, on__range=(first, last)).exists():
        first, last = today.replace(day=1), today
    inside = Visit.objects.filter(store=store, on__range=(first, last)).count()
    print(
        f"{connection.vendor}, {Visit.objects.count()} rows, {inside} of them in the month of {first:%Y-%m}"
    )
    print(f"{'':34} queries {HEADING}")
    client = Client()
    client.force_login(
        User.objects.get(username="manager"), backend="guanxi.organization.authentication.Backend"
    )
    works = {
        "statistics, walk-ins": lambda: statistics(store, "WALKIN", first, last, today),
        "statistics, calls": lambda: statistics(store, "PHONEIN", first, last, today),
        "every rate of the month": lambda: month_rates(store, first, last, today),
        "page: statistics": lambda: client.get(f"/registers/statistics/?month={first:%Y-%m}"),
        "page: register of a day": lambda: client.get(f"/registers/?on={last}"),
        "page: reception": lambda: client.get("/reception/"),
    }
    for name, work in works.items():
        with CaptureQueriesContext(connection) as captured:
            work()
        queries = len(captured)
        print(f"{name:34} {queries:7} {times_of(work, asked.rounds)}")


if __name__ == "__main__":
    main()
