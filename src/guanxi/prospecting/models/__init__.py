from guanxi.prospecting.models.days import RegisterDay
from guanxi.prospecting.models.visits import Visit, visits_within

__all__ = ["RegisterDay", "Visit", "visits_within"]
