"""An organisation chart from a sheet: read, looked at, entered, taken back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.customers.models import Customer
from guanxi.key_accounts.forms import ChartForm
from guanxi.key_accounts.models import ChartImport
from guanxi.key_accounts.operations.charts import (
    checked_rows,
    enter_chart,
    keep_chart,
    read_file,
    undo_chart,
)
from guanxi.key_accounts.rules.sheets import ChartRow, counted
from guanxi.key_accounts.views.places import editable_account, map_url
from guanxi.key_accounts.words import refusal_words, refused_sheet, shortened
from guanxi.lib.keys import parse_key
from guanxi.organization.middleware import act_of
from guanxi.organization.once import once_per_key
from guanxi.organization.refusals import Refused
from guanxi.organization.refused_forms import refusals_on
from guanxi.ui.forms import posted
from guanxi.ui.responses import say, see_other

SHOWN = 200


def _refused(request: HttpRequest, card: Customer, found: ChartImport) -> HttpResponse:
    rows = [ChartRow(**row) for row in found.made.get("refused", [])]
    if request.GET.get("as") == "csv":
        answer = HttpResponse(refused_sheet(rows), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="chart-{found.pk}.csv"'
        return answer
    context = {
        "customer": card,
        "chart": found,
        "rows": [(row, refusal_words(row)) for row in rows[:SHOWN]],
        "more": max(len(rows) - SHOWN, 0),
        "left_out": len(rows),
    }
    return render(request, "key_accounts/chart_preview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key(one_transaction=False)
def chart(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a sheet and read it; nothing is entered yet."""
    card = editable_account(request, pk)
    form = ChartForm(posted(request), request.FILES if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            file = form.cleaned_data["file"]
            rows, left = read_file(file.name, file.chunks())
            kept = keep_chart(act_of(request), pk, file.name, rows, left)
            return see_other(request, reverse("chart-preview", args=[pk, kept.pk]))
    done = card.chart_imports.exclude(state=ChartImport.State.READ).select_related("by")
    context = {"customer": card, "form": form, "done": done[:10], "on": act_of(request).on}
    return render(request, "key_accounts/chart.html", context, status=form.answer_status)


@require_safe
def chart_preview(request: HttpRequest, pk: int, chart: int) -> HttpResponse:
    """What would become of each line, refused ones first; once entered, the lines that were not, as a sheet too."""
    card = editable_account(request, pk)
    found = get_object_or_404(card.chart_imports.exclude(state=ChartImport.State.UNDONE), pk=chart)
    if found.state == ChartImport.State.DONE:
        return _refused(request, card, found)
    rows = checked_rows(found)
    told = [(row, refusal_words(row)) for row in rows]
    told.sort(key=lambda pair: (not pair[0].refusal, pair[0].line))
    counts = counted(rows)
    context = {
        "customer": card,
        "chart": found,
        "rows": told[:SHOWN],
        "more": max(len(told) - SHOWN, 0),
        "counts": counts,
        "enterable": counts["new"] + counts["met"],
    }
    return render(request, "key_accounts/chart_preview.html", context)


@require_POST
@once_per_key
def chart_entry(request: HttpRequest, pk: int, chart: int) -> HttpResponse:
    """Enter the lines that can be entered, all in one transaction."""
    card = editable_account(request, pk)
    row = get_object_or_404(card.chart_imports, pk=chart)
    try:
        found = enter_chart(
            act_of(request), pk, row.pk, version=parse_key(request.POST.get("version", "")) or 0
        )
    except Refused as refused:
        say(request, refused.message)
        return see_other(request, reverse("chart", args=[pk]))
    count = len(found.made["added"])
    say(
        request,
        ngettext("%(count)s person added.", "%(count)s people added.", count) % {"count": count},
        reverse("chart-undo", args=[pk, found.pk]),
    )
    if found.made["refused"]:
        return see_other(request, reverse("chart-preview", args=[pk, found.pk]))
    return see_other(request, map_url(pk))


@require_POST
@once_per_key
def chart_undo(request: HttpRequest, pk: int, chart: int) -> HttpResponse:
    """Take the people of a chart off again."""
    card = editable_account(request, pk)
    row = get_object_or_404(card.chart_imports, pk=chart, state=ChartImport.State.DONE)
    try:
        found = undo_chart(act_of(request), pk, row.pk)
        keys = [*found.made["added"], *map(int, found.made["before"])]
        if keys:
            names = card.contacts.filter(pk__in=keys).order_by("pk").values_list("name", flat=True)
            say(
                request,
                _("Taken back, except for those somebody worked with since: %(names)s")
                % {"names": shortened(names)},
            )
        else:
            say(request, _("The chart is taken back: its people are off the map."))
    except Refused as refused:
        say(request, refused.message)
    return see_other(request, map_url(pk))
