"""Setting marks: each on dated evidence, attitudes one step at a time (R-KEY-03)."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from guanxi.key_accounts.models import MARKS, KeyPerson, MarkChange
from guanxi.key_accounts.refusals import MapRefused
from guanxi.key_accounts.rules.drafts import Seen
from guanxi.key_accounts.rules.marks import ATTITUDES, one_step
from guanxi.organization.acts import Act

LONGEST = 300


def apply_marks(
    act: Act, person: KeyPerson, values: Mapping[str, Any], seen: Seen, newest: Mapping[str, date]
) -> list[MarkChange]:
    """Set marks on a locked row the caller saves; returns the changes to store, none for marks that stay.

    ``newest`` tells on which day each mark was last moved. Raises MapRefused without evidence, for a day that cannot
    be, and for an attitude that jumps.
    """
    on = seen.on or act.on
    moved = {
        name: value
        for name, value in values.items()
        if name in MARKS and _text(person, name) != _plain(value)
    }
    if not moved:
        return []
    evidence = " ".join(seen.evidence.split())
    if not evidence:
        raise MapRefused(_("Say what shows it: a mark without evidence is only an opinion."), "evidence")
    if len(evidence) > LONGEST:
        raise MapRefused(_("Say it in %(count)s characters.") % {"count": LONGEST}, "evidence")
    if on > act.on:
        raise MapRefused(_("The evidence cannot lie in the future."), "seen_on")
    if later := max((day for name in moved if (day := newest.get(name)) and day > on), default=None):
        raise MapRefused(_("There is newer evidence of %(day)s.") % {"day": later.isoformat()}, "seen_on")
    if "attitude" in moved and not one_step(person.attitude, _plain(moved["attitude"])):
        raise MapRefused(
            _("An attitude moves one step at a time along %(ladder)s: from %(before)s not to %(after)s.")
            % {
                "ladder": " → ".join(ATTITUDES),
                "before": person.attitude,
                "after": _plain(moved["attitude"]) or "—",
            },
            "attitude",
        )
    found = []
    for name, value in moved.items():
        before = _text(person, name)
        setattr(person, name, value)
        found.append(
            MarkChange(
                person_id=person.pk, mark=name, before=before, after=_plain(value), evidence=evidence, on=on,
                by=act.by, at=act.at,
            )
        )  # fmt: skip
    return found


def newest_days(person_ids: Iterable[int]) -> dict[int, dict[str, date]]:
    """Person → mark → day of its last change."""
    found: dict[int, dict[str, date]] = {}
    rows = MarkChange.objects.standing().filter(person__in=list(person_ids)).order_by("on", "id")
    for person, mark, on in rows.values_list("person_id", "mark", "on"):
        found.setdefault(person, {})[mark] = on
    return found


def _text(person: KeyPerson, name: str) -> str:
    return _plain(getattr(person, name))


def _plain(value: Any) -> str:
    return "" if value is None else str(value)
