"""Marks on evidence, one formal boss, who left, one person in two accounts (handbook 9.2, 9.7; R-KEY-03)."""

from datetime import date, timedelta

import pytest
from tests.cadence.desk import later
from tests.key_accounts.accounts import drafts, organisation, seed_map

from guanxi.cadence.operations.cards import hand_over_cards
from guanxi.customers.models import Contact, Customer
from guanxi.key_accounts.models import KeyPerson, MarkChange
from guanxi.key_accounts.operations.people import add_people, note_departure, save_person, take_back_marks
from guanxi.key_accounts.queries.maps import map_of, missing_roles
from guanxi.key_accounts.queries.people import namesakes
from guanxi.key_accounts.refusals import MapRefused
from guanxi.key_accounts.rules.drafts import PersonDraft, Seen
from guanxi.merging.operations import MergeDraft, merge_cards, undo_merge
from guanxi.organization.models import AuditEntry
from guanxi.organization.refusals import StaleEdit

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(cast, act, make_customer):
    return organisation(make_customer, cast.lin)


@pytest.fixture
def people(cast, act, account):
    return seed_map(act(cast.lin), account)


def save(act, account, person, values, evidence="他当众说可以", version=None, on=None):
    stored = KeyPerson.objects.get(pk=person.pk)
    return save_person(
        act, account.pk, person.pk, values, version=stored.version if version is None else version,
        seen=Seen(evidence, on),
    )  # fmt: skip


def test_a_mark_needs_evidence_and_loses_nothing_without(cast, act, account, people):
    before = KeyPerson.objects.get(pk=people["系统经理"].pk)
    with pytest.raises(MapRefused) as refused:
        save(act(cast.lin), account, people["系统经理"], {"degree": "F"}, evidence=" ")
    assert refused.value.field == "evidence"
    assert KeyPerson.objects.get(pk=before.pk).degree == before.degree
    assert not MarkChange.objects.filter(person=before.pk, mark="degree", after="F").exists()


def test_r_key_03_an_attitude_does_not_jump(cast, act, account, people):
    with pytest.raises(MapRefused, match=r"[+]") as refused:
        save(act(cast.lin), account, people["营销经理"], {"attitude": "+"})
    assert refused.value.field == "attitude"
    save(act(cast.lin), account, people["营销经理"], {"attitude": "="})
    moved = save(act(cast.lin), account, people["营销经理"], {"attitude": "+"})
    assert moved.attitude == "+"
    assert [c.after for c in MarkChange.objects.filter(person=moved.pk, mark="attitude")] == ["−", "=", "+"]
    entry = AuditEntry.objects.filter(action="person_marked").latest("pk")
    assert entry.changes["attitude"] == ["=", "+"]
    assert entry.reason == "他当众说可以"


@pytest.mark.parametrize("days", [1, -3])
def test_evidence_lies_between_the_last_and_today(cast, act, account, people, days):
    """−3: before the evidence of the first visit."""
    with pytest.raises(MapRefused) as refused:
        save(act(cast.lin), account, people["销售经理"], {"degree": "N"}, on=later(days).date())
    assert refused.value.field == "seen_on"


def test_the_map_is_shown_as_it_stood(cast, act, account):
    first = act(cast.lin, later(-30))
    person = add_people(first, account.pk, drafts(("何伟：E 设备 A 经理 = /1",)))[0]
    save(act(cast.lin, later(-20)), account, person, {"attitude": "+", "degree": "N"})
    save(act(cast.lin, later(-10)), account, person, {"attitude": "*"})
    for ago, attitude, degree in (
        (30, "=", "1"),
        (20, "+", "N"),
        (11, "+", "N"),
        (10, "*", "N"),
        (0, "*", "N"),
    ):
        marks = map_of(account, later(-ago).date()).people[0].marks
        assert (marks["attitude"], marks["degree"]) == (attitude, degree), ago
    assert map_of(account, later(-31).date()).people == []


def test_two_formal_bosses_cannot_be_typed_and_circles_are_refused(cast, act, account, people):
    boss, one, other = people["总监"], people["销售经理"], people["系统经理"]
    save(act(cast.lin), account, one, {"reports_to": other.pk})
    assert KeyPerson.objects.get(pk=one.pk).reports_to_id == other.pk
    with pytest.raises(MapRefused, match="总监 → 销售经理 → 系统经理 → 总监"):
        save(act(cast.lin), account, boss, {"reports_to": one.pk})
    with pytest.raises(MapRefused) as refused:
        save(act(cast.lin), account, boss, {"reports_to": boss.pk})
    assert refused.value.field == "reports_to"
    assert KeyPerson.objects.get(pk=boss.pk).reports_to_id is None


def test_a_boss_of_another_account_is_refused(cast, act, account, people, make_customer):
    stranger = Contact.objects.create(
        customer=organisation(make_customer, cast.lin, name="别家"), name="外人"
    )
    with pytest.raises(MapRefused):
        save(act(cast.lin), account, people["总监"], {"reports_to": stranger.pk})
    with pytest.raises(MapRefused):
        add_people(act(cast.lin), account.pk, [PersonDraft("新人", boss=stranger.pk)])
    assert not Contact.objects.filter(name="新人").exists()


def test_who_left_stays_in_the_past_and_their_reports_move_up(cast, act, account, people):
    one, other = people["销售经理"], people["系统经理"]
    save(act(cast.lin), account, one, {"reports_to": other.pk})
    version = KeyPerson.objects.get(pk=other.pk).version
    gone = later(5)
    note_departure(act(cast.lin, gone), account.pk, other.pk, gone.date(), version=version)
    now, before = map_of(account, gone.date()), map_of(account, gone.date() - timedelta(days=1))
    assert "系统经理" not in {person.name for person in now.people}
    assert [person.name for person in now.gone] == ["系统经理"]
    assert now.by_key[one.pk].boss == people["总监"].pk
    assert before.by_key[one.pk].boss == other.pk
    note_departure(act(cast.lin, gone), account.pk, other.pk, None, version=version + 1)
    assert other.pk in map_of(account, gone.date()).by_key


def test_somebody_saved_first(cast, act, account, people):
    save(act(cast.lin), account, people["总监"], {"concern": "残值"})
    with pytest.raises(StaleEdit) as stale:
        save(act(cast.chen), account, people["总监"], {"concern": "价格"}, version=1)
    assert stale.value.current.concern == "残值"


def test_outsiders_change_nothing(cast, act, account, people):
    with pytest.raises(Customer.DoesNotExist):
        save(act(cast.wu), account, people["总监"], {"concern": "x"})


def test_a_contact_nobody_assessed_stands_on_the_map(cast, act, account):
    contact = Contact.objects.create(customer=account, name="邵丽")
    found = map_of(account, act(cast.lin).on)
    assert (found.people[0].name, found.people[0].marks["attitude"]) == ("邵丽", "")
    save_person(act(cast.lin), account.pk, contact.pk, {"role": "U"}, version=0, seen=Seen("名片"))
    assert map_of(account, act(cast.lin).on).people[0].marks["role"] == "U"


def test_who_was_on_the_map_stays_on_its_earlier_days_when_assessed(cast, act, make_customer):
    account = organisation(make_customer, cast.lin, at=later(-40))
    contact = Contact.objects.create(customer=account, name="邵丽")
    assert [one.name for one in map_of(account, later(-20).date()).people] == ["邵丽"]
    save_person(
        act(cast.lin), account.pk, contact.pk, {"role": "U"}, version=0, seen=Seen("名片", later(-5).date())
    )
    assert [one.marks["role"] for one in map_of(account, later(-20).date()).people] == [""]
    # Somebody seen before the card was opened was there on that day.
    other = Contact.objects.create(customer=account, name="秦岚")
    seen = Seen("展会名片", later(-50).date())
    save_person(act(cast.lin), account.pk, other.pk, {"role": "E"}, version=0, seen=seen)
    assert "秦岚" in {one.name for one in map_of(account, later(-50).date()).people}


def test_somebody_nobody_assessed_may_have_left_before_today(cast, act, make_customer):
    account = organisation(make_customer, cast.lin, at=later(-40))
    contact = Contact.objects.create(customer=account, name="邵丽")
    note_departure(act(cast.lin), account.pk, contact.pk, later(-3).date(), version=0)
    assert not map_of(account, later(-2).date()).people
    assert len(map_of(account, later(-4).date()).people) == 1


def test_r_key_02_which_of_approver_and_decider_the_map_lacks(cast, act, account):
    assert missing_roles(account.pk) == {"A", "D"}
    people = seed_map(act(cast.lin), account)
    assert missing_roles(account.pk) == {"D"}
    version = KeyPerson.objects.get(pk=people["总监"].pk).version
    note_departure(act(cast.lin), account.pk, people["总监"].pk, date(2026, 3, 2), version=version)
    assert missing_roles(account.pk) == {"A", "D"}


def test_one_person_in_two_accounts_is_judged_in_each(cast, act, account, make_customer):
    other = organisation(make_customer, cast.lin, name="甬港物流")
    hidden = organisation(make_customer, cast.wu, name="别组客户")
    mine = Contact.objects.create(customer=account, name="何伟", phone_normalized="13800138000")
    same = Contact.objects.create(customer=other, name="老何", phone_normalized="13800138000")
    Contact.objects.create(customer=hidden, name="何伟")
    assert [(one.contact.pk, one.is_same_number) for one in namesakes(cast.lin, mine)] == [(same.pk, True)]
    save_person(act(cast.lin), account.pk, mine.pk, {"attitude": "*"}, version=0, seen=Seen("介绍了总经理"))
    assert not KeyPerson.objects.filter(contact=same).exists()


def test_two_accounts_merged_are_one_map_and_two_again(cast, act, account, people, make_customer):
    other = organisation(make_customer, cast.lin, name="甬锐模具二厂", at=later(-1))
    added = add_people(act(cast.lin), other.pk, drafts(("林工：U 技术 A 主任 + /1",)))[0]
    versions = {card.pk: Customer.objects.get(pk=card.pk).version for card in (account, other)}
    merge = merge_cards(act(cast.lin), MergeDraft(versions))
    kept = Customer.objects.get(pk=merge.kept_id)
    found = map_of(kept, act(cast.lin).on)
    assert len(found.people) == 6
    assert found.by_key[added.pk].marks["attitude"] == "+"
    undo_merge(act(cast.lin), merge.pk)
    assert len(map_of(account, act(cast.lin).on).people) == 5
    assert len(map_of(other, act(cast.lin).on).people) == 1


def test_a_handed_over_map_goes_along(cast, act, account, people):
    hand_over_cards(act(cast.ma), [account.pk], cast.zhao, reason="换人")
    with pytest.raises(Customer.DoesNotExist):
        save(act(cast.lin), account, people["总监"], {"concern": "x"})
    assert save(act(cast.zhao), account, people["总监"], {"concern": "残值"}).concern == "残值"


def test_a_slip_is_taken_back_by_its_author_on_the_same_day(cast, act, account, client_for):
    first = act(cast.lin, later(-30))
    person = add_people(first, account.pk, drafts(("何伟：E 设备 A 经理 = /1",)))[0]
    save(act(cast.lin, later(-20)), account, person, {"attitude": "+", "buy_power": 2})
    save(
        act(cast.lin),
        account,
        person,
        {"attitude": "*", "buy_power": None, "influence": 1},
        on=later(-10).date(),
    )
    with pytest.raises(MapRefused):
        take_back_marks(act(cast.chen), account.pk, person.pk, version=3)
    with pytest.raises(MapRefused):
        take_back_marks(act(cast.lin, later(1)), account.pk, person.pk, version=3)
    with pytest.raises(StaleEdit):
        take_back_marks(act(cast.lin), account.pk, person.pk, version=2)
    row = take_back_marks(act(cast.lin), account.pk, person.pk, version=3)
    assert (row.attitude, row.buy_power, row.influence, row.version) == ("+", 2, None, 4)
    for ago in (15, 9, 0):
        marks = map_of(account, later(-ago).date()).people[0].marks
        assert (marks["attitude"], marks["buy_power"], marks["influence"]) == ("+", "2", ""), ago
    assert map_of(account, later(0).date()).people[0].last_heard_on == later(-20).date()
    slip = MarkChange.objects.filter(person=person.pk, taken_back_at__isnull=False)
    assert set(slip.values_list("mark", "after")) == {
        ("attitude", "*"),
        ("buy_power", ""),
        ("influence", "1"),
    }
    assert AuditEntry.objects.get(action="marks_taken_back").changes["attitude"] == ["*", "+"]
    with pytest.raises(MapRefused):
        take_back_marks(act(cast.lin), account.pk, person.pk, version=4)
    # Evidence older than the slip counts again.
    save(act(cast.lin), account, person, {"attitude": "="}, on=later(-15).date())
