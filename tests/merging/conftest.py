"""Two cards of one customer."""

import pytest
from tests.cadence.desk import later


@pytest.fixture
def pair(cast, make_customer):
    """An older card at B and a newer one at A of the same person, both Lin's."""
    older = make_customer(
        cast.lin, name="王芳", phone="13900000001", level="B", address="杭州", at=later(-9),
        intent={"colour": "白", "key_concerns": "油耗"},
    )  # fmt: skip
    newer = make_customer(
        cast.lin, name="王女士", phone="13900000002", level="A", evidence={"CHOOSING_MODEL"}, at=later(-2),
        wechat="wangfang88", address="宁波", intent={"colour": "黑", "use_type": "PERSONAL"},
    )  # fmt: skip
    return older, newer
