"""What a customer with a steady margin is worth, by the handbook's formulas: exact decimals, rounded by nobody here.

For a base without histories to fit a model to: three figures somebody can name.
"""

from decimal import Decimal

from guanxi.lib.statistics.lifetimes.refusals import ModelRefused


def lifetime_value(
    margin: Decimal,
    retention: Decimal,
    discount: Decimal,
    *,
    years: int | None = None,
    immediate: bool = False,
) -> Decimal:
    """R-VAL-05: the present value of a yearly ``margin`` that a customer keeps bringing with probability ``retention``.

    Counted from the end of the first year (t = 1 …), or with ``immediate`` from today (t = 0 …); for ever, or for so
    many ``years``. In the unit of ``margin``.
    Raises `ModelRefused` (``not_a_rate``): retention outside [0, 1) or not below 1 + discount, a discount of -1 or
    less, fewer than one year, floats and what is not finite.
    """
    _exact(margin, retention, discount)
    if not 0 <= retention < 1:
        raise ModelRefused("not_a_rate", "retention is at least 0 and below 1")
    if discount <= -1 or retention >= 1 + discount:
        raise ModelRefused("not_a_rate", "retention is below 1 + discount, or the value has no end")
    if years is not None and years < 1:
        raise ModelRefused("not_a_rate", "the horizon is one year or more")
    margin, growth = Decimal(margin), 1 + Decimal(discount)
    first = margin if immediate else margin * retention / growth
    whole = first * growth / (growth - retention)
    return whole if years is None else whole * (1 - (retention / growth) ** years)


def with_referrals(margin: Decimal, referrals_a_year: Decimal, close_rate: Decimal) -> Decimal:
    """R-VAL-06: the yearly margin with that of those whom the customer sends and who buy; goes into `lifetime_value`.

    Raises `ModelRefused` (``not_a_rate``): a close rate outside [0, 1], negative referrals, floats, what is not finite.
    """
    _exact(margin, referrals_a_year, close_rate)
    if referrals_a_year < 0 or not 0 <= close_rate <= 1:
        raise ModelRefused("not_a_rate", "referrals are 0 or more, their close rate lies between 0 and 1")
    return margin + referrals_a_year * close_rate * margin


def _exact(*values: Decimal) -> None:
    for value in values:
        if isinstance(value, bool) or not isinstance(value, Decimal | int):
            raise ModelRefused("not_a_rate", "exact decimals only")
        if not Decimal(value).is_finite():
            raise ModelRefused("not_a_rate", "a value is not finite")
