"""An organisation chart from a sheet: read and checked, then written in one transaction, and undone as one."""

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from guanxi.customers.models import Customer
from guanxi.customers.operations.parts import add_contact_people, drop_contact_people, edit_contact_people
from guanxi.key_accounts.models import (
    ChartImport,
    KeyPerson,
    MarkChange,
)
from guanxi.key_accounts.operations.marks import apply_marks
from guanxi.key_accounts.operations.people import MOST_PEOPLE, card_day, lock_account
from guanxi.key_accounts.operations.removals import worked_with
from guanxi.key_accounts.refusals import MapRefused
from guanxi.key_accounts.rules.drafts import Seen
from guanxi.key_accounts.rules.sheets import (
    MOST_ROWS,
    ChartRow,
    Known,
    NoChart,
    check_chart,
    columns_left,
    read_chart,
)
from guanxi.lib.spreadsheets.precheck import LARGEST_FILE, WorkbookRefused
from guanxi.lib.spreadsheets.reading import read_workbook
from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.edits import refuse_stale
from guanxi.organization.rows import update_rows

READING_SECONDS = 20.0
# What a file of a chart may be called on disk while it is read; the content tells the kind.
SUFFIXES = {".xlsx", ".xls", ".csv", ".txt"}


def read_file(filename: str, chunks: Iterable[bytes]) -> tuple[list[ChartRow], list[str]]:
    """The lines of the first sheet that holds names, and the columns that were not read. Nothing of the file is kept.
    Raises MapRefused."""
    suffix = Path(filename).suffix.lower()
    with tempfile.NamedTemporaryFile(suffix=suffix if suffix in SUFFIXES else ".bin") as kept:
        size = 0
        for chunk in chunks:
            size += len(chunk)
            if size > LARGEST_FILE:
                raise MapRefused(_("The file is too large: at most 20 MB. Split it."), "file")
            kept.write(chunk)
        kept.flush()
        try:
            sheets = read_workbook(Path(kept.name), max_rows=MOST_ROWS + 100, timeout_seconds=READING_SECONDS)
        except WorkbookRefused as refused:
            if refused.code == "too_many_rows":
                raise _too_many() from refused
            raise MapRefused(
                _("This is no workbook we read. Save it as .xlsx, .xls or .csv, without macros."), "file"
            ) from refused
    for sheet in sheets:
        try:
            rows = read_chart(sheet.rows, [sheet.number(place) for place in range(len(sheet.rows))])
        except NoChart:
            continue
        if len(rows) > MOST_ROWS:
            raise _too_many()
        if rows:
            return rows, columns_left(sheet.rows)
    raise MapRefused(
        _("No sheet has a column of names. Call the columns name, title, department, superior."),
        "file",
    )


@transaction.atomic
def keep_chart(
    act: Act, customer_id: int, filename: str, rows: list[ChartRow], left: Sequence[str] = ()
) -> ChartImport:
    """Keep the lines of a sheet to be looked at, and the columns ``left`` unread; an older one that nobody entered
    goes. Raises Customer.DoesNotExist, MapRefused."""
    customer = lock_account(act, customer_id)
    customer.chart_imports.filter(state=ChartImport.State.READ).delete()
    found = ChartImport.objects.create(
        customer=customer, filename=Path(filename).name[:120], rows=[asdict(row) for row in rows],
        made={"left": list(left)}, by=act.by, at=act.at,
    )  # fmt: skip
    leave_trace([act.entry("chart_read", found, customer=customer.pk, changes={"rows": [None, len(rows)]})])
    return found


def checked_rows(found: ChartImport) -> list[ChartRow]:
    """The lines as they would be entered now."""
    return check_chart([ChartRow(**row) for row in found.rows], _known(found.customer))


@transaction.atomic
def enter_chart(act: Act, customer_id: int, chart_id: int, *, version: int) -> ChartImport:
    """Write every line that is not refused, all in one transaction: new people with their superiors; of people on the
    map only what was empty is filled, and their superior.

    Raises Customer.DoesNotExist, ChartImport.DoesNotExist, StaleEdit, MapRefused when nothing can be entered.
    """
    customer = lock_account(act, customer_id)
    found = customer.chart_imports.select_for_update().get(pk=chart_id)
    refuse_stale(found, version)
    if found.state != ChartImport.State.READ:
        raise MapRefused(_("This chart was entered already."))
    checked = checked_rows(found)
    rows = [row for row in checked if not row.refusal]
    if not rows:
        raise MapRefused(_("No line of this sheet can be entered. Mend the lines and read it again."))
    fresh = [row for row in rows if row.key is None]
    if customer.contacts.count() + len(fresh) > MOST_PEOPLE:
        raise MapRefused(_("A map holds at most %(count)s people.") % {"count": MOST_PEOPLE})
    added = add_contact_people(
        act,
        customer.pk,
        [{"name": row.name, "title": row.title, "department": row.department} for row in fresh],
    )
    keys = {row.line: row.key for row in rows if row.key is not None}
    keys |= {row.line: one.pk for row, one in zip(fresh, added, strict=True)}
    bosses = {
        keys[row.line]: keys.get(row.boss_row) if row.boss_row is not None else row.boss_key for row in rows
    }
    people = [KeyPerson(contact=one, reports_to_id=bosses[one.pk], known_since=act.on) for one in added]
    seen = Seen(_("From the sheet %(file)s") % {"file": found.filename})
    moved = [
        change
        for person, row in zip(people, fresh, strict=True)
        for change in apply_marks(act, person, _marks(row), seen, {})
    ]
    KeyPerson.objects.bulk_create(people)
    MarkChange.objects.bulk_create(moved)
    before = _complete(act, customer, [row for row in rows if row.key is not None], bosses)
    refused = [asdict(row) for row in checked if row.refusal]
    found.made |= {"added": [one.pk for one in added], "before": before, "refused": refused}
    found.state = ChartImport.State.DONE
    found.version += 1
    found.save()
    told = {"created": [0, len(added)], "updated": [0, len(before)]}
    leave_trace([act.entry("chart_entered", found, customer=customer.pk, changes=told)])
    return found


@transaction.atomic
def undo_chart(act: Act, customer_id: int, chart_id: int) -> ChartImport:
    """Take the people of a chart off again and put back what it completed. With whom somebody worked since stays, and
    whoever they report to; the chart then stands with these alone.

    Raises Customer.DoesNotExist, ChartImport.DoesNotExist, MapRefused when all of them stay.
    """
    customer = lock_account(act, customer_id)
    found = customer.chart_imports.select_for_update().get(pk=chart_id, state=ChartImport.State.DONE)
    added, before = found.made["added"], {int(key): row for key, row in found.made["before"].items()}
    versions = _versions(customer, before)
    back = {key: row for key, row in before.items() if versions.get(key) == row.get("versions")}
    stays = _staying(customer, added, back)
    gone = [key for key in added if key not in stays]
    if not (gone or back):
        raise MapRefused(_("Somebody worked with these people since: the chart can no longer be taken back."))
    titles = {key: {name: row[name] for name in ("title", "department")} for key, row in back.items()}
    edit_contact_people(act, customer.pk, titles)
    for key, row in back.items():
        person = KeyPerson.objects.filter(contact=key)
        if row["is_new"]:
            person.delete()
        else:
            person.update(reports_to_id=row["reports_to"], version=F("version") + 1)
    drop_contact_people(act, customer.pk, gone)
    left = {str(key): row for key, row in before.items() if key not in back}
    found.made |= {"added": [key for key in added if key in stays], "before": left}
    found.state = ChartImport.State.DONE if stays or left else ChartImport.State.UNDONE
    found.version += 1
    found.save()
    leave_trace([act.entry("chart_undone", found, customer=customer.pk)])
    return found


def _staying(customer: Customer, added: list[int], back: Iterable[int]) -> set[int]:
    """Those of ``added`` with whom somebody worked, and upwards whoever one that stays reports to."""
    mine = set(added)
    stays = worked_with(added)
    bosses = dict(
        KeyPerson.objects.filter(contact__customer=customer).values_list("contact_id", "reports_to_id")
    )
    # Who was there before reports to one of them by somebody's hand, unless that line is put back too.
    stays |= {boss for person, boss in bosses.items() if boss in mine and person not in mine | set(back)}
    rising = list(stays)
    for person in rising:
        boss = bosses.get(person)
        if boss in mine and boss not in stays:
            stays.add(boss)
            rising.append(boss)
    return stays


def _marks(row: ChartRow) -> dict[str, str]:
    """The marks of a line as fields of KeyPerson."""
    return {"degree" if kind == "contact" else kind: mark for kind, mark in row.marks.items()}


def _known(customer: Customer) -> list[Known]:
    rows = customer.contacts.filter(key_person__left_on__isnull=True).order_by("id")
    return [Known(*row) for row in rows.values_list("pk", "name", "department", "key_person__reports_to_id")]


def _complete(
    act: Act, customer: Customer, rows: list[ChartRow], bosses: dict[int, int | None]
) -> dict[str, dict[str, Any]]:
    """Fill what is empty in people who were there, and set their superior; returns what stood before, with the
    versions they have now."""
    before: dict[int, dict[str, Any]] = {}
    contacts = {one.pk: one for one in customer.contacts.filter(pk__in=[row.key for row in rows])}
    people = {one.pk: one for one in KeyPerson.objects.filter(contact__in=contacts)}
    new, changed, titles = [], [], {}
    for row in rows:
        assert row.key is not None
        contact, person = contacts[row.key], people.get(row.key)
        reported_to = person.reports_to_id if person else None
        boss = bosses[row.key] if row.boss and not row.is_loose else reported_to
        former = {"title": contact.title, "department": contact.department}
        now = {name: value or getattr(row, name) for name, value in former.items()}
        if now == former and boss == reported_to:
            continue
        before[row.key] = former | {"reports_to": reported_to, "is_new": person is None}
        titles[row.key] = now
        if person is None:
            since = card_day(act, customer)
            new.append(KeyPerson(contact=contact, reports_to_id=boss, known_since=since))
        else:
            person.reports_to_id = boss
            person.version += 1
            changed.append(person)
    KeyPerson.objects.bulk_create(new)
    update_rows(changed, ["reports_to", "version"])
    edit_contact_people(act, customer.pk, titles)
    versions = _versions(customer, before)
    return {str(key): row | {"versions": versions[key]} for key, row in before.items()}


def _versions(customer: Customer, people: Iterable[int]) -> dict[int, list[int | None]]:
    """Contact → its version and that of its marks: when they moved, somebody worked with the person."""
    rows = customer.contacts.filter(pk__in=list(people))
    return {
        pk: [contact, marks]
        for pk, contact, marks in rows.values_list("pk", "version", "key_person__version")
    }


def _too_many() -> MapRefused:
    return MapRefused(_("The sheet has more than %(count)s rows. Split it.") % {"count": MOST_ROWS}, "file")
