"""Every refusal in one shape: ``{"error", "message", "field"}``, in the caller's language."""

import re
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from guanxi.customers.api.schemas import Card
from guanxi.customers.models import Customer
from guanxi.deals.api import OrderTold
from guanxi.deals.models import Order
from guanxi.imports.operations.files import ImportRefused
from guanxi.key_accounts.api import PersonTold
from guanxi.key_accounts.models import KeyPerson
from guanxi.markets.api.standings import JudgedTold
from guanxi.markets.models import ProductStanding
from guanxi.organization.api.problems import Problem
from guanxi.organization.models import AuditEntry, User
from guanxi.organization.refusals import BudgetUsedUp, Refused, StaleEdit
from guanxi.pipeline.api.schemas import OpportunityTold
from guanxi.pipeline.models import Opportunity
from guanxi.prospecting.api.names import NameTold
from guanxi.prospecting.api.referrals import TraitsTold
from guanxi.prospecting.api.visits import VisitTold
from guanxi.prospecting.models import InfluenceCentre, ReferralLead, Visit

# The audit actions that count a row's version up, for telling what an outdated edit has missed.
VERSIONED = {
    "Customer": ("card_edited", "card_handed_over"),
    "Order": ("order_cancelled", "delivered"),
    "Opportunity": (
        "opportunity_edited",
        "opportunity_moved",
        "opportunity_reviewed",
        "opportunity_assessed",
        "opportunity_won",
        "opportunity_unwon",
        "opportunity_lost",
        "opportunity_loss_withdrawn",
        "opportunity_reopened",
    ),
    "KeyPerson": ("person_marked", "person_left"),
    "Visit": ("visit_completed", "visit_handed_over", "visit_left"),
    "ReferralLead": (
        "name_edited",
        "name_warmed",
        "name_result",
        "name_carded",
        "name_claimed",
        "name_freed",
        "name_handed_over",
    ),
    "InfluenceCentre": ("influence_ticked",),
    "ProductStanding": ("standing_judged",),
}


def told(problem: Problem) -> HttpResponse:
    """The answer for a problem."""
    body = {"error": problem.code, "message": str(problem.message), "field": problem.field, **problem.more}
    response = JsonResponse(body, status=problem.status, json_dumps_params={"ensure_ascii": False})
    if problem.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def not_found() -> Problem:
    """The same words for what is absent and what the caller may not see (attack INF-04)."""
    return Problem(404, "not_found", _("Not found."))


def answer_errors(api: NinjaAPI) -> None:
    """Let ``api`` answer each kind of exception with a problem."""
    answers: dict[type[Exception], Callable[[HttpRequest, Any], Problem]] = {
        Problem: lambda request, error: error,
        ObjectDoesNotExist: lambda request, error: not_found(),
        Http404: lambda request, error: not_found(),
        Refused: lambda request, error: _refused(error),
        StaleEdit: _stale,
        ValidationError: lambda request, error: _invalid(error),
        HttpError: lambda request, error: _by_status(error),
        Exception: _unexpected,
    }
    for kind, answer in answers.items():
        api.add_exception_handler(kind, _answering(answer))


def _answering(answer: Callable[[HttpRequest, Any], Problem]) -> Callable[[HttpRequest, Any], HttpResponse]:
    return lambda request, error: told(answer(request, error))


def _refused(error: Refused) -> Problem:
    reason = {"reason": error.code} if isinstance(error, ImportRefused) and error.code else {}
    status = 429 if isinstance(error, BudgetUsedUp) else 422
    return Problem(status, _code(type(error)), error.message, error.field, **reason)


def _code(kind: type[Exception]) -> str:
    """``ContactRefused`` → ``contact_refused``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


def _stale(request: HttpRequest, error: StaleEdit) -> Problem:
    """409, or 412 when the version came in If-Match: the row as it is now, and what changed since."""
    header = request.headers.get("If-Match")
    asked = header if header is not None else str(request.json.get("version", 0))  # type: ignore[attr-defined]
    edited = int(re.sub(r"[^0-9]", "", asked)[:9] or 0)
    return Problem(
        409 if header is None else 412,
        "stale_edit",
        error.message,
        "version",
        current=_shown(error.current).model_dump(mode="json"),
        changed=_missed(error.current, error.current.version - edited),
    )


def _shown(row: Any) -> Any:
    if isinstance(row, Customer):
        return Card.of(row)
    if isinstance(row, Visit):
        return VisitTold.of(row, set())
    if isinstance(row, KeyPerson):
        return PersonTold.of_row(row)
    if isinstance(row, Opportunity):
        return OpportunityTold.of(row)
    if isinstance(row, ReferralLead):
        return NameTold.of(row, set())
    if isinstance(row, InfluenceCentre):
        return TraitsTold.of(row)
    if isinstance(row, ProductStanding):
        return JudgedTold.of(row)
    assert isinstance(row, Order)
    return OrderTold.of(row)


def _missed(row: Any, count: int) -> list[dict[str, Any]]:
    """Who changed which fields since, newest first. Names only: values are in ``current``, masked."""
    if count <= 0:
        return []
    kind = type(row).__name__
    entries = AuditEntry.objects.filter(entity=kind, entity_id=row.pk, action__in=VERSIONED[kind])
    return [
        {
            "at": entry.at.isoformat(),
            "by": str(entry.actor) if isinstance(entry.actor, User) else "",
            "fields": sorted(entry.changes),
        }
        for entry in entries.select_related("actor")[: min(count, 20)]
    ]


def _invalid(error: ValidationError) -> Problem:
    details = [
        {"field": ".".join(str(part) for part in item["loc"][2:] or item["loc"][1:]), "detail": item["msg"]}
        for item in error.errors[:20]
    ]
    words = {
        "missing": _("This field is needed."),
        "extra_forbidden": _("This field is not known or may not be set."),
    }.get(error.errors[0]["type"], _("This value cannot be used."))
    return Problem(422, "invalid", words, details[0]["field"], details=details)


def _by_status(error: HttpError) -> Problem:
    if error.status_code == 401:
        return Problem(401, "not_signed_in", _("Sign in, or send a valid token."))
    return Problem(error.status_code, "refused", error.message)


def _unexpected(request: HttpRequest, error: Exception) -> Problem:
    """Ninja would answer with a traceback in debug mode; Django logs the error and answers 500."""
    raise error
