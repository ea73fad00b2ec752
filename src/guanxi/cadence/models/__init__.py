from guanxi.cadence.models.contacts import Interaction
from guanxi.cadence.models.levels import EvidenceTick, LevelChange
from guanxi.cadence.models.losses import LossReport
from guanxi.cadence.models.tasks import Task

__all__ = ["EvidenceTick", "Interaction", "LevelChange", "LossReport", "Task"]
