"""The forms of a period (Annex F): which figures each prints, and the sheet it makes of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from guanxi.organization.rules.roles import LEADERS, READ, Role
from guanxi.paper.sheets import Sheet
from guanxi.performance.queries.about import About
from guanxi.playbooks.definitions import Label
from guanxi.prospecting.rules.access import SEE_STATISTICS
from guanxi.workspace.forms.composite import composite_table
from guanxi.workspace.forms.daily_report import daily_report
from guanxi.workspace.forms.effectiveness import effectiveness
from guanxi.workspace.forms.losses import loss_analysis
from guanxi.workspace.forms.month_sheet import month_sheet
from guanxi.workspace.forms.names import name_list, referral_list
from guanxi.workspace.forms.registers import call_register, walk_in_register
from guanxi.workspace.forms.statistics import call_statistics, walk_in_statistics
from guanxi.workspace.forms.targets import target_plan
from guanxi.workspace.forms.wording import Wording

READERS = frozenset(READ)
# Who reads every row of the store's registers.
KEEPERS = frozenset({Role.FRONT_DESK, Role.MANAGER, Role.PROPRIETOR, Role.AUDITOR})
SELLERS = frozenset({Role.CONSULTANT, *LEADERS, Role.PROPRIETOR, Role.AUDITOR})


@dataclass(frozen=True)
class PeriodForm:
    """``sheet`` turns the figures of ``code`` into paper, live ones and frozen ones alike. ``process`` is the
    management process the menu groups it under (handbook 7.0a)."""

    code: str
    label: Label
    process: str
    roles: frozenset[Role]
    sheet: Callable[[dict[str, Any], About, Wording], Sheet]


PERIOD_FORMS: tuple[PeriodForm, ...] = (
    PeriodForm(
        "F-EFF-1",
        Label(zh="销售顾问营业活动成效分析表", en="Effectiveness of the consultants"),
        "PERFORMANCE",
        SELLERS,
        effectiveness,
    ),
    PeriodForm(
        "F-TGT-1",
        Label(zh="营业目标计划与实际比较表", en="Targets, plan and actual"),
        "PERFORMANCE",
        SELLERS,
        target_plan,
    ),
    PeriodForm(
        "F-REG-1", Label(zh="来店顾客登记表", en="Walk-in register"), "SHOWROOM", KEEPERS, walk_in_register
    ),
    PeriodForm(
        "F-REG-2", Label(zh="来电顾客登记表", en="Phone-in register"), "SHOWROOM", KEEPERS, call_register
    ),
    PeriodForm(
        "F-STAT-1",
        Label(zh="展厅来店统计表", en="Walk-in statistics"),
        "SHOWROOM",
        SEE_STATISTICS,
        walk_in_statistics,
    ),
    PeriodForm(
        "F-STAT-2",
        Label(zh="展厅来电统计表", en="Phone-in statistics"),
        "SHOWROOM",
        SEE_STATISTICS,
        call_statistics,
    ),
    PeriodForm(
        "F-MON-1", Label(zh="意向顾客接触状况表", en="Contact-status table"), "INTENT", READERS, month_sheet
    ),
    PeriodForm(
        "F-DAY-1", Label(zh="销售活动日报表", en="Daily activity report"), "CLOSING", SELLERS, daily_report
    ),
    PeriodForm(
        "F-LOSS-1",
        Label(zh="销售促成失控（战败）分析表", en="Loss analysis"),
        "CLOSING",
        SELLERS,
        loss_analysis,
    ),
    PeriodForm("F-REF-1", Label(zh="转介绍名单", en="Referral list"), "INTENT", READERS, referral_list),
    PeriodForm("F-NAME-1", Label(zh="准客户名单", en="Name list"), "INTENT", READERS, name_list),
    PeriodForm(
        "F-CMPX-1",
        Label(zh="复式分类表", en="Composite classification"),
        "OWNERS",
        READERS,
        composite_table,
    ),
)
