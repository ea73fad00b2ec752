"""The one thing to do about many customers at once, as ``rules.advice`` says it of one."""

from datetime import date

from django.db.models import Case, F, Q, QuerySet, Value, When

from guanxi.insights.models import CustomerValue, CustomerValueQuerySet, ValueRun
from guanxi.insights.queries.calls import refusing, worth_calling
from guanxi.insights.rules.advice import BY_GROUP, CALL, CONTRACT, LATELY, LOSING, LOSS, MAINTAIN, PEACE


def advised(rows: CustomerValueQuerySet, run: ValueRun, on: date) -> QuerySet[CustomerValue]:
    """``rows``, all of ``run``, annotated with their ``advice``. Two queries more for the channels."""
    refuse = refusing(rows)
    worth = worth_calling(rows, run, on).exclude(customer__last_contact_on__gt=on - LATELY)
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
