"""Nobody finds, by any query, a customer or a digit they may not see (promises P7 and P8, AZ-12, AZ-13)."""

from datetime import timedelta

import pytest
from django.utils.html import escape
from tests.cast import MORNING

from guanxi.customers.operations.look_ups import LookUpRefused, find_customers
from guanxi.customers.queries.search import search_customers
from guanxi.organization.models import AuditEntry, PlaybookOverride, RoleGrant, User
from guanxi.organization.rules.roles import Role

CANARY = {"name": "单于麒麟", "phone": "13977770123", "employer": "金丝雀航天"}
FRAGMENTS = [
    "单于麒麟",
    "麒",
    "chanyuqilin",
    "cyql",
    "13977770123",
    "0123",
    "7777",
    "金丝雀",
    "jsq",
    "hangtian",
]


def names(actor: User, query: str) -> list[str]:
    return [hit.customer.name for hit in search_customers(actor, query)]


@pytest.mark.parametrize(
    ("who", "sees"),
    [("wu", True), ("sun", True), ("ma", True), ("proprietor", True), ("auditor", True),
     ("lin", False), ("zhao", False), ("chen", False), ("gao", False), ("cs", False),
     ("admin", False), ("finance", False), ("desk", False)],
)  # fmt: skip
def test_AZ_12_a_search_reaches_as_far_as_the_role(cast, make_customer, who, sees):
    card = make_customer(cast.wu, **CANARY)
    actor = cast.users[who]
    assert names(actor, "麒麟") == (["单于麒麟"] if sees else [])
    for query in [*FRAGMENTS, card.customer_no]:
        if not sees:
            assert names(actor, query) == [], query


def test_a_dismissed_user_finds_nothing(cast, make_customer):
    make_customer(cast.lin)
    cast.lin.is_active = False
    assert names(cast.lin, "王") == []


def test_who_changed_stores_leaves_the_cards_behind(cast, make_customer):
    make_customer(cast.lin)
    cast.lin.store = cast.other_store
    assert names(cast.lin, "王") == []


@pytest.mark.parametrize("who", ["auditor", "proprietor", "cs"])
def test_P8_parts_of_a_number_find_nothing_for_who_may_not_reveal(cast, act, make_customer, who):
    make_customer(cast.lin, name="何雨", phone="13977770123")
    actor = cast.users[who]
    for length in range(3, 11):
        for start in range(12 - length):
            assert names(actor, "13977770123"[start : start + length]) == []
    assert names(actor, "13977770123") == []
    (hit,) = find_customers(act(actor), "139 7777 0123")
    assert hit.customer.name == "何雨" and hit.phone == "139****0123"


def test_P8_a_second_number_is_not_shown_because_it_fits(cast, make_customer):
    """Which of two masked numbers is shown would tell its digits."""
    make_customer(cast.lin, name="8821 工作室", phone="13911112222/13700008821")
    (hit,) = search_customers(cast.auditor, "8821")
    assert hit.phone == "139****2222"
    (hit,) = search_customers(cast.lin, "8821")
    assert hit.phone == "137****8821"


def test_P8_two_roles_reveal_no_further_than_the_role_that_reveals(cast, make_customer):
    """A consultant who is also customer service reads the team, and searches the numbers of own cards."""
    RoleGrant.objects.create(user=cast.lin, role=Role.CUSTOMER_SERVICE)
    both = User.objects.get(pk=cast.lin.pk)
    make_customer(cast.lin, name="自己", phone="13977770123")
    make_customer(cast.zhao, name="同组", phone="13977770456")
    make_customer(cast.wu, name="他组", phone="13977770789")
    assert names(both, "7777") == ["自己"]
    assert names(both, "同组") == ["同组"] and names(both, "他组") == []
    assert names(both, "0456") == []


def test_P8_looking_up_a_whole_number_is_logged_found_or_not(cast, act, make_customer):
    make_customer(cast.lin, phone="13977770123")
    find_customers(act(cast.auditor), "13977770123")
    find_customers(act(cast.auditor), "13977770124")
    find_customers(act(cast.auditor), "王")
    find_customers(act(cast.lin), "13977770123")
    rows = AuditEntry.objects.filter(action="number_looked_up")
    assert {row.actor for row in rows} == {cast.auditor} and len(rows) == 2
    assert all("7777" not in str(row.changes) for row in rows)


def test_P8_guessing_the_hidden_digits_ends_at_the_budget(cast, act, make_customer):
    PlaybookOverride.objects.create(store=cast.store, key="reveal.per_day", value=3)
    make_customer(cast.lin, phone="13977770123")
    auditor = User.objects.get(pk=cast.auditor.pk)
    for guess in range(3):
        find_customers(act(auditor), f"1397777000{guess}")
    with pytest.raises(LookUpRefused):
        find_customers(act(auditor), "13977770123")
    assert find_customers(act(auditor), "王")
    assert find_customers(act(auditor, MORNING + timedelta(hours=25)), "13977770123")


QUERIES = [
    "张",
    "z",
    "zh",
    "139",
    "77",
    "麒",
    "0123",
    "13977770123",
    "8821",
    "智",
    "C260300001",
    "王 139",
    "",
]


@pytest.mark.parametrize("htmx", [False, True])
def test_P7_two_worlds_answer_team_a_alike(cast, make_customer, client_for, htmx):
    """The worlds differ in team B's customers only, in their content and their number."""
    for place in range(30):
        make_customer(cast.lin, name=f"张{'伟芳娜'[place % 3]}", phone=f"139{place:08}1"[:11])
    headers = {"HX-Request": "true"} if htmx else {}
    browsers = {who: client_for(cast.users[who]) for who in ("lin", "chen", "zhao", "cs")}

    def world() -> dict[tuple[str, str], str]:
        return {
            (who, query): _plain(browser.get("/search/", {"q": query}, headers=headers))
            for who, browser in browsers.items()
            for query in QUERIES
        }

    before = world()
    for place in range(40):
        make_customer(cast.wu, name=f"张麒{place}", phone=f"139777{place:05}", employer="智能科技")
    make_customer(cast.wu, **CANARY)
    after = world()
    assert before == after
    assert not any(escape(CANARY["name"]) in page for page in after.values())


def _plain(response) -> str:
    """The page without its CSRF token, which is fresh each time."""
    assert response.status_code == 200
    token = response.context["csrf_token"] if response.context else ""
    return response.content.decode().replace(str(token), "")
