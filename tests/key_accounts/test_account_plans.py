"""The plan of an account: kept with evidence, its team, its pages, F-KEY-0, and what merging does with it."""

from datetime import timedelta

import pytest
from tests.cadence.desk import later
from tests.key_accounts.accounts import organisation, ranked_account, seed_map

from guanxi.customers.models import Customer
from guanxi.key_accounts.models import CREATE, AccountMember, AccountPlan
from guanxi.key_accounts.operations.account_plans import remove_member, save_member, save_plan
from guanxi.key_accounts.operations.merging import fold_map, unfold_map
from guanxi.key_accounts.operations.people import note_departure
from guanxi.key_accounts.operations.steps import finish_step, plan_step, save_info
from guanxi.key_accounts.queries.account_plans import plan_told
from guanxi.key_accounts.queries.screening import PAGE, screening_page, to_screen
from guanxi.key_accounts.refusals import MapRefused
from guanxi.key_accounts.rules.drafts import Seen, StepDraft
from guanxi.organization.models import AuditEntry
from guanxi.organization.refusals import StaleEdit
from guanxi.workspace.forms.printing import print_card

pytestmark = pytest.mark.django_db
GROWN = {"growth_stage": "AWARE", "trust": 4, "benefit": 3, "emotion": 3}


@pytest.fixture
def account(cast, make_customer):
    return organisation(make_customer, cast.lin)


def test_9_6_a_relation_grows_on_evidence_only(cast, act, account):
    with pytest.raises(MapRefused) as refused:
        save_plan(act(cast.lin), account.pk, GROWN, version=0)
    assert refused.value.field == "evidence"
    assert not AccountPlan.objects.exists()
    future = Seen("来看过保养车间", act(cast.lin).on + timedelta(days=1))
    with pytest.raises(MapRefused):
        save_plan(act(cast.lin), account.pk, GROWN, version=0, seen=future)
    plan = save_plan(act(cast.lin), account.pk, GROWN, version=0, seen=Seen("来看过保养车间"))
    assert (plan.version, plan.evidence, plan.evidence_on) == (1, "来看过保养车间", act(cast.lin).on)
    assert AuditEntry.objects.get(action="plan_saved").reason == "来看过保养车间"
    older = Seen("旧闻", act(cast.lin).on - timedelta(days=9))
    with pytest.raises(MapRefused):
        save_plan(act(cast.lin), account.pk, {"trust": 5}, version=1, seen=older)
    # What is no judgement of the relation needs none, and nothing changed writes nothing.
    assert save_plan(act(cast.lin), account.pk, {"strategy": "FLANK"}, version=1).version == 2
    assert save_plan(act(cast.lin), account.pk, {"strategy": "FLANK"}, version=2).version == 2


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"potential": 6}, "potential"), ({"create_trust": 0}, "create_trust"), ({"strategy": "SIEGE"}, "strategy"),
        ({"strategic_traits": ["RICH"]}, "strategic_traits"), ({"planned_hours": 900}, "planned_hours"),
        ({"switch_cost_money": -1}, "switch_cost_money"),
    ],
)  # fmt: skip
def test_numbers_out_of_their_range_are_refused_and_nothing_is_kept(cast, act, account, values, field):
    with pytest.raises(MapRefused) as refused:
        save_plan(act(cast.lin), account.pk, values, version=0)
    assert refused.value.field == field
    assert not AccountPlan.objects.exists()


def test_two_who_edit_at_once_are_told(cast, act, account):
    save_plan(act(cast.lin), account.pk, {"potential": 4}, version=0)
    with pytest.raises(StaleEdit):
        save_plan(act(cast.chen), account.pk, {"potential": 2}, version=0)
    assert AccountPlan.objects.get().potential == 4


def test_outsiders_and_persons_cards_have_no_plan(cast, act, account, make_customer):
    with pytest.raises(Customer.DoesNotExist):
        save_plan(act(cast.wu), account.pk, {"potential": 4}, version=0)
    with pytest.raises(MapRefused):
        save_plan(act(cast.lin), make_customer(cast.lin).pk, {"potential": 4}, version=0)


def test_9_6_pairs_of_the_team_and_a_counterpart_who_leaves(cast, act, account):
    people = seed_map(act(cast.lin), account)
    for user, function, name in (
        (cast.lin, "SALES", "销售经理"), (cast.zhao, "SERVICE", "系统经理"), (cast.ma, "TOP", "总监"),
    ):  # fmt: skip
        member = {"user": user.pk, "function": function, "counterpart": people[name].pk}
        save_member(act(cast.lin), account.pk, None, member)
    told = plan_told(account, act(cast.lin).on)
    # The director was never met: a name on paper covers nothing.
    assert (told.pairs, told.rolls) == ({"SALES", "SERVICE"}, 1)
    gone = people["系统经理"]
    note_departure(act(cast.lin), account.pk, gone.pk, act(cast.lin).on, version=gone.version)
    assert plan_told(account, act(cast.lin).on).pairs == {"SALES"}
    with pytest.raises(MapRefused):
        save_member(act(cast.lin), account.pk, None, member)
    row = AccountMember.objects.get(function="TOP")
    with pytest.raises(StaleEdit):
        remove_member(act(cast.lin), account.pk, row.pk, version=9)
    remove_member(act(cast.lin), account.pk, row.pk, version=1)
    assert AccountMember.objects.count() == 2


def test_the_team_takes_colleagues_and_people_of_this_account_only(cast, act, account, make_customer):
    other = organisation(make_customer, cast.lin, name="甬港", org_name="甬港")
    stranger = seed_map(act(cast.lin), other)["总监"]
    with pytest.raises(MapRefused) as refused:
        member = {"user": cast.lin.pk, "function": "TOP", "counterpart": stranger.pk}
        save_member(act(cast.lin), account.pk, None, member)
    assert refused.value.field == "counterpart"
    with pytest.raises(MapRefused):
        save_member(act(cast.lin), account.pk, None, {"user": 987_654, "function": "TOP"})


def test_belonging_to_the_team_opens_no_card(cast, act, account, client_for):
    save_member(act(cast.lin), account.pk, None, {"user": cast.wu.pk, "function": "SERVICE"})
    for page in ("plan", "review"):
        assert client_for(cast.wu).get(f"/key-accounts/{account.pk}/{page}/").status_code == 404


def test_9_1_a_verified_fact_answers_its_question(cast, act, account):
    seed_map(act(cast.lin), account)
    on = act(cast.lin).on
    assert plan_told(account, on).questions == ["WHO_DECIDES", "PEOPLE", "POLITICS", "RIVAL", "PRICE"]
    fact = {"dimension": "RIVAL", "fact": "低六个点", "source": "柳青"}
    item = save_info(act(cast.lin), account.pk, None, fact)
    assert "RIVAL" in plan_told(account, on).missing
    save_info(act(cast.lin), account.pk, item.pk, {"verified_on": on}, version=1)
    assert "RIVAL" not in plan_told(account, on).missing


def test_f_key_0_ranks_what_the_reader_may_see(cast, act, make_customer):
    for number in range(PAGE + 2):
        ranked_account(act(cast.lin), make_customer, name=f"厂{number}", org_name=f"厂{number}")
    best = ranked_account(act(cast.lin), make_customer, 5, 5, 5, 5, 0)
    last = ranked_account(act(cast.lin), make_customer, 1, 1, 1, 1, 5)
    half = organisation(make_customer, cast.lin, name="半", org_name="半")
    save_plan(act(cast.lin), half.pk, {"potential": 5}, version=0)
    first = screening_page(cast.lin)
    assert [(row.plan.pk, row.rank, row.score, row.hours) for row in first.rows[:1]] == [(best.pk, 1, 25, 16)]
    assert {row.rank for row in first.rows[1:]} == {2}
    second = screening_page(cast.lin, first.after)
    assert [row.rank for row in second.rows] == [2, 2, 2, PAGE + 4]
    assert (second.rows[-1].plan.pk, second.after) == (last.pk, None)
    assert screening_page(cast.wu).rows == []
    assert to_screen(cast.lin) == ([half], None)


def test_9_4_create_below_eighteen_puts_one_coaching_step_into_today(cast, act, account):
    low = dict.fromkeys(CREATE, 2)
    plan = save_plan(act(cast.lin), account.pk, low, version=0)
    (step,) = account.planned_steps.select_related("task")
    assert step.task.owner == cast.lin
    assert (step.task.due_on - act(cast.lin).on).days == 3
    plan = save_plan(act(cast.lin), account.pk, {CREATE[0]: 3}, version=plan.version)
    plan = save_plan(act(cast.lin), account.pk, dict.fromkeys(CREATE, 3), version=plan.version)
    assert account.planned_steps.count() == 1
    save_plan(act(cast.lin), account.pk, low, version=plan.version)
    assert account.planned_steps.count() == 2


def test_9_6_the_plan_counts_the_means_of_steps_that_are_done(cast, act, account, client_for):
    drafts = [
        StepDraft("认识", "看工厂", act(cast.lin).on, means=means) for means in ("PLANT", "PLANT", "FAMILY")
    ]
    steps = [plan_step(act(cast.lin), account.pk, draft) for draft in drafts]
    for step in steps[:2]:
        finish_step(act(cast.lin), account.pk, step.pk, version=step.version)
    assert plan_told(account, act(cast.lin).on).used == {"PLANT": 2}
    page = client_for(cast.lin).get(f"/key-accounts/{account.pk}/plan/").content.decode()
    assert "参观工厂 × 2" in page
    with pytest.raises(MapRefused):
        plan_step(act(cast.lin), account.pk, StepDraft("认识", "看工厂", act(cast.lin).on, means="BRIBE"))


def test_pages_show_the_plan_and_the_sheet_keeps_what_was_typed(cast, act, account, client_for):
    seed_map(act(cast.lin), account)
    lin, url = client_for(cast.lin), f"/key-accounts/{account.pk}/"
    assert lin.get(f"{url}plan/").status_code == lin.get(f"{url}review/").status_code == 200
    typed = {"version": 0, "stage": "PEOPLE", "growth_stage": "AWARE", "trust": "4", "create_trust": "3"}
    refused = lin.post(f"{url}plan/edit/", typed)
    assert refused.status_code == 422
    assert 'value="AWARE" selected' in refused.content.decode()
    kept = lin.post(f"{url}plan/edit/", typed | {"evidence": "来看过保养车间"})
    assert (kept.status_code, kept["Location"]) == (303, f"{url}plan/")
    assert AccountPlan.objects.get().trust == 4
    assert lin.post(f"{url}plan/edit/", typed | {"evidence": "又来过"}).status_code == 409
    assert (
        lin.post(f"{url}team/", {"version": 0, "user": cast.lin.pk, "function": "SALES"}).status_code == 303
    )
    row = AccountMember.objects.get()
    assert "↔ —" in lin.get(f"{url}plan/").content.decode()
    assert lin.post(f"{url}team/{row.pk}/removal/", {"version": 1}).status_code == 303
    assert not AccountMember.objects.exists()


@pytest.mark.parametrize("address", ["?after=x", "?after=1", "?open=1&after=1~2", "?after=9~9~9"])
def test_an_address_nobody_made_is_not_found(cast, client_for, address):
    assert client_for(cast.lin).get(f"/key-accounts/screening/{address}").status_code == 404


def test_f_key_0_prints_the_accounts_of_the_owner(cast, act, account, make_customer):
    ranked_account(act(cast.lin), make_customer, name="甬港", org_name="甬港物流")
    save_plan(act(cast.lin), account.pk, {"potential": 5, "planned_hours": 3}, version=0)
    text = print_card(act(cast.ma), account, "F-KEY-0", "csv").decode("utf-8-sig")
    assert "甬港物流" in text
    assert "16" in text and "8*" in text and "甬锐" in text
    assert print_card(act(cast.lin), account, "F-KEY-0", "pdf")[:4] == b"%PDF"


def test_r_prm_03_the_plan_goes_with_the_card(cast, act, account):
    save_plan(act(cast.lin), account.pk, {"potential": 5}, version=0)
    Customer.objects.filter(pk=account.pk).update(owner=cast.zhao)
    assert save_plan(act(cast.zhao), account.pk, {"margin": 2}, version=1).potential == 5


def test_merging_fills_a_card_without_a_plan_and_an_undo_takes_it_back(cast, act, account, make_customer):
    other = organisation(make_customer, cast.lin, at=later(-3))
    save_plan(act(cast.lin), other.pk, {"potential": 5}, version=0)
    save_member(act(cast.lin), other.pk, None, {"user": cast.lin.pk, "function": "SALES"})
    facts = fold_map(account, other)
    assert AccountPlan.objects.get(customer=account).potential == 5
    assert AccountMember.objects.get().customer == account
    unfold_map(account, other, facts)
    assert AccountPlan.objects.get().customer == other
    assert AccountMember.objects.get().customer == other
    save_plan(act(cast.lin), account.pk, {"potential": 1}, version=0)
    fold_map(account, other)
    assert AccountPlan.objects.get(customer=account).potential == 1
