"""``guanxi card CUSTOMER_NO --out FILE``: the customer card, F-CARD-A."""

from argparse import ArgumentParser
from typing import Any

from guanxi.workspace.management.commands.form import Command as FormCommand


class Command(FormCommand):
    help = "Print a customer's card. Without --user the system prints it, with masked numbers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("customer_no", help="for example C260300001")
        self.add_print_arguments(parser)

    def answer(self, **options: Any) -> None:
        self.print("F-CARD-A", options["customer_no"], options)
