"""``guanxi worth --store NAME``: reckon what a store's customers are worth, now."""

from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import CommandError

from guanxi.insights.models import CustomerValue, ValueRun
from guanxi.insights.operations.value_runs import make_run
from guanxi.insights.queries.calls import worth_calling
from guanxi.insights.value_words import ADVISED, advice_of, explanation
from guanxi.organization.command_line import GuanxiCommand, act_of_command, chosen_store


class Command(GuanxiCommand):
    help = "Reckon the value of a store's customers out of its ledger; the night does it by itself."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--store", help="number or name of the store; the only one when omitted")
        parser.add_argument(
            "--on", type=date.fromisoformat, help="the last day that counts; yesterday when omitted"
        )
        parser.add_argument("--again", action="store_true", help="put a new run in the place of that day's")
        parser.add_argument(
            "--calls",
            type=int,
            default=0,
            help="list so many who are worth a call, the most value at risk first",
        )
        super().add_arguments(parser)

    def answer(self, *, store: str | None, on: date | None, again: bool, calls: int, **options: Any) -> None:
        act = act_of_command(None, chosen_store(store))
        day = on or act.on - timedelta(days=1)
        if day > act.on:
            raise CommandError(f"{day} has not come yet.")
        made = make_run(act, day, again=again)
        run = made or ValueRun.objects.get(store=act.store, on=day)
        rows = CustomerValue.objects.filter(run=run)
        listed = worth_calling(rows, run, act.on).select_related("customer__owner")[: max(calls, 0)]
        told_calls = [_told(row, act.on, run) for row in listed]
        if options["json"]:
            names = ("model", "refusal", "spend_refusal", "parameters", "log_likelihood", "customers")
            told = {name: getattr(run, name) for name in names}
            self.print_json(
                {"on": str(run.on), "made": made is not None, **told, "facts": run.facts, "calls": told_calls}
            )
            return
        state = "reckoned" if made else "was reckoned before; --again does it anew"
        why = f" ({run.refusal or run.spend_refusal})" if run.refusal or run.spend_refusal else ""
        self.stdout.write(f"{run.on}: {run.customers} customers, model {run.model}{why}, {state}")
        for row in told_calls:
            self.stdout.write(
                "\t".join(str(row[name]) for name in ("customer_no", "name", "at_risk", "why", "advice"))
            )


def _told(row: CustomerValue, on: date, run: ValueRun) -> dict[str, str | None]:
    return {
        "customer_no": row.customer.customer_no, "name": row.customer.name,
        "at_risk": None if row.at_risk is None else str(row.at_risk), "why": explanation(row, on),
        "advice": str(ADVISED[advice_of(row, run, on)]),
    }  # fmt: skip
