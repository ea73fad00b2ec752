"""Reads bodies and query strings strictly: what is odd is refused before anything looks at it."""

import json
from decimal import Decimal
from typing import Any, NoReturn

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.parser import Parser

from guanxi.organization.api.problems import Problem

DEEPEST = 12
MOST_VALUES = 5_000
LONGEST_NUMBER = 20


class StrictParser(Parser):
    """Hands ninja the body that ``read_body`` has read."""

    def parse_body(self, request: HttpRequest) -> Any:
        return request.json  # type: ignore[attr-defined]


def read_body(request: HttpRequest, *, takes_file: bool) -> None:
    """Put the parsed body into ``request.json``.

    Raises Problem 415 for anything but JSON (or a form, where a file is taken), 413 when too large, 422 when
    it is no JSON, names a field twice, is deeply nested, or holds text no database can keep (MA-05, DOS-03).
    """
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length == 0 and "HTTP_TRANSFER_ENCODING" not in request.META:
        return
    wanted = "multipart/form-data" if takes_file else "application/json"
    if request.content_type != wanted:
        raise Problem(415, "unsupported_media_type", _("Send %(wanted)s.") % {"wanted": wanted})
    if takes_file:
        return
    try:
        text = request.body.decode("utf-8")
        request.json = json.loads(  # type: ignore[attr-defined]
            text, object_pairs_hook=_object, parse_int=_whole, parse_float=_decimal, parse_constant=_refuse
        )
        _check(request.json)  # type: ignore[attr-defined]
    except RequestDataTooBig as error:
        raise Problem(413, "too_large", _("The body is too large.")) from error
    except (ValueError, RecursionError) as error:
        raise Problem(422, "malformed", _("The body is no plain JSON."), detail=str(error)[:120]) from error


def check_query(request: HttpRequest, known: frozenset[str]) -> None:
    """Raises Problem 422 for a parameter the operation does not know, or one given twice (INF-01…03)."""
    for name, values in request.GET.lists():
        if name not in known:
            raise Problem(422, "unknown_parameter", _("Unknown filter or parameter."), name[:40])
        if len(values) > 1:
            raise Problem(422, "repeated_parameter", _("Give this parameter once."), name)
        if not _storable(values[0]):
            raise Problem(422, "malformed", _("This value cannot be used."), name)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field stands twice")
    return found


def _whole(text: str) -> int:
    return int(text) if len(text) <= LONGEST_NUMBER else _refuse(text)


def _decimal(text: str) -> Decimal:
    return Decimal(text) if len(text) <= LONGEST_NUMBER else _refuse(text)


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"no usable number: {text[:20]}")


def _check(body: Any) -> None:
    waiting = [(body, 1)]
    seen = 0
    while waiting:
        value, depth = waiting.pop()
        seen += 1
        if depth > DEEPEST or seen > MOST_VALUES:
            raise ValueError("too deep or too many values")
        if isinstance(value, dict):
            waiting += [(part, depth + 1) for pair in value.items() for part in pair]
        elif isinstance(value, list):
            waiting += [(part, depth + 1) for part in value]
        elif isinstance(value, str) and not _storable(value):
            raise ValueError("text with NUL or half a character")


def _storable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
