"""Search: one box finds by characters, digits, pinyin and initials, the same on both engines (issue 2)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.customers.search_population import populate

from guanxi.customers.models import Customer, Phone, SearchEntry
from guanxi.customers.operations.cards import edit_card, hand_over
from guanxi.customers.operations.search import index_cards, reindex_all
from guanxi.customers.queries.search import search_customers
from guanxi.lib.search_tokens import matches
from guanxi.organization.models import User

QUERIES = [
    *"张王单尉伟z", "zs", "zw", "尉迟", "yuchi", "yc", "shan", "单", "xie", "zeng", "qiu", "ouyang", "oy",
    "lex", "张伟", "王 敏", "科技", "智能科技", "znkj", "zhineng", "acme", "AC", "工作室", "经理", "laozhang",
    "8821", "139", "000", "0216", "801", "12", "1", "张 139", "ｗａｎｇ", "王　", "ye", "不存在", "zzzzzz",
]  # fmt: skip


def ids(actor: User, query: str, limit: int = 1000) -> list[int]:
    return [hit.customer.pk for hit in search_customers(actor, query, limit)]


def truth(actor: User, queries: list[str]) -> dict[str, list[int]]:
    """Query → what ``matches`` accepts among all cards the actor sees, read without any index."""
    reveals = set(Customer.objects.revealable_by(actor).values_list("pk", flat=True))
    found: dict[str, list[int]] = {query: [] for query in queries}
    for card in Customer.objects.visible_to(actor).order_by("-pk").prefetch_related("phones", "contacts"):
        people = list(card.contacts.all())
        texts = [card.name, card.org_name, *(person.name for person in people), card.employer]
        numbers = [phone.normalized for phone in card.phones.all()]
        numbers += [person.phone_normalized for person in people if person.phone_normalized]
        texts = [text for text in texts if text]
        for query in found:
            if matches(query, texts, numbers, with_phone=card.pk in reveals):
                found[query].append(card.pk)
    return found


def test_every_query_finds_exactly_what_is_there_whoever_asks(cast, act):
    populate(cast, act)
    for actor in (cast.lin, cast.chen, cast.ma, cast.gao, cast.proprietor, cast.auditor, cast.cs):
        there = truth(actor, QUERIES)
        for query in QUERIES:
            assert ids(actor, query) == there[query], (actor.username, query)
    assert ids(cast.ma, "张") and ids(cast.ma, "zw") and ids(cast.ma, "139") and ids(cast.ma, "科技")


def test_the_newest_come_first_and_the_limit_holds(cast, act):
    populate(cast, act)
    everything = ids(cast.ma, "zh")
    assert len(everything) > 20 and everything == sorted(everything, reverse=True)
    assert ids(cast.ma, "zh", 20) == everything[:20]


def test_rare_fragments_are_found_behind_many_newer_cards(cast, act, make_customer, monkeypatch):
    """The newest rows are sifted first on PostgreSQL; what lies behind them must still come up."""
    monkeypatch.setattr("guanxi.customers.models.token_index.NEWEST", 10)
    old = make_customer(cast.wu, name="龙傲天")
    populate(cast, act, 100)
    assert ids(cast.ma, "龙傲") == [old.pk]
    assert ids(cast.proprietor, "laot") == []
    assert ids(cast.proprietor, "longao") == [old.pk]


def test_false_candidates_do_not_hide_a_true_one(cast, make_customer, monkeypatch):
    """Tokens are pieces; digits in another order bring candidates that the recheck throws out."""
    monkeypatch.setattr("guanxi.customers.queries.search.SPARE", 2)
    true = make_customer(cast.lin, phone="13912345600")
    for place in range(8):
        make_customer(cast.lin, phone=f"1512342345{place}")
    assert ids(cast.lin, "12345", 1) == [true.pk]


@pytest.mark.parametrize(
    ("name", "query"),
    [("单雄信", "shanxx"), ("单雄信", "sxx"), ("尉迟恭", "yuchigong"), ("仇英", "qiuying"), ("查良镛", "zha"),
     ("覃勇", "qin"), ("乐毅", "yueyi"), ("Ｌily王", "lily"), ("吕布", "lvbu")],
)  # fmt: skip
def test_names_that_read_unlike_they_look(cast, make_customer, name, query):
    card = make_customer(cast.lin, name=name)
    assert (card.pk in ids(cast.lin, query)) == (query != "shanxx")


@pytest.mark.parametrize("typed", ["{0}", "{1}", "  {0} ", "c{1}"])
def test_the_customer_number_finds_its_card(cast, make_customer, typed):
    card = make_customer(cast.lin)
    make_customer(cast.lin)
    query = typed.format(card.customer_no, card.customer_no.removeprefix("C"))
    assert ids(cast.lin, query) == [card.pk]
    assert ids(cast.wu, query) == []


def test_a_hit_shows_what_was_found(cast, make_customer):
    make_customer(cast.lin, name="张志远", employer="智能科技", phone="13912348821/021-66668888")
    (hit,) = search_customers(cast.lin, "科技")
    assert hit.name == [("张志远", False)]
    assert hit.text == [("智能", False), ("科技", True)]
    assert hit.phone == "139****8821"
    assert search_customers(cast.lin, "zhiy")[0].name == [("张", False), ("志远", True)]
    assert search_customers(cast.lin, "zz")[0].name == [("张志", True), ("远", False)]
    assert search_customers(cast.lin, "6666")[0].phone == "021******88"


def test_the_index_follows_an_edit(cast, act, make_customer):
    card = make_customer(cast.lin, name="王芳")
    edit_card(act(cast.lin), card.pk, version=card.version, values={"name": "李雷"})
    assert ids(cast.lin, "王芳") == []
    assert ids(cast.lin, "lilei") == [card.pk]


def test_the_index_follows_a_hand_over(cast, act, make_customer):
    card = make_customer(cast.lin, name="欧阳锋")
    hand_over(act(cast.ma), [card.pk], cast.zhao, reason="离职")
    assert ids(cast.lin, "欧阳") == []
    assert ids(cast.zhao, "欧阳") == [card.pk]
    assert ids(cast.chen, "欧阳") == [card.pk]


def test_a_stale_index_shows_nobody_a_card_that_left(cast, make_customer):
    """P7: the tokens of scope make the search fast; what may be seen is decided on the card itself."""
    card = make_customer(cast.lin, name="欧阳锋")
    Customer.objects.filter(pk=card.pk).update(owner=cast.wu)
    assert ids(cast.lin, "欧阳") == []


def test_a_deleted_card_leaves_nothing_in_the_index(cast, act, make_customer):
    card = make_customer(cast.lin, name="欧阳锋", level="")
    Customer.objects.filter(pk=card.pk).delete()
    assert not SearchEntry.objects.filter(pk=card.pk).exists()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT rowid FROM customers_search_tokens WHERE rowid = %s", [card.pk])
            assert cursor.fetchall() == []
    index_cards([card.pk])
    assert ids(cast.lin, "欧阳") == []


def test_reindexing_repairs_what_was_changed_behind_its_back(cast, act):
    cards = populate(cast, act, 250)
    Customer.objects.filter(pk=cards[0].pk).update(name="龙傲天")
    Phone.objects.filter(customer=cards[1]).update(normalized="13700007777")
    assert reindex_all() == 250
    assert ids(cast.ma, "龙傲天") == [cards[0].pk]
    assert ids(cast.ma, "00007777") == [cards[1].pk]


@pytest.mark.parametrize("who", ["lin", "chen", "ma", "proprietor", "cs"])
@pytest.mark.parametrize("query", ["张", "139", "zw", "不存在"])
def test_the_number_of_queries_does_not_grow(cast, act, who, query):
    populate(cast, act, 50)

    def count() -> int:
        actor = User.objects.get(username=who)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            for hit in search_customers(actor, query, 8):
                assert str(hit.customer.owner)
        return len(captured)

    few = count()
    populate(cast, act, 150, seed=8)
    assert few <= count() <= 5
