"""The metrics of handbook 4.4: each with its code, its formula in words, and its value for the facts of a month.

A count is an int, a rate an exact Decimal, and a rate without denominator None, which is shown as a dash.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from guanxi.lib.money import ratio
from guanxi.playbooks.definitions import Label, Settings

Value = int | Decimal | None


@dataclass(frozen=True)
class MonthFacts:
    """What is counted in a month. Visits by type, cards, orders, losses; None where nobody set a target."""

    first_filed: int = 0
    first_with_card: int = 0
    first_not_filed: int = 0
    returned: int = 0
    non_intent: int = 0
    incomplete: int = 0
    leads_carded: int = 0
    leads_no_intent: int = 0
    leads_already_filed: int = 0
    other_cards: int = 0
    carry_in: int = 0
    came_twice: int = 0
    test_drives: int = 0
    orders: int = 0
    orders_of_first_filed: int = 0
    orders_of_invited: int = 0
    order_target: int | None = None
    next_order_target: int | None = None
    carry_orders: int = 0
    deliveries: int = 0
    deliveries_by_referral: int = 0
    cancelled: int = 0
    losses: int = 0
    losses_of_control: int = 0
    losses_applied: int = 0
    losses_verified: int = 0
    losses_rejected: int = 0
    sales_to_owners: int = 0
    recent_carry_in: int = 0
    orders_of_recent_carry_in: int = 0

    @property
    def cards_new(self) -> int:
        return self.first_filed + self.leads_carded + self.other_cards

    @property
    def invited(self) -> int:
        return self.first_with_card + self.returned

    @property
    def pool(self) -> int:
        """Everybody who could buy in the month."""
        return self.cards_new + self.carry_in

    @property
    def undelivered(self) -> int:
        """Orders left at the end of the month (G10)."""
        return self.carry_orders + self.orders - self.deliveries - self.cancelled


@dataclass(frozen=True)
class Variants:
    """Which of two formulas the store reckons by (``rate.filing``, ``rate.defeat``)."""

    filing: str = "FF_FN"
    defeat: str = "POOL"

    @classmethod
    def of(cls, settings: Settings) -> "Variants":
        return cls(settings.rate_filing, settings.rate_defeat)


@dataclass(frozen=True)
class Metric:
    """``formulas`` holds one text, or one for each variant named by the attribute ``variant``."""

    code: str
    label: Label
    formulas: dict[str, Label]
    reckon: Callable[[MonthFacts, Variants], Value]
    variant: str = ""
    is_rate: bool = True

    def formula(self, variants: Variants) -> Label:
        return self.formulas[getattr(variants, self.variant) if self.variant else ""]


def _metric(
    code: str, zh: str, en: str, formula_zh: str, formula_en: str, reckon: Callable[[MonthFacts], Value],
    *, is_rate: bool = True,
) -> Metric:  # fmt: skip
    formulas = {"": Label(zh=formula_zh, en=formula_en)}
    return Metric(code, Label(zh=zh, en=en), formulas, lambda facts, _v: reckon(facts), is_rate=is_rate)


def filing_rate(filed: int, not_filed: int, with_card: int = 0, variant: str = "FF_FN") -> Decimal | None:
    """留档率: filed first visits over filed and not filed ones; NATURAL: over all first visits."""
    return ratio(filed, filed + not_filed + (with_card if variant == "NATURAL" else 0))


def defeat_rate(losses: int, cards_new: int, carry_in: int, variant: str = "POOL") -> Decimal | None:
    """战败率: approved losses over new cards and those carried in; P0_PLUS_LOSS: over the losses and those carried
    in."""
    return ratio(losses, carry_in + (losses if variant == "P0_PLUS_LOSS" else cards_new))


def _over(numerator: int, target: int | None) -> Decimal | None:
    return ratio(numerator, target) if target is not None else None


METRICS: tuple[Metric, ...] = (
    Metric(
        "filing_rate", Label(zh="留档率", en="Filing rate"),
        {
            "FF_FN": Label(zh="首次留档 ÷（首次留档 + 首次未留档）", en="first visits filed ÷ (filed + not filed)"),
            "NATURAL": Label(zh="首次到店并留档 ÷ 全部首次到店", en="first visits filed ÷ all first visits"),
        },
        lambda facts, variants: filing_rate(
            facts.first_filed, facts.first_not_filed, facts.first_with_card, variants.filing
        ),
        variant="filing",
    ),
    _metric(
        "lead_card_rate", "线索建卡率", "Leads to cards",
        "有效建卡线索 ÷（有效 + 无意向 + 已建卡），待定不计",
        "leads carded ÷ (carded + no intent + already filed), pending left out",
        lambda f: ratio(f.leads_carded, f.leads_carded + f.leads_no_intent + f.leads_already_filed),
    ),
    _metric(
        "cards_new", "建卡总数", "New cards", "首次留档 + 线索建卡 + 其他建卡",
        "first visits filed + leads carded + other cards", lambda f: f.cards_new, is_rate=False,
    ),
    _metric(
        "invited", "邀约到店数", "Came by invitation", "已建卡首次到店 + 再次到店",
        "first visits with a card + return visits", lambda f: f.invited, is_rate=False,
    ),
    _metric(
        "invite_rate", "邀约到店率", "Invitation rate", "邀约到店数 ÷（建卡总数 + 月初留存）",
        "came by invitation ÷ (new cards + carried in)", lambda f: ratio(f.invited, f.pool),
    ),
    _metric(
        "return_rate", "再回展厅率", "Return rate", "到店两次以上的顾客 ÷ 建卡总数",
        "customers with two visits or more ÷ new cards", lambda f: ratio(f.came_twice, f.cards_new),
    ),
    _metric(
        "test_drive_rate", "试驾率", "Test-drive rate", "试驾 ÷（首次留档 + 已建卡首到 + 再次到店）",
        "test drives ÷ (first visits filed + first visits with a card + return visits)",
        lambda f: ratio(f.test_drives, f.first_filed + f.first_with_card + f.returned),
    ),
    _metric(
        "showroom_close", "展厅成交率", "Showroom closing", "首次到店建卡顾客的订单 ÷ 首次到店并留档",
        "orders of cards opened at a first visit ÷ first visits filed",
        lambda f: ratio(f.orders_of_first_filed, f.first_filed),
    ),
    _metric(
        "close_rate", "成交率", "Closing rate", "订单 ÷（建卡总数 + 月初留存）",
        "orders ÷ (new cards + carried in)", lambda f: ratio(f.orders, f.pool),
    ),
    _metric(
        "invite_close", "邀约成交率", "Closing after invitation", "邀约到店顾客的订单 ÷ 邀约到店数",
        "orders of the invited ÷ came by invitation", lambda f: ratio(f.orders_of_invited, f.invited),
    ),
    Metric(
        "defeat_rate", Label(zh="战败率", en="Defeat rate"),
        {
            "POOL": Label(
                zh="已审批的战败 ÷（建卡总数 + 月初留存）", en="approved losses ÷ (new cards + carried in)"
            ),
            "P0_PLUS_LOSS": Label(
                zh="已审批的战败 ÷（战败 + 月初留存）", en="approved losses ÷ (losses + carried in)"
            ),
        },
        lambda facts, variants: defeat_rate(facts.losses, facts.cards_new, facts.carry_in, variants.defeat),
        variant="defeat",
    ),
    _metric(
        "lost_control_rate", "失控率", "Lost-control rate", "失控 ÷（建卡总数 + 月初留存）",
        "losses of control ÷ (new cards + carried in)", lambda f: ratio(f.losses_of_control, f.pool),
    ),
    _metric(
        "loss_reason_clear", "战败明确率", "Loss clarity", "原因经核实的战败 ÷ 战败申请",
        "losses with a verified reason ÷ applications", lambda f: ratio(f.losses_verified, f.losses_applied),
    ),
    _metric(
        "loss_reject_rate", "战败审核拒绝率", "Losses rejected", "驳回 ÷ 战败申请", "rejected ÷ applications",
        lambda f: ratio(f.losses_rejected, f.losses_applied),
    ),
    _metric(
        "delivery_rate", "订单交车率", "Delivery rate", "交车 ÷（订单 + 上月未交订单）",
        "deliveries ÷ (orders + orders carried in)", lambda f: ratio(f.deliveries, f.orders + f.carry_orders),
    ),
    _metric(
        "cancel_rate", "退订率", "Cancellation rate", "退订 ÷（订单 + 上月未交订单）",
        "cancelled ÷ (orders + orders carried in)", lambda f: ratio(f.cancelled, f.orders + f.carry_orders),
    ),
    _metric(
        "order_attainment", "订单达成率", "Order attainment", "订单 ÷ 订单目标", "orders ÷ order target",
        lambda f: _over(f.orders, f.order_target),
    ),
    _metric(
        "order_reserve", "订单储备率", "Order reserve", "月末未交订单 ÷ 下月订单目标",
        "undelivered orders at month end ÷ next month's target", lambda f: _over(f.undelivered, f.next_order_target),
    ),
    _metric(
        "base_share", "保有推介置换增购比", "Share of owners' sales", "与保有顾客有关的销售 ÷ 销售",
        "sales tied to owners ÷ sales", lambda f: ratio(f.sales_to_owners, f.deliveries),
    ),
    _metric(
        "referral_share", "转介绍率", "Referral share", "保有顾客转介绍的交车 ÷ 交车",
        "deliveries by owners' referral ÷ deliveries", lambda f: ratio(f.deliveries_by_referral, f.deliveries),
    ),
    _metric(
        "carry_close", "90 天剩余签单率", "Closing of the carried in",
        "留存 90 天以内顾客的订单 ÷ 留存 90 天以内的顾客",
        "orders of those carried in for up to 90 days ÷ those carried in for up to 90 days",
        lambda f: ratio(f.orders_of_recent_carry_in, f.recent_carry_in),
    ),
)  # fmt: skip


def values_of(facts: MonthFacts, variants: Variants) -> dict[str, Value]:
    """Code → value of every metric."""
    return {metric.code: metric.reckon(facts, variants) for metric in METRICS}
