"""The first run: AUTH-09, J4."""

import threading

import pytest
from django.db import connections
from django.test import Client
from tests.cast import MORNING, Cast

from guanxi.organization.models import AuditEntry, AuditSeal, Store, Team, User
from guanxi.organization.operations.installations import Installation, SetUpRefused, set_up
from guanxi.organization.rules.roles import Role

ASKED = {
    "pack": "auto", "store_name": "城东店", "timezone": "Asia/Shanghai", "team_name": "一组",
    "name": "马强", "username": "Ma", "new": "quiet-harbour-42", "repeated": "quiet-harbour-42",
}  # fmt: skip


@pytest.mark.django_db
def test_empty_installation_leads_to_its_set_up() -> None:
    client = Client()
    assert client.get("/sign-in/")["Location"] == "/setup/"
    assert client.get("/")["Location"] == "/setup/"
    assert client.get("/setup/").status_code == 200


@pytest.mark.django_db
def test_set_up_makes_store_team_and_first_user() -> None:
    client = Client()
    client.post("/language/", {"language": "en"})
    assert client.post("/setup/", ASKED)["Location"] == "/"
    user = User.objects.get()
    assert (user.username, user.name, user.language) == ("ma", "马强", "en")
    assert user.roles == {Role.ADMIN, Role.MANAGER}
    assert (user.store.name, user.team.name, user.store.pack) == ("城东店", "一组", "auto")
    assert client.get("/password/").status_code == 200
    assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True)) == [
        "installed", "user_created", "signed_in"]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("pack", "bakery"),
        ("timezone", "Mars/Olympus"),
        ("new", "short"),
        ("username", "a b"),
        ("store_name", ""),
    ],
)
def test_a_wrong_value_keeps_what_was_typed(field: str, value: str) -> None:
    response = Client().post("/setup/", ASKED | {field: value})
    assert response.status_code == 422
    assert "马强" in response.content.decode()
    assert not User.objects.exists() and not AuditSeal.objects.exists()


def test_set_up_is_impossible_afterwards(cast: Cast) -> None:
    client = Client()
    assert client.get("/setup/").status_code == 404
    assert client.post("/setup/", ASKED).status_code == 404
    assert not User.objects.filter(username="ma", name="马强").exclude(pk=cast.ma.pk).exists()
    with pytest.raises(SetUpRefused):
        set_up(MORNING, Installation("三店", "一组", "eve", "Eve", "x"))


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_installation() -> None:
    start, done = threading.Barrier(2), []

    def run(number: int) -> None:
        start.wait()
        try:
            set_up(MORNING, Installation(f"店{number}", "一组", f"user{number}", "某人", "quiet-harbour-42"))
            done.append(number)
        except SetUpRefused:
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(done), Store.objects.count(), Team.objects.count(), User.objects.count()) == (1, 1, 1, 1)
