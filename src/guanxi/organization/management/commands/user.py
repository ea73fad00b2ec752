"""``guanxi user add`` and ``guanxi user passwd``: for the person at the machine."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from guanxi.organization.command_line import GuanxiCommand, act_of_command, chosen_store
from guanxi.organization.models import Store, Team, User
from guanxi.organization.operations.passwords import issue_password
from guanxi.organization.operations.users import UserDraft, create_user
from guanxi.organization.rules.roles import Role
from guanxi.organization.temporary_passwords import new_temporary_password


class Command(GuanxiCommand):
    help = "Add a user, or give one a temporary password. The password is printed once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        add = verbs.add_parser("add")
        add.add_argument("username")
        add.add_argument("--name", required=True)
        add.add_argument("--role", action="append", required=True, choices=[role.value for role in Role])
        add.add_argument("--store", help="the store's number or name; the only one when left out")
        add.add_argument(
            "--team", help="the team's name; consultants, supervisors and customer service need one"
        )
        passwd = verbs.add_parser("passwd")
        passwd.add_argument("username")
        for verb in (add, passwd):
            super().add_arguments(verb)

    def answer(self, **options: Any) -> None:
        password = new_temporary_password()
        act = self._add if options["verb"] == "add" else self._passwd
        user = act(options, password)
        if options["json"]:
            self.print_json({"username": user.username, "temporary_password": password})
        else:
            self.stdout.write(f"{user.username}: temporary password {password}")

    def _add(self, options: dict[str, Any], password: str) -> User:
        store = chosen_store(options["store"])
        team = _team(store, options["team"])
        roles = frozenset(Role(role) for role in options["role"])
        draft = UserDraft(options["username"], options["name"], store, team, roles)
        return create_user(act_of_command(None, store), draft, password)

    def _passwd(self, options: dict[str, Any], password: str) -> User:
        user = User.objects.filter(username__iexact=options["username"]).first()
        if user is None:
            raise CommandError(f"There is no user {options['username']}.")
        issue_password(act_of_command(None, user.store), user, password)
        return user


def _team(store: Store, name: str | None) -> Team | None:
    """The team of that name, or the store's only one. Raises CommandError with the names to choose from."""
    teams = list(store.teams.all())
    if name is None:
        return teams[0] if len(teams) == 1 else None
    found = next((team for team in teams if team.name == name), None)
    if found is None:
        known = ", ".join(team.name for team in teams)
        raise CommandError(f"{store} has no team {name}. Its teams: {known}.")
    return found
