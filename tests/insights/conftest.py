"""The night, for all that asks what it made."""

import pytest
from tests.insights.ledger import UNTIL

from guanxi.insights.operations.value_runs import make_run


@pytest.fixture
def night(cast, act):
    """``night(on)`` makes the run of the first store."""
    return lambda on=UNTIL, **asked: make_run(act(None, store=cast.store, source="night"), on, **asked)
