"""``guanxi openapi``: the description of the API, and whether the one in the documents still is it."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from guanxi.api.mount import api


class Command(BaseCommand):
    help = "Print the description of the API (OpenAPI), or compare it with a file."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", type=Path, metavar="FILE", help="exit 1 unless FILE holds this description"
        )

    def handle(self, *args: Any, check: Path | None, **options: Any) -> None:
        described = json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=2)
        if check is None:
            self.stdout.write(described)
        elif not check.exists() or check.read_text(encoding="utf-8").strip() != described:
            raise CommandError(f"The API has changed. If that is meant: guanxi openapi > {check}")
