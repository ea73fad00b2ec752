"""Background work. A task only wakes a worker up; what is to be done stands in the rows."""

from django.utils import timezone
from django_tasks import task

from guanxi.imports.operations.working import work_through


@task()
def continue_import(batch_id: int) -> None:
    """Carry an import on until it rests: checked, imported, undone or refused."""
    work_through(batch_id, timezone.now)
