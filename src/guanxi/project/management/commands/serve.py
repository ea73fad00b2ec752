"""``guanxi serve``: the web server and the worker, together."""

import errno
import os
import socket
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from guanxi.demo.logins import login_lines
from guanxi.demo.store import DAYS
from guanxi.organization.command_line import GuanxiCommand
from guanxi.project.demonstration import open_demo_store
from guanxi.project.supervision import Child, Supervisor

# More threads in one process only wait for each other: the interpreter runs one at a time.
THREADS = "4"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def port_number(text: str) -> int:
    """What argparse takes for a port: ValueError beyond 65535."""
    return _between(int(text), 1, 65_535)


def process_count(text: str) -> int:
    """What argparse takes for web processes: one at least, and no typing mistake that fills the machine."""
    return _between(int(text), 1, 64)


def _between(value: int, least: int, most: int) -> int:
    if not least <= value <= most:
        raise ValueError(value)
    return value


class Command(GuanxiCommand):
    help = "Serve the web pages and run the worker. Either is started again when it ends."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=port_number, default=8000)
        parser.add_argument(
            "--workers", type=process_count, default=min(os.cpu_count() or 1, 4), help="web processes"
        )
        parser.add_argument(
            "--demo",
            type=int,
            nargs="?",
            const=DAYS,
            metavar="DAYS",
            help="first bring the database up to date, and fill an empty one with so many days of business",
        )

    def answer(self, *, host: str, port: int, workers: int, demo: int | None, **options: Any) -> None:
        _be_free(host, port)
        if _pending_migrations():
            if not demo:
                raise CommandError("The database is not up to date. Run: guanxi init")
            call_command("migrate", verbosity=0, interactive=False)
        if demo:
            open_demo_store(self.stderr.write, demo)
        lines = [f"http://{f'[{host}]' if ':' in host else host}:{port}/"]
        if host in LOOPBACK:
            lines += login_lines()
        connections.close_all()
        web = [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--host", host, "--port", str(port),
            "--workers", str(workers), "--blocking-threads", THREADS, "--respawn-failed-workers",
            "--log-level", "warning", "guanxi.project.wsgi:application",
        ]  # fmt: skip
        worker = [sys.executable, "-m", "guanxi.project", "work"]
        if options["json"]:
            self.print_json({"url": lines[0]})
        else:
            self.stdout.write("\n".join(lines))
            self.stdout.flush()
        Supervisor([Child("web", web), Child("worker", worker)]).run()


def _pending_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _be_free(host: str, port: int) -> None:
    """Say so plainly when somebody else listens on the port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno in {errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL}:
                raise CommandError(
                    f"{host}:{port} cannot be used ({error.strerror}). Choose another port: --port 8001,"
                    " or make run PORT=8001"
                ) from error
            raise
