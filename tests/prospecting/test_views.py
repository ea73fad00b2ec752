"""The pages of the front desk and the registers: what they show, to whom, and what they say."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import MORNING
from tests.prospecting.desk import act_at, arrive, fill, leave

from guanxi.customers.models import Customer
from guanxi.prospecting.models import RegisterDay, Visit
from guanxi.prospecting.operations.days import lock_day

ON = MORNING.date()
NOON = MORNING + timedelta(hours=2)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOON, tick=False):
        yield


def text(response):
    return response.content.decode()


def row_of(cast, **given):
    return arrive(cast.desk, cast.lin, **given)


def posted_row(client, visit, **given):
    fresh = Visit.objects.get(pk=visit.pk)
    body = {"version": fresh.version, "purpose": "LOOK", "party_size": fresh.party_size, "gender": "U"}
    return client.post(reverse("visit", args=[visit.pk]), body | given)


def test_the_front_desk_lands_on_reception(cast, client_for):
    client = client_for(cast.desk)
    assert client.get("/").headers["Location"] == "/reception/"
    page = text(client.get("/reception/"))
    assert 'href="/registers/"' in page and 'href="/customers/"' not in page
    assert "目前店内没有客户" in page


def test_one_tap_more_than_none_receives_a_party_for_the_next_consultant(cast, client_for):
    client = client_for(cast.desk)
    page = text(client.get("/reception/"))
    assert f'<option value="{cast.lin.pk}" selected' in page
    answer = client.post(
        "/reception/arrivals/", {"party_size": "3", "consultant": cast.lin.pk, "kind": "WALKIN"}
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/reception/")
    visit = Visit.objects.get()
    assert (visit.party_size, visit.consultant, visit.on) == (3, cast.lin, ON)
    page = text(client.get("/reception/"))
    assert "在店 1 组" in page and f'<option value="{cast.zhao.pk}" selected' in page
    assert "正在接待" in page


def test_the_same_form_twice_is_one_party(cast, client_for):
    client = client_for(cast.desk)
    body = {"party_size": "2", "consultant": "", "form_key": "k-1"}
    client.post("/reception/arrivals/", body)
    client.post("/reception/arrivals/", body)
    assert Visit.objects.count() == 1


def test_who_left_and_is_not_filled_is_shown_with_its_minutes(cast, client_for):
    visit = row_of(cast)
    client = client_for(cast.desk)
    page = text(client.get("/reception/", headers={"HX-Request": "true"}))
    assert page.lstrip().startswith('<div id="floor"') and ">120<" in page
    leave(cast.desk, visit, NOON - timedelta(minutes=7))
    page = text(client.get("/reception/"))
    assert "已离店，待补全" in page and "已过 5 分钟" in page
    fill(cast.lin, visit, NOON)
    assert "已离店，待补全" not in text(client.get("/reception/"))


def test_departure_and_hand_over_from_the_page(cast, client_for):
    visit = row_of(cast)
    client = client_for(cast.desk)
    sheet = text(client.get(reverse("visit-consultant", args=[visit.pk]), headers={"HX-Request": "true"}))
    assert "正在接待" in sheet and cast.zhao.name in sheet
    answer = client.post(
        reverse("visit-consultant", args=[visit.pk]), {"consultant": cast.zhao.pk, "back": "/reception/"}
    )
    assert answer.headers["Location"] == "/reception/"
    client.post(reverse("visit-departure", args=[visit.pk]), {"back": "/reception/"})
    visit.refresh_from_db()
    assert (visit.consultant, visit.left_at) == (cast.zhao, NOON)
    client.post(reverse("visit-departure", args=[visit.pk]))
    assert "已经离店" in text(client.get("/reception/"))


def test_the_consultant_fills_the_row_and_the_card_is_open(cast, client_for):
    visit = row_of(cast)
    client = client_for(cast.lin)
    assert "级别（初判）" in text(client.get(reverse("visit", args=[visit.pk])))
    answer = posted_row(
        client, visit, name="陈志远", phone="139 1234 0001", level_first="C", course="看了后排空间", open_card="on",
        left="11:30",
    )  # fmt: skip
    assert answer.status_code == 303, text(answer)
    visit.refresh_from_db()
    assert visit.customer == Customer.objects.get()
    assert visit.left_at == MORNING + timedelta(minutes=90)
    page = text(client.get("/registers/"))
    assert "139****0001" in page and "13912340001" not in page
    assert f"/customers/{visit.customer_id}/" in page
    shown = text(client.get(reverse("visit", args=[visit.pk])))
    assert "139****0001" in shown and "级别待确认" in shown
    assert posted_row(client, visit, name="陈志远", phone="139****0001", left="11:30").status_code == 303
    assert Visit.objects.get().phone_normalized == "13912340001", "a mask left alone is the number held"


def test_a_refusal_keeps_what_was_typed_and_names_its_field(cast, client_for):
    visit = row_of(cast)
    client = client_for(cast.lin)
    answer = posted_row(client, visit, phone="13912340001", course="写了很多", open_card="on")
    assert answer.status_code == 422 and "写了很多" in text(answer) and "请填写姓名" in text(answer)
    answer = posted_row(client, visit, phone="123")
    assert answer.status_code == 422
    answer = posted_row(client, visit, left="09:00")
    assert answer.status_code == 422 and "离店时间不能早于来店时间" in text(answer)
    stale = client.post(reverse("visit", args=[visit.pk]), {"version": 7, "purpose": "LOOK", "party_size": 2})
    assert stale.status_code == 409 and "别人刚保存过这一行" in text(stale)


def test_a_stale_row_shows_what_is_stored_beside_what_was_typed(cast, client_for):
    visit = row_of(cast)
    fill(cast.lin, visit, remark="先存的备注", name="陈志远", card=False)
    body = {
        "version": 1,
        "purpose": "LOOK",
        "party_size": 2,
        "remark": "我写的备注",
        "name": "陈志远",
        "gender": "U",
    }
    stale = client_for(cast.lin).post(reverse("visit", args=[visit.pk]), body)
    assert stale.status_code == 409
    assert [row["now"] for row in stale.context["form"].differing] == ["先存的备注"]
    assert "先存的备注" in text(stale) and "我写的备注" in text(stale)


def test_a_colleagues_customer_is_not_shown(cast, client_for, make_customer):
    make_customer(cast.zhao, name="赵磊的客户", phone="13912340001")
    visit = row_of(cast)
    client = client_for(cast.lin)
    posted_row(client, visit, name="王先生", phone="13912340001", open_card="on")
    page = text(client.get("/registers/"))
    assert "将由经理裁定" in page
    assert "赵磊的客户" not in page and "/customers/1" not in page
    assert "由经理裁定" in text(client.get(reverse("visit", args=[visit.pk])))


def test_the_front_desk_sees_no_card_and_opens_none(cast, client_for):
    visit = row_of(cast)
    client = client_for(cast.desk)
    page = text(client.get(reverse("visit", args=[visit.pk])))
    assert "open_card" not in page and "evidence" not in page
    posted_row(client, visit, name="陈志远", phone="13912340001")
    visit.refresh_from_db()
    assert (visit.filed, visit.visit_type, Customer.objects.count()) == (True, "INCOMPLETE", 0)


def test_a_call_of_the_consultant_leads_on_to_its_row(cast, client_for):
    client = client_for(cast.lin)
    body = {"nature": "FIRST", "phone": "13912340001", "name": "刘桂芳", "consultant": cast.lin.pk}
    answer = client.post("/reception/calls/", body)
    call = Visit.objects.get()
    assert answer.headers["Location"] == f"/visits/{call.pk}/"
    assert (call.kind, call.filed, call.left_at) == ("PHONEIN", True, NOON)
    page = text(client.get(answer.headers["Location"]))
    assert "咨询内容" in page and "arrival_mode" not in page


def test_the_day_is_signed_locked_confirmed_and_reopened_on_its_page(cast, client_for):
    visit = row_of(cast)
    desk, chen, ma = (client_for(cast.users[name]) for name in ("desk", "chen", "ma"))
    day = {"year": 2026, "month": 3, "day": 2}
    refused = desk.post(reverse("register-lock", kwargs=day))
    assert refused.status_code == 422 and "还有 1 组客户未登记离店" in text(refused)
    leave(cast.desk, visit)
    desk.post(reverse("register-lock", kwargs=day))
    assert "已锁定" in text(desk.get("/registers/")) and "今日已签字锁定" in text(desk.get("/reception/"))
    chen.post(reverse("register-confirmation", kwargs=day))
    ma.post(reverse("register-confirmation", kwargs=day))
    row = RegisterDay.objects.get()
    assert (row.locked_by, row.supervisor, row.manager) == (cast.desk, cast.chen, cast.ma)
    assert ma.post(reverse("register-reopening", kwargs=day), {"reason": ""}).status_code == 422
    ma.post(reverse("register-reopening", kwargs=day), {"reason": "漏登一组"})
    assert "漏登一组" in text(ma.get("/registers/"))


def test_weather_and_who_is_away(cast, client_for):
    client = client_for(cast.desk)
    url = reverse("register-day", kwargs={"year": 2026, "month": 3, "day": 2})
    client.post(url, {"weather": "RAIN", "absent": [cast.lin.pk]})
    page = text(client.get("/reception/"))
    assert "不在岗" in page and f'<option value="{cast.zhao.pk}" selected' in page
    assert client.post(url, {"weather": "STORM"}).status_code == 422


@pytest.mark.parametrize(
    "query", ["?on=2026-02-30", "?on=x", "?on=2026-03-03", "?on=1900-01-01", "?kind=WEB"]
)
def test_days_that_are_none_are_absent(cast, client_for, query):
    assert client_for(cast.desk).get(f"/registers/{query}").status_code == 404


@pytest.mark.parametrize(
    "query", ["?month=2026-13", "?month=x", "?month=2026-04", "?month=1999-01", "?kind=WEB"]
)
def test_months_that_are_none_are_absent(cast, client_for, query):
    assert client_for(cast.desk).get(f"/registers/statistics/{query}").status_code == 404


def test_leaders_are_told_of_levels_without_a_card(cast, client_for):
    old = arrive(cast.desk, cast.lin, MORNING - timedelta(days=2))
    fill(cast.lin, old, name="陈先生", level_first="B")
    assert "已定级，一天后仍未建卡" in text(client_for(cast.chen).get("/registers/"))
    assert "已定级" not in text(client_for(cast.sun).get("/registers/")), "of the own team only"
    assert "已定级" not in text(client_for(cast.desk).get("/registers/"))


def test_a_supervisor_reads_the_team_and_the_stores_totals(cast, client_for):
    arrive(cast.desk, cast.lin, course="甲的经过")
    arrive(cast.desk, cast.wu, course="乙的经过")
    page = text(client_for(cast.chen).get("/registers/"))
    assert "甲的经过" in page and "乙的经过" not in page
    assert "全店 2 组" in page
    assert "全店" not in text(client_for(cast.lin).get("/registers/"))


def test_statistics_show_every_rate_with_its_code_and_formula(cast, client_for):
    fill(cast.lin, row_of(cast), name="陈志远", phone="13912340001")
    page = text(client_for(cast.ma).get("/registers/statistics/"))
    assert "filing_rate" in page and "首次留档 ÷（首次留档 + 首次未留档）" in page
    assert "100.0%" in page and "—" in page
    mine = text(client_for(cast.wu).get("/registers/statistics/"))
    assert "仅您本人的登记" in mine and "本月没有登记" in mine


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_are_whole_in_both_languages(cast, client_for, language):
    cast.desk.language = language
    cast.desk.save()
    client = client_for(cast.desk)
    for url in ("/reception/", "/registers/", "/registers/?kind=PHONEIN", "/registers/statistics/",
                "/registers/statistics/?kind=PHONEIN", "/reception/arrivals/", "/reception/calls/"):  # fmt: skip
        assert client.get(url).status_code == 200


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("desk", "/reception/"), ("ma", "/reception/"), ("ma", "/registers/"), ("lin", "/registers/"),
        ("desk", "/registers/"), ("ma", "/registers/?kind=PHONEIN"), ("ma", "/registers/statistics/"),
        ("lin", "/registers/statistics/"), ("ma", "/registers/statistics/?kind=PHONEIN"), ("desk", "/visits/{visit}/"),
    ],
)  # fmt: skip
def test_three_times_the_rows_take_no_more_queries(cast, client_for, who, path):
    def grow(count):
        for number in range(count):
            visit = row_of(cast, party_size=2)
            phone = f"1391234{Visit.objects.count():04}"
            fill(cast.lin, visit, name="陈志远", phone=phone, level_first="C")
            call = row_of(cast, kind="PHONEIN")
            fill(cast.lin, call, invited_on=ON, phone=phone)
            row_of(cast)
            old = arrive(cast.desk, cast.lin, MORNING - timedelta(days=3, minutes=number))
            fill(cast.lin, old, level_first="B")
            leave(cast.desk, row_of(cast))

    grow(2)
    client = client_for(cast.users[who])
    url = path.format(visit=Visit.objects.first().pk)
    client.get(url)
    counted = []
    for more in (0, 4):
        grow(more)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1], [query["sql"][:200] for query in queries]


def test_the_manager_edits_a_locked_day_and_nobody_else(cast, client_for):
    visit = row_of(cast)
    leave(cast.desk, visit)
    lock_day(act_at(cast.desk, NOON), ON)
    assert posted_row(client_for(cast.chen), visit, remark="改").status_code == 422
    assert posted_row(client_for(cast.ma), visit, remark="改").status_code == 303
    rows = text(client_for(cast.chen).get("/registers/")).split("<tbody>")[1].split("</tbody>")[0]
    assert "hx-get" not in rows


def test_after_the_lock_no_form_is_offered_that_would_be_refused(cast, client_for):
    visit = row_of(cast)
    leave(cast.desk, visit)
    lock_day(act_at(cast.desk, NOON), ON)
    desk, lin = client_for(cast.desk), client_for(cast.lin)
    for path in ("/reception/arrivals/", "/reception/calls/", f"/visits/{visit.pk}/", "/registers/2026/3/2/",
                 f"/visits/{visit.pk}/consultant/"):  # fmt: skip
        page = text(desk.get(path))
        assert "已签字锁定" in page and "<form" not in page.split("<main")[1].split("</main>")[0], path
    assert "填写" not in text(desk.get("/reception/")).split('id="floor"')[1].split("<aside")[0]
    # The consultant may still complete the row, without what was signed.
    page = text(lin.get(f"/visits/{visit.pk}/"))
    assert 'name="remark"' in page and 'name="party_size"' not in page and 'name="left"' not in page


def test_r_reg_02_signing_says_first_what_is_unfinished(cast, client_for):
    leave(cast.desk, row_of(cast))
    url = reverse("register-lock", kwargs={"year": ON.year, "month": ON.month, "day": ON.day})
    page = text(client_for(cast.desk).get(url))
    assert "1 组未完善" in page and cast.lin.name in page


def test_r_reg_03_a_contact_at_an_event_is_entered_later_and_stands_in_its_register(cast, client_for):
    desk = client_for(cast.desk)
    assert "登记活动接触" in text(desk.get("/registers/?kind=EVENT"))
    given = {"met_on": "2026-03-01", "name": "周一凡", "phone": "13912340009", "party_size": "1",
             "consultant": cast.lin.pk, "course": "车展，问试驾"}  # fmt: skip
    assert desk.post("/reception/events/", given).status_code == 303
    visit = Visit.objects.get()
    assert (visit.kind, visit.on.day, visit.is_open, visit.filed) == ("EVENT", 1, False, True)
    assert "周一凡" in text(client_for(cast.lin).get("/registers/?kind=EVENT&on=2026-03-01"))
    refused = desk.post("/reception/events/", given | {"met_on": "2026-03-03"})
    assert refused.status_code == 422 and Visit.objects.count() == 1
