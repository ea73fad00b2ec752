"""What the next contact is for, and with what words: the first missing item of evidence that would raise the
level, else the aim of the level itself. Pure."""

from collections.abc import Set
from dataclasses import dataclass

from guanxi.cadence.rules.levels import rank
from guanxi.playbooks.definitions import GRADED, Evidence, Label, Playbook


@dataclass(frozen=True)
class Purpose:
    """``missing`` is the evidence asked for, None when the aim of the level is the purpose."""

    aim: Label
    words: Label | None
    missing: Evidence | None = None


def missing_evidence(level: str, ticked: Set[str], playbook: Playbook) -> list[Evidence]:
    """What would raise the level one step, or support the present one where nothing does yet."""
    supported = any(
        rank(playbook.evidence_by_code[code].level) >= rank(level)
        for code in ticked
        if code in playbook.evidence_by_code
    )
    wanted = level if not supported and rank(level) >= rank("B") else GRADED[min(rank(level) + 1, rank("H"))]
    return [item for item in playbook.evidence if item.level == wanted and item.code not in ticked]


def purpose_of(level: str, ticked: Set[str], playbook: Playbook) -> Purpose | None:
    """The purpose of the next contact with a customer at ``level``; None without a live level."""
    definition = playbook.levels_by_code.get(level)
    if definition is None or definition.aim is None:
        return None
    if level in ("B", "A", "C"):
        missing = missing_evidence(level, ticked, playbook)
        if missing:
            return Purpose(missing[0].ask, missing[0].words, missing[0])
    return Purpose(definition.aim, definition.words)
