"""The API as the address book mounts it: every domain's router, behind one door."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, URLResolver, re_path
from django.utils.translation import gettext as _
from ninja.renderers import JSONRenderer

from guanxi.api.door import through_the_door
from guanxi.api.errors import answer_errors, not_found, told
from guanxi.api.identity import BearerToken, SessionCookie, caller_of
from guanxi.api.openapi import DescribedApi
from guanxi.api.parsing import StrictParser
from guanxi.cadence.api import cards as arrivals
from guanxi.cadence.api import collisions as _decisions  # noqa: F401
from guanxi.cadence.api import contacts, follow_ups, levels, losses, tasks
from guanxi.catalogue.api import router as products
from guanxi.customers.api import cards, numbers
from guanxi.deals.api import router as orders
from guanxi.imports.api import router as imports
from guanxi.insights.api import router as values
from guanxi.key_accounts.api import router as key_accounts
from guanxi.key_accounts.api_plans import router as account_plans
from guanxi.markets.api.segments import router as markets
from guanxi.markets.api.standings import router as standings
from guanxi.organization.api.problems import Problem
from guanxi.organization.api.routes import router as organization
from guanxi.pipeline.api.endings import router as opportunity_endings
from guanxi.pipeline.api.opportunities import router as opportunities
from guanxi.prospecting.api import names, referrals
from guanxi.prospecting.api.visits import router as registers
from guanxi.workspace.api import router as today

View = Callable[..., HttpResponse]


class ReadableJson(JSONRenderer):
    """Chinese as it is, not as escapes: half the bytes."""

    json_dumps_params = {"ensure_ascii": False}


def signed_in_only(view: View) -> View:
    """For the description and its page, which ninja serves to anybody (attack CONF-01)."""

    @wraps(view.func)  # type: ignore[attr-defined]
    def guarded(request: HttpRequest, **path: Any) -> HttpResponse:
        try:
            caller_of(request)
        except Problem as problem:
            return told(problem)
        return view(request, **path)

    return guarded


def build() -> DescribedApi:
    """A fresh API over all domains; routers are named in the order of the layers."""
    api = DescribedApi(
        title="Guanxi",
        version="1",
        description=(
            "The same queries and operations as the pages, with the rights of the caller. Numbers are masked "
            "except where one is revealed. Bodies are closed JSON: unknown fields are refused."
        ),
        urls_namespace="api",
        auth=[BearerToken(), SessionCookie()],
        parser=StrictParser(),
        renderer=ReadableJson(),
        docs_decorator=signed_in_only,
    )
    api.add_decorator(through_the_door, mode="view")
    answer_errors(api)
    for router in ROUTERS:
        api.add_router("", router)
    return api


def opened(view: View) -> View:
    """A view that identifies its callers itself, keeps answers out of shared caches, and refuses in JSON."""

    @wraps(view)
    def answering(request: HttpRequest, **path: Any) -> HttpResponse:
        response = view(request, **path)
        if isinstance(response, HttpResponseNotAllowed):
            allowed = response["Allow"]
            words = _("This address takes %(allowed)s.") % {"allowed": allowed}
            response = told(Problem(405, "method_not_allowed", words))
            response["Allow"] = allowed
        response["Cache-Control"] = "no-store"
        return response

    answering.login_required = False  # type: ignore[attr-defined]
    answering.csrf_exempt = True  # type: ignore[attr-defined]
    return answering


def unknown_address(request: HttpRequest) -> HttpResponse:
    return told(not_found())


# By domain. Cadence adds operations to two routers of customers: Django asks the first pattern that fits, so
# one address has one router.
ROUTERS = (
    organization,
    products,
    cards.router,
    numbers.router,
    arrivals.router,
    contacts.router,
    levels.router,
    follow_ups.router,
    losses.router,
    tasks.router,
    orders,
    key_accounts,
    account_plans,
    opportunities,
    opportunity_endings,
    standings,
    markets,
    registers,
    names.router,
    referrals.router,
    values,
    imports,
    today,
)
api = build()


def mounted() -> tuple[list[URLPattern | URLResolver], str, str]:
    """What ``path("api/", …)`` takes. The page with the documentation keeps the sign-in of all pages."""
    patterns, app_name, namespace = api.urls
    found: list[URLPattern | URLResolver] = []
    for pattern in patterns:
        assert isinstance(pattern, URLPattern)
        if pattern.name == "api-root":
            pattern.callback = unknown_address
        if pattern.name != "openapi-view":
            pattern.callback = opened(pattern.callback)
        found.append(pattern)
    found.append(re_path("", opened(unknown_address)))
    return found, app_name, namespace
