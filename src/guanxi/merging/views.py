"""Merging two cards: choose the other one, look at both, one button; and the way back."""

import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.customers.models import CardMerge, Customer
from guanxi.customers.operations.merging import older_first
from guanxi.customers.queries.search import search_customers
from guanxi.customers.views.cards import editable_card
from guanxi.merging.forms import MergeForm, words_of
from guanxi.merging.operations import MergeDraft, merge_cards, undo_merge
from guanxi.merging.queries import lines_of, outcome_of, what_moves
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.once import once_per_key
from guanxi.organization.refusals import Refused, StaleEdit
from guanxi.ui.forms import posted
from guanxi.ui.responses import fragment_or_page, say, see_other

SHOWN = 12
CARD_LETTER = re.compile(r"^[ac]-(?=c\d)", re.IGNORECASE)


@require_safe
def choose_other(request: HttpRequest, pk: int) -> HttpResponse:
    """Cards the user may change: those of the same name, or what a search finds."""
    user: User = request.user  # type: ignore[assignment]
    card = editable_card(request, pk)
    query = request.GET.get("q", "").strip()
    # A card number is the customer number with a letter before it.
    asked = CARD_LETTER.sub("", query)
    rows = Customer.objects.editable_by(user).filter(store=card.store, kind=card.kind).exclude(pk=pk)
    if query:
        found = [hit.customer.pk for hit in search_customers(user, asked, limit=SHOWN + 1)]
        rows = rows.filter(pk__in=found).order_by("-pk")
    else:
        rows = rows.filter(name=card.name).order_by("-pk")
    others = list(rows.select_related("owner").prefetch_related("phones")[:SHOWN])
    context = {"customer": card, "query": query, "rows": others}
    return fragment_or_page(request, "merging/choose.html", context, partial="sheet")


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def merge(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Both cards side by side; the older one stays."""
    one, two = editable_card(request, pk), editable_card(request, other)
    if one.pk == two.pk:
        raise Http404
    kept, merged = sorted((one, two), key=older_first)
    lines = lines_of(kept, merged)
    form = _form(kept, merged, lines, request)
    stale = ""
    if form.is_valid():
        given = form.cleaned_data
        versions = {kept.pk: given["kept_version"], merged.pk: given["merged_version"]}
        try:
            merge_cards(act_of(request), MergeDraft(versions, form.others(), form.shown()))
        except StaleEdit as refused:
            stale = refused.message
            kept, merged = sorted(
                (editable_card(request, pk), editable_card(request, other)), key=older_first
            )
            lines = lines_of(kept, merged)
            form = _form(kept, merged, lines)
        except Refused as refused:
            form.add_error(None, refused.message)
        except Customer.DoesNotExist as error:
            raise Http404 from error
        else:
            say(request, _("The cards are one now."))
            return see_other(request, reverse("customer", args=[kept.pk]))
    status = 409 if stale else 422 if form.is_bound else 200
    return render(
        request, "merging/merge.html", _context(kept, merged, lines, form, pk, stale), status=status
    )


@require_POST
@once_per_key
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Two cards again. A refusal is told on the card."""
    user: User = request.user  # type: ignore[assignment]
    found = get_object_or_404(
        CardMerge, pk=pk, undone_at__isnull=True, kept__in=Customer.objects.editable_by(user)
    )
    try:
        undo_merge(act_of(request), pk)
    except CardMerge.DoesNotExist as error:
        raise Http404 from error
    except Refused as refused:
        say(request, refused.message)
    else:
        say(request, _("Two cards again, as they were."))
    return see_other(request, reverse("customer", args=[found.kept_id]))


def _form(
    kept: Customer, merged: Customer, lines: list[Any], request: HttpRequest | None = None
) -> MergeForm:
    outcome = outcome_of(kept, merged)
    initial = {
        "kept_version": kept.version, "merged_version": merged.version, "level": outcome.level,
        "due_on": outcome.due_on,
    }  # fmt: skip
    return MergeForm(lines, posted(request) if request else None, initial=initial)


def _context(
    kept: Customer, merged: Customer, lines: list[Any], form: MergeForm, pk: int, stale: str
) -> dict[str, Any]:
    playbook = kept.store.playbook
    rows = [
        {
            "name": line.name,
            "label": line.label,
            "kept": words_of(line.name, line.kept, playbook),
            "merged": words_of(line.name, line.merged, playbook),
            "differs": line.differs,
            "takes": line.differs and form.takes(line.name),
        }
        for line in lines
    ]
    return {
        "customer": kept if kept.pk == pk else merged, "kept": kept, "merged": merged, "rows": rows, "form": form,
        "stale": stale, "outcome": outcome_of(kept, merged), "moves": what_moves(merged),
        "two_owners": kept.owner_id != merged.owner_id, "other_kind": kept.kind != merged.kind,
    }  # fmt: skip
