"""Coming and going: AUTH-01, AUTH-03, AUTH-06, AZ-25, AZ-26, CSRF-04, RED-01."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt
from django.conf import settings
from django.test import Client
from tests.cast import MORNING, PASSWORD, Cast

from guanxi.organization.models import AuditEntry, RoleGrant, User
from guanxi.organization.rules.addresses import client_address
from guanxi.organization.rules.roles import Role

WRONG = "wrong-" + PASSWORD


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with time_machine.travel(MORNING, tick=False):
        yield


def sign_in(client: Client, username: str, password: str = PASSWORD, **more: str) -> object:
    return client.post("/sign-in/", {"username": username, "password": password} | more)


def signed_in(client: Client) -> bool:
    return client.get("/password/").status_code == 200


def test_right_password_opens_a_new_session(cast: Cast) -> None:
    client = Client()
    session = client.session
    session["seen"] = "before"
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = old = session.session_key
    response = sign_in(client, "LIN")
    assert response.status_code == 303
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != old
    assert signed_in(client)
    assert AuditEntry.objects.get().action == "signed_in"


def test_failures_look_the_same(cast: Cast) -> None:
    User.objects.filter(pk=cast.wu.pk).update(is_active=False)
    answers = [
        sign_in(Client(), "lin", WRONG),
        sign_in(Client(), "nobody", WRONG),
        sign_in(Client(), "wu", PASSWORD),
    ]
    assert {answer.status_code for answer in answers} == {422}
    texts = [answer.content.decode() for answer in answers]
    for name, text in zip(["lin", "nobody", "wu"], texts, strict=True):
        assert "reset" not in text
        assert f'value="{name}"' in text
    assert len({text.count("<") for text in texts}) == 1


def test_a_long_password_is_refused_before_hashing(cast: Cast) -> None:
    assert sign_in(Client(), "lin", "x" * 257).status_code == 422
    assert not AccessAttempt.objects.exists()


def test_five_failures_lock_name_and_address_for_fifteen_minutes(cast: Cast) -> None:
    client = Client()
    answers = [sign_in(client, name, WRONG).status_code for name in ["lin", "LIN", "Lin", "lin", "lin"]]
    assert answers == [422, 422, 422, 422, 429]
    assert sign_in(client, "lin").status_code == 429
    assert sign_in(client, "zhao").status_code == 303
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert sign_in(elsewhere, "lin").status_code == 303
    with time_machine.travel(MORNING + timedelta(minutes=16), tick=False):
        assert sign_in(Client(), "lin").status_code == 303


def test_a_forwarded_address_does_not_count(cast: Cast) -> None:
    for number in range(5):
        Client(headers={"x-forwarded-for": f"10.0.0.{number}"}).post(
            "/sign-in/", {"username": "lin", "password": WRONG}
        )
    assert sign_in(Client(), "lin").status_code == 429


def test_behind_a_trusted_proxy_the_visitor_is_locked_and_not_the_house(cast: Cast, settings: Any) -> None:
    settings.TRUSTED_PROXIES = [ip_network("127.0.0.1")]

    def visitor(address: str) -> Client:
        return Client(headers={"x-forwarded-for": f"198.51.100.9, {address}"})

    assert [sign_in(visitor("192.0.2.7"), "lin", WRONG).status_code for _ in range(5)][-1] == 429
    assert AccessAttempt.objects.get().ip_address == "192.0.2.7"
    assert sign_in(visitor("192.0.2.7"), "lin").status_code == 429
    assert sign_in(visitor("192.0.2.8"), "lin").status_code == 303
    assert AuditEntry.objects.get(action="signed_in").ip == "192.0.2.8"
    for number in range(25):
        sign_in(visitor("192.0.2.9"), f"name{number}", WRONG)
    assert sign_in(visitor("192.0.2.9"), "zhao").status_code == 429
    assert sign_in(visitor("192.0.2.8"), "zhao").status_code == 303


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.5", "192.0.2.7", "203.0.113.5"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "6.6.6.6, 192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "6.6.6.6, 192.0.2.7, 10.0.0.2", "192.0.2.7"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "192.0.2.7, rubbish", "10.0.0.1"),
        ("::ffff:10.0.0.1", "2001:db8::7", "2001:db8::7"),
        ("10.0.0.1", "::ffff:192.0.2.7", "192.0.2.7"),
        ("", "192.0.2.7", ""),
        ("unix:", "192.0.2.7", "unix:"),
    ],
)
def test_only_what_trusted_proxies_wrote_is_believed(peer: str, forwarded: str, address: str) -> None:
    assert client_address(peer, forwarded, [ip_network("10.0.0.0/8")]) == address
    assert client_address(peer, forwarded, []) == peer


def test_one_password_on_many_names_pauses_the_address(cast: Cast) -> None:
    """AUTH-01: one guess on each of many names; AUTH-02: known browsers and other addresses still get in."""
    at_home = Client()
    assert sign_in(at_home, "lin").status_code == 303
    at_home.post("/sign-out/")
    guesses = [sign_in(Client(), f"name{number}", WRONG).status_code for number in range(25)]
    assert guesses == [422] * 20 + [429] * 5
    assert sign_in(Client(), "zhao").status_code == 429
    assert sign_in(at_home, "zhao").status_code == 429
    assert sign_in(at_home, "LIN").status_code == 303
    assert sign_in(Client(REMOTE_ADDR="192.0.2.7"), "zhao").status_code == 303
    with time_machine.travel(MORNING + timedelta(minutes=16), tick=False):
        assert sign_in(Client(), "zhao").status_code == 303


def test_a_known_browser_is_locked_by_its_own_failures(cast: Cast) -> None:
    client = Client()
    assert sign_in(client, "lin").status_code == 303
    client.post("/sign-out/")
    assert [sign_in(client, "lin", WRONG).status_code for _ in range(5)] == [422, 422, 422, 422, 429]


def test_the_mark_of_a_known_browser_names_nobody(cast: Cast) -> None:
    client = Client()
    sign_in(client, "lin")
    assert "lin" not in client.cookies["known"].value
    for made_up in ("lin", ".".join(["x"] * 5000), "\x7f", ""):
        forger = Client()
        forger.cookies["known"] = made_up
        assert sign_in(forger, "zhao", WRONG).status_code == 422


def test_unknown_names_lock_alike(cast: Cast) -> None:
    client = Client()
    answers = [sign_in(client, "nobody", WRONG).status_code for _ in range(5)]
    assert answers == [422, 422, 422, 422, 429]


@pytest.mark.parametrize(
    "asked",
    ["//evil.example", "/\\evil.example", "https:evil.example", "///evil.example", "\t//evil.example",
     "/\t/evil.example", "javascript:alert(1)", "https://evil.example/", "evil.example", "http:///evil.example"],
)  # fmt: skip
def test_next_stays_on_this_site(cast: Cast, asked: str) -> None:
    for response in (sign_in(Client(), "lin", next=asked), Client().post("/language/", {"next": asked})):
        assert response["Location"] == "/"


def test_next_leads_on(cast: Cast) -> None:
    assert sign_in(Client(), "lin", next="/customers/?level=H")["Location"] == "/customers/?level=H"


def test_pages_lead_to_sign_in_and_back(cast: Cast) -> None:
    assert Client().get("/password/")["Location"] == "/sign-in/?next=/password/"


def test_sign_in_and_out_need_the_token(cast: Cast, client_for: Callable[[User], Client]) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert sign_in(strict, "lin").status_code == 403
    strict.force_login(cast.lin, backend="guanxi.organization.authentication.Backend")
    assert strict.post("/sign-out/").status_code == 403
    assert signed_in(strict)


def test_sign_out_ends_the_session_and_is_no_link(cast: Cast, client_for: Callable[[User], Client]) -> None:
    client = client_for(cast.lin)
    kept = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    client.cookies[settings.SESSION_COOKIE_NAME] = kept
    assert not signed_in(client)


def test_deactivated_person_is_out_at_the_next_request(
    cast: Cast, client_for: Callable[[User], Client]
) -> None:
    client = client_for(cast.lin)
    assert signed_in(client)
    User.objects.filter(pk=cast.lin.pk).update(is_active=False)
    assert not signed_in(client)


def test_changed_roles_count_at_the_next_request(cast: Cast, client_for: Callable[[User], Client]) -> None:
    client = client_for(cast.desk)
    assert client.get("/settings/users/").status_code == 404
    RoleGrant.objects.create(user=cast.desk, role=Role.ADMIN)
    assert client.get("/settings/users/").status_code == 200


def test_language_is_kept_with_the_user(cast: Cast, client_for: Callable[[User], Client]) -> None:
    client = client_for(cast.desk)
    client.post("/language/", {"language": "en"})
    assert 'lang="en"' in client.get("/password/").content.decode()
    client.post("/language/", {"language": "tlh"})
    assert User.objects.get(pk=cast.desk.pk).language == "en"
    client.post("/sign-out/")
    assert 'lang="en"' in client.get("/sign-in/").content.decode()


def test_the_language_chosen_before_signing_in_stays(cast: Cast) -> None:
    """Chosen, not left over: the language of whoever used this browser before is nobody else's."""
    client = Client()
    client.post("/language/", {"language": "en"})
    sign_in(client, "lin")
    assert 'lang="en"' in client.get("/password/").content.decode()
    assert User.objects.get(pk=cast.lin.pk).language == "en"
    assert AuditEntry.objects.filter(action="language_chosen", actor=cast.lin).count() == 1
    client.post("/sign-out/")
    sign_in(client, "chen")
    assert 'lang="zh-Hans"' in client.get("/password/").content.decode()


def test_own_password_ends_other_sessions(cast: Cast, client_for: Callable[[User], Client]) -> None:
    here, there = client_for(cast.desk), client_for(cast.desk)
    new = "quiet-harbour-42"
    wrong = here.post("/password/", {"current": WRONG, "new": new, "repeated": new})
    assert wrong.status_code == 422 and signed_in(there)
    weak = here.post("/password/", {"current": PASSWORD, "new": "12345", "repeated": "12345"})
    assert weak.status_code == 422
    differing = here.post("/password/", {"current": PASSWORD, "new": new, "repeated": new + "x"})
    assert differing.status_code == 422
    here.post("/password/", {"current": PASSWORD, "new": new, "repeated": new})
    assert signed_in(here) and not signed_in(there)
    assert sign_in(Client(), "desk", new).status_code == 303


def test_guessing_the_current_password_locks_too(cast: Cast, client_for: Callable[[User], Client]) -> None:
    client, new = client_for(cast.desk), "quiet-harbour-42"
    answers = [client.post("/password/", {"current": WRONG, "new": new, "repeated": new}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 429]


def test_temporary_password_is_replaced_first(cast: Cast, client_for: Callable[[User], Client]) -> None:
    User.objects.filter(pk=cast.desk.pk).update(password_is_temporary=True)
    client, new = client_for(cast.desk), "quiet-harbour-42"
    assert client.get("/")["Location"] == "/password/"
    client.post("/password/", {"current": PASSWORD, "new": new, "repeated": new})
    assert client.get("/")["Location"] != "/password/"


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example", "a b", ""]
)
@pytest.mark.parametrize("address", ["/sign-in/", "/customers/", "/api/today", "/nowhere/"])
def test_a_host_that_is_not_ours_is_refused(
    cast: Cast, client_for: Callable[[User], Client], host: str, address: str
) -> None:
    """AUTH-04: neither a poisoned link nor a page bound to somebody else's name."""
    for client in (Client(), client_for(cast.lin)):
        assert client.get(address, headers={"host": host}).status_code == 400
        assert client.get("/sign-in/", headers={"x-forwarded-host": host}).status_code < 400
