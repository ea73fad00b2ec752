"""What is thrown away after each night: used keys, ended sessions, old task results, uploads nobody needs and what
they left in the rows of their imports."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection

from guanxi.imports.operations.forgetting import forget_cells
from guanxi.organization.once import forget_requests

UPLOADS_KEPT = timedelta(days=30)


def sweep(at: datetime) -> int:
    """Clean up; twice does no harm. Returns how many uploads were removed."""
    forget_requests(at)
    Session.objects.filter(expire_date__lt=at).delete()
    call_command("prune_db_task_results", verbosity=0)
    forget_cells(at - UPLOADS_KEPT)
    _refresh_statistics()
    return remove_old_uploads(at)


def _refresh_statistics() -> None:
    """PostgreSQL watches its tables by itself; SQLite chooses indexes blindly until it is told to look."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA optimize=0x10002")


def remove_old_uploads(at: datetime) -> int:
    """Remove uploaded files older than ``UPLOADS_KEPT``; what became of them stays in the database."""
    oldest = (at - UPLOADS_KEPT).timestamp()
    old = [path for path in settings.UPLOADS.rglob("*") if path.is_file() and path.stat().st_mtime < oldest]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
