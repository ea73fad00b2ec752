"""``guanxi chances``: work the chances of a store out now instead of at night."""

from argparse import ArgumentParser
from typing import Any

from guanxi.insights.models import ChanceRun
from guanxi.insights.operations.chances import work_out_chances
from guanxi.organization.command_line import GuanxiCommand, act_of_command, chosen_store


class Command(GuanxiCommand):
    help = "Work out the chances of open prospects and opportunities now; the night does it by itself."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--store", help="number or name of the store")
        super().add_arguments(parser)

    def answer(self, *, store: str | None, **options: Any) -> None:
        act = act_of_command(None, chosen_store(store))
        counts = work_out_chances(act)
        runs = ChanceRun.objects.filter(store=act.store, is_current=True).order_by("about")
        told = [
            {
                "about": run.about, "on": str(run.on), "method": run.method, "refusal": run.refusal, "cases": run.cases,
                "won": run.won, "stale_after": run.stale_after, "auc": run.judged.get("auc"), "gap": run.judged.get("gap"),
                "brier": run.judged.get("brier"), "brier_of_rate": run.judged.get("brier_of_rate"),
            }
            for run in runs
        ]  # fmt: skip
        if options["json"]:
            self.print_json({**counts, "runs": told})
            return
        for about, count in counts.items():
            self.stdout.write(f"{about}: {count}")
        for one in told:
            self.stdout.write("  ".join(f"{name} {value}" for name, value in one.items() if value not in (None, "")))
