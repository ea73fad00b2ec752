"""``guanxi token create --user U``: a key for the API, printed once."""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from guanxi.organization.command_line import GuanxiCommand, act_of_command, active_user
from guanxi.organization.operations.tokens import create_token


def whole_days(text: str) -> int:
    if not text.isdecimal() or len(text) > 4 or not 1 <= int(text) <= 3650:
        raise ArgumentTypeError("1 to 3650 days; a key without an end takes --never")
    return int(text)


class Command(GuanxiCommand):
    help = "Make a key for the API that acts as a user. It is printed once and read-only unless --write."

    def add_arguments(self, parser: ArgumentParser) -> None:
        create = parser.add_subparsers(dest="verb", required=True).add_parser("create")
        super().add_arguments(create)
        create.add_argument("--user", required=True, help="user name")
        create.add_argument("--name", help="what it is for")
        create.add_argument("--write", action="store_true", help="may also change things")
        end = create.add_mutually_exclusive_group()
        end.add_argument("--days", type=whole_days, default=90, help="ends after so many, 1 to 3650")
        end.add_argument("--never", action="store_true", help="does not end")

    def answer(
        self, *, user: str, name: str | None, write: bool, days: int, never: bool, **options: Any
    ) -> None:
        person = active_user(user)
        act = act_of_command(None, person.store)
        name = (name or f"guanxi token {act.at:%Y-%m-%d %H:%M:%S}")[:40]
        row, token = create_token(act, person, name, read_only=not write, days=None if never else days)
        ends = row.expires_at.isoformat() if row.expires_at else None
        if options["json"]:
            self.print_json(
                {"token": token, "user": person.username, "read_only": row.read_only, "expires_at": ends}
            )
        else:
            self.stdout.write(token)
