"""A small demo: what holds of every store holds of this one, and nothing lies in the future."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import Count, F, Max, Q
from tests.cast import MORNING

from guanxi.cadence.models import Interaction, LevelChange, LossReport, Task
from guanxi.cadence.queries.due import worklist
from guanxi.customers.models import Collision, Customer, OwnedItem, Phone
from guanxi.deals.models import Deal, Order
from guanxi.demo import fleet
from guanxi.demo.logins import PASSWORD, login_lines
from guanxi.demo.store import open_demo
from guanxi.key_accounts.models import MarkChange
from guanxi.key_accounts.queries.insights import insights_of
from guanxi.key_accounts.queries.maps import map_of
from guanxi.markets.models import ProductStanding
from guanxi.organization.models import AuditEntry, NightlyRun, Store, User
from guanxi.organization.operations.sealing import seal, verify
from guanxi.project.clockwork import KINDS, missing_nights, night_of, run_night


@pytest.fixture(scope="module")
def played(django_db_setup, django_db_blocker):
    """Two months of business for all tests of this file, undone after them."""

    def night(store, on):
        ran = [run_night(store, kind, on, night_of(store, on)) for kind in KINDS]
        return any(result and any(result.values()) for result in ran)

    with django_db_blocker.unblock(), transaction.atomic():
        assert open_demo(MORNING, night, days=60)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(played, db):
    return Store.objects.get()


def test_the_demo_is_a_true_store(demo):
    cards = Customer.objects.filter(store=demo)
    live = cards.live()
    assert 250 <= cards.count() <= 450 and live.count() > 60
    # R-FUP-01: an open card has exactly one open follow-up, a closed one none.
    open_follow_ups = Count("tasks", filter=Q(tasks__kind="FOLLOW_UP", tasks__status="OPEN"))
    counted = cards.annotate(open_follow_ups=open_follow_ups)
    assert not counted.live().exclude(open_follow_ups=1).exists()
    assert not counted.exclude(pk__in=live).exclude(open_follow_ups=0).exists()
    due_dates = Task.objects.follow_ups().open().exclude(due_on=F("customer__next_due_on"))
    assert not due_dates.exists()
    # 1.5: a number is one customer; every card has one, of its own number in order.
    assert not Phone.objects.values("normalized").annotate(n=Count("customer", distinct=True)).filter(n__gt=1)
    assert not cards.filter(phones__isnull=True).exists()
    assert cards.values("customer_no").distinct().count() == cards.count()
    # Identities: the card's copies agree with what happened.
    last = Interaction.objects.valid().values("customer").annotate(last=Max("on"))
    told = dict(last.values_list("customer", "last"))
    assert {pk: on for pk, on in cards.values_list("pk", "last_contact_on") if on} == told
    in_force = LevelChange.objects.filter(state="IN_FORCE").order_by("pk")
    final = dict(in_force.values_list("customer", "to_level"))
    assert {pk: level for pk, level in cards.values_list("pk", "level") if level} == final


def test_nothing_lies_in_the_future(demo):
    today = demo.local_date(MORNING)
    assert not Interaction.objects.filter(
        Q(at__gt=MORNING) | Q(on__gte=today) | Q(recorded_at__gt=MORNING)
    ).exists()
    assert not AuditEntry.objects.filter(at__gt=MORNING).exists()
    assert not Customer.objects.filter(Q(created_at__gt=MORNING) | Q(last_contact_on__gte=today)).exists()
    assert not Order.objects.filter(Q(ordered_on__gte=today) | Q(delivered_on__gte=today)).exists()
    assert not OwnedItem.objects.filter(Q(delivered_on__gte=today) | Q(bought_on__gte=today)).exists()
    assert Interaction.objects.earliest("at").at > MORNING - timedelta(days=62)


def test_there_is_something_to_see_and_to_decide(demo):
    today = demo.local_date(MORNING)
    for state in ("APPLIED", "APPROVED"):
        assert LossReport.objects.filter(state=state).exists()
    assert LevelChange.objects.filter(state="REQUESTED").exists()
    assert Collision.objects.filter(state="OPEN").exists()
    assert Customer.objects.live().filter(level_confirmed=False).exists()
    assert Customer.objects.filter(is_vip_supporter=True).exists()
    assert {"O", "A", "B", "C", "D", "F1"} <= set(Customer.objects.values_list("level", flat=True))
    consultants = User.objects.filter(grants__role="CONSULTANT")
    lists = [worklist(user, demo, today) for user in consultants]
    assert len(lists) == 12 and all(found.items for found in lists)
    assert any(found.late for found in lists)


def test_its_nights_are_done_and_its_trail_holds(demo):
    assert list(missing_nights(demo, MORNING)) == []
    assert NightlyRun.objects.filter(store=demo).count() >= 80
    assert seal(MORNING) > 1000
    assert verify().broken_after is None


def test_one_login_per_role_until_the_password_is_changed(demo):
    lines = login_lines()
    assert len(lines) == 10 and lines[0].split("\t")[1:] == ["admin", PASSWORD]
    user = User.objects.get(username="lin")
    user.set_password("something-else-2026")
    user.save()
    assert [line.split("\t")[1] for line in login_lines()].count("lin") == 0


def test_the_key_account_was_learnt_week_by_week(demo):
    card = Customer.objects.get(org_name=fleet.ORG)
    last = demo.local_date(MORNING) - timedelta(days=1)
    found = map_of(card, last)
    assert (len(found.people), len(found.circles), len(found.gone)) == (25, 3, 1)
    assert all(found.members(circle) for circle in found.circles)
    days = {change.on for change in MarkChange.objects.filter(person__customer=card)}
    assert len(days) > 20
    assert min(days) >= demo.local_date(demo.created_at)
    assert max(days) <= last
    earlier = insights_of(map_of(card, last - timedelta(days=40)), demo.playbook)
    now = insights_of(found, demo.playbook)
    assert earlier.support.index is not None and now.support.index is not None
    assert now.support.index > earlier.support.index
    assert now.ways is not None and now.ways.first_asked is not None
    assert Task.objects.open().filter(customer=card, kind=Task.Kind.ACTION).count() == 3


def test_products_beside_cars_are_sold_and_judged(demo):
    deals = Deal.objects.filter(store=demo)
    assert (
        deals.filter(product__name="商业车险").exists() and not deals.filter(on__gt=MORNING.date()).exists()
    )
    assert not deals.filter(amount__isnull=False, margin__isnull=True).exists()
    judged = ProductStanding.objects.filter(customer__store=demo)
    assert judged.count() > 20 and {"N", "4"} <= set(judged.values_list("potential", flat=True))
