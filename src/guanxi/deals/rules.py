"""What no sale can be, whatever writes it."""

MOST_PIECES = 100_000
