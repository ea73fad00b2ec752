"""Which channels a customer refuses (R-PRM-08)."""

from collections.abc import Collection

CHANNELS = frozenset({"CALL", "SMS", "WECHAT", "MAIL"})


def may_be_contacted(opt_outs: Collection[str]) -> bool:
    """Whether a channel is left; care and campaigns move to it, and end with the last one (15.4)."""
    return not set(opt_outs) >= CHANNELS


def may_be_called(opt_outs: Collection[str]) -> bool:
    """Whether the telephone is left."""
    return "CALL" not in opt_outs
