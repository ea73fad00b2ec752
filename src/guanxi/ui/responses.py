"""Answers that suit both a whole page and an htmx request."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from guanxi.ui.forms import PageForm

UNDO = "undo:"


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asked for a part of the page (not for a page it will show whole)."""
    htmx = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def fragment_or_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, partial: str, status: int = 200
) -> HttpResponse:
    """Render ``template#partial`` for htmx, else the whole ``template``."""
    name = f"{template}#{partial}" if wants_fragment(request) else template
    response = render(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def form_sheet(request: HttpRequest, template: str, form: PageForm, context: dict[str, Any]) -> HttpResponse:
    """The ``sheet`` of a form, in the dialog or on a page of its own; 422 for a form that comes back, 409 for a
    stale edit."""
    return fragment_or_page(
        request, template, {"form": form, **context}, partial="sheet", status=form.answer_status
    )


def see_other(request: HttpRequest, url: str) -> HttpResponse:
    """Send the browser to ``url``: 303 for a form, HX-Redirect for htmx."""
    if getattr(request, "htmx", None):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponse(status=303, headers={"Location": url})


def say(request: HttpRequest, message: Any, undo_url: str | None = None) -> None:
    """A message for the next whole page; ``undo_url`` is posted to by its undo button."""
    messages.success(request, message, extra_tags=f"{UNDO}{undo_url}" if undo_url else "")


def toast(response: HttpResponse, message: Any, undo_url: str | None = None) -> HttpResponse:
    """A message shown as soon as htmx has this answer. Headers are ASCII, so Chinese travels escaped."""
    return trigger(response, toast={"message": str(message), "undo": undo_url or ""})


def close_sheet(response: HttpResponse) -> HttpResponse:
    """Close the dialog once htmx has this answer."""
    return trigger(response, closeSheet=True)


def trigger(response: HttpResponse, **events: Any) -> HttpResponse:
    """Add events to the HX-Trigger header; pages listen with ``hx-trigger="name from:body"``."""
    carried = json.loads(response.headers.get("HX-Trigger", "{}"))
    response.headers["HX-Trigger"] = json.dumps(carried | events, ensure_ascii=True)
    return response
