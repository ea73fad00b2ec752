"""Classification of the base: R-CUS-01, R-CUS-02 and the protection of R-PRM-09."""

from datetime import date

BASE_CONDITIONS = ("base_help", "base_complete", "base_material", "base_plan")
VIP_CONDITIONS = ("vip_leads", "vip_met", "vip_first", "vip_visited")
TOUCH_TIERS = ("NONE", "LIGHT", "KEY", "VIP")


def base_class_for(conditions: tuple[bool, bool, bool, bool]) -> str:
    """R-CUS-01: BASE only with all four conditions."""
    return "BASE" if all(conditions) else "LATENT"


def vip_status(conditions: tuple[bool, bool, bool, bool], months_without_visit: int) -> str:
    """R-CUS-02: "", VIP, VIP_WARNING after a calendar month without a visit, VIP_LAPSED after two."""
    if not all(conditions):
        return ""
    return ("VIP", "VIP_WARNING")[months_without_visit] if months_without_visit < 2 else "VIP_LAPSED"


def is_protected(last_valid_on: date | None, on: date, days: int | None) -> bool:
    """R-PRM-09: the last valid contact within ``days`` keeps the customer; the last day counts."""
    return days is not None and last_valid_on is not None and (on - last_valid_on).days <= days


def months_missed(last_visit_on: date | None, since: date, today: date) -> int:
    """R-CUS-02 (d): whole calendar months, the running one left out, without a visit since the last one.

    Without any visit the months after ``since`` count.
    """
    last = last_visit_on or since
    return max((today.year - last.year) * 12 + today.month - last.month - 1, 0)
