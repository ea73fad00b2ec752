"""F-SEG-1: the segments of a store side by side (handbook 11.2), as they stand at printing."""

from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from guanxi.catalogue.models import sees_margins
from guanxi.lib.money import NONE_SHOWN, format_money
from guanxi.markets.queries.segments import SegmentRow, segment_board
from guanxi.markets.rules.segments import TESTS
from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.rules.roles import READ
from guanxi.paper.sheets import CellLike, Column, Document, Note, Sheet, Table
from guanxi.playbooks.definitions import Label
from guanxi.workspace.forms.printing import FORMATS
from guanxi.workspace.forms.wording import Wording

CODE = "F-SEG-1"
LABEL = Label(zh="市场区隔评估表", en="Evaluation of segments")
READERS = frozenset(READ)
BLANK_ROWS = 10
BASES = {
    "PRODUCT_KIND": ("产品种类", "Product kind"), "SUITABILITY": ("产品适用性", "Product suitability"),
    "APPLICABILITY": ("顾客适用性", "Customer applicability"), "POPULATION": ("人口", "Population"),
    "ATTITUDE": ("态度特质", "Attitude and traits"), "SHARE": ("销量或份额", "Sales or market share"),
    "ACCEPTANCE": ("接受或拒绝率", "Acceptance or refusal rate"),
}  # fmt: skip


@require_safe
def print_segments(request: HttpRequest, format: str) -> HttpResponse:
    """The form as a file; cells leave the house with those roles only that export."""
    user, output = request.user, FORMATS.get(format)
    assert isinstance(user, User)
    if output is None or user.store is None or not user.has_role(*READERS):
        raise Http404
    if output.is_export and not user.may_export:
        raise Http404
    response = HttpResponse(
        output.render(segment_sheet(act_of(request), format, user.language)), content_type=output.content_type
    )
    response["Content-Disposition"] = f'attachment; filename="{CODE}.{format}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@transaction.atomic
def segment_sheet(act: Act, extension: str, language: str) -> Document:
    """The sheet with its trace; customers are counted among the cards of whoever prints. The estimated margin has its
    column for those who see margins (11.3)."""
    assert act.by is not None
    money = sees_margins(act.by)
    say = Wording(language, act.store)
    rows, overlap = segment_board(act.by, act.store, act.on)
    columns = (
        Column(say("区隔", "Segment"), 40), Column(say("依据", "Bases"), 44), Column(say("规模", "Size"), 34),
        Column(say("容易进入", "Easy to enter"), 34), Column(say("可衡量", "Measurable"), 34),
        Column(say("有利润", "Profitable"), 34),
        *([Column(say("预计毛利", "Est. margin"), 24, "right")] if money else ()),
        Column(say("成本", "Cost"), 22, "right"), Column(say("选定", "Chosen"), 20, "center"),
    )  # fmt: skip
    notes = [
        Note(
            say(
                "规模：市场规模（打印人可见的客户卡数）；√ 是，× 否，空白为尚未回答；选定为选为服务市场的日期",
                "Size: size of the market (cards whoever prints may see); √ yes, × no, blank not answered; chosen: "
                "the day it was chosen to be served",
            )
        )
    ]
    if overlap.doubled:
        notes.append(
            Note(
                say(
                    f"重叠：{overlap.doubled} 位客户同时属于两个以上选定区隔，合计时重复计算",
                    f"Overlap: {overlap.doubled} customers are in two or more chosen segments and count twice in sums",
                )
            )
        )
    table = Table(columns, tuple(_row(say, row, money=money) for row in rows), min_rows=BLANK_ROWS)
    footer = say.footer(act.by, act.on, [])
    title = say(LABEL.zh, LABEL.en)
    sheet = Sheet(
        CODE, title, (table, *notes), footer, "landscape", subtitle=say(f"{act.on.year} 年", f"{act.on.year}")
    )
    changes = {"form": [None, CODE], "format": [None, extension], "on": [None, str(act.on)]}
    leave_trace([act.entry("form_printed", act.store, changes=changes)])
    return Document((sheet,), "en" if language.startswith("en") else "zh")


def _row(say: Wording, row: SegmentRow, *, money: bool) -> tuple[CellLike, ...]:
    segment = row.segment
    size = NONE_SHOWN if segment.market_size is None else f"{segment.market_size:,}"
    cards = "" if row.count is None else say(f"（{row.count}）", f" ({row.count})")
    return (
        segment.name, say("、", ", ").join(say(*BASES[code]) for code in segment.bases if code in BASES),
        f"{size}{cards}", *(_test(segment.answers[test]) for test in TESTS),
        *([_money(segment.est_margin, say)] if money else ()), _money(segment.cost, say), segment.chosen_on,
    )  # fmt: skip


def _test(answer: tuple[bool | None, str]) -> str:
    mark = {True: "√", False: "×", None: ""}[answer[0]]
    return f"{mark} {answer[1]}".strip()


def _money(amount: Any, say: Wording) -> str:
    return NONE_SHOWN if amount is None else format_money(amount, say.language)
