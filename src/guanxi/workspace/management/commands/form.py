"""``guanxi form F-CARD-A --customer C260300001 --out FILE``: print a form without a browser."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from guanxi.customers.models import Customer
from guanxi.organization.command_line import USAGE, GuanxiCommand, act_of_command, user_with_store
from guanxi.workspace.forms.printing import FORMATS, print_card
from guanxi.workspace.forms.registry import FORMS


class Command(GuanxiCommand):
    help = "Print a form of a customer. Without --user the system prints it, with masked numbers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", choices=[form.code for form in FORMS])
        self.add_print_arguments(parser)
        parser.add_argument("--customer", required=True, help="customer number, for example C260300001")

    def add_print_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", type=date.fromisoformat, help="re-create the form for a past day")
        parser.add_argument("--user", help="user name of the person printing")
        parser.add_argument(
            "--reveal", action="store_true", help="full numbers in a PDF; each is logged as a reveal"
        )
        parser.add_argument("--language", choices=["zh-hans", "en"], help="the user's when omitted")
        parser.add_argument("--out", type=Path, required=True, help="FILE.pdf, FILE.xlsx or FILE.csv")
        super().add_arguments(parser)

    def answer(self, **options: Any) -> None:
        self.print(options["code"], options["customer"], options)

    def print(self, code: str, customer_no: str, options: dict[str, Any]) -> None:
        """Write one form to a file. Raises CommandError with what to change."""
        out: Path = options["out"]
        extension = out.suffix.lower().removeprefix(".")
        if extension not in FORMATS:
            raise CommandError(f"--out ends in one of {', '.join(FORMATS)}.", returncode=USAGE)
        printer = user_with_store(options["user"])[0] if options["user"] else None
        cards = Customer.objects.visible_to(printer) if printer else Customer.objects.all()
        customer = (
            cards.select_related("store", "owner", "referrer").filter(customer_no=customer_no.upper()).first()
        )
        try:
            if customer is None:
                raise Customer.DoesNotExist
            act = act_of_command(printer, customer.store)
            language = options["language"] or (printer.language if printer else "zh-hans")
            content = print_card(
                act, customer, code, extension, on=options["on"], full=options["reveal"], language=language
            )
        except Customer.DoesNotExist as error:
            raise CommandError(f"There is no form {code} of {customer_no} for you to print.") from error
        try:
            out.write_bytes(content)
        except OSError as error:
            raise CommandError(f"{out} cannot be written ({error.strerror}).") from error
        if options["json"]:
            self.print_json(
                {"form": code, "customer_no": customer.customer_no, "out": str(out), "bytes": len(content)}
            )
        else:
            self.stdout.write(f"{out}: {len(content)} bytes")
