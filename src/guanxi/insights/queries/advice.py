"""The one thing to do about many customers at once, as ``rules.advice`` says it of one."""

from collections.abc import Mapping
from datetime import date

from django.db.models import Case, F, Q, QuerySet, Value, When

from guanxi.customers.rules.opt_outs import may_be_contacted
from guanxi.insights.models import CustomerValue, CustomerValueQuerySet, ValueRun
from guanxi.insights.queries.calls import opted_out, worth_calling
from guanxi.insights.rules.advice import BY_GROUP, CALL, CONTRACT, LATELY, LOSING, LOSS, MAINTAIN, PEACE


def advised(
    rows: CustomerValueQuerySet, run: ValueRun, on: date, opted: Mapping[int, list[str]] | None = None
) -> QuerySet[CustomerValue]:
    """``rows``, all of ``run``, annotated with their ``advice``; ``opted`` as in ``worth_calling``."""
    opted = opted_out(rows) if opted is None else opted
    refuse = [key for key, refused in opted.items() if not may_be_contacted(refused)]
    worth = worth_calling(rows, run, on, opted).exclude(customer__last_contact_on__gt=on - LATELY)
    by_group = Case(*(When(group=group, then=Value(code)) for group, code in BY_GROUP.items()))
    code = Case(
        When(customer__in=refuse, then=Value(PEACE)),
        When(contract_until__isnull=False, then=Value(CONTRACT)),
        When(Q(pk__in=worth.order_by().values("pk")), then=Value(CALL)),
        When(past_class=LOSS, then=Value(LOSING)),
        When(square=MAINTAIN, then=by_group),
        default=F("square"),
    )
    return rows.with_contract(on).annotate(advice=code)
