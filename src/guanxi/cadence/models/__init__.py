from guanxi.cadence.models.contacts import Interaction
from guanxi.cadence.models.levels import EvidenceTick, LevelChange, WithdrawnLevel
from guanxi.cadence.models.losses import LossReport
from guanxi.cadence.models.tasks import FormerDueDate, Task

__all__ = [
    "EvidenceTick",
    "FormerDueDate",
    "Interaction",
    "LevelChange",
    "LossReport",
    "Task",
    "WithdrawnLevel",
]
