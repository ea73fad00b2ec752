"""Findings and verdicts in sentences."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import ngettext_lazy as ngettext

from guanxi.lib.money import format_ratio
from guanxi.pipeline.forms.assessments import SECTION_WORDS
from guanxi.pipeline.rules.advice import Advice, Reason
from guanxi.ui.punctuation import listed

VERDICTS = {
    "FOLLOW": (gettext_lazy("Follow it"), "good"),
    "ASK": (gettext_lazy("Find out first"), "warning"),
    "NURTURE": (gettext_lazy("Nurture it, do not push"), "warning"),
    "DROP": (gettext_lazy("Drop it"), "bad"),
}
REASONS = {
    "BI_CONTINUE": gettext_lazy("A burning issue with a time limit stands behind it."),
    "BI_ASK": gettext_lazy("Nobody has asked yet whose problem it is, by when, and what makes it a dilemma."),
    "BI_NURTURE": gettext_lazy("The burning issue is too weak: without a time limit nothing has to happen."),
    "BI_DROP": gettext_lazy("There is no burning issue: not personal, no time limit, no dilemma."),
    "FOUR_GO": gettext_lazy("The four questions say go: %(plus)s plus, no red section."),
    "FOUR_ASK": gettext_lazy("The four questions are not answered: %(plus)s plus of the %(needed)s needed."),
    "FOUR_RED": gettext_lazy("Red: %(sections)s"),
    "FOUR_SHORT": gettext_lazy("The four questions fall short: %(plus)s plus of the %(needed)s needed."),
    "UCV_READY": gettext_lazy("Our value for them is clear: %(points)s of 10."),
    "UCV_SHORT": gettext_lazy(
        "Our value for them is not clear enough: %(points)s of 10, %(needed)s are needed."
    ),
    "UCV_ASK": gettext_lazy("What only we give them has not been worked out yet."),
    "BANT_SHORT": gettext_lazy("BANT stands at %(points)s of 16, the gate is %(needed)s."),
    "TOO_OLD": gettext_lazy("Open for %(days)s days: of those that got as old, %(share)s were won."),
    "COSTLY": gettext_lazy("It has cost a larger share of its amount than usual."),
}
COUNTED = {
    "CLOSING_PASSED": ngettext(
        "The expected closing passed %(days)s day ago: set a new day, or close it.",
        "The expected closing passed %(days)s days ago: set a new day, or close it.",
        "days",
    ),
    "STALLED": ngettext(
        "%(days)s day in this stage, longer than won deals take.",
        "%(days)s days in this stage, longer than won deals take.",
        "days",
    ),
}


def verdict_words(advice: Advice) -> tuple[Any, str]:
    """The verdict and its tone."""
    return VERDICTS[advice.verdict]


def advice_words(advice: Advice) -> list[dict[str, Any]]:
    """Every finding as a sentence with its tone, what carries the verdict first."""
    return [
        {"words": _sentence(reason), "tone": VERDICTS[reason.verdict][1] if reason.verdict else "neutral",
         "carries": reason.verdict == advice.verdict}
        for reason in advice.reasons
    ]  # fmt: skip


def why(advice: Advice) -> str:
    """The verdict with the finding that carries it, in one sentence."""
    verdict = str(VERDICTS[advice.verdict][0])
    return _("%(verdict)s: %(why)s") % {"verdict": verdict, "why": _sentence(advice.reasons[0])}


def _sentence(reason: Reason) -> str:
    facts = dict(reason.facts)
    if "sections" in facts:
        facts["sections"] = listed(str(SECTION_WORDS[section]) for section in facts["sections"])
    if "share" in facts:
        facts["share"] = format_ratio(facts["share"])
    words = COUNTED.get(reason.code) or REASONS[reason.code]
    return str(words % facts)
