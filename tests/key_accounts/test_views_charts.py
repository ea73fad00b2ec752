"""A chart from a sheet through the pages: read, shown, entered at once, taken back; forms and API of a map."""

import csv
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.key_accounts.accounts import line, organisation, seed_map

from guanxi.customers.models import Contact, Customer
from guanxi.customers.operations.parts import save_contact_person
from guanxi.key_accounts.models import ChartImport, KeyPerson, MarkChange
from guanxi.key_accounts.operations.account_plans import save_member
from guanxi.key_accounts.operations.people import add_people, save_person
from guanxi.key_accounts.operations.steps import plan_step
from guanxi.key_accounts.rules.drafts import PersonDraft, Seen, StepDraft
from guanxi.organization.models import AuditEntry
from guanxi.workspace.forms.printing import print_card

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(cast, make_customer):
    return organisation(make_customer, cast.lin)


def sheet(rows):
    text = "\n".join(["姓名,职务,部门,上级", *(",".join(row) for row in rows)])
    return SimpleUploadedFile("架构.csv", text.encode("gb18030"))


def upload(client, account, file):
    return client.post(f"/key-accounts/{account.pk}/chart/", {"file": file})


def test_a_chart_is_shown_then_entered_then_taken_back(cast, account, client_for):
    client = client_for(cast.lin)
    rows = [
        ("郑国华", "总经理", "总经办", ""),
        ("许明", "副总", "运营", "郑国华"),
        ("无名", "", "", "没有此人"),
    ]
    answer = upload(client, account, sheet(rows))
    assert answer.status_code == 303 and not Contact.objects.filter(customer=account).exists()
    page = client.get(answer["Location"]).content.decode()
    assert "没有此人" in page
    entered = client.post(answer["Location"] + "entry/", {"version": 1})
    assert entered["Location"] == answer["Location"]
    assert "没有此人" in client.get(answer["Location"]).content.decode()
    left = client.get(answer["Location"] + "?as=csv").content.decode("utf-8-sig")
    assert len(list(csv.reader(left.splitlines()))) == 2 and "无名" in left and "郑国华" not in left
    people = {one.contact.name: one for one in KeyPerson.objects.select_related("contact")}
    assert set(people) == {"郑国华", "许明"}
    assert people["许明"].reports_to_id == people["郑国华"].pk
    assert client.post(answer["Location"] + "entry/", {"version": 2}).status_code == 303
    assert Contact.objects.filter(customer=account).count() == 2
    client.post(answer["Location"] + "undo/")
    assert not Contact.objects.filter(customer=account).exists()
    assert ChartImport.objects.get().state == "UNDONE"


def test_marks_of_a_sheet_are_entered_on_its_evidence(cast, account, client_for):
    client = client_for(cast.lin)
    text = "姓名,职务,上级,角色,态度,接触,手机\n郑国华,总经理,,A,+,N,1\n许明,副总,郑国华,Q,+,N,2"
    url = upload(client, account, SimpleUploadedFile("架构.csv", text.encode()))["Location"]
    page = client.get(url).content.decode()
    assert "手机" in page and "A、D、E、U" in page
    client.post(url + "entry/", {"version": 1})
    person = KeyPerson.objects.get()
    assert (person.role, person.attitude, person.degree) == ("A", "+", "N")
    assert set(MarkChange.objects.values_list("mark", "evidence")) == {
        (mark, "来自表格 架构.csv") for mark in ("role", "attitude", "degree")
    }


def test_a_chart_somebody_worked_with_stays(cast, act, account, client_for):
    client = client_for(cast.lin)
    url = upload(client, account, sheet([("郑国华", "总经理", "", "")]))["Location"]
    client.post(url + "entry/", {"version": 1})
    person = KeyPerson.objects.get()
    save_person(act(cast.lin), account.pk, person.pk, {"role": "A"}, version=1, seen=Seen("签字人"))
    client.post(url + "undo/")
    assert Contact.objects.filter(customer=account).count() == 1


def test_who_was_worked_with_stays_with_their_superiors_the_others_go(cast, act, account, client_for):
    client = client_for(cast.lin)
    rows = [
        ("郑国华", "总经理", "", ""),
        ("许明", "副总", "", "郑国华"),
        ("柳青", "经理", "", "许明"),
        ("秦岚", "主管", "", "许明"),
    ]
    url = upload(client, account, sheet(rows))["Location"]
    client.post(url + "entry/", {"version": 1})
    person = KeyPerson.objects.get(contact__name="柳青")
    save_person(act(cast.lin), account.pk, person.pk, {"role": "E"}, version=1, seen=Seen("他来评"))
    client.post(url + "undo/")
    assert set(Contact.objects.values_list("name", flat=True)) == {"郑国华", "许明", "柳青"}
    assert ChartImport.objects.get().state == "DONE"
    KeyPerson.objects.filter(pk=person.pk).update(version=1)
    client.post(url + "undo/")
    assert not Contact.objects.filter(customer=account).exists()


def test_somebody_entered_by_mistake_can_be_removed_until_anything_is_known_of_them(
    cast, act, account, client_for
):
    client, mine = client_for(cast.lin), act(cast.lin)
    boss, other = add_people(mine, account.pk, [PersonDraft("王经理"), PersonDraft("李工")])
    url = f"/key-accounts/{account.pk}/people"
    save_person(mine, account.pk, other.pk, {"reports_to": boss.pk}, version=1)
    for person in (boss, other):
        client.post(f"{url}/{person.pk}/removal/", {"version": KeyPerson.objects.get(pk=person.pk).version})
        assert Contact.objects.filter(pk=person.pk).exists()
    third = add_people(mine, account.pk, [PersonDraft("误录")])[0]
    assert f"{third.pk}/removal/" in client.get(f"{url}/{third.pk}/").content.decode()
    client.post(f"{url}/{third.pk}/removal/", {"version": 1})
    assert not Contact.objects.filter(pk=third.pk).exists()
    assert AuditEntry.objects.filter(action="contact_person_dropped").count() == 1


def test_what_is_on_the_map_is_completed_and_put_back(cast, act, account, client_for):
    seed_map(act(cast.lin), account)
    Contact.objects.create(customer=account, name="柳青")
    client = client_for(cast.lin)
    rows = [("柳青", "采购经理", "采购", "总监"), ("秦岚", "主管", "法务", "柳青")]
    url = upload(client, account, sheet(rows))["Location"]
    client.post(url + "entry/", {"version": 1})
    found = Contact.objects.get(name="柳青")
    assert (found.title, found.key_person.reports_to.name) == ("采购经理", "总监")
    client.post(url + "undo/")
    found = Contact.objects.get(name="柳青")
    assert found.title == "" and not KeyPerson.objects.filter(contact=found).exists()
    assert not Contact.objects.filter(name="秦岚").exists()


def entered(client, account):
    """柳青, who was there, completed by a sheet, and 秦岚 added below her; the address of the chart."""
    Contact.objects.create(customer=account, name="柳青")
    url = upload(
        client, account, sheet([("柳青", "采购经理", "采购", "总监"), ("秦岚", "主管", "法务", "柳青")])
    )["Location"]
    client.post(url + "entry/", {"version": 1})
    return url


def test_completed_people_get_a_new_version_and_a_trace(cast, act, account, client_for):
    seed_map(act(cast.lin), account)
    url = entered(client_for(cast.lin), account)
    found = Contact.objects.get(name="柳青")
    assert found.version == 2
    saved = AuditEntry.objects.filter(action="contact_person_saved", entity_id=found.pk)
    assert [entry.changes for entry in saved] == [{"title": ["", "采购经理"], "department": ["", "采购"]}]
    client_for(cast.lin).post(url + "undo/")
    assert Contact.objects.get(name="柳青").version == 3 and saved.all().count() == 2
    assert not KeyPerson.objects.filter(contact=found).exists()


@pytest.mark.parametrize("how", ["title", "superior", "counterpart"])
def test_an_undo_never_overwrites_what_somebody_did_since(cast, act, account, client_for, how):
    seed_map(act(cast.lin), account)
    client = client_for(cast.lin)
    url = entered(client, account)
    person = Contact.objects.get(name="柳青")
    if how == "title":
        save_contact_person(
            act(cast.lin), account.pk, person.pk, {"title": "采购总监"}, version=person.version
        )
    elif how == "superior":
        boss = Contact.objects.get(name="销售经理").pk
        save_person(
            act(cast.lin), account.pk, person.pk, {"reports_to": boss}, version=person.key_person.version
        )
    else:
        fresh = Contact.objects.get(name="秦岚").pk
        values = {"user": cast.lin.pk, "function": "SALES", "counterpart": fresh}
        save_member(act(cast.lin), account.pk, None, values)
    fields = ("title", "key_person__reports_to__name", "version")
    before = Contact.objects.values_list(*fields).get(name="柳青")
    client.post(url + "undo/")
    if how == "counterpart":
        # 秦岚 stays; 柳青, whom nobody touched, is as she was.
        assert Contact.objects.filter(name="秦岚").exists()
        assert Contact.objects.get(name="柳青").title == ""
    else:
        assert Contact.objects.values_list(*fields).get(name="柳青") == before
        assert not Contact.objects.filter(name="秦岚").exists()
    assert ChartImport.objects.get().state == "DONE"


def test_a_thousand_people_in_one_go(cast, account, client_for):
    rows = [("总经理", "", "", "")]
    rows += [(f"人{n}", "专员", f"部{n % 20}", f"人{n // 5}" if n > 4 else "总经理") for n in range(1, 1000)]
    client = client_for(cast.lin)
    url = upload(client, account, sheet(rows))["Location"]
    client.post(url + "entry/", {"version": 1})
    assert KeyPerson.objects.count() == 1000
    assert client.get(f"/key-accounts/{account.pk}/").content.decode().count('class="box box-') == 1000


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", "电话,地址\n1,2".encode()])
def test_a_file_that_is_no_chart_says_why(cast, account, client_for, content):
    answer = upload(client_for(cast.lin), account, SimpleUploadedFile("a.csv", content))
    assert answer.status_code == 422
    assert not ChartImport.objects.exists()


@pytest.mark.parametrize("code", ["F-KEY-1", "F-KEY-2", "F-CHN-1"])
@pytest.mark.parametrize("kind", ["pdf", "xlsx", "csv"])
def test_f_key_1_f_key_2_f_chn_1_print(cast, act, account, code, kind):
    seed_map(act(cast.ma), account)
    made = print_card(act(cast.ma), account, code, kind)
    assert made.startswith({"pdf": b"%PDF", "xlsx": b"PK\x03\x04", "csv": b"\xef\xbb\xbf"}[kind])
    if kind == "csv":
        assert ("0.23" in made.decode()) == (code == "F-KEY-1")


def printed(act, account, code):
    """The rows of a form about an account."""
    return list(csv.reader(print_card(act, account, code, "csv").decode("utf-8-sig").splitlines()))


def test_f_key_2_prints_the_steps(cast, act, account):
    person = seed_map(act(cast.ma), account)["总监"]
    draft = StepDraft(
        "认识批准者", "带样品拜访", act(cast.ma).on, person.pk, means="DEMO", answer_to_rival="报服务"
    )
    plan_step(act(cast.ma), account.pk, draft)
    (row,) = [row for row in printed(act(cast.ma), account, "F-KEY-2") if "认识批准者" in row]
    assert {"总监", "报服务"} < set(row) and any("带样品拜访" in cell for cell in row)


def test_r_chn_02_f_chn_1_tells_direct_from_indirect_lines(cast, act, account):
    people = seed_map(act(cast.ma), account)
    line(act(cast.ma), account, people["系统经理"], people["总监"])
    line(act(cast.ma), account, people["系统经理"], people["销售经理"], is_indirect=True)
    rows = printed(act(cast.ma), account, "F-CHN-1")
    (heads,) = [row for row in rows if "直接影响谁" in row]
    (row,) = [row for row in rows if row[1:2] == ["系统经理"]]
    direct, indirect = (row[heads.index(name)] for name in ("直接影响谁", "间接影响谁"))
    assert (direct, indirect) == ("总监", "销售经理")


def test_a_persons_card_has_no_such_form(cast, act, make_customer):
    with pytest.raises(Customer.DoesNotExist):
        print_card(act(cast.ma), make_customer(cast.lin), "F-KEY-1", "pdf")


def test_boxes_are_dragged_and_the_undo_brings_them_back(cast, act, account, client_for):
    person = seed_map(act(cast.lin), account)["总监"].pk
    client, url = client_for(cast.lin), f"/key-accounts/{account.pk}/layout/"
    asked = {"person": person, "x": 600, "y": 50, "version": 0}
    answer = client.post(url, asked, headers={"accept": "application/json"})
    assert json.loads(answer.content) == {"version": 1}
    assert client.post(url, asked, headers={"accept": "application/json"}).status_code == 409
    assert "translate(600 50)" in client.get(f"/key-accounts/{account.pk}/").content.decode()
    client.post(url + "undo/", {"version": 1})
    assert "translate(600 50)" not in client.get(f"/key-accounts/{account.pk}/").content.decode()


def test_lines_of_notation_name_what_they_refuse(cast, account, client_for):
    client, url = client_for(cast.lin), f"/key-accounts/{account.pk}/people/lines/"
    wrong = client.post(url, {"lines": "王芳：A 服务 K 总监 · /0", "evidence": "名片"})
    page = wrong.content.decode()
    assert wrong.status_code == 422 and "王芳：A 服务 K 总监 · /0" in page
    assert all(mark in page for mark in ("X", "−", "=", "+", "*"))
    assert client.post(url, {"lines": "王芳：A 服务 K 总监 － /0", "evidence": "名片"}).status_code == 303
    assert KeyPerson.objects.get().attitude == "−"


def test_strange_names_print(cast, act, account):
    add_people(act(cast.ma), account.pk, [PersonDraft("a\x0b&<b>", "]]>", "&amp;")])
    assert print_card(act(cast.ma), account, "F-KEY-1", "pdf")[:4] == b"%PDF"
