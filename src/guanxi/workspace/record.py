"""Record a contact with nobody in view: choose whom."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from guanxi.customers.models import Customer
from guanxi.customers.queries.search import search_customers
from guanxi.organization.models import User
from guanxi.organization.rules.roles import Reach
from guanxi.ui.responses import fragment_or_page


@require_safe
def choose_customer(request: HttpRequest) -> HttpResponse:
    """The customers touched last, and a search; each leads to the record form."""
    user: User = request.user  # type: ignore[assignment]
    if user.write_reach == Reach.NONE:
        raise Http404
    query = request.GET.get("q", "").strip()
    if query:
        found = [hit.customer for hit in search_customers(user, query, limit=12)]
        editable = _editable(user, found)
        rows = [row for row in found if row.pk in editable]
    else:
        recent = Customer.objects.editable_by(user).filter(owner=user, last_contact_on__isnull=False)
        rows = list(recent.order_by("-last_contact_on", "-id")[:12])
    context = {"rows": rows, "query": query}
    return fragment_or_page(request, "workspace/record.html", context, partial="sheet")


def _editable(user: User, rows: list[Customer]) -> set[int]:
    ids = [row.pk for row in rows]
    return set(Customer.objects.editable_by(user).filter(pk__in=ids).values_list("pk", flat=True))
