"""The ``guanxi`` command."""

import os
import sys


def main() -> None:
    """Run a command; ``guanxi help`` lists them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanxi.project.settings")
    from guanxi.project.sqlite import use_bundled_sqlite

    use_bundled_sqlite()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
