"""Tables of this domain."""

from guanxi.markets.models.standings import FormerStanding, ProductStanding

__all__ = ["FormerStanding", "ProductStanding"]
