"""``guanxi today --user NAME``: whom a consultant contacts, why and with what purpose."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.utils import timezone, translation

from guanxi.organization.command_line import GuanxiCommand, user_with_store
from guanxi.workspace.worklists import Due, due_rows


class Command(GuanxiCommand):
    help = "List whom a consultant contacts; a day ahead assumes that nothing else happens. Writes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--user", required=True, help="user name")
        parser.add_argument("--on", type=date.fromisoformat, help="business date; today when omitted")
        super().add_arguments(parser)

    def answer(self, *, user: str, on: date | None, **options: Any) -> None:
        person, store = user_with_store(user)
        day = on or store.local_date(timezone.now())
        with translation.override("en" if person.language == "en" else "zh-hans"):
            rows = [as_values(row) for row in due_rows(person, store, day)]
        if options["json"]:
            self.print_json({"on": str(day), "items": rows})
            return
        if not rows:
            self.stdout.write(f"Nothing is due for {person} on {day}.")
        for row in rows:
            late = f"+{row['overdue_days']}" if row["overdue_days"] else ""
            parts = (
                row["level"] or "-",
                row["customer_no"],
                row["name"],
                f"{row['due_on']} {late}",
                row["reason"],
            )
            self.stdout.write("  ".join(parts))


def as_values(row: Due) -> dict[str, Any]:
    """The fields scripts rely on."""
    customer = row.item.customer
    return {
        "customer_no": customer.customer_no,
        "name": customer.name,
        "level": customer.level,
        "kind": row.kind,
        "due_on": str(row.due_on),
        "overdue_days": row.overdue_days,
        "reason": row.reason,
        "purpose": row.purpose,
    }
