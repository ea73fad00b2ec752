"""``guanxi night --store NAME --on DATE``: one night by hand."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from guanxi.organization.command_line import GuanxiCommand, chosen_store
from guanxi.project.clockwork import KINDS, night_of, run_night

FIRST_YEAR = 2000


class Command(GuanxiCommand):
    help = "Carry out the nightly runs of a store's business date; what was done before is left alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--store", help="number or name of the store; the only one when omitted")
        parser.add_argument("--on", required=True, type=date.fromisoformat, help="business date, YYYY-MM-DD")
        super().add_arguments(parser)

    def answer(self, *, store: str | None, on: date, **options: Any) -> None:
        chosen = chosen_store(store)
        at = timezone.now()
        if on.year < FIRST_YEAR:
            raise CommandError(f"{on} is no business date.")
        if on > chosen.local_date(at) or night_of(chosen, on) > at:
            raise CommandError(f"The night of {on} has not come yet.")
        done = {kind: run_night(chosen, kind, on, at) for kind in KINDS}
        if options["json"]:
            self.print_json({"on": str(on), "runs": done})
            return
        for kind, result in done.items():
            self.stdout.write(f"{on} {kind}: {'done before' if result is None else result}")
