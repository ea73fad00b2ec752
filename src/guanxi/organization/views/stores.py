"""Stores and teams, for the admin."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guanxi.organization.forms.stores import NewStoreForm, StoreForm, TeamForm
from guanxi.organization.guards import only_for
from guanxi.organization.middleware import act_of
from guanxi.organization.models import Store, Team
from guanxi.organization.once import once_per_key
from guanxi.organization.operations.stores import edit_store, open_store, open_team, rename_team
from guanxi.organization.refused_forms import refusals_on
from guanxi.organization.rules.roles import Role
from guanxi.playbooks.loader import load_pack
from guanxi.ui.forms import GuanxiForm, posted
from guanxi.ui.responses import say, see_other


@require_safe
@only_for(Role.ADMIN)
def stores(request: HttpRequest) -> HttpResponse:
    rows = [
        {
            "store": store,
            "subtitle": f"{store.code} · {load_pack(store.pack).label.text(request.user.language)}",  # type: ignore[union-attr]
        }
        for store in Store.objects.prefetch_related("teams").order_by("name")
    ]
    return render(request, "organization/stores.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(Role.ADMIN)
@once_per_key
def new_store(request: HttpRequest) -> HttpResponse:
    form = NewStoreForm(posted(request))

    def save() -> None:
        given = form.cleaned_data
        open_store(act_of(request), given["name"], given["pack"], given["timezone"])

    return _saved(request, form, _("New store"), save)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(Role.ADMIN)
@once_per_key
def store(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Store, pk=pk)
    form = StoreForm.of(found, posted(request))

    def save() -> None:
        given = form.cleaned_data
        edit_store(act_of(request), pk, given["version"] or 0, given["name"], given["timezone"])

    return _saved(request, form, found.name, save, StoreForm.of)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(Role.ADMIN)
@once_per_key
def new_team(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Store, pk=pk)
    form = TeamForm(posted(request))
    title = _("New team of %(store)s") % {"store": found}
    return _saved(request, form, title, lambda: open_team(act_of(request), found, form.cleaned_data["name"]))


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(Role.ADMIN)
@once_per_key
def team(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Team, pk=pk)
    form = TeamForm.of(found, posted(request))

    def save() -> None:
        rename_team(act_of(request), pk, form.cleaned_data["version"] or 0, form.cleaned_data["name"])

    return _saved(request, form, found.name, save, TeamForm.of)


def _saved(
    request: HttpRequest,
    form: GuanxiForm,
    title: str,
    save: Callable[[], object],
    stored: Callable[[Any], GuanxiForm] | None = None,
) -> HttpResponse:
    """Run ``save`` on a valid form and go back to the list; else show the form with what was typed."""
    if form.is_valid():
        with refusals_on(form, stored):
            save()
            say(request, _("Saved."))
            return see_other(request, reverse("stores"))
    context = {"form": form, "title": title, "back": reverse("stores")}
    return render(request, "organization/edit.html", context, status=form.answer_status)
