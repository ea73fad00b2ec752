"""Tables of this domain."""

from guanxi.insights.models.chances import Chance, ChanceRun
from guanxi.insights.models.comparisons import DeliveredValue
from guanxi.insights.models.reviews import CustomerReview
from guanxi.insights.models.values import CustomerValue, CustomerValueQuerySet, ValueRun

__all__ = [
    "Chance",
    "ChanceRun",
    "CustomerReview",
    "CustomerValue",
    "CustomerValueQuerySet",
    "DeliveredValue",
    "ValueRun",
]
