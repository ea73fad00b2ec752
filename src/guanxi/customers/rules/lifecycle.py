"""Classification of the base: R-CUS-01, R-CUS-02, the protection of R-PRM-09, and who is left in peace."""

from dataclasses import dataclass
from datetime import date

from guanxi.playbooks.definitions import Settings

BASE_CONDITIONS = ("base_help", "base_complete", "base_material", "base_plan")
VIP_CONDITIONS = ("vip_leads", "vip_met", "vip_first", "vip_visited")
TOUCH_TIERS = ("NONE", "LIGHT", "KEY", "VIP")


# The channels a customer may refuse one by one (R-PRM-08).
def base_class_for(conditions: tuple[bool, bool, bool, bool]) -> str:
    """R-CUS-01: BASE only with all four conditions."""
    return "BASE" if all(conditions) else "LATENT"


def vip_status(conditions: tuple[bool, bool, bool, bool], months_without_visit: int) -> str:
    """R-CUS-02: "", VIP, VIP_WARNING after a calendar month without a visit, VIP_LAPSED after two."""
    if not all(conditions):
        return ""
    return ("VIP", "VIP_WARNING")[months_without_visit] if months_without_visit < 2 else "VIP_LAPSED"


@dataclass(frozen=True)
class Held:
    """What decides whether a card is protected: its level, its last valid contact and its open follow-up."""

    level: str
    last_valid_on: date | None
    next_due_on: date | None
    keeps_owner: bool = False


def is_protected(held: Held, on: date, settings: Settings) -> bool:
    """R-PRM-09: a valid contact within ``protect.days``, the last day included, keeps the customer with its
    consultant; without such a number the card is protected until its follow-up is late enough to be released."""
    if settings.protect_days is not None:
        return held.last_valid_on is not None and (on - held.last_valid_on).days <= settings.protect_days
    ladder = settings.overdue_ladder.get("H" if held.level == "N" else held.level)  # type: ignore[call-overload]
    if ladder is None or held.next_due_on is None or held.keeps_owner:
        return True
    return bool((on - held.next_due_on).days < ladder[2])


def months_missed(last_visit_on: date | None, since: date, today: date) -> int:
    """R-CUS-02 (d): whole calendar months, the running one left out, without a visit since the last one.

    Without any visit the months after ``since`` count.
    """
    last = last_visit_on or since
    return max((today.year - last.year) * 12 + today.month - last.month - 1, 0)
