"""P11: "today" is the store's day. List, counts, filter, page, API and command line agree in every zone."""

import json
from datetime import date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command

from guanxi.cadence.models import Task
from guanxi.customers.models import Customer
from guanxi.organization.models import ApiToken, Store
from guanxi.organization.rules.tokens import token_digest

ZONES = ["Asia/Shanghai", "America/Los_Angeles", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu"]
MIDNIGHTS = [
    (2026, 3, 3),  # an ordinary night
    (2024, 2, 29),  # into a leap day
    (2024, 3, 1),  # out of it
    (2027, 1, 1),  # a new year
    (2026, 3, 9),  # the night after the clocks of Los Angeles go forward
]


def spoken_of(answer):
    """Due, late and the day, from what programs are told."""
    late = {row["name"] for row in answer["items"] if row["overdue_days"]}
    return {row["name"] for row in answer["items"]}, late, answer["on"]


@pytest.fixture
def told(cast, make_customer, client_for):
    """A function: which of Lin's cards each surface calls due today, and which late."""
    cards = {}
    ApiToken.objects.create(user=cast.lin, name="test", digest=token_digest("secret-of-lin"))

    def ask(instant):
        with time_machine.travel(instant, tick=False):
            if not cards:
                for name in ("yesterday", "today", "tomorrow"):
                    cards[name] = make_customer(cast.lin, name=name, level="A", at=instant)
            client = client_for(cast.lin)
            page = client.get("/today/")
            work = page.context["work"]
            names = {row["customer"].name for row in page.context["rows"]}
            late = {row["customer"].name for row in page.context["rows"] if row["late"]}
            listed = {
                due: {row.name for row in client.get(f"/customers/?due={due}").context["rows"]}
                for due in ("late", "today")
            }
            behind = client_for(cast.chen).get("/today/").context["behind"]
            out = StringIO()
            call_command("today", user="lin", json=True, stdout=out)
            spoken = json.loads(out.getvalue())
            api = client.get("/api/today", headers={"Authorization": "Bearer secret-of-lin"}).json()
        return {
            "page": (names, late),
            "filter": (listed["today"] | listed["late"], listed["late"]),
            "counts": ((work.due, work.late), [(row.open, row.late) for row in behind]),
            "command": spoken_of(spoken),
            "api": spoken_of(api),
        }

    ask.cards = cards
    return ask


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("midnight", MIDNIGHTS, ids=str)
def test_every_surface_turns_the_day_at_the_stores_midnight(cast, told, zone, midnight):
    Store.objects.filter(pk=cast.store.pk).update(timezone=zone)
    cast.store.refresh_from_db()
    turn = datetime(*midnight, tzinfo=ZoneInfo(zone))
    today = date(*midnight)
    told(turn)
    for name, days in (("yesterday", -1), ("today", 0), ("tomorrow", 1)):
        Task.objects.follow_ups().filter(customer=told.cards[name]).update(
            due_on=today + timedelta(days=days)
        )
        Customer.objects.filter(pk=told.cards[name].pk).update(next_due_on=today + timedelta(days=days))
    Task.objects.exclude(kind="FOLLOW_UP").delete()
    # Half a second before midnight it is still yesterday's yesterday.
    for instant, on, due, late in [
        (turn - timedelta(microseconds=500_000), today - timedelta(days=1), {"yesterday"}, set()),
        (turn, today, {"yesterday", "today"}, {"yesterday"}),
    ]:
        found = told(instant)
        assert found["page"] == found["filter"] == (due, late)
        assert found["command"] == found["api"] == (due, late, str(on))
        assert found["counts"] == ((len(due), len(late)), [(3, len(late))])
