"""``guanxi reindex``: builds the search index anew, for instance after a change of what it holds."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from guanxi.customers.operations.search import reindex_all


class Command(BaseCommand):
    help = "Build the search index anew. Safe while people work."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON only")

    def handle(self, *args: Any, **options: Any) -> None:
        cards = reindex_all()
        self.stdout.write(json.dumps({"cards": cards}) if options["json"] else f"{cards} cards indexed")
