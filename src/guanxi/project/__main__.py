"""The ``guanxi`` command."""

import os
import sys
from typing import Any


def main() -> None:
    """Run a command; ``guanxi help`` lists them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanxi.project.settings")
    from guanxi.project.sqlite import use_bundled_sqlite

    use_bundled_sqlite()
    from django.core.management import ManagementUtility

    class Program(ManagementUtility):
        def fetch_command(self, subcommand: str) -> Any:
            try:
                return super().fetch_command(subcommand)
            except SystemExit:
                # Django leaves with 1, which here says that a command was refused.
                sys.exit(2)

    Program(sys.argv).execute()


if __name__ == "__main__":
    main()
