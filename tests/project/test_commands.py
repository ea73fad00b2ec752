"""The command line as scripts use it: JSON shapes, exit codes, rights, masked numbers, and the trace of it all."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from tests.cast import Cast

from guanxi.customers.models import Customer
from guanxi.organization.models import ApiToken, AuditEntry, SetUpLink, Store, User
from guanxi.organization.operations.stores import open_store
from guanxi.organization.rules.roles import Role
from guanxi.organization.rules.tokens import token_digest

PASSWORD = {"new": "quiet-harbour-42", "repeated": "quiet-harbour-42"}
Printed = Callable[..., Any]


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Printed:
    def run(*words: str) -> Any:
        call_command(*words, "--json")
        return json.loads(capsys.readouterr().out)

    return run


def path_of(link: str) -> str:
    return link.removeprefix("http://127.0.0.1:8000")


@pytest.mark.django_db
def test_init_makes_store_and_admin_and_is_idempotent(printed: Printed) -> None:
    first, second = printed("init"), printed("init")
    assert (first["store"], first["user"]) == (second["store"], second["user"]) == ("01", "admin")
    admin = User.objects.get()
    assert admin.roles == {Role.ADMIN, Role.MANAGER} and not admin.has_usable_password()
    assert Store.objects.get().code == "01"
    trail = AuditEntry.objects.order_by("pk").values_list("action", "actor", "source")
    assert list(trail) == [
        ("installed", None, "cli"), ("user_created", None, "cli"), *[("set_up_link_made", None, "cli")] * 2
    ]  # fmt: skip
    assert Client().get(path_of(first["setup_url"])).status_code == 404
    assert Client().get(path_of(second["setup_url"])).status_code == 200


@pytest.mark.django_db
def test_the_link_works_once_and_its_secret_is_not_kept(printed: Printed) -> None:
    url = path_of(printed("init")["setup_url"])
    assert SetUpLink.objects.get().digest == token_digest(url.split("/")[2])
    browser = Client()
    assert browser.post(url, PASSWORD | {"repeated": "other"}).status_code == 422
    assert browser.post(url, PASSWORD)["Location"] == "/"
    assert browser.get("/password/").status_code == 200
    assert User.objects.get().check_password(PASSWORD["new"])
    assert Client().get(url).status_code == Client().post(url, PASSWORD).status_code == 404
    assert printed("init") == {"store": "01", "user": "admin", "setup_url": None}


@pytest.mark.django_db
def test_the_link_ends_after_seven_days(printed: Printed) -> None:
    url = path_of(printed("init")["setup_url"])
    with time_machine.travel(SetUpLink.objects.get().expires_at + timedelta(seconds=1)):
        assert Client().post(url, PASSWORD).status_code == 404
    assert not User.objects.get().has_usable_password()


def test_init_leaves_a_working_installation_alone(cast: Cast, printed: Printed) -> None:
    assert printed("init") == {"store": "01", "user": "admin", "setup_url": None}
    assert Store.objects.count() == 2 and not AuditEntry.objects.exists()


def test_a_new_store_gets_the_next_number(cast: Cast, act: Any) -> None:
    assert open_store(act(cast.admin), "城南店", "auto", "Asia/Shanghai").code == "03"


def test_search_with_the_rights_of_a_user(cast: Cast, make_customer: Any, printed: Printed) -> None:
    """P8, R-PRM-05: Wu finds nothing of Lin's; a reveal is logged and takes its right."""
    card = make_customer(cast.lin, name="王芳", phone="13912345678")
    shown = {"customer_no": card.customer_no, "name": "王芳", "phone": "139****5678"}
    assert printed("search", "王芳", "--user", "lin") == {"items": [shown]}
    assert printed("search", "王芳", "--user", "wu") == {"items": []}
    assert not AuditEntry.objects.filter(source="cli").exists()
    assert "12345678" in printed("search", "王芳", "--user", "lin", "--reveal")["items"][0]["phone"]
    revealed = AuditEntry.objects.get(action="number_revealed")
    assert (revealed.actor, revealed.source, revealed.customer_key) == (cast.lin, "cli", card.pk)
    with pytest.raises(CommandError):
        printed("search", "王芳", "--user", "auditor", "--reveal")
    assert AuditEntry.objects.filter(action="number_revealed").count() == 1


def test_search_as_the_system(cast: Cast, make_customer: Any, printed: Printed) -> None:
    make_customer(cast.lin, name="王芳", phone="13912345678")
    assert printed("search", "5678")["items"][0]["phone"] == "139****5678"
    assert printed("search", "13912345678", "--store", "02")["items"] == []
    assert "12345678" in printed("search", "王芳", "--store", "01", "--reveal")["items"][0]["phone"]
    trail = AuditEntry.objects.filter(source="cli", actor=None).order_by("pk")
    assert [entry.action for entry in trail] == ["searched", "searched", "searched", "number_revealed"]
    assert "13912345678" not in json.dumps([entry.changes for entry in trail])


def test_the_system_prints_a_card_in_full_when_asked(
    cast: Cast, make_customer: Any, printed: Printed, tmp_path: Path
) -> None:
    card: Customer = make_customer(cast.lin)
    out = tmp_path / "card.pdf"
    printed("card", card.customer_no, "--out", str(out))
    assert not AuditEntry.objects.filter(action="number_revealed").exists()
    assert printed("card", card.customer_no, "--reveal", "--out", str(out))["out"] == str(out)
    assert AuditEntry.objects.get(action="number_revealed").actor is None


def test_a_key_is_printed_once(cast: Cast, printed: Printed) -> None:
    made = printed("token", "create", "--user", "LIN")
    assert (made["user"], made["read_only"]) == ("lin", True)
    assert ApiToken.objects.get().digest == token_digest(made["token"])
    assert printed("token", "create", "--user", "lin", "--name", "x", "--write", "--never") | {
        "token": ""
    } == {"token": "", "user": "lin", "read_only": False, "expires_at": None}
    assert AuditEntry.objects.filter(action="token_created", actor=None, source="cli").count() == 2


@pytest.mark.parametrize("days", ["0", "-1", "3651", "9" * 5000, "x", "1.5"])
def test_a_key_without_days_to_live_is_refused(cast: Cast, days: str) -> None:
    with pytest.raises(CommandError, match="--never"):
        call_command("token", "create", "--user", "lin", f"--days={days}", "--json")
    assert not ApiToken.objects.exists()


def test_a_user_is_added_to_the_store_of_a_number(cast: Cast, printed: Printed) -> None:
    words = ("user", "add", "he", "--name", "何", "--role", "MANAGER", "--store")
    assert printed(*words, "02")["username"] == "he"
    assert User.objects.get(username="he").store == cast.other_store


@pytest.mark.parametrize(
    "words",
    [
        ("today", "--user", "nobody"),
        ("search", "x", "--user", "nobody"),
        ("search", "x", "--store", "09"),
        ("card", "C000000000", "--out", "card.pdf"),
        ("token", "create", "--user", "nobody"),
        ("user", "passwd", "nobody"),
        ("night", "--on", "2026-03-01", "--store", "09"),
    ],
)
def test_a_refusal_is_json_and_exit_1(cast: Cast, words: tuple[str, ...], capsys: Any) -> None:
    with pytest.raises(CommandError) as refused:
        call_command(*words, "--json")
    assert refused.value.returncode == 1
    assert json.loads(capsys.readouterr().out) == {"error": str(refused.value)}


def test_several_stores_need_a_choice(cast: Cast, capsys: Any) -> None:
    with pytest.raises(CommandError, match="01 城东店, 02 城西店") as misused:
        call_command("night", "--on", "2026-03-01", "--json")
    assert misused.value.returncode == 2


def test_the_program_itself_from_an_empty_directory(tmp_path: Path) -> None:
    """stdout is JSON only and the exit code tells the rest; nothing is asked without a terminal."""
    around = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    around["GUANXI_HOME"] = str(tmp_path)

    def run(*words: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "guanxi.project", *words],
            env=around, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout

    sheet = tmp_path / "list.csv"
    sheet.write_text("姓名,电话\n王芳,13912345678\n李强,12\n", encoding="utf-8")
    code, said = run("today", "--user", "lin", "--json")
    assert code == 1 and "guanxi init" in json.loads(said)["error"]
    assert run("init", "--json")[0] == 0
    code, said = run("import", str(sheet), "--kind", "customers", "--json")
    answer = json.loads(said)
    assert (code, answer["created"], answer["failed"], answer["errors"][0]["row"]) == (0, 1, 1, 3)
    assert run("today", "--json") == (2, "")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("night", "--on", "0001-01-01"), 1),
        (("night", "--on", "9999-12-31"), 1),
        (("suggest-level", "--evidence", "NOPE"), 1),
        (("suggest-level", "--deposit", "NaN"), 2),
        (("serve", "--port", "99999999"), 2),
        (("serve", "--port", "0"), 2),
        (("serve", "--workers", "-1"), 2),
    ],
)
def test_odd_words_are_refused_as_scripts_expect(
    cast: Cast, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: int
) -> None:
    """A refusal exits 1 with JSON on stdout, a usage mistake 2 with nothing there."""
    with pytest.raises((CommandError, SystemExit)):
        call_command(*words, "--json")
    told = capsys.readouterr().out
    assert list(json.loads(told)) == ["error"] if code == 1 else told == ""


def test_an_unknown_command_is_wrong_usage():
    """2, as for a wrong argument; 1 says that a command was refused."""
    done = subprocess.run(
        [sys.executable, "-m", "guanxi.project", "nosuch"], capture_output=True, check=False
    )
    assert (done.returncode, b"nosuch" in done.stderr, done.stdout) == (2, True, b"")
