from guanxi.insights.models.chances import Chance, ChanceRun

__all__ = ["Chance", "ChanceRun"]
