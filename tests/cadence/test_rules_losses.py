"""What a loss must say, who decides it, and what it leaves behind."""

import pytest

from guanxi.cadence.rules.losses import loss_problems, may_decide, owner_kind_after_loss, status_after_loss
from guanxi.organization.rules.roles import Role


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        (("COMPETITOR_BOUGHT", "BRAND", "", "", " "), {"competitor": "COMPETITOR_NEEDED"}),
        (("COMPETITOR_BOUGHT", "BRAND", "", "", "宋 PLUS"), {}),
        (("SAME_BRAND_ELSEWHERE", "PRICE", "", "", ""), {"second_reason": "PRICE_ALONE"}),
        (("SAME_BRAND_ELSEWHERE", "PRICE", "PRICE", "", ""), {"second_reason": "SAME_REASON"}),
        (("SAME_BRAND_ELSEWHERE", "PRICE", "COLOR_STOCK", "", ""), {}),
        (("PLAN_CANCELLED", "OTHER", "", "说不清楚九个字以内", ""), {"reason_text": "OTHER_NEEDS_WORDS"}),
        (("PLAN_CANCELLED", "OTHER", "", "父母生病近期都不考虑了", ""), {}),
        (("PLAN_CANCELLED", "BRAND", "OTHER", "", ""), {"reason_text": "OTHER_NEEDS_WORDS"}),
    ],
)
def test_r_loss_01_and_7_6_what_an_application_must_say(given, problems):
    assert loss_problems(*given) == problems


@pytest.mark.parametrize(
    ("role", "levels"),
    [
        (Role.MANAGER, "OHABCN"),
        (Role.SUPERVISOR, "BCN"),
        (Role.CONSULTANT, ""),
        (Role.PROPRIETOR, ""),
        (Role.ADMIN, ""),
    ],
)
def test_r_loss_03_who_decides_which_level(role, levels):
    assert "".join(level for level in "OHABCN" if may_decide(frozenset({role}), level)) == levels


@pytest.mark.parametrize(
    ("outcome", "before", "after"),
    [
        ("SAME_BRAND_ELSEWHERE", "", "OTHER_SALE"),
        ("SAME_BRAND_ELSEWHERE", "OTHER_BRAND", "OTHER_SALE"),
        ("COMPETITOR_BOUGHT", "", "OTHER_BRAND"),
        ("COMPETITOR_BOUGHT", "OTHER_SALE", "OTHER_BRAND"),
        ("PLAN_CANCELLED", "", ""),
        ("COMPETITOR_BOUGHT", "OWN_SALE", "OWN_SALE"),
        ("SAME_BRAND_ELSEWHERE", "OWN_SALE", "OWN_SALE"),
    ],
)
def test_r_cus_04_what_the_customer_owns_after_a_loss(outcome, before, after):
    assert owner_kind_after_loss(outcome, before) == after


@pytest.mark.parametrize(("bucket", "status"), [("F1", "DEFEATED"), ("L", "DEFEATED"), ("F2", "FROZEN")])
def test_buckets_and_their_status(bucket, status):
    assert status_after_loss(bucket) == status
