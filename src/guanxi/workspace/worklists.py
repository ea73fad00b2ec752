"""Today as plain rows, for the API and the command line."""

from dataclasses import dataclass
from datetime import date

from guanxi.cadence.queries.due import DueItem, worklist
from guanxi.insights.queries.calls import CALL
from guanxi.organization.labels import language
from guanxi.organization.models import Store, User
from guanxi.playbooks.definitions import Playbook
from guanxi.workspace.sentences import purpose, reason

ALL = 100_000


@dataclass(frozen=True)
class Due:
    """One customer to contact; ``kind`` is FOLLOW_UP, or that of the first task when only tasks are due."""

    item: DueItem
    kind: str
    due_on: date
    overdue_days: int
    reason: str
    purpose: str


def due_rows(person: User, store: Store, on: date, *, limit: int = ALL) -> list[Due]:
    """Whom ``person`` contacts on ``on``, most urgent first, words in the active language.

    A day ahead assumes that nothing else happens until then; nothing is written.
    """
    playbook = store.playbook
    rows = []
    for item in worklist(person, store, on, limit=limit).items[:limit]:
        task = item.follow_up or item.tasks[0]
        aim = purpose(item, playbook)
        rows.append(
            Due(
                item=item,
                kind=task.kind,
                due_on=task.due_on,
                overdue_days=task.overdue_days(on),
                reason=reason(item, playbook, on),
                purpose=aim.aim.text(language()) if aim else _aim_of_call(item, playbook),
            )
        )
    return rows


def _aim_of_call(item: DueItem, playbook: Playbook) -> str:
    """What a call asked for the customer's value is for; "" without one."""
    if not any(task.item == CALL for task in item.tasks):
        return ""
    return playbook.value_calls_by_code["PLAIN"].label.text(language())
