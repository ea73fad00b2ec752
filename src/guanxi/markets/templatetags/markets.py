"""How results of campaigns are written."""

from decimal import Decimal

from django import template
from django.utils.translation import get_language, pgettext

from guanxi.lib.money import NONE_SHOWN, format_money

register = template.Library()


@register.filter
def points(share: float | None) -> str:
    """A difference of shares, in percentage points with its sign: +3.2 pp, −0.4 pp."""
    if share is None:
        return NONE_SHOWN
    text = f"{abs(share) * 100:.1f}"
    signed = f"{'−' if share < 0 and text != '0.0' else '+'}{text}"
    return pgettext("percentage points", "%(points)s pp") % {"points": signed}


@register.filter
def heads(count: int | None) -> str:
    return NONE_SHOWN if count is None else f"{count:,}"


@register.filter
def yuan(amount: Decimal | float | None) -> str:
    """An amount to the yuan, or a difference of amounts: ¥1,234, -¥56."""
    if amount is None:
        return NONE_SHOWN
    return format_money(Decimal(f"{amount:.0f}"), get_language() or "zh")
