"""The good moments to ask (R-REF-04), and orders the recommender should hear of (R-REF-02), found each night."""

from datetime import timedelta

from guanxi.cadence.models import Task
from guanxi.cadence.operations.tasks import open_tasks
from guanxi.customers.rules.opt_outs import may_be_contacted
from guanxi.deals.models import Order
from guanxi.organization.acts import Act
from guanxi.prospecting.models import ReferralLead, ReferralRequest
from guanxi.prospecting.operations.asking import ASK_RULE
from guanxi.prospecting.operations.report_backs import order_report
from guanxi.prospecting.operations.settled_claims import settle_claims
from guanxi.prospecting.queries.asks import standings
from guanxi.prospecting.queries.holders import seen_by_holders

GRACE = timedelta(days=7)
DAY = timedelta(days=1)
DELIVERED = "DELIVERED"


def plan_referrals(act: Act) -> dict[str, int]:
    """Claims that were decided, then both kinds of task for the days since ``GRACE``; deriving them twice makes them
    once."""
    return {"claims": settle_claims(act), "asks": plan_asks(act), "reports": report_orders(act)}


def plan_asks(act: Act) -> int:
    """Ask the day after a delivery: whom nobody asked since, who does not rest after declining, may be contacted,
    and is not asked already."""
    orders = Order.objects.filter(
        store=act.store, state=Order.State.DELIVERED, customer__merged_into__isnull=True,
        delivered_on__range=(act.on - GRACE, act.on - DAY),
    ).select_related("customer").only("delivered_on", "customer__owner", "customer__opt_outs")  # fmt: skip
    found = {order.customer_id: order for order in orders.order_by("delivered_on", "pk")}
    waiting = set(
        Task.objects.open()
        .filter(kind=Task.Kind.ASK, customer__in=found)
        .values_list("customer_id", flat=True)
    )
    asked_on = dict(
        ReferralRequest.objects.filter(customer__in=found)
        .order_by("asked_on")
        .values_list("customer_id", "asked_on")
    )
    stands = standings(act.store, list(found), act.on)
    tasks = []
    for pk, order in found.items():
        assert order.delivered_on is not None
        asked_since = pk in asked_on and asked_on[pk] >= order.delivered_on
        if asked_since or pk in waiting or not stands[pk].may_ask:
            continue
        if may_be_contacted(order.customer.opt_outs):
            tasks.append(Task(
                customer=order.customer, kind=Task.Kind.ASK, item=DELIVERED, source_rule=ASK_RULE,
                origin=f"delivered {order.pk}", due_on=order.delivered_on + DAY,
            ))  # fmt: skip
    return open_tasks(act, tasks)


def report_orders(act: Act) -> int:
    """A name that bought: the recommender hears of it the day after the order, from whoever may see the card."""
    orders = Order.objects.filter(
        store=act.store, ordered_on__range=(act.on - GRACE, act.on), customer__names__recommender__isnull=False
    ).exclude(state=Order.State.CANCELLED)  # fmt: skip
    bought = {
        customer: (pk, on) for pk, customer, on in orders.values_list("pk", "customer_id", "ordered_on")
    }
    rows = ReferralLead.objects.filter(customer__in=bought, recommender__isnull=False)
    leads = list(rows.select_related("recommender__owner"))
    seen, tasks = seen_by_holders(leads), []
    for lead in leads:
        if lead.pk not in seen:
            continue
        assert lead.recommender is not None and lead.customer_id is not None
        pk, on = bought[lead.customer_id]
        if lead.recommender.merged_into_id is None and may_be_contacted(lead.recommender.opt_outs):
            tasks.append(order_report(lead, pk, on + DAY))
    return open_tasks(act, tasks)
