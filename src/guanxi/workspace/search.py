"""The search box: a drop-down while typing, a page when sent."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from guanxi.customers.models import Contact, Customer
from guanxi.customers.operations.look_ups import find_customers
from guanxi.customers.queries.search import Hit, whole_phone
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.refusals import Refused
from guanxi.organization.rules.roles import Reach
from guanxi.ui.responses import fragment_or_page, wants_fragment

IN_THE_DROP_DOWN = 8
ON_THE_PAGE = 50


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Customers found by ``q``, newest first. A complete number that finds nobody offers a new card."""
    user: User = request.user  # type: ignore[assignment]
    if user.read_reach == Reach.NONE:
        raise Http404
    query = request.GET.get("q", "").strip()
    limit = IN_THE_DROP_DOWN if wants_fragment(request) else ON_THE_PAGE
    hits: list[Hit] = []
    refusal = ""
    try:
        # One more than is shown tells whether there are more.
        hits = find_customers(act_of(request), query, limit + 1)
    except Refused as refused:
        refusal = refused.message
    context = {
        "query": query,
        "hits": _shown(hits[:limit]),
        "more": len(hits) > limit,
        "limit": limit,
        "refusal": refusal,
        "new_url": "" if hits or refusal else _new_card_url(user, query),
        "all_url": f"{reverse('search')}?{urlencode({'q': query})}",
    }
    return fragment_or_page(request, "workspace/search.html", context, partial="results")


def _shown(hits: list[Hit]) -> list[tuple[Hit, str]]:
    """Each hit with the address it leads to: a contact person of an organisation is found on its map."""
    texts = {
        hit.customer.pk: hit.found_text for hit in hits if hit.customer.kind == Customer.Kind.ORG and hit.text
    }
    people = Contact.objects.filter(customer__in=texts, name__in=texts.values(), key_person__isnull=False)
    places = {
        customer: reverse("key-person", args=[customer, person])
        for customer, person, name in people.order_by("-pk").values_list("customer_id", "key_person", "name")
        if texts[customer] == name
    }
    return [(hit, places.get(hit.customer.pk) or reverse("customer", args=[hit.customer.pk])) for hit in hits]


def _new_card_url(user: User, query: str) -> str:
    if user.write_reach == Reach.NONE or not whole_phone(query):
        return ""
    return f"{reverse('customer-new')}?{urlencode({'phone': query})}"
