"""A small customer card and a month grid for the tests of paper."""

from datetime import date
from decimal import Decimal

from guanxi.paper.sheets import (
    Block,
    Cell,
    Column,
    Document,
    Field,
    Fields,
    Footer,
    Heading,
    Note,
    Orientation,
    PageBreak,
    Sheet,
    Table,
    Tone,
)

FOOTER = Footer(
    store=("门店", "上海浦东店"),
    user=("打印人", "林晓燕"),
    printed_on=("日期", date(2026, 3, 2)),
    note="关账时间 2026-04-01 02:10",
    page="第 {page} 页 / 共 {pages} 页",
)


def document(
    *blocks: Block, title: str = "顾客信息卡", orientation: Orientation = "portrait", footer: Footer = FOOTER
) -> Document:
    return Document((Sheet("F-CARD-A", title, blocks, footer, orientation),))


def two_page_card() -> Document:
    front = Fields(
        (
            Field("姓名", "张建国"),
            Field("电话", "+8613800138000"),
            Field("建卡日期", date(2026, 3, 2)),
            Field("预算", Decimal("-238000.50")),
            Field("地址", "上海市浦东新区碧波路 690 号", span=2),
        ),
        columns=4,
        title="基本资料",
    )
    log = Table(
        (Column("序号", 10, "center"), Column("日期", 20), Column("接触经过", 80), Column("现级别", 15)),
        ((1, date(2026, 3, 4), "来店试驾,对后排空间满意", Cell("H", Tone.STRONG)),),
        min_rows=20,
        title="接触记录",
        row_height=9,
    )
    signature = Fields((Field("结果"), Field("主管签名")), columns=2)
    return document(front, PageBreak(), log, signature)


def month_grid(rows: int = 25) -> Document:
    lead = tuple(Column(label, 20) for label in ("序号", "姓名", "电话", "车型", "月初", "月末"))
    days = tuple(Column(str(day), 5, "center") for day in range(1, 32))
    tail = tuple(Column(label, 8, "right") for label in ("应访", "实访", "漏访", "比例", "完成率", "备注"))
    blanks = tuple(Heading() for _ in lead)
    marks: list[Cell | str | None] = [Cell("○", Tone.LATE), "*", "·", None, Cell(None, Tone.LATE)]
    lines = tuple(
        (
            *(row, "欧阳明月", "138****8000", "汉 DM-i", "A", "H"),
            *(marks[(row + day) % 5] for day in range(31)),
            *(9, 8, 1, "—", Decimal("88.9"), None),
        )
        for row in range(1, rows + 1)
    )
    header = ((*blanks, Heading("3月", 31), Heading("小计", 6)),)
    table = Table(lead + days + tail, lines, header_rows=header, row_height=5)
    return document(
        Fields((Field("月份", "2026年3月"),)),
        table,
        Note("* 已接触"),
        orientation="landscape",
        title="接触状况表",
    )
