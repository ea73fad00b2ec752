"""``guanxi search TEXT --user U``: the search box without a browser."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction

from guanxi.customers.models import Customer
from guanxi.customers.operations.look_ups import find_customers, find_customers_as_system
from guanxi.customers.operations.numbers import reveal_number
from guanxi.customers.queries.search import Hit
from guanxi.lib.phones import mask_phone
from guanxi.organization.acts import Act
from guanxi.organization.command_line import GuanxiCommand, act_of_command, active_user, chosen_store


class Command(GuanxiCommand):
    help = "Find customers by name, number or pinyin. Without --user the system searches; numbers are masked."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("text")
        parser.add_argument("--user", help="user name of the person searching, who finds what they may see")
        parser.add_argument(
            "--store", help="without --user: only this store, by number or name; else all of them"
        )
        parser.add_argument("--limit", type=int, default=20)
        parser.add_argument("--reveal", action="store_true", help="full numbers; each is logged as a reveal")

    @transaction.atomic
    def answer(self, *, text: str, reveal: bool, **options: Any) -> None:
        limit = max(options["limit"], 1)
        if options["user"]:
            act = act_of_command(active_user(options["user"]))
            hits = find_customers(act, text, limit)
        else:
            act = act_of_command(None, chosen_store(options["store"]) if options["store"] else None)
            hits = find_customers_as_system(act, text, limit)
        items = [
            {
                "customer_no": hit.customer.customer_no,
                "name": hit.customer.name,
                "phone": _revealed(act, hit) if reveal else hit.phone,
            }
            for hit in hits
        ]
        if options["json"]:
            self.print_json({"items": items})
            return
        for item in items:
            self.stdout.write("  ".join(item.values()))


def _revealed(act: Act, hit: Hit) -> str:
    """The number that was found, in full; the reveal is logged first. Raises RevealRefused, CommandError."""
    numbers = {mask_phone(phone.normalized): phone.pk for phone in hit.customer.phones.all()}
    if not numbers:
        return ""
    try:
        in_store = act_of_command(act.by, hit.customer.store)
        return reveal_number(in_store, hit.customer.pk, numbers.get(hit.phone)).normalized
    except Customer.DoesNotExist as error:
        raise CommandError(f"{act.by} may not see the full number of {hit.customer.customer_no}.") from error
