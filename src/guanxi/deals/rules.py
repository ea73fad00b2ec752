"""What no sale can be, whatever writes it."""

from datetime import date
from decimal import Decimal

MOST_PIECES = 100_000
# Of one sale, either way, so that sums of many can still be kept.
MOST_YUAN = Decimal("9_999_999_999.99")
EARLIEST = date(1990, 1, 1)
