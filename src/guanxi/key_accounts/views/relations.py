"""Lines and circles of a map."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from guanxi.key_accounts.forms_relations import CircleForm, LineForm
from guanxi.key_accounts.models import Circle
from guanxi.key_accounts.operations.relations import (
    draw_lines,
    end_line,
    lines_of,
    remove_circle,
    save_circle,
)
from guanxi.key_accounts.views.places import editable_account, map_url, sheet
from guanxi.lib.keys import parse_key
from guanxi.organization.middleware import act_of
from guanxi.organization.once import once_per_key
from guanxi.organization.refusals import Refused
from guanxi.ui.forms import posted
from guanxi.ui.responses import say, see_other


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def line(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw an informal line; ``?from=`` is the person it begins at."""
    card = editable_account(request, pk)
    form = LineForm(card, posted(request), initial={"source": parse_key(request.GET.get("from", ""))})
    return sheet(
        request, card, form, _("Draw a line"), lambda: draw_lines(act_of(request), pk, [form.draft()])
    )


@require_POST
@once_per_key
def line_end(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """A line is no more."""
    card = editable_account(request, pk)
    row = get_object_or_404(lines_of(card), pk=line)
    try:
        end_line(act_of(request), pk, row.pk, version=parse_key(request.POST.get("version", "")) or 0)
        say(request, _("The line is off the map; earlier days still show it."))
    except Refused as refused:
        say(request, refused.message)
    return see_other(request, map_url(pk))


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def circle(request: HttpRequest, pk: int, circle: int | None = None) -> HttpResponse:
    """Draw a circle or change one."""
    card = editable_account(request, pk)
    row = get_object_or_404(card.circles, pk=circle) if circle else Circle(customer=card)
    form = CircleForm(posted(request), instance=row)
    return sheet(
        request, card, form, _("Political circle"),
        lambda: save_circle(act_of(request), pk, circle, form.values(), version=form.shown_version),
        stored=lambda current: CircleForm(instance=current),
        template="key_accounts/circle.html", more={"circle": row if circle else None},
    )  # fmt: skip


@require_POST
@once_per_key
def circle_removal(request: HttpRequest, pk: int, circle: int) -> HttpResponse:
    """Take a circle off the map."""
    card = editable_account(request, pk)
    row = get_object_or_404(card.circles, pk=circle)
    try:
        remove_circle(act_of(request), pk, row.pk, version=parse_key(request.POST.get("version", "")) or 0)
        say(request, _("The circle is off the map; its people stay."))
    except Refused as refused:
        say(request, refused.message)
    return see_other(request, map_url(pk))
