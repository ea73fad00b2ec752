"""F-LOSS-1: what the losses of a month say together (R-LOSS-01, handbook 4.4 and 7.5)."""

from guanxi.performance.rules.losses import LossFact, shares, summary


def fact(**values) -> LossFact:
    usual = {
        "reason": "FINANCE", "competitor": "", "consultant": "林晓", "level": "B", "bucket": "F1",
        "outcome": "COMPETITOR_BOUGHT", "applied": True, "approved": True, "rejected": False, "verified": True,
    }  # fmt: skip
    return LossFact(**usual | values)


def test_loss_clarity_is_verified_reasons_over_applications():
    """80 applied, 10 rejected, 70 approved of which 63 verified → 78.8 %."""
    facts = [fact(verified=number < 63) for number in range(70)]
    facts += [fact(approved=False, rejected=True, verified=False) for _ in range(10)]
    told = summary(facts)
    assert (told["applied"], told["approved"], told["rejected"], told["verified"]) == (80, 70, 10, 63)
    assert told["clarity"] == "0.7875"


def test_f_loss_1_shares_and_the_first_three_with_ties():
    told = shares(["价格", "价格", "车型", "品牌", "交期", "", ""])
    assert [(row["value"], row["count"], row["top"]) for row in told] == [
        ("价格", 2, True), ("交期", 1, True), ("品牌", 1, True), ("车型", 1, True), ("", 2, False),
    ]  # fmt: skip
    assert told[0]["share"].startswith("0.2857")


def test_only_approved_losses_are_counted_together():
    told = summary([
        fact(competitor="丰田 RAV4"), fact(competitor="丰田 RAV4"), fact(level="H", bucket="L"),
        fact(approved=False, verified=False),
    ])  # fmt: skip
    assert [(row["competitor"], row["level"], row["count"]) for row in told["crossed"]] == [
        ("丰田 RAV4", "B", 2), ("", "H", 1),
    ]  # fmt: skip
    assert [(row["value"], row["count"]) for row in told["buckets"]] == [("F1", 2), ("L", 1), ("F2", 0)]
    assert told["pending"] == 1


def test_a_month_without_losses_has_no_shares():
    told = summary([])
    assert (told["approved"], told["clarity"], told["crossed"]) == (0, None, [])
    assert all(row["share"] is None for row in told["buckets"])


def test_approved_this_month_but_applied_before_counts_as_lost_not_as_applied():
    told = summary([fact(applied=False)])
    assert (told["applied"], told["approved"], told["clarity"]) == (0, 1, None)
