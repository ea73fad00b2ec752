from guanxi.performance.models.closes import FrozenFigures, MonthClose
from guanxi.performance.models.coaching import CoachingSession, SkillAssessment, TeamReview
from guanxi.performance.models.daily_reports import DailyReport
from guanxi.performance.models.targets import MonthComment, Target, TargetMeasure

__all__ = [
    "CoachingSession", "DailyReport", "FrozenFigures", "MonthClose", "MonthComment", "SkillAssessment", "Target",
    "TargetMeasure", "TeamReview",
]  # fmt: skip
