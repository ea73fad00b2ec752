"""``guanxi import FILE``: the same import without a browser, and its undo."""

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from guanxi.imports.models import ImportBatch
from guanxi.imports.operations.command_line import Asked, import_file, try_file, undo_batch
from guanxi.imports.queries.previews import kept_products
from guanxi.imports.queries.reports import SheetReport
from guanxi.imports.queries.words import REASONS, WARNINGS
from guanxi.imports.rules.vocabularies import VOCABULARIES
from guanxi.organization.command_line import (
    USAGE,
    GuanxiCommand,
    act_of_command,
    active_user,
    chosen_store,
)
from guanxi.organization.models import Store, User
from guanxi.organization.queries.users import first_admin
from guanxi.organization.rules.roles import Role

SHOWN = 20


class Command(GuanxiCommand):
    help = "Import customers or deals from a workbook (.xlsx, .xls, .csv), or take an import back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", help="the workbook")
        parser.add_argument("--sheet", action="append", default=[], help="only this sheet; may be repeated")
        parser.add_argument(
            "--kind", choices=[*VOCABULARIES], default="", help="without it, as the headers say"
        )
        parser.add_argument("--store", help="number or name of the store; needed when there are several")
        parser.add_argument(
            "--owner", help="user name of who gets the customers; else who imports, else the first admin"
        )
        parser.add_argument("--user", help="user name of the person importing; without it the system itself")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")
        parser.add_argument("--undo", type=int, metavar="BATCH", help="take back the import of this number")
        super().add_arguments(parser)

    def answer(self, **options: Any) -> None:
        if options["undo"]:
            self._undo(options)
        elif options["file"]:
            self._import(options)
        else:
            raise CommandError("Name a file, or --undo with the number of an import.", returncode=USAGE)

    def _import(self, options: dict[str, Any]) -> None:
        path = Path(options["file"])
        if not path.is_file():
            raise CommandError(f"There is no file {path}.", returncode=USAGE)
        actor = active_user(options["user"]) if options["user"] else None
        named = active_user(options["owner"]) if options["owner"] else None
        store = chosen_store(options["store"], actor or named)
        owner = named or actor or _first_admin(store)
        if owner.store_id != store.pk:
            raise CommandError(f"{owner.username} does not work in store {store.code} {store}.")
        act = act_of_command(actor, store)
        asked = Asked(path, options["sheet"], owner, options["kind"])
        reports = (try_file if options["dry_run"] else import_file)(act, asked)
        if all(report.refusal for report in reports):
            raise CommandError(" ".join(report.refusal for report in reports))
        self._print(reports, options["json"])
        if options["dry_run"] and not options["json"]:
            self.stdout.write("Dry run: nothing was changed.")
        failed, rows = (sum(report.counts[name] for report in reports) for name in ("failed", "rows"))
        if failed and failed == rows:
            # What was said above says why; nothing was taken.
            raise SystemExit(1)

    def _undo(self, options: dict[str, Any]) -> None:
        batch = ImportBatch.objects.filter(pk=options["undo"]).select_related("store").first()
        if batch is None:
            raise CommandError("There is no such import.")
        actor = active_user(options["user"]) if options["user"] else None
        act = act_of_command(actor, batch.store)
        batch = undo_batch(act, batch)
        kept = [row_no for row_no, _customer in batch.kept_on_undo]
        if options["json"]:
            names = kept_products(batch)
            self.print_json(
                {"batch": batch.pk, "state": batch.state, "kept_rows": kept, "kept_products": names}
            )
        else:
            self.stdout.write(
                f"Import {batch.pk} is undone; {len(kept)} rows worked on since stay as they are."
            )
            if names := kept_products(batch):
                self.stdout.write(
                    f"Products that stay, because something else names them: {', '.join(names)}"
                )

    def _print(self, reports: list[SheetReport], as_json: bool) -> None:
        if as_json:
            self.print_json(SheetReport.combined(reports))
            return
        for report in reports:
            if report.refusal:
                self.stdout.write(f"{report.sheet}: {report.refusal}")
                continue
            counts = " ".join(f"{name} {value}" for name, value in report.counts.items())
            number = f" (import {report.batch})" if report.batch else ""
            self.stdout.write(f"{report.sheet}{number}, {report.kind}: {counts}")
            for year, found in report.sums.items():
                self.stdout.write(f"  {year}: {found['rows']} rows, ¥{found['amount']}")
            for error in report.errors[:SHOWN]:
                where = f"row {error['row']}, column {error['column'] or '-'}"
                self.stdout.write(f"  {where}: {REASONS[error['reason']]} ({error['reason']})")
            if len(report.errors) > SHOWN:
                self.stdout.write(f"  {len(report.errors) - SHOWN} more rows failed; --json names them all.")
            for code, rows in Counter(warning["warning"] for warning in report.warnings).most_common():
                self.stdout.write(f"  {rows} rows: {WARNINGS[code]} ({code})")


def _first_admin(store: Store) -> User:
    """The store's first admin, else its only manager."""
    admin = first_admin(store)
    managers = User.objects.active().filter(store=store, grants__role=Role.MANAGER).order_by("pk")[:2]
    if admin is None and len(managers) != 1:
        raise CommandError("Name the consultant with --owner.", returncode=USAGE)
    return admin or managers[0]
