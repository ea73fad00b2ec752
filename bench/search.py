"""Times of the search box by role and kind of query, on the customers that ``bench.population`` made.

    GUANXI_HOME=… DATABASE_URL=… python -m bench.search [--rounds 15]

In milliseconds, warm, from the typed text to the rows of the answer, the asker's roles included. The floor
is one query by index that brings twenty cards with their consultants.
"""

import argparse

from django.db import connection

from bench.measure import HEADING, times_of
from guanxi.customers.models import Customer, Phone
from guanxi.customers.queries.search import search_customers
from guanxi.organization.models import User

ASKERS = {
    "consultant, most customers": "seller-a1-0",
    "supervisor": "supervisor-a1",
    "manager, larger store": "manager-a",
    "proprietor": "proprietor-a",
}
QUERIES = {
    "1 character, common": "张",
    "1 character, rare": "森",
    "2 characters": "张伟",
    "3 characters": "张志远",
    "company": "智能科技",
    "phone, 3 digits": "139",
    "phone, 4 digits": "8821",
    "phone, 5 digits": "13990",
    "initials": "zw",
    "one initial": "z",
    "pinyin": "zhangwei",
    "two words": "张 8821",
    "nothing": "龘靐",
    "digits that mislead": "1381381",
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    print(f"{connection.vendor}, {Customer.objects.count()} customers, {rounds} rounds, milliseconds")
    print(f"{'':28}{'':22} hits {HEADING}")
    print(f"{'floor':28}{'20 newest of a store':22} {20:4} {times_of(_floor, rounds)}")
    medians = []
    for asker, username in ASKERS.items():
        whole = Phone.objects.filter(customer__owner__username="seller-a1-0").first().normalized
        for kind, query in (QUERIES | {"phone, whole": whole}).items():
            found = len(_search(username, query))
            times = times_of(lambda u=username, q=query: _search(u, q), rounds)
            medians.append(times.median)
            print(f"{asker:28}{kind:22} {found:4} {times}")
    medians.sort()
    print(f"p50 over kinds and roles: {medians[len(medians) // 2]:.1f}, worst {medians[-1]:.1f}")


def _floor() -> list[Customer]:
    store_id = User.objects.get(username="manager-a").store_id
    rows = Customer.objects.filter(store_id=store_id).select_related("owner").order_by("-id")
    return list(rows[:20])


def _search(username: str, query: str) -> list[object]:
    """As the page does it, except that whole numbers leave no trace in the audit."""
    return list(search_customers(User.objects.get(username=username), query))


if __name__ == "__main__":
    main()
