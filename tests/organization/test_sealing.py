"""P9: the chain over the audit trail shows an edit, a removal, an addition and a reordering."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from tests.cast import MORNING, Cast

from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.models import AuditEntry, AuditSeal
from guanxi.organization.operations.sealing import latest_verdict, seal, verify


@pytest.fixture
def trail(cast: Cast, act: Callable[..., Act]) -> list[int]:
    for batch in range(3):
        leave_trace(
            [act(cast.ma).entry("store_changed", cast.store, reason=f"{batch}.{n}") for n in range(4)]
        )
        assert seal(MORNING) == 4
    return list(AuditEntry.objects.order_by("id").values_list("id", flat=True))


def tamper(statement: str, values: list[Any]) -> None:
    """Change the trail behind the program's back, past the trigger that refuses it."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(statement, values)
            cursor.execute("SET LOCAL session_replication_role = origin")
        else:
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name='organization_auditentry'"
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute(statement, values)


def test_an_untouched_trail_verifies(trail: list[int]) -> None:
    verdict = verify()
    assert (verdict.sealed_up_to, verdict.unsealed, verdict.broken_after) == (trail[-1], 0, None)
    assert latest_verdict() == verdict
    assert seal(MORNING) == 0


@pytest.mark.parametrize(
    ("statement", "victim"),
    [
        ("UPDATE organization_auditentry SET reason = 'x' WHERE id = %s", 5),
        ("UPDATE organization_auditentry SET actor_id = NULL WHERE id = %s", 0),
        ("DELETE FROM organization_auditentry WHERE id = %s", 11),
    ],
)
def test_tampering_breaks_the_chain(trail: list[int], statement: str, victim: int) -> None:
    tamper(statement, [trail[victim]])
    verdict = verify()
    assert verdict.broken_after == [0, trail[3], trail[7]][victim // 4]


def test_the_trail_itself_refuses_edits(trail: list[int]) -> None:
    for change in (
        lambda: AuditEntry.objects.filter(pk=trail[0]).update(reason="x"),
        lambda: AuditEntry.objects.filter(pk=trail[0]).delete(),
    ):
        with pytest.raises(Exception, match=r"(?i)append|audit"), transaction.atomic():
            change()


def test_command_tells_and_fails_on_a_break(trail: list[int]) -> None:
    out = StringIO()
    call_command("audit", "--json", stdout=out)
    assert '"broken_after": null' in out.getvalue()
    AuditSeal.objects.filter(last_id=trail[3]).update(digest="0" * 64)
    with pytest.raises(CommandError) as refused:
        call_command("audit", stdout=StringIO())
    assert refused.value.returncode == 1
