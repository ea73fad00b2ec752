"""The day or the month an address asks for. What is none, or lies outside the years a store keeps, is absent (404)."""

from datetime import date

from django.http import Http404, HttpRequest

FIRST, LAST = date(2000, 1, 1), date(2200, 12, 31)


def day_in(text: str) -> date:
    """The day of ``2026-03-02``. Raises Http404."""
    try:
        on = date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error
    if len(text) != 10 or not FIRST <= on <= LAST:
        raise Http404
    return on


def asked_day(request: HttpRequest, otherwise: date, name: str = "on") -> date:
    """The day of ``?on=``. Raises Http404."""
    given = request.GET.get(name) or request.POST.get(name) or ""
    return day_in(given) if given else otherwise


def asked_month(request: HttpRequest, otherwise: date) -> date:
    """The first day of the month of ``?month=2026-03``. Raises Http404."""
    given = request.GET.get("month") or request.POST.get("month") or ""
    return day_in(f"{given}-01") if given else otherwise.replace(day=1)
