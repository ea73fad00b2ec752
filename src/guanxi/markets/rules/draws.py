"""Drawing a control group (handbook 11.3): at random, once, and the same again from the same seed."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256


def control_group(strata: Mapping[str, str], seed: int, percent: int) -> set[str]:
    """The keys of ``strata`` (customer → stratum) held back: ``percent`` of all, and as near to it as whole customers
    allow in every stratum.

    The place of a customer depends on the seed and their own key alone, never on the order of the rows or on who else
    is in the draw, so the same draw gives the same groups on any engine.
    """
    by_stratum: dict[str, list[str]] = defaultdict(list)
    for key in sorted(strata, key=lambda key: _lot(seed, key)):
        by_stratum[strata[key]].append(key)
    wanted = int((Decimal(len(strata)) * percent / 100).quantize(Decimal(1), ROUND_HALF_UP))
    shares = {stratum: divmod(len(keys) * percent, 100) for stratum, keys in by_stratum.items()}
    short = wanted - sum(whole for whole, _rest in shares.values())
    # The largest remainders get what rounding down left over.
    rounded_up = set(sorted(shares, key=lambda stratum: (-shares[stratum][1], stratum))[:short])
    return {
        key
        for stratum, keys in by_stratum.items()
        for key in keys[: shares[stratum][0] + (stratum in rounded_up)]
    }


def spread_days(count: int, days: Sequence[date]) -> Iterator[date]:
    """A day for each of ``count`` pieces of work, evenly over ``days`` from the first."""
    return (days[place * len(days) // count] for place in range(count))


def _lot(seed: int, key: str) -> str:
    return sha256(f"{seed}:{key}".encode()).hexdigest()
