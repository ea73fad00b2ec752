"""Double submission does nothing (promise P6): a one-time key is carried out once, and answered the same again.

The key is claimed in a transaction of its own, so a second request sees it at once on both engines. The work
and the remembered answer then share one transaction: a process that dies leaves either both or neither.
"""

import hashlib
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from guanxi.organization.models import DoneRequest, User
from guanxi.ui.responses import fragment_or_page

PATIENCE = 2.0
LEASE = timedelta(minutes=2)
KEPT = timedelta(days=7)
CARRIED = ("Location", "Content-Type", "HX-Redirect", "HX-Trigger", "HX-Location", "HX-Refresh", "ETag")


class KeyReused(Exception):
    """The key was already used for something else: answer 422."""


class StillRunning(Exception):
    """The first request with this key has not ended: answer 409."""


def run_once(
    *,
    user: User,
    route: str,
    key: str,
    digest: str,
    at: datetime,
    run: Callable[[], HttpResponse],
    one_transaction: bool = True,
) -> HttpResponse:
    """Carry out ``run`` for a key of ``user`` on ``route`` unless that was done; then give the answer kept.

    An answer of 400 and above and an exception release the key. Raises KeyReused when ``digest`` (of what was
    asked) differs from the first time, StillRunning when the first is not done after ``PATIENCE`` seconds.
    """
    scope = {"user": user, "route": route[:200], "key": key}
    claim = _claim(scope, digest, at)
    if claim is None:
        return _replayed(scope, digest)
    try:
        if not one_transaction:
            return _remembered(claim, run())
        with transaction.atomic():
            return _remembered(claim, run())
    except BaseException:
        _rows(claim).delete()
        raise


def once_per_key(view: Callable[..., HttpResponse] | None = None, *, one_transaction: bool = True) -> Any:
    """View decorator: a POST with a ``form_key`` (``{% form_key %}``) acts once; a copy gets the first answer.

    The same key with other words answers 422, while the first still runs 409. Without a key the view just
    runs, as it does for other methods. With ``one_transaction=False`` the view opens its own transactions: for
    slow work such as taking an upload, which must not hold SQLite's only write lock.
    """
    if view is None:
        return lambda given: once_per_key(given, one_transaction=one_transaction)

    @wraps(view)
    def once(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.POST.get("form_key", "") if request.method == "POST" else ""
        if not key or not request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if len(key) > 80 or not key.isprintable():
            return _refused(request, "reused", 422)
        try:
            return run_once(
                user=request.user,  # type: ignore[arg-type]
                route=request.resolver_match.view_name if request.resolver_match else request.path,
                key=key,
                digest=_digest(request),
                at=request.at,  # type: ignore[attr-defined]
                run=lambda: view(request, *args, **kwargs),
                one_transaction=one_transaction,
            )
        except KeyReused:
            return _refused(request, "reused", 422)
        except StillRunning:
            return _refused(request, "running", 409)

    once.takes_form_key = True  # type: ignore[attr-defined]
    return once


def forget_requests(at: datetime) -> int:
    """Drop remembered answers older than ``KEPT``; returns how many."""
    return DoneRequest.objects.filter(at__lt=at - KEPT).delete()[0]


def _claim(scope: dict[str, Any], digest: str, at: datetime) -> DoneRequest | None:
    """The row of a key that is ours to carry out, or None when another request has it."""
    try:
        with transaction.atomic():
            return DoneRequest.objects.create(**scope, body_digest=digest, at=at)
    except IntegrityError:
        pass
    # The process that held it died: whoever moves ``at`` first takes the key over.
    dead = DoneRequest.objects.filter(**scope, body_digest=digest, status=0, at__lt=at - LEASE)
    if dead.update(at=at):
        return DoneRequest.objects.get(**scope)
    return None


def _rows(claim: DoneRequest) -> Any:
    return DoneRequest.objects.filter(pk=claim.pk, at=claim.at, status=0)


def _remembered(claim: DoneRequest, response: HttpResponse) -> HttpResponse:
    if response.status_code >= 400:
        _rows(claim).delete()
        return response
    kept = _rows(claim).update(
        status=response.status_code,
        answer="" if response.streaming else response.content.decode(),
        headers={name: response.headers[name] for name in CARRIED if name in response.headers},
    )
    if not kept:
        # Another process took the key over while this one slept: undo what was done here.
        raise StillRunning
    return response


def _replayed(scope: dict[str, Any], digest: str) -> HttpResponse:
    until = time.monotonic() + PATIENCE
    while True:
        first = DoneRequest.objects.filter(**scope).first()
        if first is not None and first.body_digest != digest:
            raise KeyReused
        if first is not None and first.status:
            return HttpResponse(first.answer, status=first.status, headers=first.headers)
        if first is None or time.monotonic() >= until:
            raise StillRunning
        time.sleep(0.05)


def _digest(request: HttpRequest) -> str:
    """What was asked: address, fields and files, without the CSRF token, which differs by page."""
    digest = hashlib.sha256(request.get_full_path().encode())
    for name, values in sorted(request.POST.lists()):
        if name != "csrfmiddlewaretoken":
            digest.update(repr((name, values)).encode())
    for name, file in sorted(request.FILES.items()):
        digest.update(repr((name, file.name, file.size)).encode())  # type: ignore[union-attr]
        for chunk in file.chunks():  # type: ignore[union-attr]
            digest.update(chunk)
        file.seek(0)  # type: ignore[union-attr]
    return digest.hexdigest()


def _refused(request: HttpRequest, why: str, status: int) -> HttpResponse:
    template, context = "organization/not_repeated.html", {"why": why}
    return fragment_or_page(request, template, context, partial="why", status=status)
