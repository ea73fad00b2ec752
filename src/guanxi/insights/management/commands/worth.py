"""``guanxi worth --store NAME``: reckon what a store's customers are worth, now."""

from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import CommandError

from guanxi.insights.models import ValueRun
from guanxi.insights.operations.value_runs import make_run
from guanxi.organization.command_line import GuanxiCommand, act_of_command, chosen_store


class Command(GuanxiCommand):
    help = "Reckon the value of a store's customers out of its ledger; the night does it by itself."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--store", help="number or name of the store; the only one when omitted")
        parser.add_argument(
            "--on", type=date.fromisoformat, help="the last day that counts; yesterday when omitted"
        )
        parser.add_argument("--again", action="store_true", help="put a new run in the place of that day's")
        super().add_arguments(parser)

    def answer(self, *, store: str | None, on: date | None, again: bool, **options: Any) -> None:
        act = act_of_command(None, chosen_store(store))
        day = on or act.on - timedelta(days=1)
        if day > act.on:
            raise CommandError(f"{day} has not come yet.")
        made = make_run(act, day, again=again)
        run = made or ValueRun.objects.get(store=act.store, on=day)
        if options["json"]:
            names = ("model", "refusal", "spend_refusal", "parameters", "log_likelihood", "customers")
            told = {name: getattr(run, name) for name in names}
            self.print_json({"on": str(run.on), "made": made is not None, **told, "facts": run.facts})
            return
        state = "reckoned" if made else "was reckoned before; --again does it anew"
        why = f" ({run.refusal or run.spend_refusal})" if run.refusal or run.spend_refusal else ""
        self.stdout.write(f"{run.on}: {run.customers} customers, model {run.model}{why}, {state}")
