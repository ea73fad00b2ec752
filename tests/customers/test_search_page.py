"""The page and the drop-down of the search box."""

import pytest
from tests.key_accounts.accounts import drafts, organisation

from guanxi.customers.models import Contact
from guanxi.key_accounts.operations.people import add_people


def test_the_page_works_without_scripts(cast, client_for, make_customer):
    card = make_customer(cast.lin, name="张志远", phone="13912348821", employer="智能科技")
    page = client_for(cast.lin).get("/search/", {"q": "zy"}).content.decode()
    assert f'href="/customers/{card.pk}/"' in page
    assert "张<mark>志远</mark>" in page
    assert "139****8821" in page and "13912348821" not in page
    assert "<html" in page and "林晓" in page


def test_htmx_gets_links_only(cast, client_for, make_customer):
    card = make_customer(cast.lin, name="张志远", employer="智能科技")
    answer = client_for(cast.lin).get("/search/", {"q": "智能"}, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert "<html" not in page and page.count("<a ") == 1
    assert f'href="/customers/{card.pk}/"' in page and "<mark>智能</mark>科技" in page
    assert "HX-Request" in answer.headers["Vary"]


def test_more_than_the_drop_down_holds_leads_to_the_page(cast, client_for, make_customer):
    for _place in range(9):
        make_customer(cast.lin)
    page = client_for(cast.lin).get("/search/", {"q": "王"}, headers={"HX-Request": "true"}).content.decode()
    assert page.count('href="/customers/') == 8
    assert 'href="/search/?q=%E7%8E%8B"' in page


def test_an_empty_box_closes_the_drop_down(cast, client_for):
    """The style sheet hides an empty element; a single blank would show a bare frame."""
    answer = client_for(cast.lin).get("/search/", {"q": " "}, headers={"HX-Request": "true"})
    assert answer.content == b""


@pytest.mark.parametrize(("who", "offered"), [("lin", True), ("ma", True), ("auditor", False), ("cs", False)])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_whole_number_nobody_has_offers_a_new_card(cast, client_for, who, offered, headers):
    page = (
        client_for(cast.users[who]).get("/search/", {"q": "139 8888 0001"}, headers=headers).content.decode()
    )
    assert ("/customers/new/?phone=139+8888+0001" in page) is offered


def test_a_number_of_somebody_else_looks_like_one_of_nobody(cast, client_for, make_customer):
    """P7: what the duplicate check may tell is told there, and logged; the search tells nothing."""
    make_customer(cast.wu, phone="13988880001")
    client = client_for(cast.lin)
    taken = client.get("/search/", {"q": "13988880001"}, headers={"HX-Request": "true"}).content
    free = client.get("/search/", {"q": "13988880002"}, headers={"HX-Request": "true"}).content
    assert taken.replace(b"13988880001", b"13988880002") == free


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_searching_changes_nothing(cast, client_for, method):
    assert getattr(client_for(cast.lin), method)("/search/").status_code == 405


def test_a_contact_person_is_found_with_the_organisation_and_on_its_map(cast, act, make_customer, client_for):
    account = organisation(make_customer, cast.lin, name="何伟")
    person = add_people(act(cast.lin), account.pk, drafts(("严敏：U 采购 经理 = /1",)))[0]
    Contact.objects.create(customer=account, name="白洁")
    client = client_for(cast.lin)
    for page in (
        client.get("/search/?q=严敏"),
        client.get("/search/?q=严敏", headers={"HX-Request": "true"}),
    ):
        text = page.content.decode()
        assert f'href="/key-accounts/{account.pk}/people/{person.pk}/"' in text
        assert "宁波甬锐模具有限公司" in text
    assert f'href="/customers/{account.pk}/"' in client.get("/search/?q=何伟").content.decode()
