"""The ``guanxi`` command."""

import os
import sys
from typing import Any


def main() -> None:
    """Run a command; ``guanxi help`` lists them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanxi.project.settings")
    from guanxi.project.sqlite import use_bundled_sqlite

    use_bundled_sqlite()
    from django.core.management import ManagementUtility, get_commands

    class Program(ManagementUtility):
        def fetch_command(self, subcommand: str) -> Any:
            try:
                return super().fetch_command(subcommand)
            except SystemExit:
                # Django leaves with 1, which here says that a command was refused.
                sys.exit(2)

        def main_help_text(self, commands_only: bool = False) -> str:
            """Our own commands with what each does; ``help --commands`` lists Django's too."""
            if commands_only:
                return super().main_help_text(commands_only)
            own = sorted(name for name, app in get_commands().items() if str(app).startswith("guanxi."))
            lines = [f"  {name:<15} {str(self.fetch_command(name).help).splitlines()[0]}" for name in own]
            return "\n".join(["guanxi COMMAND --help tells what a command takes.", "", *lines])

    Program(sys.argv).execute()


if __name__ == "__main__":
    main()
