"""``guanxi audit``: reckon the seal of the whole audit trail anew; exit 1 when it is broken."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from guanxi.organization.operations.sealing import verify


class Command(BaseCommand):
    help = "Verify the audit trail; exit 1 when entries were changed outside the program."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the verdict as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = verify()
        if options["json"]:
            self.stdout.write(json.dumps(asdict(verdict), default=str))
        elif verdict.broken_after is None:
            self.stdout.write(
                f"intact up to entry {verdict.sealed_up_to}, {verdict.unsealed} newer entries not sealed"
            )
        if verdict.broken_after is not None:
            raise CommandError(f"broken after entry {verdict.broken_after}", returncode=1)
