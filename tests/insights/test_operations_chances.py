"""The night's chances: learnt where there is enough, the pack's figures where not, whole or not at all."""

import os
import subprocess
import sys
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection
from tests.cadence.desk import later
from tests.cast import MORNING
from tests.insights.years import TRUE, change, past, still_open
from tests.pipeline.desk import lost, mapped, moved, opened, won

from guanxi.cadence.models import LevelChange
from guanxi.cadence.operations.losses import LossDraft, apply_for_loss
from guanxi.insights.models import Chance, ChanceRun
from guanxi.insights.operations import chances as operation
from guanxi.insights.operations.chances import KEPT, work_out_chances
from guanxi.insights.queries.opportunities import opportunities
from guanxi.insights.queries.prospects import prospects
from guanxi.organization.models import Store
from guanxi.project import clockwork

SECOND = timedelta(seconds=1)


@pytest.fixture
def night(cast, act):
    return lambda at=MORNING: work_out_chances(act(None, at, "night", cast.store))


def run_of(about="PROSPECT"):
    return ChanceRun.objects.get(about=about, is_current=True)


def test_a_store_with_a_past_learns_its_own_chances(cast, night):
    past(cast, 1200)
    cards = still_open(cast)
    assert night() == {"prospects": 12, "opportunities": 0, "contracts": 0}
    run = run_of()
    assert (run.method, run.cases, run.refusal) == ("MODEL", 1200, "")
    told = {row.customer_id: row for row in run.chances.all()}
    for card in cards:
        assert float(told[card.pk].probability) == pytest.approx(TRUE[card.level], abs=0.13), card.level
    assert run.judged["auc"] > 0.7 and run.judged["gap"] < 0.1
    assert run.judged["brier"] < run.judged["brier_of_rate"]
    row = told[cards[0].pk]
    assert row.lower < row.probability < row.upper and row.probability.as_tuple().exponent == -4
    assert row.reasons[0]["code"] == "level" and len(row.reasons) <= 3
    assert row.closes_on is not None and row.worth is None


def test_below_two_hundred_the_pack_speaks_and_the_page_can_say_so(cast, night):
    past(cast, 40)
    cards = still_open(cast)
    night()
    run = run_of()
    assert (run.method, run.refusal, run.cases) == ("SHRUNK", "too_few_cases", 40)
    row = run.chances.get(customer=cards[0])
    rate = run.rates["H"]
    assert (rate["cases"], rate["general"]) == (10, 0.5)
    assert row.probability == pytest.approx(Decimal((rate["won"] + 10) / 30), abs=Decimal("0.0001"))
    assert row.reasons[0]["code"] == "rate"
    assert {one["code"] for one in row.raises} <= {"evidence", "contacts", "visits"}
    assert all(one["gain"] is None for one in row.raises)


def test_a_store_without_any_past_tells_the_pack_s_figures(cast, night):
    cards = still_open(cast, each=1)
    night()
    told = {row.customer_id: row.probability for row in run_of().chances.all()}
    assert [told[card.pk] for card in cards] == [
        Decimal(one) for one in ("0.5000", "0.2500", "0.1000", "0.0300")
    ]


def test_each_night_replaces_the_one_before_and_remembers_it(cast, night):
    card = still_open(cast, each=1)[0]
    night()
    first = run_of().chances.get(customer=card).probability
    past(cast, 60)
    night(later(1))
    row = run_of().chances.get(customer=card)
    assert row.before == first != row.probability
    night(later(1))
    assert ChanceRun.objects.filter(about="PROSPECT").count() == 2
    for day in range(2, 12):
        night(later(day))
    assert ChanceRun.objects.filter(about="PROSPECT").count() == KEPT
    assert ChanceRun.objects.filter(about="PROSPECT", is_current=True).count() == 1


def test_a_night_that_is_killed_leaves_the_one_before(cast, night, monkeypatch):
    still_open(cast)
    night()
    before = list(Chance.objects.order_by("pk").values_list("pk", "probability"))
    written = operation.insert_rows

    def dies(rows):
        written(rows)
        raise KeyboardInterrupt

    monkeypatch.setattr(operation, "insert_rows", dies)
    with pytest.raises(KeyboardInterrupt):
        night(later(1))
    assert list(Chance.objects.order_by("pk").values_list("pk", "probability")) == before
    assert run_of().on == MORNING.date()


def test_who_is_given_up_is_not_told_a_chance(cast, act, night, make_customer):
    card = make_customer(cast.lin, level="B", at=later(-3))
    assert night()["prospects"] == 1
    apply_for_loss(act(cast.lin), card.pk, LossDraft("PLAN_CANCELLED", "FINANCE"))
    assert night()["prospects"] == 0


def test_what_is_past_hoping_for_is_marked(cast, night):
    past(cast, 400)
    fresh, old = still_open(cast, each=1), still_open(cast, cast.zhao, each=1, days=300)
    night()
    run = run_of()
    assert run.stale_after is not None
    assert not any(row.is_stale for row in run.chances.filter(customer__in=fresh))
    assert all(row.is_stale for row in run.chances.filter(customer__in=old))


def test_an_opportunity_is_worth_its_chance_times_its_amount(cast, act, night, make_customer):
    card = mapped(make_customer(cast.lin, kind="ORG", org_name="甬锐模具", level="B", at=later(-30)))
    row = opened(act(cast.lin, later(-20)), card)
    moved(act(cast.lin, later(-10)), row, "DISCOVERY")
    night()
    chance = run_of("OPPORTUNITY").chances.get(opportunity=row)
    # The pack says 25 % of a discovery, and no case is closed.
    assert (chance.probability, chance.worth, chance.days) == (Decimal("0.2500"), Decimal(75_000), 20)
    assert {"burning", "unique", "four"} & {one["code"] for one in chance.raises}


def test_a_deal_ends_when_its_end_was_recorded_and_comes_back_as_another(cast, act, make_customer):
    card = mapped(make_customer(cast.lin, kind="ORG", org_name="甬锐模具", level="B", at=later(-60)))
    first = opened(act(cast.lin, later(-50)), card)
    second = opened(act(cast.lin, later(-40)), card, title="班车")
    won(act(cast.lin, later(-5)), first)
    lost(act(cast.lin, later(-9)), act(cast.chen, later(-3)), second)
    found = {case.opportunity: case for case in opportunities(cast.store, MORNING)}
    assert (found[first.pk].ended_at, found[first.pk].won) == (later(-5), True)
    # Whoever applies for a loss knows it then; the approval six days on tells nothing new.
    assert (found[second.pk].ended_at, found[second.pk].won) == (later(-9), False)


def test_an_order_given_back_opens_another_case(cast, night, make_customer):
    card = still_open(cast, each=1)[0]
    LevelChange.objects.bulk_create(
        [change(card, "ORDER", "H", "O", later(-2)), change(card, "CANCELLED", "O", "A", later(-1))]
    )
    found = sorted(
        (case for case in prospects(cast.store, MORNING) if case.customer == card.pk),
        key=lambda case: case.started_at,
    )
    assert [(case.started_at, case.won) for case in found] == [(later(-3), True), (later(-1), None)]


def test_the_clock_works_the_newest_night_out_and_no_other(cast):
    Store.objects.update(created_at=MORNING - timedelta(days=3))
    cast.store.refresh_from_db()
    still_open(cast)
    assert clockwork.judge_chances(cast.store, clockwork.night_of(cast.store, MORNING.date()) - SECOND) == 0
    assert not ChanceRun.objects.exists()
    clockwork.tick(MORNING)
    (run,) = ChanceRun.objects.filter(store=cast.store, about="PROSPECT")
    assert (run.on, run.made_at, run.chances.exists()) == (
        MORNING.date(),
        clockwork.night_of(cast.store, MORNING.date()),
        True,
    )
    clockwork.tick(MORNING + timedelta(minutes=1))
    assert ChanceRun.objects.get(store=cast.store, about="PROSPECT") == run


def test_learning_holds_no_transaction_and_two_at_once_write_one_run(cast, act, monkeypatch):
    still_open(cast)
    night, learn, inside = act(None, MORNING, "night", cast.store), operation._run, []

    def slow(*given):
        inside.append(len(connection.savepoint_ids))
        monkeypatch.setattr(operation, "_run", learn)
        assert operation.make_due_chances(night) > 0
        return learn(*given)

    before = len(connection.savepoint_ids)
    monkeypatch.setattr(operation, "_run", slow)
    work_out_chances(night)
    assert inside == [before]
    assert ChanceRun.objects.filter(store=cast.store, about="PROSPECT").count() == 1
    assert operation.make_due_chances(night) == 0


def test_pages_never_load_the_numbers():
    """The web process has no business with numpy: addresses load without it."""
    told = (
        "import django, sys; django.setup(); import guanxi.project.urls, guanxi.project.clockwork; "
        "print('numpy' in sys.modules)"
    )
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "guanxi.project.settings"}
    answer = subprocess.run([sys.executable, "-c", told], env=env, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"


def test_checks_find_no_missing_migration(db):
    call_command("makemigrations", "insights", check=True, dry_run=True, verbosity=0)
