from guanxi.performance.models.closes import FrozenFigures, MonthClose
from guanxi.performance.models.daily_reports import DailyReport
from guanxi.performance.models.targets import MonthComment, Target, TargetMeasure

__all__ = ["DailyReport", "FrozenFigures", "MonthClose", "MonthComment", "Target", "TargetMeasure"]
