"""Why a setting is refused, in the reader's words. The kinds are pydantic's and those of ``playbooks``."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.ui.punctuation import said_of

REASONS = {
    "greater_than_equal": _("At least %(ge)s."),
    "less_than_equal": _("At most %(le)s."),
    "int_type": _("Enter a whole number."),
    "int_parsing": _("Enter a whole number."),
    "int_from_float": _("Enter a whole number."),
    "decimal_type": _("Enter a number."),
    "decimal_parsing": _("Enter a number."),
    "literal_error": _("Choose one of the values offered."),
    "bool_parsing": _("Choose yes or no."),
    "missing": _("A value is missing."),
    "lacks": _("A value is missing: %(lacking)s."),
    "windows_order": _("H must be shorter than A, and A shorter than B."),
    "ladder_falls": _("Level %(level)s: no step may come earlier than the one before it."),
    "edges_fall": _("Each grade begins at more purchases than the one before it."),
    "cuts_order": _("A must end below B."),
    "good_order": _("NORMAL must begin below GOOD."),
    "credit_order": _("B must begin below A."),
    "edges_order": _("Each border must lie above the one before it."),
    "shares_sum": _("The parts must add up to 100."),
    "weights_lack": _("Each of the four roles needs its weight."),
    "closed_every_day": _("The store cannot be closed on every day of the week."),
}


def setting_reason(place: str, kind: str, facts: dict[str, Any]) -> str:
    """A sentence that names the part of the value (the last word of ``place``) and what to change."""
    words = str(REASONS.get(kind, _("This value does not fit."))) % facts
    part = place.rpartition(".")[2]
    return said_of(part, words) if part.isupper() or part.isdigit() else words
