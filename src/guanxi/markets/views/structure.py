"""The product structure beside the market share: good selling is both (11.3)."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from guanxi.catalogue.models import sees_margins
from guanxi.lib.money import format_ratio
from guanxi.markets.models import Segment
from guanxi.markets.queries.segments import newest_levels
from guanxi.markets.queries.structure import Structure, StructureRow, structure_of
from guanxi.markets.templatetags.markets import points
from guanxi.markets.views.places import counted_among, product_tabs, reader
from guanxi.organization.middleware import act_of
from guanxi.organization.rules.roles import Reach

# Of fewer pieces in the year before, a change of the part says little.
THIN = 10


@require_safe
def structure(request: HttpRequest) -> HttpResponse:
    """Each product's part of pieces, revenue and margin in 12 months and in the 12 before, and how far the market
    levels are penetrated."""
    user, act = reader(request), act_of(request)
    found = structure_of(user, act.store, act.on)
    segments = list(Segment.objects.visible_to(user).filter(store=act.store).chosen())
    levels = {level.segment_id: level for level in newest_levels(segments)}
    # Of a part of the store one cannot say who carries a product.
    whole_store = user.read_reach in (Reach.STORE, Reach.ALL)
    context: dict[str, Any] = {
        "tabs": product_tabs("structure"),
        "found": found,
        "bars": _bars(found),
        "money": sees_margins(user),
        "whole_store": whole_store,
        "few": _carried_by_few(found) if whole_store else [],
        "levels": [(segment, levels.get(segment.pk)) for segment in segments],
        "counted": counted_among(user),
        "on": act.on,
    }
    return render(request, "markets/structure.html", context)


def _carried_by_few(found: Structure) -> list[StructureRow]:
    return [row for row in found.rows if row.product and row.carried and row.carried.are_few]


def _pieces_before(row: StructureRow) -> str:
    count = row.before.pieces
    return ngettext("only %(count)s piece before", "only %(count)s pieces before", count) % {"count": count}


def _bars(found: Structure) -> list[dict[str, Any]]:
    return [
        {
            "label": row.product.name if row.product else _("No product named"),
            "value": row.part.revenue or Decimal(0),
            "text": f"{format_ratio(row.part.revenue)}"
            + (f" · {points(float(row.moved))}" if row.moved is not None else "")
            + (f" · {_pieces_before(row)}" if row.moved is not None and row.before.pieces < THIN else ""),
            "url": reverse("product-page", args=[row.product.pk]) if row.product else "",
        }
        for row in found.rows
        if row.now.revenue > 0
    ]
