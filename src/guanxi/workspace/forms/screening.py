"""F-KEY-0: the screening of an account among those of its owner (handbook 9.1)."""

from django.db.models import QuerySet

from guanxi.customers.models import Customer
from guanxi.key_accounts.models import AccountPlan
from guanxi.key_accounts.queries.screening import Screened, ranking_of
from guanxi.paper.sheets import CellLike, Column, Document, Field, Fields, Note, Table
from guanxi.workspace.forms.accounts import landscape
from guanxi.workspace.forms.cards import Print

BLANK_ROWS = 12
STRATEGIES = {
    "GUERRILLA": ("进攻·游击", "Guerrilla"), "FLANK": ("进攻·侧翼", "Flank"), "FRONTAL": ("进攻·正面", "Frontal"),
    "BARRIER": ("防守·壁垒", "Barrier"), "DEPTH": ("防守·纵深", "Depth"), "STRATEGIC": ("防守·战略", "Partnership"),
}  # fmt: skip


def screening(wanted: Print) -> Document:
    """F-KEY-0: the ratings of all accounts of the owner that whoever prints may see, as they stand at printing."""
    say, card = wanted.words, wanted.customer
    rows = ranking_of(_plans(wanted))
    mine = next((row for row in rows if row.plan.pk == card.pk), None)
    head = Fields(
        (
            Field(say("客户", "Customer"), wanted.name()),
            Field(say("客户经理", "Account manager"), str(card.owner or "")),
            Field(say("名次", "Place"), _dash(mine.rank if mine else None)),
            Field(say("得分", "Points"), f"{_dash(mine.score if mine else None)}/25"),
        ),
        columns=4,
    )
    columns = (
        Column(say("名次", "Place"), 12, "center"), Column(say("客户", "Customer"), 58),
        Column(say("潜力", "Potential"), 20, "center"), Column(say("毛利", "Margin"), 20, "center"),
        Column(say("匹配", "Fit"), 20, "center"), Column(say("进入难易", "Access"), 20, "center"),
        Column(say("对手把持", "Rival's hold"), 22, "center"), Column(say("得分", "Points"), 18, "center"),
        Column(say("每月计划小时", "Hours a month"), 28, "center"), Column(say("策略", "Strategy"), 34),
    )  # fmt: skip
    note = Note(
        say(
            "各项 0–5 分；对手把持按 5 减计分，满分 25；带 * 的小时为按得分建议；内容为打印时的内容",
            "Ratings 0–5; the rival's hold counts as 5 minus, 25 at most; hours with * are proposed by the points; "
            "as of printing",
        )
    )
    table = Table(columns, tuple(_row(wanted, row) for row in rows), min_rows=BLANK_ROWS)
    return landscape(wanted, "F-KEY-0", say("重点客户筛选表", "Screening of accounts"), (head, table, note))


def _plans(wanted: Print) -> QuerySet[AccountPlan]:
    cards = Customer.objects.all() if wanted.printer is None else Customer.objects.visible_to(wanted.printer)
    return AccountPlan.objects.filter(
        customer__in=cards.filter(owner=wanted.customer.owner, store=wanted.customer.store)
    )


def _row(wanted: Print, row: Screened) -> tuple[CellLike, ...]:
    say, plan, card = wanted.words, row.plan, row.customer
    hours = "" if row.hours is None else f"{row.hours}{'*' if plan.planned_hours is None else ''}"
    return (
        _dash(row.rank), card.org_name or card.name, plan.potential, plan.margin, plan.fit, plan.access,
        plan.rival_hold, _dash(row.score), hours, say(*STRATEGIES[plan.strategy]) if plan.strategy else "",
    )  # fmt: skip


def _dash(value: int | None) -> str:
    return "—" if value is None else str(value)
