"""Tables of this domain."""

from guanxi.insights.models.values import CustomerValue, ValueRun

__all__ = ["CustomerValue", "ValueRun"]
