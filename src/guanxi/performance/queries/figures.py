"""The figures of the period forms (Annex F), each by the form's code.

What they are asked for stands in ``about``, which the modules that reckon them import.
"""

from guanxi.performance.queries.about import About, FormFigures, days_with_something
from guanxi.performance.queries.composite import COMPOSITE
from guanxi.performance.queries.daily_reports import DAILY_REPORT
from guanxi.performance.queries.effectiveness import EFFECTIVENESS
from guanxi.performance.queries.losses import LOSS_ANALYSIS
from guanxi.performance.queries.month_sheets import CONTACT_STATUS
from guanxi.performance.queries.names import NAMES, REFERRALS
from guanxi.performance.queries.registers import CALL_STATISTICS, CALLS, WALK_IN_STATISTICS, WALK_INS
from guanxi.performance.queries.targets import TARGET_PLAN

__all__ = ["FIGURES", "About", "FormFigures", "days_with_something"]

FIGURES: tuple[FormFigures, ...] = (
    WALK_INS,
    CALLS,
    WALK_IN_STATISTICS,
    CALL_STATISTICS,
    CONTACT_STATUS,
    DAILY_REPORT,
    LOSS_ANALYSIS,
    TARGET_PLAN,
    EFFECTIVENESS,
    REFERRALS,
    NAMES,
    COMPOSITE,
)
