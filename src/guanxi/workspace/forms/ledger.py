"""The ledger as a file of cells: the rows somebody looked up, with their sums (21.1: exporters only)."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guanxi.catalogue.models import sees_margins
from guanxi.deals.forms.ledger import LedgerForm
from guanxi.deals.models import Deal
from guanxi.deals.queries.ledger import Narrowed, Totals, narrowed, totals
from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.rules.roles import Reach
from guanxi.paper.sheets import Cell, CellLike, Column, Document, Note, Sheet, Table, Tone
from guanxi.ui.responses import see_other
from guanxi.workspace.forms.printing import FORMATS
from guanxi.workspace.forms.wording import Wording

MOST_ROWS = 20_000


@require_safe
def ledger_file(request: HttpRequest, format: str) -> HttpResponse:
    """The rows found on the ledger's page, by the same question in the address."""
    user, output = request.user, FORMATS.get(format)
    assert isinstance(user, User)
    if output is None or not output.is_export or not user.may_export or user.read_reach == Reach.NONE:
        raise Http404
    act = act_of(request)
    form = LedgerForm(act, request.GET)
    if form.unread:
        # Left out, the file would hold more than was asked for.
        return HttpResponse("\n".join(form.unread), "text/plain; charset=utf-8", status=422)
    asked = form.narrowed()
    if narrowed(Deal.objects.visible_to(user), asked).count() > MOST_ROWS:
        messages.error(request, _("More than 20,000 rows: look up a shorter period first."))
        return see_other(request, f"{reverse('ledger')}?{request.GET.urlencode()}")
    document = ledger_sheet(act, asked, format, user.language)
    response = HttpResponse(output.render(document), content_type=output.content_type)
    response["Content-Disposition"] = f'attachment; filename="ledger-{act.on}.{format}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@transaction.atomic
def ledger_sheet(act: Act, asked: Narrowed, extension: str, language: str) -> Document:
    """The sheet with its trace; the margin has its column for those who see margins."""
    assert act.by is not None
    say, margins = Wording(language, act.store), sees_margins(act.by)
    rows = narrowed(Deal.objects.visible_to(act.by), asked)
    found = rows.select_related("customer", "product", "seller", "reversed_by").order_by("-on", "-id")
    columns = (
        Column(say("日期", "Date"), 22), Column(say("客户编号", "Customer no."), 24),
        Column(say("客户", "Customer"), 34), Column(say("订单号", "Order no."), 26), Column(say("产品", "Product"), 34),
        Column(say("数量", "Quantity"), 14, "right"), Column(say("金额", "Amount"), 24, "right"),
        *([Column(say("毛利", "Margin"), 24, "right")] if margins else ()),
        Column(say("销售顾问", "Consultant"), 22), Column(say("说明", "Note"), 34),
    )  # fmt: skip
    lines = tuple(_line(say, deal, margins=margins) for deal in found)
    table = Table(columns, (*lines, _sums(say, totals(rows), margins=margins)))
    note = Note(
        say(
            "退货与冲销为负数，合计已扣除；金额、毛利为空表示未知，不计入合计",
            "Returns and rows written back are below zero and taken off the sums; an empty amount or margin is unknown "
            "and in no sum",
        )
    )
    period = f"{asked.since or '…'} – {asked.until or act.on}" if asked.since or asked.until else ""
    sheet = Sheet(
        "", say("成交台账", "Ledger of deals"), (table, note), say.footer(act.by, act.on, []), "landscape",
        subtitle=period,
    )  # fmt: skip
    changes = {"format": [None, extension], "rows": [None, len(lines)]}
    leave_trace([act.entry("ledger_exported", act.store, changes=changes)])
    return Document((sheet,), "en" if language.startswith("en") else "zh")


def _line(say: Wording, deal: Deal, *, margins: bool) -> tuple[CellLike, ...]:
    return (
        deal.on, deal.customer.customer_no, deal.customer.org_name or deal.customer.name, deal.number,
        deal.product.name if deal.product else "", deal.quantity, deal.amount, *([deal.margin] if margins else ()),
        deal.seller.name if deal.seller else "", _note(say, deal),
    )  # fmt: skip


def _note(say: Wording, deal: Deal) -> str:
    state = ""
    if deal.reverses_id is not None:
        state = say("冲销", "written back")
    elif hasattr(deal, "reversed_by"):
        state = say("已被冲销", "no longer stands")
    elif deal.is_return:
        state = say("退货", "returned")
    return say("：", ": ").join(part for part in (state, deal.reason) if part)


def _sums(say: Wording, sums: Totals, *, margins: bool) -> tuple[CellLike, ...]:
    figures: list[Any] = [sums.pieces, sums.amount, *([sums.margin] if margins else ())]
    head = say("合计", "Total")
    return (
        Cell(head, Tone.STRONG), "", "", "", "", *(Cell(figure, Tone.STRONG) for figure in figures), "", "",
    )  # fmt: skip
