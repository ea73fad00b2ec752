"""``guanxi suggest-level``: the level that facts support (R-LVL-01), without a card or a database."""

from argparse import ArgumentParser
from dataclasses import asdict
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from guanxi.cadence.queries.judgements import judgement
from guanxi.cadence.rules.levels import LevelFacts
from guanxi.organization.command_line import GuanxiCommand
from guanxi.playbooks.loader import load_pack, pack_codes


def amount(text: str) -> Decimal:
    """Yuan, as argparse wants it: ValueError for anything else."""
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not value.is_finite() or value < 0:
        raise ValueError(text)
    return value


class Command(GuanxiCommand):
    help = "Tell the level that a closing date, evidence and a deposit speak for."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--close", type=date.fromisoformat, help="expected closing date, YYYY-MM-DD")
        parser.add_argument("--evidence", default="", help="evidence codes, separated by commas")
        parser.add_argument("--deposit", type=amount, default=Decimal(0), help="held, in yuan")
        parser.add_argument("--ordered", action="store_true", help="an order is placed")
        parser.add_argument("--on", type=date.fromisoformat, help="business date; today when omitted")
        parser.add_argument("--pack", default="auto", choices=pack_codes())
        super().add_arguments(parser)

    def answer(self, *args: Any, **given: Any) -> None:
        playbook = load_pack(given["pack"])
        codes = frozenset(code.strip().upper() for code in given["evidence"].split(",") if code.strip())
        if unknown := codes - playbook.evidence_by_code.keys():
            known = ", ".join(playbook.evidence_by_code)
            raise CommandError(f"Unknown evidence {', '.join(sorted(unknown))}. Known: {known}.")
        facts = LevelFacts(given["close"], codes, given["deposit"], given["ordered"])
        found = judgement(facts, given["on"] or timezone.localdate(), playbook)
        if given["json"]:
            self.print_json(asdict(found))
            return
        self.stdout.write("\n".join([found.level, *found.reasons]))
