from guanxi.performance.models.daily_reports import DailyReport
from guanxi.performance.models.targets import MonthComment, Target, TargetMeasure

__all__ = ["DailyReport", "MonthComment", "Target", "TargetMeasure"]
