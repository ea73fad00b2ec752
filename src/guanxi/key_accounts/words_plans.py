"""The plan and the review of an account in words."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

from guanxi.key_accounts.models import AccountMember, PlannedStep
from guanxi.key_accounts.queries.account_plans import PlanTold
from guanxi.key_accounts.rules.alerts import Alert
from guanxi.key_accounts.rules.growth import DEPARTMENTS, PAIRS
from guanxi.key_accounts.rules.reviews import PlanRisk
from guanxi.key_accounts.words import alert_words

SECTIONS = {
    "WORK": gettext_lazy("How we work"),
    "SCREENING": gettext_lazy("Screening"),
    "RELATION": gettext_lazy("The relation"),
    "SWITCHING": gettext_lazy("What it would cost them to leave"),
    "MAINTENANCE": gettext_lazy("Keeping the relation, in three steps"),
    "CREATE": gettext_lazy("First meetings: CREATE"),
}
DEPARTMENT = {
    "PURCHASING": gettext_lazy("Purchasing"),
    "FINANCE": gettext_lazy("Finance"),
    "TECHNICAL": pgettext_lazy("department", "Technical"),
    "USER": pgettext_lazy("department", "Users"),
}
# The question, and the way to its answer (handbook 9.1).
QUESTIONS: dict[str, tuple[Any, Any]] = {
    "WHO_APPROVES": (
        gettext_lazy("Who signs, and who may still say no?"),
        gettext_lazy("Follow the vine: ask each one you know whose word they wait for."),
    ),
    "WHO_DECIDES": (
        gettext_lazy("Who says yes?"),
        gettext_lazy("Follow the vine: ask who decided last time, and who was asked before."),
    ),
    "PEOPLE": (
        gettext_lazy("What do the key persons like, and what do they want for themselves?"),
        gettext_lazy("Keep your eyes open: their room, their talk, their day."),
    ),
    "POLITICS": (
        gettext_lazy("Who stands with whom, and against whom?"),
        gettext_lazy("Suppose and test: say how you see it, and watch who corrects you."),
    ),
    "RIVAL": (
        gettext_lazy("What do the rivals offer, and whom do they know in the house?"),
        gettext_lazy("Ask the coach, then the buyer; compare the two answers."),
    ),
    "PRICE": (
        gettext_lazy("What is the budget, and who can change it?"),
        gettext_lazy("Compare with their peers: what did a house of this size pay?"),
    ),
    "PERFORM": (
        gettext_lazy("By which figures do they judge what we deliver?"),
        gettext_lazy("Ask the users for the sheet on which they count."),
    ),
    "SERVICE": (
        gettext_lazy("Which service do they miss with their supplier of today?"),
        gettext_lazy("Ask whoever has to answer when something stands still."),
    ),
}
RISKS: dict[PlanRisk, Any] = {
    "RIVAL_HOLDS": gettext_lazy("A rival holds this house firmly: so far we only serve as a second price."),
    "ONE_PERSON": gettext_lazy("They trust one person, not the house: if that person leaves, the account leaves too."),
    "WEAK_RELATION": gettext_lazy("The relation is thin: it does not carry a difference over price."),
    "EASY_TO_LEAVE": gettext_lazy("Changing the supplier costs them little: nothing holds them but the next price."),
    "NO_STEP": gettext_lazy("Nothing is planned: the account stands still."),
    "STEP_LATE": gettext_lazy("Planned steps are late: what was promised inside the house is not happening."),
    "NO_STRATEGY": gettext_lazy("No strategy is chosen against the rivals."),
}  # fmt: skip


@dataclass(frozen=True)
class PairWords:
    """A pair of the snowball with those of us who stand for it."""

    label: str
    members: list[AccountMember]
    is_covered: bool


def pair_words(told: PlanTold) -> list[PairWords]:
    """The five pairs in the order of the three rolls."""
    labels = dict(AccountMember.Function.choices)
    return [
        PairWords(
            str(labels[pair]), [one for one in told.members if one.function == pair], pair in told.pairs
        )
        for pair in PAIRS
    ]


def department_words(told: PlanTold) -> list[tuple[str, bool]]:
    """The four departments, each with whether we have met somebody of it."""
    return [(str(DEPARTMENT[code]), code in told.departments) for code in DEPARTMENTS]


def means_words(told: PlanTold, codes: tuple[str, ...]) -> list[tuple[str, int]]:
    """Each of these means, with how often it was used."""
    labels = dict(PlannedStep.Means.choices)
    return [(str(labels[code]), told.used.get(code, 0)) for code in codes]


def question_words(told: PlanTold) -> list[tuple[str, str]]:
    """What to find out, and how."""
    return [(str(question), str(way)) for question, way in (QUESTIONS[code] for code in told.questions)]


def risk_words(told: PlanTold) -> list[tuple[str, str]]:
    """The three risks as sentences, each with what to do about it where the map knows."""
    found = []
    for risk in told.risks:
        if isinstance(risk, Alert):
            words = alert_words(risk)
            found.append((words.text, words.advice))
        else:
            found.append((str(RISKS[risk]), ""))
    return found
