"""``guanxi insight QUESTION FILE``: what a file of purchases or of contracts tells of its customers; no database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from guanxi.organization.command_line import GuanxiCommand
from guanxi.workspace.management.insight import churn, clv, pareto, retention, rfm, segments, workshop
from guanxi.workspace.management.insight.questions import (
    Question,
    day,
    horizon,
    read_asked,
    write_rows,
)

QUESTIONS: dict[str, Question] = {
    "pareto": pareto, "rfm": rfm, "clv": clv, "retention": retention, "segments": segments,
    "workshop": workshop,
}  # fmt: skip

HORIZON = {
    False: "judge on the weeks or days after --until",
    True: "how far to look ahead; 52w when not said",
}


class Command(GuanxiCommand):
    help = (
        "Measure the customers of a file: with a row for each purchase who brings most and who will, who stays, who is "
        "alike; with a row for each customer who leaves."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        questions = parser.add_subparsers(
            dest="question", required=True, metavar="|".join([*QUESTIONS, "churn"])
        )
        for name, question in QUESTIONS.items():
            asked = questions.add_parser(name, help=question.HELP, description=question.HELP)
            asked.add_argument(
                "file", type=Path, help="the purchases: .csv, .xlsx, .xls, or text with spaces between"
            )
            for column, needed in {"customer": True, "date": True, "amount": question.NEEDS_AMOUNT}.items():
                asked.add_argument(
                    f"--{column}",
                    required=needed,
                    metavar="COL",
                    help="a header, or the number of the column from 1",
                )
            asked.add_argument(
                "--until", type=day, metavar="DATE", help="leave later rows out; else the last date"
            )
            asked.add_argument("--horizon", type=horizon, metavar="39w", help=HORIZON[question.FORECASTS])
            asked.add_argument(
                "--once", action="store_true", help="count rows of the same customer, day and amount once"
            )
            asked.add_argument("--out", type=Path, metavar="FILE.csv", help="write a row for each customer")
            question.add_arguments(asked)
            asked.set_defaults(forecasts=question.FORECASTS)
            super().add_arguments(asked)
        # A row for each customer instead of each purchase: neither dates nor amounts.
        asked = questions.add_parser("churn", help=churn.HELP, description=churn.HELP)
        churn.add_arguments(asked)
        super().add_arguments(asked)

    def answer(self, **options: Any) -> None:
        if options["question"] == "churn":
            answer, warnings = churn.answer(options)
            head: dict[str, Any] = {}
        else:
            asked = read_asked(options)
            answer, warnings = QUESTIONS[options["question"]].answer(asked), asked.warnings
            head = {"until": f"{asked.until}"}
        if options["out"]:
            write_rows(options["out"], answer)
        if options["json"]:
            head = {"insight": options["question"], **head, "customers": answer.customers}
            self.print_json(head | answer.found | {"warnings": warnings})
            return
        for warning in warnings:
            self.stderr.write(warning)
        until = f" up to {head['until']}" if head else ""
        self.stdout.write(f"{answer.customers} customers{until}")
        for line in answer.lines:
            self.stdout.write(line)
