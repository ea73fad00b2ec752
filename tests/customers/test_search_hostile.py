"""Whatever is typed is text: no operators, no errors, an end to the work (INJ-06, DOS-04)."""

import pytest

from guanxi.customers.operations.look_ups import find_customers
from guanxi.customers.queries.search import search_customers

HOSTILE = [
    '"', '""', "'", "''", "\\", "\\'", "a' OR '1'='1", '"a" OR "b"', "NEAR(张 王)", "张*", "*", "^张",
    "tokens:张", "customer_id:1", "-张", "NOT 张", "张 AND", "AND OR NOT", "(", ")", "((((", "&", "|", "!",
    "<->", "张 <-> 王", ":*", "a:*", "%", "_", "%s", "%(x)s", "{0}", "\x00", "张\x00三", "\ud800", "\u202e张",
    "\ufdfa" * 60, "a" * 100_000,
    "张" * 10_000, " ".join(["张"] * 10_000), "1" * 10_000, "😀", "ß", "İ", "ﬁ", "k:c260300001", "s:1",
    "o:1_1", "n:139", "c:张", "\n", "\t", "\u3000", "0" * 11, "9" * 40, "+86", "()", "C" + "9" * 12, "１３９",
]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_INJ_06_hostile_queries_are_searched_literally(cast, act, make_customer, query):
    make_customer(cast.lin, name="张三")
    for actor in (cast.lin, cast.chen, cast.ma, cast.proprietor, cast.auditor):
        hits = find_customers(act(actor), query)
        assert all(hit.customer.name == "张三" for hit in hits)


def test_INJ_06_tokens_of_scope_cannot_be_typed(cast, make_customer):
    make_customer(cast.wu, name="王芳")
    for query in (f"s:{cast.store.pk}", f"o:{cast.store.pk}_{cast.wu.pk}", "k:c260300001"):
        assert search_customers(cast.lin, query) == []
        assert search_customers(cast.ma, query) == []


def test_INJ_06_the_page_survives_and_escapes(cast, client_for, make_customer):
    make_customer(cast.lin, name="<script>alert(1)</script>张")
    client = client_for(cast.lin)
    for query in [*HOSTILE[:40], "<script>", "张"]:
        if "\ud800" not in query:
            for headers in ({}, {"HX-Request": "true"}):
                page = client.get("/search/", {"q": query}, headers=headers).content.decode()
                assert "<script>alert" not in page


def test_DOS_04_the_work_has_an_end(cast, make_customer, django_assert_max_num_queries):
    """Ten thousand words cost no more than the first few; a fruitless query stops after two looks."""
    make_customer(cast.lin)
    with django_assert_max_num_queries(5):
        search_customers(cast.ma, " ".join(f"{word}字" for word in range(10_000)))
