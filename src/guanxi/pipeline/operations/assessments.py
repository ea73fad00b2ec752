"""Judging an opportunity: burning issue, unique value, four questions, BANT (handbook 8.5)."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.organization.acts import Act, leave_trace
from guanxi.pipeline.models import Opportunity
from guanxi.pipeline.operations.opportunities import OpportunityRefused, lock_opportunity
from guanxi.pipeline.rules.qualification import (
    AssessmentRefused,
    read_bant,
    read_burning,
    read_four,
    read_unique,
)

READERS: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "bi": read_burning,
    "ucv": read_unique,
    "four": read_four,
    "bant": read_bant,
}
WORDS = {
    "SHAPE": _("This assessment has another shape."),
    "UNKNOWN": _("This part is not known."),
    "YES_OR_NO": _("Answer yes or no, or leave it open."),
    "WHO_NEEDED": _("Name the person who has this issue."),
    "DAY_NEEDED": _("Say by which day: a limit without a day is none."),
    "DAY": _("Enter a day."),
    "WORDS_NEEDED": _("Say what the score stands on."),
    "SCORE": _("Choose one of the scores offered."),
    "MARK": _("A mark is +, ? or −."),
    "ALL_FOUR": _("Rate all four, or none."),
    "TOO_LONG": _("Say it in fewer characters."),
}


@transaction.atomic
def assess(
    act: Act, opportunity_id: int, *, version: int, given: Mapping[str, Mapping[str, Any]]
) -> Opportunity:
    """Store what ``given`` says, by assessment (``bi``, ``ucv``, ``four``, ``bant``); others stay.

    Raises Opportunity.DoesNotExist, StaleEdit, OpportunityRefused whose field is ``assessment__part``.
    """
    row = lock_opportunity(act, opportunity_id, version)
    changes = {}
    for name, said in given.items():
        if name not in READERS:
            raise OpportunityRefused(WORDS["UNKNOWN"], name)
        try:
            read = READERS[name](said)
        except AssessmentRefused as refused:
            field = f"{name}__{refused.field.replace('.', '__')}".rstrip("_")
            raise OpportunityRefused(WORDS[refused.code], field) from refused
        before = getattr(row, name)
        if before != read:
            changes[name] = [before, read]
            setattr(row, name, read)
    if not changes:
        return row
    row.version += 1
    row.save()
    leave_trace([act.entry("opportunity_assessed", row, customer=row.customer_id, changes=changes)])
    return row
