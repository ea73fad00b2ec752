"""What operations of this domain refuse, in words."""

from guanxi.organization.refusals import Refused


class MarketRefused(Refused):
    """The segment, its levels or its plan cannot be kept this way; nothing was."""


class CampaignRefused(Refused):
    """The campaign cannot be kept, drawn or evaluated this way; nothing was."""
