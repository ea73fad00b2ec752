"""``guanxi demo`` where somebody works already."""

from django.core.management import call_command

from guanxi.demo.logins import login_lines
from guanxi.organization.models import AuditEntry, User


def test_a_database_with_a_store_is_left_alone(cast, capsys):
    before = AuditEntry.objects.count(), User.objects.count()
    call_command("demo")
    assert (AuditEntry.objects.count(), User.objects.count()) == before
    assert "nothing was changed" in capsys.readouterr().err
    assert login_lines() == []
