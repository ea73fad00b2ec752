"""What a loss application must say and who decides it (R-LVL-05, R-LOSS-03, handbook 7.5, 21.1)."""

from guanxi.organization.rules.roles import Role

MANAGERS_LEVELS = frozenset("HAO")
# R-LOSS-02: a second chance after so many days, whatever the bucket.
SECOND_CHANCES = (30, 90)
# 5.2: a lost-control customer is tried three times.
LOST_CONTROL_TRIES = 3


def loss_problems(
    outcome: str, reason: str, second_reason: str, reason_text: str, competitor: str
) -> dict[str, str]:
    """Field → code of what is missing; empty when the application may be filed."""
    problems = {}
    if outcome == "COMPETITOR_BOUGHT" and not competitor.strip():
        problems["competitor"] = "COMPETITOR_NEEDED"
    if reason == "PRICE" and not second_reason:
        problems["second_reason"] = "PRICE_ALONE"
    elif second_reason and second_reason == reason:
        problems["second_reason"] = "SAME_REASON"
    if "OTHER" in (reason, second_reason) and len(reason_text.strip()) < 10:
        problems["reason_text"] = "OTHER_NEEDS_WORDS"
    return problems


def second_chances(bucket: str, interval: int) -> list[int]:
    """Days after the approved loss on which the customer is tried again: 30 and 90 (R-LOSS-02), and the bucket's
    own interval (5.2), lost control three times."""
    own = range(1, LOST_CONTROL_TRIES + 1 if bucket == "L" else 2)
    return sorted({*SECOND_CHANCES, *(interval * number for number in own)})


def may_decide(roles: frozenset[Role], level_then: str) -> bool:
    """H, A and O losses need the manager; N, B and C a supervisor or the manager (21.1, R-LOSS-03)."""
    if Role.MANAGER in roles:
        return True
    return Role.SUPERVISOR in roles and level_then not in MANAGERS_LEVELS


def owner_kind_after_loss(outcome: str, owner_kind: str) -> str:
    """R-CUS-04: what the customer owns after the loss. Who bought from us keeps being our owner (1.2)."""
    if owner_kind == "OWN_SALE":
        return owner_kind
    return {"SAME_BRAND_ELSEWHERE": "OTHER_SALE", "COMPETITOR_BOUGHT": "OTHER_BRAND"}.get(outcome, owner_kind)


def status_after_loss(bucket: str) -> str:
    """F1 and L leave the customer DEFEATED, F2 FROZEN (1.2)."""
    return "FROZEN" if bucket == "F2" else "DEFEATED"
