"""What the bar offers whom, in the order of use."""

import pytest
from tests.key_accounts.accounts import organisation, seed_map

PLACES = {
    "lin": ["today", "customers", "orders", "registers", "opportunities", "names", "daily-report", "value", "chances",
            "standings", "segments", "forms", "imports"],
    "ma": ["today", "customers", "orders", "registers", "opportunities", "key-accounts", "names", "daily-report",
           "value", "chances", "standings", "segments", "forms", "imports"],
    "cs": ["today", "customers", "orders", "registers", "names", "value", "forms"],
    "finance": ["orders", "value"],
    "desk": ["reception", "registers", "forms"],
    "admin": [],
}  # fmt: skip


def offered(client, path="/password/"):
    return [entry.name for entry in client.get(path).context["navigation"]]


@pytest.mark.parametrize("who", PLACES)
def test_each_role_finds_its_work(cast, client_for, who):
    assert offered(client_for(cast.users[who])) == PLACES[who]


def test_key_accounts_stand_there_once_a_map_within_reach_holds_somebody(
    cast, act, client_for, make_customer
):
    account = organisation(make_customer, cast.lin)
    assert "key-accounts" not in offered(client_for(cast.lin))
    seed_map(act(cast.lin), account)
    for person, sees in ((cast.lin, True), (cast.chen, True), (cast.wu, False), (cast.cs, False)):
        assert ("key-accounts" in offered(client_for(person))) is sees
