"""How well a ranking tells two kinds apart."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import rankdata


def auc(ranking: ArrayLike, happened: ArrayLike) -> float | None:
    """The chance that of one to whom it happened and one to whom it did not, the ranking puts the first higher; ties
    count half. None when it happened to all or to nobody."""
    ranks, yes = rankdata(np.asarray(ranking)), np.asarray(happened, dtype=bool)
    ones, noughts = int(yes.sum()), int((~yes).sum())
    if not ones or not noughts:
        return None
    return float((ranks[yes].sum() - ones * (ones + 1) / 2) / (ones * noughts))
