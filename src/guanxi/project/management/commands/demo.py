"""``guanxi demo``: the demo store in an empty database."""

from argparse import ArgumentParser
from typing import Any

from guanxi.demo.logins import login_lines
from guanxi.demo.store import DAYS
from guanxi.organization.command_line import GuanxiCommand
from guanxi.project.demonstration import open_demo_store


class Command(GuanxiCommand):
    help = "Fill an empty database with a believable store. A database with a store is left alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=DAYS, help="how many days of business to play")
        super().add_arguments(parser)

    def answer(self, **options: Any) -> None:
        opened = open_demo_store(self.stderr.write, options["days"])
        lines = login_lines()
        if options["json"]:
            keys = ("role", "user", "password")
            logins = [dict(zip(keys, line.strip().split("\t"), strict=True)) for line in lines]
            self.print_json({"opened": opened, "logins": logins})
        else:
            self.stdout.write("\n".join(lines))
