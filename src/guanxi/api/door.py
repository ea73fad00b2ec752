"""Every operation is entered through here: caller, query, body, and the key that makes a create act once."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja.operation import Operation

from guanxi.api.errors import told
from guanxi.api.identity import caller_of
from guanxi.api.parsing import check_query, read_body
from guanxi.organization.api.problems import Problem
from guanxi.organization.models import User
from guanxi.organization.once import KeyReused, StillRunning, run_once

Run = Callable[..., HttpResponse]
KEY = "Idempotency-Key"


def creates(operation: Operation) -> bool:
    """Operations that answer 201 make something new and take an idempotency key. Revealing a number answers
    200: its answer must not be kept."""
    return 201 in operation.response_models


def takes_file(operation: Operation) -> bool:
    return any(model.__ninja_param_source__ in ("file", "form") for model in operation.models)


def query_names(operation: Operation) -> frozenset[str]:
    """The query parameters an operation knows."""
    models = [model for model in operation.models if model.__ninja_param_source__ == "query"]
    return frozenset(name for model in models for name in model.__ninja_flatten_map__)


def through_the_door(run: Run) -> Run:
    """Decorates ``Operation.run``, which ninja hands over bound to its operation."""
    operation: Operation = run.__self__  # type: ignore[attr-defined]
    known, with_file, keyed = query_names(operation), takes_file(operation), creates(operation)

    @wraps(run)
    def entered(request: HttpRequest, **path: Any) -> HttpResponse:
        try:
            caller = caller_of(request)
            check_query(request, known)
            read_body(request, takes_file=with_file)
            key = request.headers.get(KEY, "")
            if not key or not keyed:
                return run(request, **path)
            return _once(request, caller, operation, key, lambda: run(request, **path))
        except Problem as problem:
            return told(problem)

    return entered


def _once(
    request: HttpRequest, caller: User, operation: Operation, key: str, run: Callable[[], HttpResponse]
) -> HttpResponse:
    """Stripe's semantics (promise P6): the same key and body give the first answer again, another body is
    refused, a refusal frees the key; another user's key is another key."""
    if len(key) > 80 or not key.isprintable():
        raise Problem(422, "key_refused", _("A key has at most 80 printable characters."), KEY)
    ran = False

    def first() -> HttpResponse:
        nonlocal ran
        ran = True
        return run()

    try:
        answer = run_once(
            user=caller,
            route=f"api:{operation.view_func.__name__}",
            key=key,
            digest=_digest(request),
            at=request.at,  # type: ignore[attr-defined]
            run=first,
            one_transaction=not takes_file(operation),
        )
    except KeyReused as error:
        raise Problem(422, "key_reused", _("This key was used for something else."), KEY) from error
    except StillRunning as error:
        raise Problem(
            409, "still_running", _("The first request with this key is not done yet."), KEY
        ) from error
    if not ran:
        answer["Idempotent-Replayed"] = "true"
    return answer


def _digest(request: HttpRequest) -> str:
    digest = hashlib.sha256(request.get_full_path().encode())
    if request.content_type != "multipart/form-data":
        digest.update(request.body)
        return digest.hexdigest()
    try:
        # The boundary differs each time a client sends the same form.
        for name, values in sorted(request.POST.lists()):
            digest.update(repr((name, values)).encode())
        for name, files in sorted(request.FILES.lists()):
            for file in files:
                digest.update(repr((name, file.name)).encode())  # type: ignore[union-attr]
                for chunk in file.chunks():  # type: ignore[union-attr]
                    digest.update(chunk)
                file.seek(0)  # type: ignore[union-attr]
    except RequestDataTooBig as error:
        raise Problem(413, "too_large", _("The body is too large.")) from error
    return digest.hexdigest()
