"""Server time and number of queries of the daily pages, on the customers that ``bench.population`` made.

    GUANXI_HOME=… DATABASE_URL=… python -m bench.pages [--rounds 15]

In milliseconds, warm, through the whole of Django (middleware, view, template) but no socket.
"""

import argparse

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from bench.measure import HEADING, times_of
from guanxi.customers.models import Customer
from guanxi.organization.models import User

ASKERS = {"consultant": "seller-a1-0", "supervisor": "supervisor-a1", "manager": "manager-a"}
# Name → (route, query); the customer page shows the asker's newest open card.
PAGES = {
    "today": ("today", ""),
    "today, team": ("today", "whose=team"),
    "list, first page": ("customers", ""),
    "list, level A": ("customers", "level=A"),
    "list, by last contact": ("customers", "sort=-last_contact_on"),
    "list, level B by next date": ("customers", "level=B&sort=next_due_on"),
    "list, late": ("customers", "due=late"),
    "customer": ("customer", ""),
    "search page": ("search", "q=张"),
    "search, drop-down": ("search", "q=张"),
    "search page, digits": ("search", "q=8821"),
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    print(f"{connection.vendor}, {Customer.objects.count()} customers, {rounds} rounds, milliseconds")
    print(f"{'':12}{'':28} status queries    KB {HEADING}")
    for asker, username in ASKERS.items():
        user = User.objects.get(username=username)
        client = Client()
        client.force_login(user, backend="guanxi.organization.authentication.Backend")
        for page, (route, query) in PAGES.items():
            address = _address(user, route, query)
            if not address:
                print(f"{asker:12}{page:28} no such route")
                continue
            headers = {"HX-Request": "true"} if page == "search, drop-down" else {}
            with CaptureQueriesContext(connection) as captured:
                answer = client.get(address, headers=headers)
            # Counted now: the next request empties the log.
            queries, kilobytes = len(captured), len(answer.content) / 1024
            times = times_of(lambda c=client, a=address, h=headers: c.get(a, headers=h), rounds)
            print(f"{asker:12}{page:28} {answer.status_code:6} {queries:7} {kilobytes:5.0f} {times}")


def _address(user: User, route: str, query: str) -> str:
    arguments = []
    if route == "customer":
        card = Customer.objects.visible_to(user).live().order_by("-id").first()
        arguments = [card.pk if card else 0]
    try:
        return f"{reverse(route, args=arguments)}?{query}"
    except NoReverseMatch:
        return ""


if __name__ == "__main__":
    main()
