"""What coaching is called: the aspects and their three degrees, classes, the questions of a week, listening."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from guanxi.lib.money import format_ratio
from guanxi.performance.rules.coaching import Step

# 8.7: aspect → its name and what pass, middle and top look like.
ASPECTS: dict[str, tuple[Any, Any, Any, Any]] = {
    "focus": (
        gettext_lazy("What they look at in an order"), gettext_lazy("the deal itself"),
        gettext_lazy("steering how it comes about"), gettext_lazy("the few points that decide it"),
    ),
    "entry": (
        gettext_lazy("How they get in"), gettext_lazy("selling points of the product and its technology"),
        gettext_lazy("the customer's own affairs and a whole solution"),
        gettext_lazy("and also who has the say, who stands with whom, what each gains"),
    ),
    "price": (
        gettext_lazy("How they explain the price"), gettext_lazy("it is low"),
        gettext_lazy("owning it costs less in the end"), gettext_lazy("it makes more of the customer's money"),
    ),
    "contact": (
        gettext_lazy("Whom they deal with"), gettext_lazy("those who use it"),
        gettext_lazy("those who manage"), gettext_lazy("those at the top who decide"),
    ),
}  # fmt: skip
CLASSES = {
    "PASS": pgettext_lazy("seller's class", "Pass"),
    "MIDDLE": pgettext_lazy("seller's class", "Middle"),
    "TOP": pgettext_lazy("seller's class", "Top"),
}
# R-TEAM-07.
QUESTIONS = {
    "DUTIES": gettext_lazy("Does everybody know their own post and duties, and where the leader's differ?"),
    "COSTS": gettext_lazy("Was it reckoned what our selling costs, and what we miss meanwhile?"),
    "WORDS": gettext_lazy("Do all use the same words for how far a deal is, and the same order of priority?"),
    "CHANCES": gettext_lazy("Does the leader create chances? How, and which?"),
    "ACCOUNTS": gettext_lazy("Does the leader judge the large customers and direct effort to them?"),
    "SYSTEMS": gettext_lazy("Does management build and run rules, customer records and partners?"),
}
# R-TEAM-09.
LISTENING = {
    "ENCOURAGE": gettext_lazy("Encouraged the customer to go on"),
    "FEED_BACK": gettext_lazy("Summed up what was heard"),
    "UNDERSTAND": gettext_lazy("Understood before answering"),
    "NO_QUARREL": gettext_lazy("Did not argue"),
    "BODY": gettext_lazy("Showed attention with eyes and posture"),
    "RESTATE": gettext_lazy("Said it again in own words"),
    "NOTES": gettext_lazy("Took notes"),
}
PARTS = {
    "participation": gettext_lazy("Participation"),
    "case_report": gettext_lazy("Case report"),
    "role_play": pgettext_lazy("coaching", "Role-play"),
    "summary": gettext_lazy("Final summary"),
}


def first_words(step: Step | None) -> str:
    """One sentence: what to coach first, and how far behind it is."""
    if step is None:
        return ""
    told = {"own": format_ratio(step.own), "team": format_ratio(step.team), "level": step.code}
    words = {
        "reach_rate": _("Reaching people: %(own)s of the contacts reach somebody, %(team)s in the store."),
        "filing": _("Getting visitors to leave a number: %(own)s do, %(team)s in the store."),
        "close_rate": _("Closing: %(own)s of the open customers ordered, %(team)s in the store."),
        "follow_rate": _("Following up in time: %(own)s on time, %(team)s in the store."),
    }
    levels = _("Calling %(level)s: %(own)s of these calls held, %(team)s in the store. Ask for the evidence.")
    return words.get(step.code, levels) % told
