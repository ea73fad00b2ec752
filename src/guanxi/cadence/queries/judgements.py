"""A suggested level in words: the reasons behind R-LVL-01."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanxi.cadence.rules.levels import LevelFacts, Suggestion, suggest_level
from guanxi.organization.labels import language
from guanxi.playbooks.definitions import Playbook
from guanxi.ui.punctuation import listed


@dataclass(frozen=True)
class Judgement:
    """A suggestion as programs read it; ``flags`` are evidence_missing, small_deposit and date_passed."""

    level: str
    by_date: str | None
    by_evidence: str | None
    reasons: list[str]
    flags: list[str]


def judgement(facts: LevelFacts, today: date, playbook: Playbook) -> Judgement:
    """R-LVL-01 with its reasons, in the active language."""
    found = suggest_level(facts, today, playbook)
    return Judgement(
        level=found.level,
        by_date=found.by_date,
        by_evidence=found.by_evidence,
        reasons=_reasons(found, facts, today, playbook),
        flags=sorted(flag.lower() for flag in found.flags),
    )


def _reasons(suggestion: Suggestion, facts: LevelFacts, today: date, playbook: Playbook) -> list[str]:
    """One sentence for each fact that counted, in the order it was weighed."""
    if suggestion.level == "O":
        return [_("Ordered, or a deposit of at least the threshold was received.")]
    said = []
    if facts.expected_close_on is None:
        said.append(_("The closing date is unknown."))
    else:
        days = (facts.expected_close_on - today).days
        if days < 0:
            said.append(_("The expected closing date has passed."))
        else:
            said.append(
                ngettext("Closes in %(days)s day: %(level)s.", "Closes in %(days)s days: %(level)s.", days)
                % {"days": days, "level": suggestion.by_date}
            )
    items = [playbook.evidence_by_code[code].label.text(language()) for code in sorted(facts.ticked)
             if code in playbook.evidence_by_code]  # fmt: skip
    if items:
        said.append(_("Evidence: %(items)s.") % {"items": listed(items)})
    if "SMALL_DEPOSIT" in suggestion.flags:
        said.append(_("A small deposit counts as evidence for H."))
    if "EVIDENCE_MISSING" in suggestion.flags:
        said.append(_("Nothing is ticked: evidence is needed within 24 hours."))
        if suggestion.by_date not in (None, suggestion.level):
            said.append(_("Until then one step below the date."))
    if suggestion.by_date and suggestion.by_evidence and suggestion.by_date != suggestion.by_evidence:
        said.append(_("Date and evidence differ: the lower one counts."))
    elif suggestion.by_date is None and suggestion.by_evidence not in (None, suggestion.level):
        said.append(_("Without a date the level is capped at A."))
    return said
