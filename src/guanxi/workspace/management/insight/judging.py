"""How well a ranking or a grouping of the past told the next period, which it has not seen."""

from typing import TYPE_CHECKING, Any

from guanxi.workspace.management.insight.questions import Asked, percent, yuan

if TYPE_CHECKING:
    from guanxi.lib.statistics.purchases import Real, Whole


def judge(
    asked: Asked, customers: "Whole", ranking: "Real | Whole", segment: "Whole | None" = None
) -> tuple[dict[str, Any], "Whole | None"]:
    """The part of the answer called ``judged``, and what each customer spent in the period, in fen; without a
    horizon nothing and None. New customers of the period are not judged: nobody could have ranked them."""
    if asked.following is None:
        return {}, None
    from guanxi.lib.statistics.concentration import captured, requalified
    from guanxi.lib.statistics.segments import explained_share

    spend = asked.following.totals()[customers]
    told = {
        "days": asked.horizon,
        "spend": yuan(int(spend.sum())),
        "top_20_captured": captured(ranking, spend),
        "top_20_requalified": requalified(ranking, spend),
    }
    if segment is not None:
        told["explained"] = explained_share(segment, spend)
    return {"judged": told}, spend


def judged_lines(told: dict[str, Any]) -> list[str]:
    if not told:
        return []
    judged = told["judged"]
    lines = [
        f"In the next {judged['days']} days these customers spent {judged['spend']}; "
        f"{percent(judged['top_20_captured'])} of it came from the top 20 % as ranked here, "
        f"{percent(judged['top_20_requalified'])} of whom were among the top 20 % again."
    ]
    if "explained" in judged:
        lines.append(f"The groups explain {percent(judged['explained'])} of the variance of that spend.")
    return lines
