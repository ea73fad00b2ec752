"""The contact-status table of one consultant with 400 prospects: figures, page, PDF, xlsx.

    GUANXI_HOME=… DATABASE_URL=… python -m bench.month_sheet [--prospects 400] [--rounds 10]

In milliseconds, warm; the page through the whole of Django but no socket. Fills the database, which must be empty.
"""

import argparse
from datetime import date, datetime

import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.measure import HEADING, times_of
from bench.month_population import ZONE, populate
from guanxi.organization.acts import Act
from guanxi.organization.models import User
from guanxi.performance.queries.about import About
from guanxi.performance.queries.month_sheets import month_sheet
from guanxi.performance.rules.periods import month_of
from guanxi.workspace.forms.period_printing import PeriodAsked, print_period

NOW = datetime(2026, 3, 25, 10, tzinfo=ZONE)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--prospects", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    store = populate(3, options.prospects)
    person, manager = (User.objects.get(username=name) for name in ("seller-1", "manager"))
    client = Client()
    client.force_login(person, backend="guanxi.organization.authentication.Backend")
    about = About(store, person, month_of(date(2026, 3, 1), NOW.date()))

    def printed(kind: str) -> object:
        return print_period(Act(manager, NOW), "F-MON-1", kind, PeriodAsked(person=person))

    with time_machine.travel(NOW, tick=True):
        measured = {
            "figures": lambda: month_sheet(about),
            "page": lambda: client.get("/month/"),
            "pdf": lambda: printed("pdf"),
            "xlsx": lambda: printed("xlsx"),
        }
        print(f"{connection.vendor}, {options.prospects} prospects, {options.rounds} rounds, milliseconds")
        print(f"{'':10} queries {HEADING}")
        for name, call in measured.items():
            with CaptureQueriesContext(connection) as captured:
                call()
            queries = len(captured)
            print(f"{name:10} {queries:7} {times_of(call, options.rounds, warm_up=1)}")


if __name__ == "__main__":
    main()
