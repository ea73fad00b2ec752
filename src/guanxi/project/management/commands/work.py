"""``guanxi work``: background tasks and the clockwork, in one process."""

import logging
import threading
from argparse import ArgumentParser
from typing import Any

from django.db import close_old_connections
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from guanxi.organization.command_line import GuanxiCommand
from guanxi.project.clockwork import tick

log = logging.getLogger(__name__)
MINUTE = 60.0


class Command(GuanxiCommand):
    help = "Run background tasks, and each minute the clockwork. Several at once do no harm."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--once", action="store_true", help="do what is due now and end")

    def answer(self, *, once: bool, **options: Any) -> None:
        worker = Worker(
            queue_names=["*"], excluded_queue_names=[], interval=1, batch=once, backend_name="default",
            startup_delay=False, max_tasks=None, worker_id=get_random_string(32),
        )  # fmt: skip
        if once:
            tick(timezone.now())
        else:
            # A daemon: the process ends without waiting for it, and a night half done is rolled back.
            threading.Thread(target=_keep_ticking, name="clock", daemon=True).start()
            worker.configure_signals()
        worker.run()
        if options["json"]:
            self.print_json({"ended_at": timezone.now().isoformat()})


def _keep_ticking() -> None:
    pause = threading.Event()
    while True:
        close_old_connections()
        try:
            tick(timezone.now())
        except Exception:
            # The database may be away for a while; the next minute makes up for it.
            log.exception("the clock could not tick")
        close_old_connections()
        pause.wait(MINUTE)
