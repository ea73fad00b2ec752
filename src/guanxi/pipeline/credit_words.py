"""Credit and its terms in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from guanxi.pipeline.models import CreditReview
from guanxi.pipeline.rules.credit import PREPAYMENT, RETENTION, CreditClass

TONES = {CreditClass.A: "good", CreditClass.B: "neutral", CreditClass.C: "warning"}


def credit_told(review: CreditReview | None, cuts: Mapping[Any, int]) -> dict[str, Any] | None:
    """Class, tone, score and terms of a review; None where nobody reviewed."""
    if review is None:
        return None
    found = review.credit_class(cuts)
    return {
        "row": review, "label": str(found), "tone": TONES[found], "score": f"{review.score.normalize():f}",
        "terms": terms(found), "held": found == CreditClass.C,
    }  # fmt: skip


def terms(found: CreditClass) -> str:
    """The standard prepayment and retention of a class."""
    low, high = PREPAYMENT[found]
    if high is None:
        words = _("At least %(low)s %% in advance") % {"low": low}
    else:
        words = _("%(low)s–%(high)s %% in advance") % {"low": low, "high": high}
    if kept := RETENTION.get(found):
        return _("%(advance)s, %(kept)s %% retained") % {"advance": words, "kept": kept}
    return _("%(advance)s, nothing retained") % {"advance": words}
