"""What a new value would change, in words and with ten examples."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanxi.cadence.queries.playbook_effects import (
    Change,
    changed_suggestions,
    moved_dates,
    moved_on_ladder,
    rules_of,
)
from guanxi.cadence.rules.recomputing import Rules
from guanxi.customers.models import Customer
from guanxi.organization.models import Store, User
from guanxi.organization.rules.calendars import Calendar
from guanxi.playbooks.definitions import Playbook

EXAMPLES = 10
SUGGESTING = frozenset({"level.windows", "level.min_evidence", "level.deposit_min"})


@dataclass(frozen=True)
class Example:
    """``name`` is empty when the reader may not see the customer."""

    customer_id: int | None
    name: str
    level: str
    before: object
    after: object


@dataclass(frozen=True)
class Effect:
    """One sentence, what it means for the work, how many of each level, and examples before → after."""

    sentence: str
    note: str
    levels: list[tuple[str, int]]
    examples: list[Example]
    is_dates: bool = False

    @property
    def has_names(self) -> bool:
        return any(one.name for one in self.examples)


def effect_of(actor: User, store: Store, key: str, then: Playbook, today: date) -> Effect:
    """What putting ``then`` in force would change for ``store``; reckoned, nothing written."""
    now = rules_of(store)
    if key.startswith(("cadence.", "store.closed_")):
        days = dict(store.calendar_days.values_list("on", "is_closed"))
        return dates_effect(actor, store, now, Rules(then, Calendar.of(then.settings, days)), today)
    if key in SUGGESTING:
        changes = changed_suggestions(store, now.playbook, then, today)
        sentence = ngettext(
            "%(count)s open card would get another suggestion.",
            "%(count)s open cards would get another suggestion.",
            len(changes),
        ) % {"count": len(changes)}
        note = _("Levels in force stay until somebody judges anew.")
        return Effect(sentence, note, _levels(changes), _examples(actor, changes, lambda value: value))
    if key == "overdue.ladder":
        changes = moved_on_ladder(store, now.playbook, then, today)
        sentence = ngettext(
            "%(count)s late customer would move on the ladder.",
            "%(count)s late customers would move on the ladder.",
            len(changes),
        ) % {"count": len(changes)}
        return Effect(sentence, "", _levels(changes), _examples(actor, changes, ladder_words))
    return Effect(
        _("No date and no level changes now."),
        _("The new value counts from the next use of the rule on."),
        [],
        [],
    )


def dates_effect(actor: User, store: Store, now: Rules, then: Rules, today: date) -> Effect:
    """Which open follow-ups would get another date."""
    changes = moved_dates(store, now, then)
    sentence = ngettext(
        "%(count)s open follow-up would get another date.",
        "%(count)s open follow-ups would get another date.",
        len(changes),
    ) % {"count": len(changes)}
    late = sum(change.after < today <= change.before for change in changes)  # type: ignore[operator]
    notes = [_("Dates agreed with the customer stay.")]
    if late:
        notes.append(
            ngettext(
                "%(count)s of them would be late at once.", "%(count)s of them would be late at once.", late
            )
            % {"count": late}
        )
    examples = _examples(actor, changes, lambda value: value)
    return Effect(sentence, " ".join(notes), _levels(changes), examples, is_dates=True)


def ladder_words(step: object) -> str:
    words = [_("not late"), _("consultant"), _("supervisor"), _("manager calls"), _("reassignment")]
    return words[int(str(step))]


def _levels(changes: Sequence[Change]) -> list[tuple[str, int]]:
    counts = Counter(change.level for change in changes)
    return [(level, counts[level]) for level in "OHABCN" if level in counts]


def _examples(actor: User, changes: Sequence[Change], read) -> list[Example]:  # type: ignore[no-untyped-def]
    """Ten of them, with names only where the reader may see the card (an admin sees no customers)."""
    some = changes[:EXAMPLES]
    names = dict(
        Customer.objects.visible_to(actor)
        .filter(pk__in=[change.customer_id for change in some])
        .values_list("pk", "name")
    )
    return [
        Example(
            change.customer_id if change.customer_id in names else None,
            names.get(change.customer_id, ""), change.level, read(change.before), read(change.after),
        )
        for change in some
    ]  # fmt: skip
