"""``guanxi init``: database, store 01 and its admin; safe to repeat, asks nothing without a terminal."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse
from django.utils.translation import gettext as _

from guanxi.organization.command_line import GuanxiCommand, act_of_command
from guanxi.organization.models import User
from guanxi.organization.operations.installations import Installation, SetUpRefused, has_users, set_up
from guanxi.organization.operations.set_up_links import make_set_up_link
from guanxi.organization.queries.users import first_admin
from guanxi.playbooks.loader import load_pack, pack_codes

DEFAULT_PACK = "auto"
PACKS = ", ".join(f"{code} {load_pack(code).label.en}" for code in pack_codes())


class Command(GuanxiCommand):
    help = "Bring the database up to date; when it is empty, make store 01 and its admin and print a set-up link."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--name", help="the store's name")
        parser.add_argument(
            "--pack",
            choices=pack_codes(),
            help=f"the industry, for good: {PACKS}; {DEFAULT_PACK} when not said",
        )
        parser.add_argument(
            "--address", default="http://127.0.0.1:8000", help="where the pages are served, for the link"
        )

    def answer(self, *, name: str | None, pack: str | None, address: str, **options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        made = False
        if not has_users():
            if not options["json"] and sys.stdin.isatty():
                name = name or input(f"{_('Store name')} [{_('Store')}]: ").strip()
                pack = pack or self._asked_pack()
            made = _made(name or _("Store"), pack or DEFAULT_PACK)
        admin = first_admin()
        if admin is None or admin.store is None:
            raise CommandError("There are users but no active admin of a store. Run: guanxi user add")
        url = None if admin.has_usable_password() else address.rstrip("/") + _link_path(admin)
        if options["json"]:
            self.print_json({"store": admin.store.code, "user": admin.username, "setup_url": url})
            return
        done = "Made" if made else "Already set up, nothing changed:"
        industry = admin.store.playbook.label.en
        self.stdout.write(
            f"{done} store {admin.store.code} {admin.store} ({industry}), user {admin.username}"
        )
        if url is None:
            self.stdout.write("The user has a password.")
            return
        self.stdout.write(f"Choose the password here, once, within 7 days: {url}")
        if not made:
            self.stdout.write("A link printed before no longer works.")

    def _asked_pack(self) -> str:
        self.stdout.write(PACKS)
        while (
            pack := input(f"{_('Industry')} [{DEFAULT_PACK}]: ").strip() or DEFAULT_PACK
        ) not in pack_codes():
            self.stdout.write(f"Choose one of {', '.join(pack_codes())}.")
        return pack


def _made(store_name: str, pack: str) -> bool:
    """False when another process was faster."""
    act = act_of_command(None)
    try:
        set_up(
            act.at,
            Installation(store_name, _("Team 1"), "admin", _("Administrator"), None, pack),
            source="cli",
        )
    except SetUpRefused:
        return False
    return True


def _link_path(admin: User) -> str:
    return reverse("set-up-link", args=[make_set_up_link(act_of_command(None, admin.store), admin)])
