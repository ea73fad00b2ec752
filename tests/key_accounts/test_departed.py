"""Who left the company is out of the work until the departure is taken back."""

import pytest
from tests.key_accounts.accounts import organisation, seed_map

from guanxi.key_accounts.models import AccountMember, Influence, KeyPerson, OurTie, PlannedStep
from guanxi.key_accounts.operations.account_plans import save_member
from guanxi.key_accounts.operations.people import add_people, note_departure, save_person
from guanxi.key_accounts.operations.relations import draw_lines, save_tie
from guanxi.key_accounts.operations.steps import change_step, plan_step
from guanxi.key_accounts.refusals import MapRefused
from guanxi.key_accounts.rules.drafts import LineDraft, PersonDraft, Seen, StepDraft

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(cast, make_customer):
    return organisation(make_customer, cast.lin)


@pytest.fixture
def people(cast, act, account):
    return seed_map(act(cast.lin), account)


def leave(mine, account, person):
    version = KeyPerson.objects.get(pk=person.pk).version
    return note_departure(mine, account.pk, person.pk, mine.on, version=version)


def boss(mine, account, person, of):
    version = KeyPerson.objects.get(pk=of.pk).version
    return save_person(mine, account.pk, of.pk, {"reports_to": person.pk}, version=version)


WORK = {
    "attitude": lambda mine, account, gone, other: save_person(
        mine, account.pk, gone.pk, {"attitude": "*"}, version=2, seen=Seen("帮我们说话")
    ),
    "superior": lambda mine, account, gone, other: boss(mine, account, gone, other),
    "superior of somebody new": lambda mine, account, gone, other: add_people(
        mine, account.pk, [PersonDraft("新人", boss=gone.pk)]
    ),
    "step": lambda mine, account, gone, other: plan_step(
        mine, account.pk, StepDraft("目标", "拜访", mine.on, person=gone.pk)
    ),
    "team": lambda mine, account, gone, other: save_member(
        mine, account.pk, None, {"user": mine.by.pk, "function": "SALES", "counterpart": gone.pk}
    ),
    "line": lambda mine, account, gone, other: draw_lines(mine, account.pk, [LineDraft(other.pk, gone.pk)]),
    "tie": lambda mine, account, gone, other: save_tie(
        mine, account.pk, gone.pk, mine.by.pk, {"current": 2, "evidence": "吃过饭"}
    ),
}


@pytest.mark.parametrize("what", WORK)
def test_nothing_is_done_with_who_left_today(cast, act, account, people, what):
    mine = act(cast.lin)
    leave(mine, account, people["运维经理"])
    with pytest.raises(MapRefused, match="运维经理"):
        WORK[what](mine, account, people["运维经理"], people["销售经理"])
    assert not PlannedStep.objects.exists() and not AccountMember.objects.exists()
    assert not Influence.objects.exists() and not OurTie.objects.exists()
    assert KeyPerson.objects.get(pk=people["运维经理"].pk).attitude == "+"


def test_what_was_with_them_before_stays_and_can_be_given_to_somebody_else(cast, act, account, people):
    mine = act(cast.lin)
    gone, other = people["运维经理"], people["销售经理"]
    step = plan_step(mine, account.pk, StepDraft("目标", "拜访", mine.on, person=gone.pk))
    boss(mine, account, gone, other)
    leave(mine, account, gone)
    change_step(mine, account.pk, step.pk, StepDraft("目标", "再拜访", mine.on, person=gone.pk), version=1)
    change_step(mine, account.pk, step.pk, StepDraft("目标", "再拜访", mine.on, person=other.pk), version=2)
    assert PlannedStep.objects.get().person_id == other.pk


def test_a_sheet_keeps_the_superior_who_left(cast, act, account, people, client_for):
    """Saving another mark must not cut the line through which the map draws the next one above."""
    mine = act(cast.lin)
    gone, other = people["运维经理"], people["销售经理"]
    boss(mine, account, gone, other)
    leave(mine, account, gone)
    url = f"/key-accounts/{account.pk}/people/{other.pk}/marks/"
    form = client_for(cast.lin).get(url).context["form"]
    assert gone.pk in {person.pk for person in form.fields["reports_to"].queryset}
    row = KeyPerson.objects.get(pk=other.pk)
    asked = {"version": row.version, "role": "U", "attitude": "=", "degree": "1", "style": "K",
             "reports_to": gone.pk, "concern": "交期"}  # fmt: skip
    assert client_for(cast.lin).post(url, asked).status_code == 303
    row.refresh_from_db()
    assert (row.concern, row.reports_to_id) == ("交期", gone.pk)
