"""The pages of names, requests and the network: what they show, refuse and keep (R-REF-01, -03, -05; R-PRO-01)."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import translation
from tests.cast import MORNING
from tests.prospecting.referrals import ask, named, noted, warm

from guanxi.cadence.models import Task
from guanxi.customers.models import Customer
from guanxi.deals.operations.orders import OrderDraft, deliver, place_order
from guanxi.organization.models import User
from guanxi.prospecting.models import InfluenceCentre, ReferralLead, ReferralRequest
from guanxi.prospecting.queries.name_lists import name_page
from guanxi.prospecting.queries.referral_network import network_page, referral_figures


@pytest.fixture(autouse=True)
def _morning(cast):
    with time_machine.travel(MORNING, tick=False), translation.override("en"):
        User.objects.update(language="en")
        yield


@pytest.fixture
def card(cast, make_customer):
    return make_customer(cast.lin, name="陈姐", phone="13800000001", level="", owner_kind="OWN_SALE")


@pytest.fixture
def lin(cast, client_for):
    return client_for(cast.lin)


def test_r_pro_01_five_lines_at_once_and_what_was_typed_stays(cast, lin):
    typed = {
        "relation": "COLLEAGUE",
        "name_1": "张三",
        "phone_1": "139 0000 0009",
        "name_3": "李四",
        "phone_4": "13900000008",
    }
    refused = lin.post("/names/new/", typed)
    assert refused.status_code == 422 and "张三" in refused.content.decode()
    assert not ReferralLead.objects.exists()
    assert lin.post("/names/new/", typed | {"name_4": "王五"}).status_code == 303
    assert [(lead.name, lead.relation) for lead in ReferralLead.objects.order_by("pk")] == [
        ("张三", "COLLEAGUE"), ("李四", "COLLEAGUE"), ("王五", "COLLEAGUE"),
    ]  # fmt: skip
    assert lin.post("/names/new/", {}).status_code == 422
    page = lin.get("/names/?view=qualify").content.decode()
    assert "张三" in page and "139****0009" in page and "13900000009" not in page


def test_r_ref_01_the_card_and_the_sheet_say_how_often_was_asked(cast, lin, card):
    for day in (3, 2):
        ask(cast.lin, card, "REFUSED", at=MORNING - timedelta(days=day))
    assert "Asked 2/5" in lin.get(f"/customers/{card.pk}/referrals/").content.decode()
    sheet = lin.get(f"/customers/{card.pk}/referrals/requests/?moment=DELIVERED").content.decode()
    assert "asked 2/5" in sheet
    sent = {"moment": "DELIVERED", "result": "NAMES", "name_1": "张三", "relation": "FRIEND"}
    assert lin.post(f"/customers/{card.pk}/referrals/requests/", sent).status_code == 303
    assert ReferralRequest.objects.first().ask_no == 3
    assert "Asked 0/5" in lin.get(f"/customers/{card.pk}/referrals/").content.decode()


def test_r_ref_01_a_resting_customer_is_not_asked(cast, lin, card):
    for day in range(5, 0, -1):
        ask(cast.lin, card, "REFUSED", at=MORNING - timedelta(days=day))
    panel = lin.get(f"/customers/{card.pk}/referrals/").content.decode()
    assert "rests until 2026-05-30" in panel and "referrals/requests" not in panel
    sent = {"moment": "CONTACT", "result": "LATER"}
    refused = lin.post(f"/customers/{card.pk}/referrals/requests/", sent)
    assert refused.status_code == 422 and "2026-05-30" in refused.content.decode()


def test_r_ref_03_the_words_lead_through_the_five_steps(cast, lin, card):
    playbook = cast.store.playbook
    assert {script.step for script in playbook.referral_scripts} == {1, 2, 3, 4, 5}
    sheet = lin.get(f"/customers/{card.pk}/referrals/requests/").content.decode()
    for script in playbook.referral_scripts:
        assert script.label.en in sheet
    unknown = next(script for script in playbook.referral_scripts if script.code == "DONT_KNOW")
    assert "married" in unknown.words.en and {"MARRIED", "NEWBORN", "MORTGAGE", "BUSINESS"} <= set(
        playbook.labels("name_triggers")
    )


def test_r_ref_05_the_visiting_list_is_sorted_by_warmth_and_pages_by_key(cast, lin, card, monkeypatch):
    monkeypatch.setattr("guanxi.prospecting.views.name_lists.name_page", paged(2))
    for number, warmth in enumerate((1, 4, 2, 3)):
        lead = named(cast.lin, noted(cast.lin, f"第{number}位", recommender=card), conditions=["MEANS"])
        if warmth > 1:
            warm(cast.lin, lead, warmth, "写了两句")
    noted(cast.lin, "不明", recommender=card)
    first = lin.get("/names/")
    assert [lead.warmth for lead in first.context["rows"]] == [4, 3]
    second = lin.get("/names/" + first.context["page"]["next_url"])
    assert [lead.warmth for lead in second.context["rows"]] == [2, 1]
    assert second.context["page"]["next_url"] == ""
    assert lin.get("/names/?after=x").status_code == 404
    assert lin.get("/names/?view=x").status_code == 404
    assert lin.get(f"/names/?who={cast.wu.pk}").status_code == 404


def paged(limit):
    return lambda user, filters, **asked: name_page(user, filters, limit=limit, **asked)


def test_a_name_goes_from_the_list_to_the_card(cast, lin, card):
    lead = noted(cast.lin, "张三", phone="13900000009", recommender=card)
    path = f"/names/{lead.pk}/"
    sent = {
        "version": 1,
        "name": "张三",
        "phone": "139****0009",
        "relation": "FRIEND",
        "conditions": ["MEANS"],
    }
    assert lin.post(f"{path}edit/", sent).status_code == 303
    assert ReferralLead.objects.get().phone_normalized == "13900000009"
    assert (
        lin.post(f"{path}warmth/", {"version": 2, "warmth": 4, "evidence": "先打了电话"}).status_code == 303
    )
    met = {"version": 3, "result": "MET", "first_visit_on": "2026-03-02", "note": "聊得好"}
    assert lin.post(f"{path}result/", met).status_code == 303
    done = lin.post(f"{path}card/", {"version": 4, "level": "N"})
    lead = ReferralLead.objects.get()
    assert done.status_code == 303 and done["Location"] == f"/customers/{lead.customer_id}/"
    page = lin.get(path).content.decode()
    assert "先打了电话" in page and "Card" in page


def test_a_stale_edit_keeps_what_was_typed(cast, lin, card):
    lead = noted(cast.lin, "张三", recommender=card)
    named(cast.lin, lead, occupation="教师")
    refused = lin.post(f"/names/{lead.pk}/edit/", {"version": 1, "name": "张三", "occupation": "医生"})
    assert refused.status_code == 409
    page = refused.content.decode()
    assert "医生" in page and "教师" in page
    for part, sent in (
        ("warmth", {"warmth": 2, "evidence": "x"}),
        ("result", {"result": "LATER"}),
        ("card", {"level": "N"}),
    ):
        assert lin.post(f"/names/{lead.pk}/{part}/", sent | {"version": 1}).status_code == 409


def test_a_form_sent_twice_acts_once(cast, lin, card):
    sent = {"form_key": "k1", "moment": "CONTACT", "result": "REFUSED"}
    for _again in range(2):
        assert lin.post(f"/customers/{card.pk}/referrals/requests/", sent).status_code == 303
    assert ReferralRequest.objects.count() == 1


def test_calling_answers_with_the_number_and_without_script_leads_there(cast, lin, card):
    lead = noted(cast.lin, "张三", phone="13900000009", recommender=card)
    told = lin.post(f"/names/{lead.pk}/call/", headers={"Accept": "application/json"})
    assert told.json() == {"tel": "tel:13900000009", "number": "13900000009"}
    assert lin.post(f"/names/{lead.pk}/call/")["Location"] == "tel:13900000009"


def test_today_leads_from_the_task_to_the_request(cast, lin, card):
    Task.objects.create(
        customer=card, store=cast.store, owner=cast.lin, kind="ASK", item="DELIVERED", source_rule="R-REF-04",
        due_on=MORNING.date(), created_at=MORNING,
    )  # fmt: skip
    Task.objects.create(
        customer=card, store=cast.store, owner=cast.lin, kind="REPORT", item="MET", source_rule="R-REF-02",
        note="张三", due_on=MORNING.date(), created_at=MORNING,
    )  # fmt: skip
    page = lin.get("/today/").content.decode()
    assert f"/customers/{card.pk}/referrals/requests/?moment=DELIVERED" in page
    assert "Tell the recommender about 张三: Met" in page


def test_traits_make_a_centre_with_the_value_it_brought(cast, lin, card, tree):
    sent = {"version": 0, "traits": ["KNOWS", "WILLING", "CONTACTS", "OCCUPATION"]}
    assert lin.post(f"/customers/{card.pk}/influence/", sent).status_code == 303
    assert InfluenceCentre.objects.get().is_centre
    page = lin.get("/referrals/")
    (centre,) = page.context["network"].centres
    assert (centre.card, centre.brought.people, centre.brought.value.amount) == (card, 3, Decimal(250_000))
    assert lin.post(f"/customers/{card.pk}/influence/", sent).status_code == 409


@pytest.fixture
def tree(cast, act, make_customer, card):
    """Four generations: the card, whom it brought, and so on; the second and the last have bought."""
    line = [card]
    for number, amount in enumerate((100_000, None, 150_000)):
        one = make_customer(
            cast.lin, name=f"第{number + 2}代", level="H", evidence={"MODEL_COLOUR"}, referrer=line[-1]
        )
        if amount:
            order = place_order(act(cast.lin), one.pk, OrderDraft(amount=Decimal(amount)))
            if number == 0:
                deliver(act(cast.lin), order.pk, version=order.version, delivered_on=MORNING.date(), item={})
        line.append(one)
    return line


def test_value_is_brought_through_four_generations(cast, lin, card, tree):
    panel = lin.get(f"/customers/{card.pk}/referrals/")
    found = panel.context["found"]
    assert [generation.people for generation in found.generations] == [1, 1, 1]
    assert (found.value.orders, found.value.delivered, found.value.amount) == (2, 1, Decimal(250_000))
    last = lin.get(f"/customers/{tree[-1].pk}/referrals/").context["found"]
    assert last.line == [tree[2], tree[1], tree[0]]
    network = network_page(cast.lin, None)
    assert network.forest.generations == {0: 1, 1: 1, 2: 1, 3: 1}
    assert [placed.card for placed in network.tree] == tree
    svg = lin.get("/referrals/").content.decode()
    assert svg.count("<circle") == 4 and svg.count("network-line") == 3


def test_nobody_sees_a_colleagues_customer_in_the_network(cast, make_customer, client_for, card, tree):
    mine = make_customer(cast.wu, name="吴的客户", referrer=tree[1])
    assert [placed.card for placed in network_page(cast.wu, None).tree] == [None, mine]
    page = client_for(cast.wu).get("/referrals/").content.decode()
    assert "第2代" not in page and "吴的客户" in page
    found = client_for(cast.wu).get(f"/customers/{mine.pk}/referrals/").context["found"]
    assert found.line == [None, None]
    assert client_for(cast.wu).get(f"/referrals/?root={card.pk}").status_code == 200


def test_who_connects_two_customers(cast, make_customer, lin, client_for, card, tree):
    cousin = make_customer(cast.lin, name="表亲", referrer=tree[1])
    stranger = make_customer(cast.lin, name="陌生")
    ask_for = f"/referrals/?from={tree[3].customer_no}&to="
    found = lin.get(ask_for + cousin.customer_no.lower()).context["acquaintance"]
    assert found.lines == [[tree[3], tree[2], tree[1], cousin]]
    assert lin.get(ask_for + stranger.customer_no).context["acquaintance"].lines == []
    assert lin.get(ask_for + tree[3].customer_no).context["acquaintance"] is not None
    for nobody in ("C000", "'", "x" * 200):
        assert lin.get(ask_for + nobody).context["acquaintance"].goal.card is None
    # A name that was given to a second recommender connects as well.
    ReferralLead.objects.create(
        store=cast.store, consultant=cast.lin, recommender=stranger, customer=cousin, name="表亲",
        noted_on=MORNING.date(), created_at=MORNING,
    )  # fmt: skip
    assert lin.get(ask_for + stranger.customer_no).context["acquaintance"].lines[0][-2:] == [cousin, stranger]
    assert client_for(cast.wu).get(ask_for + cousin.customer_no).context["acquaintance"].start.card is None


def test_r_ref_06_the_funnel_and_the_conversion_by_warmth(cast, act, lin, card):
    ask(cast.lin, card, "NAMES", MORNING, "张三", "李四")
    ask(cast.lin, card, "REFUSED")
    lead = named(
        cast.lin, ReferralLead.objects.get(name="张三"), conditions=["MEANS"], phone_number="13900000009"
    )
    lead = warm(cast.lin, lead, 4, "先打了电话")
    lin.post(
        f"/names/{lead.pk}/result/",
        {"version": lead.version, "result": "MET", "first_visit_on": "2026-03-02"},
    )
    lin.post(f"/names/{lead.pk}/card/", {"version": lead.version + 1, "level": "N"})
    place_order(act(cast.lin), ReferralLead.objects.get(pk=lead.pk).customer_id, OrderDraft())
    figures = referral_figures(cast.lin, cast.store, MORNING.date())
    funnel = figures.funnel
    assert (funnel.requests, funnel.answered, funnel.names, funnel.warmed) == (2, 1, 2, 1)
    assert (funnel.appointments, funnel.carded, funnel.closed) == (1, 1, 1)
    assert funnel.names_per_request == 1
    hot = next(row for row in figures.conversions if row.warmth == 4)
    assert (hot.names, hot.closed, hot.rate, hot.planned) == (1, 1, 1, Decimal("0.35"))
    assert figures.expected == Decimal("0.40")
    assert referral_figures(cast.wu, cast.store, None).funnel.requests == 0
    assert lin.get("/referrals/?span=x").status_code == 404


def test_leaders_see_how_far_each_list_is(cast, client_for, card):
    noted(cast.lin, "张三", recommender=card, relation="FRIEND")
    page = client_for(cast.ma).get("/names/?view=all")
    tallies = {tally.person: tally for tally in page.context["tallies"]}
    assert (tallies[cast.lin].valid, tallies[cast.lin].lacking, tallies[cast.wu].valid) == (1, 99, 0)


def test_names_are_handed_over_by_the_manager(cast, client_for):
    noted(cast.lin, "表哥")
    sent = {"giver": cast.lin.pk, "to": cast.wu.pk, "reason": "离职"}
    ma = client_for(cast.ma)
    assert ma.get("/names/hand-over/").status_code == 200
    assert ma.post("/names/hand-over/", sent).status_code == 303
    assert ReferralLead.objects.get().consultant == cast.wu


def test_the_bank_pack_speaks_of_health_and_policies(cast, client_for, card):
    cast.store.pack = "bank_ins"
    cast.store.save()
    lead = noted(User.objects.get(pk=cast.lin.pk), "张三", recommender=Customer.objects.get(pk=card.pk))
    page = client_for(User.objects.get(pk=cast.lin.pk)).get(f"/names/{lead.pk}/").content.decode()
    assert (
        "Healthy" in page and "car" not in page.split("What to say")[1].split("</aside>")[0].lower().split()
    )


def test_two_customers_are_named_by_number_name_or_organisation(cast, lin, make_customer, card, tree):
    page = lin.get("/referrals/", {"from": "陈姐", "to": tree[1].customer_no.lower()}).content.decode()
    assert f'/customers/{tree[1].pk}/">第2代</a></span>' in page
    page = lin.get("/referrals/", {"from": "第", "to": "陈姐"})
    assert [one.name for one in page.context["acquaintance"].start.choices] == ["第2代", "第3代", "第4代"]
    assert f"from={tree[2].customer_no}&amp;to=" in page.content.decode()
    theirs = make_customer(cast.wu, name="吴的客户", org_name="大厦")
    for typed in ("吴的客户", "大厦", theirs.customer_no, "没有"):
        found = lin.get("/referrals/", {"from": typed, "to": "陈姐"}).context["acquaintance"]
        assert (found.start.card, found.start.choices) == (None, [])


def test_who_is_asked_for_with_a_zero_byte_is_nobody(lin, tree):
    assert lin.get("/referrals/?from=%00&to=%00").status_code == 200
    assert lin.get("/referrals/?from=a%00b&to=%00x").status_code == 200


def test_r_pro_01_the_page_says_which_names_are_not_counted(cast, lin):
    noted(cast.lin, "张三", relation="COLLEAGUE")
    noted(cast.lin, "李四")
    page = lin.get("/names/?view=all").content.decode()
    assert "1 of 100 names" in page and "1 name more is not counted" in page
    assert "10 names give 3 prospects and 1 deal" in page


def test_r_ref_05_what_a_level_takes_is_said_before_it_is_chosen(cast, lin, card):
    own, given = noted(cast.lin, "表哥"), noted(cast.lin, "张三", recommender=card)
    sheet = lin.get(f"/names/{own.pk}/warmth/").content.decode()
    assert "goes up to 4" in sheet and "brochure?" not in sheet
    sheet = lin.get(f"/names/{given.pk}/warmth/").content.decode()
    assert "Level 5 takes a clear need" in sheet and "brochure?" in sheet
    named(cast.lin, given, conditions=["NEED"])
    assert "level 5 is open" in lin.get(f"/names/{given.pk}/warmth/").content.decode()


def test_the_organisation_of_a_name_stands_on_its_card(cast, lin, card):
    lead = noted(cast.lin, "张三", phone="13900000009", recommender=card, company="万象机电")
    assert "万象机电" in lin.get(f"/names/{lead.pk}/").content.decode()
    lin.post(f"/names/{lead.pk}/card/", {"version": 1, "level": "N"})
    assert Customer.objects.get(name="张三").employer == "万象机电"


def test_names_keep_no_character_that_nobody_can_see(lin):
    assert lin.post("/names/new/", {"name_1": "张\u200b三\x01"}).status_code == 303
    assert ReferralLead.objects.get().name == "张三"
    assert lin.post("/names/new/", {"name_1": "\u200b"}).status_code == 422
