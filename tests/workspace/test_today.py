"""Today as its readers see it: the sentence, the order, the team (R-FUP-01, R-FUP-04, R-FUP-05, R-CUS-07)."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import translation
from tests.cadence.desk import at, call, march
from tests.cast import MORNING
from tests.prospecting.desk import arrive, leave

from guanxi.cadence.models import Task
from guanxi.cadence.operations.contacts import record_contact
from guanxi.cadence.operations.losses import LossDraft, apply_for_loss
from guanxi.cadence.queries.due import worklist
from guanxi.customers.models import Customer, Intent
from guanxi.organization.acts import Act
from guanxi.prospecting.operations.days import lock_day
from guanxi.workspace.sentences import reason


@pytest.fixture(autouse=True)
def _morning():
    with time_machine.travel(MORNING, tick=False):
        yield


TODAY = march(2)


def due(card, day=TODAY, **values):
    Task.objects.open().follow_ups().filter(customer=card).update(due_on=day, **values)
    Customer.objects.live().filter(pk=card.pk).update(next_due_on=day)
    Task.objects.open().exclude(kind="FOLLOW_UP").filter(customer=card).delete()
    return card


def sentences(cast, on=TODAY):
    """The reason of Lin's only item in English and in Chinese."""
    (item,) = worklist(cast.lin, cast.store, on).items
    said = []
    for language in ("en", "zh-hans"):
        with translation.override(language):
            said.append(reason(item, cast.store.playbook, on))
    return said


@pytest.mark.parametrize(
    ("level", "values", "english", "chinese"),
    [
        ("A", {}, "Level A: every 7 days", "A 级每 7 天"),
        ("O", {}, "Level O: every 7 days", "O 级每 7 天"),
        ("N", {}, "New customer: first call within a day and judge the level", "新客户"),
        ("A", {"is_agreed": True}, "Agreed for 2 Mar", "3-02"),
        ("A", {"retry_on": march(2), "attempts": 1}, "No answer last time, try again", "再试"),
        (
            "A",
            {"retry_on": march(2), "attempts": 3, "proposes_loss": True},
            "No answer 3 times running",
            "3 次",
        ),
        ("B", {}, "Contacted 0 times this month, level B needs 2", "0 次，B 级要 2 次"),
    ],
)
def test_one_sentence_says_why(cast, make_customer, level, values, english, chinese):
    evidence = {"TERMS"} if level == "A" else set()
    due(make_customer(cast.lin, level=level, evidence=evidence, imported=level == "O"), **values)
    in_english, in_chinese = sentences(cast)
    assert in_english.startswith(english)
    assert chinese in in_chinese


@pytest.mark.parametrize(
    ("since", "made", "clause"),
    [(march(1), 0, "needs 2"), (march(10), 1, "needs 2"), (march(11), 0, "needs 1"), (march(20), 1, ""),
     (march(21), 0, ""), (date(2026, 2, 25), 2, "")],
)  # fmt: skip
def test_b_asks_for_as_many_contacts_as_its_month_needs(cast, act, make_customer, since, made, clause):
    """R-FUP-05: two when the level began by the tenth, one by the twentieth, none after."""
    card = make_customer(cast.lin, level="B")
    for day in range(made):
        record_contact(act(cast.lin, at(3 + day)), call(card))
    due(card, march(25))
    Customer.objects.filter(pk=card.pk).update(level_since=since)
    in_english, _chinese = sentences(cast, march(25))
    assert clause in in_english if clause else in_english.startswith("Level B: every 15 days")


@pytest.mark.parametrize(
    ("closes", "clause"),
    [(march(2), "expected to close on 2 Mar"), (march(1), "the expected date 1 Mar has passed")],
)
def test_the_expected_date_is_told_and_its_passing_too(cast, make_customer, closes, clause):
    card = due(make_customer(cast.lin, level="A", evidence={"TERMS"}))
    Intent.objects.filter(customer=card).update(expected_close_on=closes)
    in_english, in_chinese = sentences(cast)
    assert clause in in_english and "; " in in_english
    assert f"{closes.month}-{closes.day:02}" in in_chinese and "；" in in_chinese


def test_missing_evidence_is_named_in_the_readers_language(cast, make_customer):
    due(make_customer(cast.lin, level="A"))
    in_english, in_chinese = sentences(cast)
    assert "evidence missing: " in in_english
    assert not any(letter.isascii() and letter.isalpha() for letter in in_chinese.replace("A 级", ""))


def test_a_look_ahead_speaks_from_that_day(cast, make_customer, client_for):
    """P11: page, API and command line agree on what tomorrow says."""
    card = due(make_customer(cast.lin, level="A", evidence={"TERMS"}), march(2))
    Intent.objects.filter(customer=card).update(expected_close_on=march(2))
    (row,) = client_for(cast.lin).get("/today/?day=tomorrow").context["rows"]
    with translation.override("zh-hans"):
        (item,) = worklist(cast.lin, cast.store, march(3)).items
        assert row["reason"] == reason(item, cast.store.playbook, march(3))
    assert row["late"] == 1


class TestMine:
    def test_the_page_counts_and_orders(self, cast, act, make_customer, client_for):
        late, today = make_customer(cast.lin, level="A"), make_customer(cast.lin, level="A")
        done = make_customer(cast.lin, level="A")
        due(today)
        due(late, march(1))
        record_contact(act(cast.lin, at(2, 9)), call(done))
        page = client_for(cast.lin).get("/today/")
        assert [row["customer"].pk for row in page.context["rows"]] == [late.pk, today.pk]
        work = page.context["work"]
        assert (work.due, work.late, work.done, page.context["total"]) == (2, 1, 1, 3)
        assert "逾期 1 天" in page.content.decode()

    def test_saving_a_contact_may_finish_the_task_it_came_from(self, cast, make_customer, client_for):
        card = make_customer(cast.lin, level="A", evidence={"TERMS"})
        due(card, march(9))
        task = Task.objects.create(
            customer=card, store=cast.store, owner=cast.lin, kind="CARE", item="D7", source_rule="5.4",
            due_on=march(2), created_at=MORNING,
        )  # fmt: skip
        client = client_for(cast.lin)
        (row,) = client.get("/today/").context["rows"]
        form = client.get(row["record_url"]).context["form"]
        assert form["task_id"].value() == str(task.pk)
        given = {"method": "PHONE", "reached": "yes", "content": "提醒首保", "task_id": task.pk, "level": "A"}
        client.post(row["record_url"], given | {"evidence": ["TERMS"]})
        assert Task.objects.get(pk=task.pk).status == "DONE"

    def test_r_reg_01_an_unfilled_row_stands_first(self, cast, client_for):
        visit = leave(cast.desk, arrive(cast.desk, cast.lin, MORNING - timedelta(hours=1)), MORNING)
        old = arrive(cast.desk, cast.lin, MORNING - timedelta(days=3))
        leave(cast.desk, old)
        lock_day(Act(by=cast.desk, at=MORNING - timedelta(days=2)), old.on)
        page = client_for(cast.lin).get("/today/")
        assert page.context["owed"] == [visit], "the old day is locked for longer than a day"
        assert (
            "09:00" in page.content.decode() and f"/visits/{visit.pk}/?back=/today/" in page.content.decode()
        )
        assert client_for(cast.zhao).get("/today/").context["owed"] == []

    def test_a_card_whose_loss_waits_is_not_to_be_called(self, cast, act, make_customer, client_for):
        card = make_customer(cast.lin, level="A", evidence={"TERMS"})
        due(card)
        apply_for_loss(act(cast.lin), card.pk, LossDraft("PLAN_CANCELLED", "FINANCE"))
        page = client_for(cast.lin).get("/today/")
        (row,) = page.context["rows"]
        assert row["reason"] == "战败申请待批准"
        assert f"/customers/{card.pk}/call/" not in page.content.decode()

    def test_a_day_with_nothing_due_offers_old_acquaintances(self, cast, make_customer, client_for):
        """R-CUS-07: base customers nobody has talked to for a base interval."""
        quiet = make_customer(cast.lin, name="老客户", level="")
        Customer.objects.filter(pk=quiet.pk).update(last_contact_on=march(2) - timedelta(days=400))
        page = client_for(cast.lin).get("/today/")
        assert page.context["quiet"] == [quiet] and "老客户" in page.content.decode()


class TestTeam:
    @pytest.mark.parametrize(
        ("who", "sees"),
        [
            ("chen", {"lin", "zhao"}), ("ma", {"lin", "zhao", "wu"}), ("sun", {"wu"}), ("gao", set()),
            ("cs", {"lin", "zhao"}), ("auditor", {"lin", "zhao", "wu"}), ("proprietor", {"lin", "zhao", "wu"}),
        ],
    )  # fmt: skip
    def test_each_reader_sees_their_own(self, cast, make_customer, client_for, who, sees):
        for owner in (cast.lin, cast.zhao, cast.wu):
            due(make_customer(owner, level="A"), march(1))
        page = client_for(cast.users[who]).get("/today/")
        assert {row.person.username for row in page.context["behind"]} == sees

    @pytest.mark.parametrize("who", ["auditor", "cs", "proprietor"])
    def test_who_only_reads_is_offered_no_decision(self, cast, act, make_customer, client_for, who):
        apply_for_loss(act(cast.lin), make_customer(cast.lin).pk, LossDraft("PLAN_CANCELLED", "FINANCE"))
        assert "/decision/" not in client_for(cast.users[who]).get("/today/").content.decode()

    def test_nobody_decides_about_their_own(self, cast, act, make_customer, client_for):
        apply_for_loss(act(cast.ma), make_customer(cast.lin).pk, LossDraft("PLAN_CANCELLED", "FINANCE"))
        assert "/decision/" not in client_for(cast.ma).get("/today/").content.decode()
        assert "/decision/" in client_for(cast.chen).get("/today/").content.decode()


@pytest.mark.parametrize(
    ("who", "place"),
    [
        ("lin", "/today/"),
        ("ma", "/today/"),
        ("auditor", "/today/"),
        ("finance", "/orders/"),
        ("desk", "/reception/"),
    ],
)
def test_home_is_the_first_place_of_the_role(cast, client_for, who, place):
    assert client_for(cast.users[who]).get("/")["Location"] == place


def test_leaders_see_ten_of_a_kind_and_all_when_asked(cast, act, make_customer, client_for):
    for _ in range(12):
        apply_for_loss(act(cast.lin), make_customer(cast.lin).pk, LossDraft("PLAN_CANCELLED", "FINANCE"))
    client = client_for(cast.ma)
    assert client.get("/today/").content.decode().count('name="called_back"') == 10
    whole = client.get("/today/?all=1").content.decode()
    assert whole.count('name="called_back"') == 12 and "all=1#losses" not in whole


def test_what_waits_without_hurry_follows_below(cast, make_customer, client_for):
    make_customer(cast.lin, name="待确认", level="B", by=cast.ma)
    client = client_for(cast.ma)
    assert 'hx-get="/today/further/"' in client.get("/today/").content.decode()
    whole = client.get("/today/further/").content.decode()
    part = client.get("/today/further/", headers={"HX-Request": "true"}).content.decode()
    assert "待确认" in part and "<html" in whole and "<html" not in part


def test_r_lvl_05_an_opportunity_given_up_leaves_the_customer_callable(cast, act, make_customer, client_for):
    card = due(make_customer(cast.lin, level="A", phone="13912345678"))
    draft = LossDraft("PLAN_CANCELLED", "FINANCE")
    apply_for_loss(act(cast.lin), card.pk, draft, subject="公务车五台", ends_card=False)
    english, chinese = sentences(cast)
    assert "公务车五台" in english and "公务车五台" in chinese and "The loss waits" not in english
    client = client_for(cast.lin)
    assert f"/customers/{card.pk}/call/" in client.get("/today/").content.decode()
    apply_for_loss(act(cast.lin), card.pk, draft)
    assert f"/customers/{card.pk}/call/" not in client.get("/today/").content.decode()


def test_the_head_counts_the_rows_below_it_and_late_tasks_stand_by_their_level(
    cast, make_customer, client_for
):
    contact, only_task = (make_customer(cast.lin, name=name, level="B", phone=phone) for name, phone in (
        ("有约", "13912345678"), ("何伟", "13912345679")))  # fmt: skip
    base = make_customer(cast.lin, name="老车主", level="")
    due(contact)
    for card in (only_task, base):
        Task.objects.open().filter(customer=card).delete()
        Task.objects.create(
            customer=card, store=cast.store, owner=cast.lin, kind="ACTION", note="送样", source_rule="R-KEY-05",
            due_on=TODAY - timedelta(days=69), created_at=MORNING,
        )  # fmt: skip
    found = worklist(cast.lin, cast.store, TODAY)
    assert (found.due, found.late) == (3, 0)
    assert [item.customer.name for item in found.items] == ["何伟", "有约", "老车主"]
    assert client_for(cast.lin).get("/today/").context["rest"] == 0
    assert worklist(cast.lin, cast.store, TODAY, limit=1).due == 3


def test_opportunities_accounts_and_referrals_are_one_tap_from_today_and_customers(cast, client_for):
    """A consultant's key accounts once there is one (``test_navigation``)."""
    for address in ("/today/", "/customers/"):
        near = client_for(cast.lin).get(address).context["nearby"]
        assert [place.url for place in near] == ["/opportunities/", "/names/"]
        near = client_for(cast.ma).get(address).context["nearby"]
        assert [place.url for place in near] == ["/opportunities/", "/key-accounts/", "/names/"]
