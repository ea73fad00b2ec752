"""Whether contracts are renewed: learnt from the past of known chances, refused where there is too little of it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.cast import MORNING
from tests.insights.contracts import NOTICE, TRUE, ended_terms, running
from tests.insights.years import contact

from guanxi.deals.models import Contract, Deal
from guanxi.insights.models import Chance, ChanceRun
from guanxi.insights.operations.chances import KEPT, work_out_chances
from guanxi.insights.queries.terms import terms
from guanxi.insights.rules.readings import Pack
from guanxi.insights.rules.renewals import told_reasons
from guanxi.lib.statistics.chances.snapshots import LeakRefused, snapshot

PACK = Pack({"FIRST": 0.7, "LATER": 0.7}, {}, {})


@pytest.fixture
def night(cast, act):
    return lambda at=MORNING: work_out_chances(act(None, at, "night", cast.store))


def run_of(cast):
    return ChanceRun.objects.get(store=cast.store, about="CONTRACT", is_current=True)


def test_r_loy_06_a_store_with_a_past_learns_the_chance_of_renewal(cast, night):
    ended_terms(cast, 800)
    rows = running(cast)
    night()
    run = run_of(cast)
    assert (run.method, run.refusal, run.season) == ("MODEL", "", 60)
    assert 760 <= run.cases <= 800
    assert run.judged["auc"] > 0.68 and run.judged["brier"] < run.judged["brier_of_rate"]
    assert run.judged["gap"] < 0.12
    told = {row.contract_id: row for row in Chance.objects.filter(run=run, contract__in=rows)}
    for often, row in enumerate(rows):
        chance = told[row.pk]
        assert float(chance.probability) == pytest.approx(TRUE[often], abs=0.12)
        assert chance.worth == (3000 * (1 - chance.probability)).quantize(Decimal(1))
        assert chance.reasons[0]["code"] == "touches"
    assert told[rows[0].pk].raises[0]["code"] == "touches"
    assert told[rows[0].pk].raises[0]["gain"] > 0.05


def test_below_two_hundred_terms_the_playbook_s_rate_speaks(cast, night):
    ended_terms(cast, 60)
    rows = running(cast)
    night()
    run = run_of(cast)
    assert (run.method, run.refusal) == ("SHRUNK", "too_few_cases")
    rate = run.rates["FIRST"]
    chance = Chance.objects.get(run=run, contract=rows[0])
    assert float(chance.probability) == pytest.approx(
        (20 * 0.7 + rate["won"]) / (20 + rate["cases"]), abs=1e-4
    )
    assert chance.reasons[0]["code"] == "rate"


def test_a_first_term_that_begins_only_later_is_told_too(cast, night):
    (row, *_others) = running(cast)
    Contract.objects.filter(pk=row.pk).update(begins_on=(MORNING + timedelta(days=10)).date())
    night()
    assert Chance.objects.get(run=run_of(cast), contract=row).reasons[0]["value"]["standing"] == "FIRST"


def test_what_is_written_down_after_the_look_explains_nothing(cast, night):
    """With everybody lost three calls were noted afterwards: a model that saw them would know all."""
    ended_terms(cast, 600, after=3)
    night()
    assert run_of(cast).judged["auc"] < 0.85


def test_the_guard_refuses_a_figure_of_after_the_look(cast):
    (row,) = ended_terms(cast, 1)
    case = next(one for one in terms(cast.store, MORNING) if one.contract == row.pk)
    later_on = case.looked_at + timedelta(days=5)
    contact(row.customer, later_on).save()
    case = next(one for one in terms(cast.store, MORNING) if one.contract == row.pk)
    early = case.read(case.looked_at, case.looked_at.date(), PACK).known
    late = case.read(later_on, later_on.date(), PACK).known
    assert snapshot(1, case.looked_at, early, ended_at=case.ended_at, happened=case.won)
    with pytest.raises(LeakRefused):
        snapshot(1, case.looked_at, late, ended_at=case.ended_at, happened=case.won)


def test_a_term_that_ran_out_without_a_word_was_not_renewed(cast):
    (row,) = ended_terms(cast, 1)
    type(row).objects.filter(renews=row).delete()
    type(row).objects.update(ended_on=None)
    ends = (MORNING - timedelta(days=30)).date()
    type(row).objects.update(ends_on=ends)
    (case,) = terms(cast.store, MORNING)
    assert case.ended_at is None, "thirty days over, and there is still time to say"
    (case,) = terms(cast.store, MORNING + timedelta(days=31))
    assert (case.won, case.ended_at.date()) == (False, ends + NOTICE)


def test_r_loy_06_notice_before_the_look_teaches_nothing(cast, night):
    rows = ended_terms(cast, 30)
    for row in rows:
        if row.ended_on:
            row.ended_on = row.ends_on - timedelta(days=61)
            row.save()
    night()
    run = run_of(cast)
    assert run.cases == run.won == sum(row.ended_on is None for row in rows)


def test_runs_are_kept_by_day_and_what_moved_is_told(cast, night):
    ended_terms(cast, 60)
    (row, *_rest) = running(cast)
    for day in range(KEPT + 2):
        night(MORNING + timedelta(days=day))
    assert ChanceRun.objects.filter(about="CONTRACT").count() == KEPT
    assert Chance.objects.get(run=run_of(cast), contract=row).before is not None


def test_a_contract_until_the_last_day_there_is_does_not_stop_the_night(cast, night):
    rows = running(cast)
    Contract.objects.filter(pk=rows[0].pk).update(ends_on=date(9999, 12, 31))
    night()
    told = Chance.objects.filter(run=run_of(cast)).values_list("contract", flat=True)
    assert set(told) == {row.pk for row in rows[1:]}


def test_r_loy_06_a_long_silence_never_speaks_for_us():
    quiet = {"code": "quiet", "value": 172, "effect": 0.3}
    short, against = quiet | {"value": 90}, quiet | {"effect": -0.3}
    assert told_reasons([quiet, short, against]) == [short, against]


def test_lines_of_one_day_are_one_purchase(cast):
    (row, *_others) = running(cast)
    for days in (5, 5, 5, 40):
        on = (MORNING - timedelta(days=days)).date()
        Deal.objects.create(
            store=cast.store, customer=row.customer, on=on, quantity=1, amount=10, source=f"x{Deal.objects.count()}",
            recorded_at=MORNING - timedelta(days=days),
        )  # fmt: skip
    (case,) = [case for case in terms(cast.store, MORNING) if case.contract == row.pk]
    assert case.read(MORNING, MORNING.date(), PACK).shown["bought"] == 2
