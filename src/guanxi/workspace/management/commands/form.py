"""``guanxi form F-MON-1 --month 2026-03 --out FILE``: print a form without a browser."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from guanxi.customers.models import Customer
from guanxi.organization.command_line import (
    USAGE,
    GuanxiCommand,
    act_of_command,
    chosen_store,
    user_with_store,
)
from guanxi.organization.models import User
from guanxi.workspace.forms.asking import parse_month
from guanxi.workspace.forms.period_printing import NoSuchForm, PeriodAsked, print_period
from guanxi.workspace.forms.periods import PERIOD_FORMS
from guanxi.workspace.forms.printing import FORMATS, print_card
from guanxi.workspace.forms.registry import FORMS

CARD_CODES = [form.code for form in FORMS]


class Command(GuanxiCommand):
    help = (
        "Print a form. A form of a period is about --store and --user for --month or --on, printed by the system; "
        "without --user it has one page per consultant. A form of a card is about --customer, printed by --user."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", choices=[*CARD_CODES, *(form.code for form in PERIOD_FORMS)])
        self.add_print_arguments(parser)
        parser.add_argument("--customer", help="customer number, for example C260300001 (forms of a card)")
        parser.add_argument("--store", help="number or name of the store; the only one when omitted")
        parser.add_argument("--month", help="YYYY-MM; a form of a day prints each of its days with something")
        parser.add_argument(
            "--whole", action="store_true", help="one sheet of the whole store, not of each person"
        )

    def add_print_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--on", type=date.fromisoformat, help="YYYY-MM-DD: the form as it stood on that day"
        )
        parser.add_argument(
            "--user", help="user name: whom a form of a period is about; for a form of a card, who prints it"
        )
        parser.add_argument(
            "--reveal",
            action="store_true",
            help="full numbers in a PDF of a card; each is logged as a reveal",
        )
        parser.add_argument("--language", choices=["zh-hans", "en"], help="the user's when omitted")
        parser.add_argument("--out", type=Path, required=True, help="FILE.pdf, FILE.xlsx or FILE.csv")
        super().add_arguments(parser)

    def answer(self, **options: Any) -> None:
        code = options["code"]
        if code not in CARD_CODES:
            self.print_period(code, options)
            return
        if not options["customer"]:
            raise CommandError(f"{code} is about one customer: name it with --customer.", returncode=USAGE)
        if options["month"]:
            raise CommandError(f"{code} is told for a day: use --on.", returncode=USAGE)
        self.print(code, options["customer"], options)

    def print_period(self, code: str, options: dict[str, Any]) -> None:
        """Write a form of a period to a file, printed by the system. Raises CommandError, PrintRefused."""
        extension = self.extension(options["out"])
        if options["customer"] or options["reveal"]:
            raise CommandError(f"{code} is about a period, not about one customer.", returncode=USAGE)
        person = _person(options["user"]) if options["user"] else None
        store = chosen_store(options["store"], person)
        asked = PeriodAsked(
            month=parse_month(options["month"]) if options["month"] else None,
            on=options["on"], person=person, whole=options["whole"],
        )  # fmt: skip
        try:
            printed = print_period(
                act_of_command(None, store), code, extension, asked,
                language=options["language"] or "zh-hans",
            )  # fmt: skip
        except NoSuchForm as error:
            raise CommandError(f"{options['user']} does not belong to {store}.") from error
        self.write(options, printed.content, {
            "form": code, "store": store.code, "user": options["user"], "sheets": printed.sheets})  # fmt: skip

    def extension(self, out: Path) -> str:
        """The format that ``--out`` names. Raises CommandError."""
        extension = out.suffix.lower().removeprefix(".")
        if extension not in FORMATS:
            raise CommandError(f"--out ends in one of {', '.join(FORMATS)}.", returncode=USAGE)
        return extension

    def print(self, code: str, customer_no: str, options: dict[str, Any]) -> None:
        """Write a form of a card to a file. Raises CommandError with what to change."""
        extension = self.extension(options["out"])
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
        self.write(options, content, {"form": code, "customer_no": customer.customer_no})

    def write(self, options: dict[str, Any], content: bytes, told: dict[str, Any]) -> None:
        """The file, and what was written. Raises CommandError when it cannot be written."""
        out: Path = options["out"]
        try:
            out.write_bytes(content)
        except OSError as error:
            raise CommandError(f"{out} cannot be written ({error.strerror}).") from error
        if options["json"]:
            self.print_json(told | {"out": str(out), "bytes": len(content)})
        else:
            self.stdout.write(f"{out}: {len(content)} bytes")


def _person(username: str) -> User:
    """Also somebody who has left: their forms of past periods stay."""
    found = User.objects.select_related("store").filter(username__iexact=username).first()
    if found is None:
        raise CommandError(f"There is no user {username}.")
    return found
