"""What the commands share: whom and which store they mean, JSON on stdout, exit 0 done, 1 refused, 2 usage."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from guanxi.organization.acts import Act
from guanxi.organization.models import Store, User
from guanxi.organization.refusals import Refused

USAGE = 2


class GuanxiCommand(BaseCommand):
    """A command with ``--json``. It implements ``answer`` and refuses with Refused or CommandError."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON only; a refusal too")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.answer(**options)
        except (Refused, CommandError, DatabaseError) as refused:
            error = _refusal(refused)
            if options["json"]:
                self.print_json({"error": str(error)})
            raise error from refused

    def answer(self, *args: Any, **options: Any) -> None:
        """Do it and print the answer. Raises Refused and CommandError."""
        raise NotImplementedError

    def print_json(self, answer: Any) -> None:
        """One line, at once: a program may be waiting for it."""
        self.stdout.write(json.dumps(answer, ensure_ascii=False))
        self.stdout.flush()


def act_of_command(by: User | None, store: Store | None = None) -> Act:
    """What the command does, now, as ``by`` or (None) as the system."""
    return Act(by=by, at=timezone.now(), source="cli", given_store=store or (by.store if by else None))


def active_user(username: str) -> User:
    """The person of a user name. Raises CommandError for nobody and for leavers."""
    user = User.objects.active().select_related("store").filter(username__iexact=username).first()
    if user is None:
        raise CommandError(f"There is no user {username}.")
    return user


def user_with_store(username: str) -> tuple[User, Store]:
    """As ``active_user``; refuses somebody who belongs to no store."""
    user = active_user(username)
    if user.store is None:
        raise CommandError(f"{username} belongs to no store.")
    return user, user.store


def chosen_store(named: str | None, of: User | None = None) -> Store:
    """The store of a number or name; when none is named, that of ``of``, else the only one."""
    stores = list(Store.objects.order_by("pk"))
    if named:
        found = [store for store in stores if named == store.code] or [
            store for store in stores if named == store.name
        ]
        if not found:
            raise CommandError(f"There is no store {named}. {_known(stores)}")
        return found[0]
    if of and of.store:
        return of.store
    if len(stores) > 1:
        raise CommandError(f"Name the store with --store. {_known(stores)}", returncode=USAGE)
    if not stores:
        raise CommandError(_known(stores))
    return stores[0]


def _known(stores: list[Store]) -> str:
    if not stores:
        return "There is no store yet. Run: guanxi init"
    return f"Known: {', '.join(f'{store.code} {store.name}' for store in stores)}."


def _refusal(refused: Exception) -> CommandError:
    if isinstance(refused, CommandError):
        return refused
    if isinstance(refused, Refused):
        return CommandError(str(refused.message))
    return CommandError(f"The database did not answer ({str(refused).strip()}). If it is new: guanxi init")
