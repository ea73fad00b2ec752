"""What the lists of orders and of the ledger share."""

from datetime import date
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from guanxi.deals.models import Order
from guanxi.lib.keys import parse_key
from guanxi.organization.models import User
from guanxi.organization.rules.roles import Reach, Role

PAGE = 50


def sellers_and_finance(user: User) -> None:
    """For everybody else neither orders nor ledger exist."""
    if user.read_reach == Reach.NONE and not user.has_role(Role.FINANCE):
        raise Http404


def after(rows: Any, day: str, cursor: str) -> Any:
    """The rows behind the last one seen, given as ``<day>.<key>``, where the newest day comes first."""
    if not cursor:
        return rows
    try:
        text, key = cursor.split(".")
        last_on, last_id = date.fromisoformat(text), parse_key(key)
    except ValueError as error:
        raise Http404 from error
    if last_id is None:
        raise Http404
    # The first condition lets an index start at the cursor; the second breaks ties.
    return rows.filter(**{f"{day}__lte": last_on}).filter(Q(**{f"{day}__lt": last_on}) | Q(pk__lt=last_id))


def tabs(active: str) -> list[dict[str, Any]]:
    """Orders by state, and the ledger beside them."""
    url = reverse("orders")
    states = [(value, label, f"{url}?state={value}") for value, label in Order.State.choices]
    places = [*states, ("LEDGER", _("Ledger of deals"), reverse("ledger"))]
    return [{"url": to, "label": label, "active": code == active} for code, label, to in places]
