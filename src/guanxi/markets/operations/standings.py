"""Judging what a customer could buy, and proposing the visit a gap asks for (handbook 2.3)."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanxi.cadence.models import Task
from guanxi.cadence.operations.tasks import open_tasks
from guanxi.catalogue.models import Product
from guanxi.customers.queries.cards import lock_card
from guanxi.customers.rules.opt_outs import may_be_contacted
from guanxi.lib.dates import next_open
from guanxi.markets.models import FormerStanding, ProductStanding
from guanxi.markets.queries.standings import VISIT_RULE, product_rows
from guanxi.markets.rules.composite import POTENTIALS, Judgement
from guanxi.markets.words import BUYS_NOW, COULD_BUY
from guanxi.organization.acts import Act, changed_fields, leave_trace
from guanxi.organization.refusals import Refused, StaleEdit


class StandingRefused(Refused):
    """The product cannot be judged, or visited about, this way."""


@transaction.atomic
def judge(act: Act, judgement: Judgement) -> ProductStanding:
    """Write one judgement. A potential below what they buy is kept, and shown as a warning (R-CMP-03).

    Raises Customer.DoesNotExist unless the actor may change the card, StaleEdit, StandingRefused.
    """
    card = lock_card(act, judgement.customer)
    product = Product.objects.of_store(card.store).filter(pk=judgement.product).first()
    if product is None:
        raise StandingRefused(gettext_lazy("Choose a product of this store."), "product")
    if judgement.potential not in POTENTIALS:
        raise StandingRefused(gettext_lazy("A potential is 0, 1, 2, 3, 4 or N."), "potential")
    if judgement.current is not None and not 0 <= judgement.current <= 4:
        raise StandingRefused(gettext_lazy("What they buy now is 0, 1, 2, 3 or 4."), "current")
    row = ProductStanding.objects.filter(customer=card, product=product).select_related("product").first()
    if row is None and judgement.version:
        raise StandingRefused(
            gettext_lazy("Nobody has judged this product yet: the version is 0."), "version"
        )
    if judgement.version != (row.version if row else 0):
        raise StaleEdit(gettext_lazy("Somebody judged this product first."), row)
    values: dict[str, Any] = {"potential": judgement.potential, "current": judgement.current}
    if row is None:
        row = ProductStanding.objects.create(
            customer=card, product=product, by=act.by, created_at=act.at, at=act.at, **values
        )
        changes = {name: [None, value] for name, value in values.items() if value is not None}
    else:
        changes = changed_fields(row, values)
        if not changes:
            return row
        FormerStanding.objects.create(
            standing=row, potential=row.potential, current=row.current, until=act.at
        )
        for name, value in values.items():
            setattr(row, name, value)
        row.by, row.at, row.version = act.by, act.at, row.version + 1
        row.save()
    changes = {"product": [None, product.name], **changes}
    leave_trace([act.entry("standing_judged", row, customer=card.pk, changes=changes)])
    return row


@transaction.atomic
def judge_all(act: Act, judgements: Sequence[Judgement]) -> int:
    """Write a list of judgements, all or none; returns how many. Raises what ``judge`` does."""
    for judgement in sorted(judgements, key=lambda one: one.customer):
        judge(act, judgement)
    return len(judgements)


@transaction.atomic
def propose_visit(act: Act, customer_id: int, product_id: int) -> tuple[Task, bool]:
    """R-CMP-02: put a visit about one product into the Today of the card's consultant; returns it, and whether it is
    new. While one is open it is the one, however often this is asked.

    Raises Customer.DoesNotExist unless the actor may change the card, StandingRefused where no gap is to be closed or
    the customer refuses every channel (R-PRM-08).
    """
    card = lock_card(act, customer_id)
    row = next((row for row in product_rows(card, act.on) if row.product.pk == product_id), None)
    if row is None or row.pair is None or not row.pair.is_target:
        raise StandingRefused(
            gettext_lazy("Nothing is to be gained here: judge the potential first."), "product"
        )
    if not may_be_contacted(card.opt_outs):
        raise StandingRefused(gettext_lazy("They refuse every channel: leave them in peace."))
    asked = Task.objects.filter(customer=card, source_rule=VISIT_RULE, item=str(product_id))
    if waiting := asked.open().first():
        return waiting, False
    origin = f"product {product_id} {asked.count() + 1}"
    words = _("Talk about %(product)s: %(now)s, %(ahead)s") % {
        "product": row.product.name, "now": BUYS_NOW[row.pair.current], "ahead": COULD_BUY[row.pair.potential],
    }  # fmt: skip
    task = Task(
        customer=card, kind=Task.Kind.ACTION, item=str(product_id), source_rule=VISIT_RULE, origin=origin,
        note=words[:300], given_by=act.by, due_on=next_open(act.on, act.store.calendar.is_closed),
    )  # fmt: skip
    open_tasks(act, [task])
    made = asked.open().get(origin=origin)
    changes = {"product": [None, row.product.name], "due_on": [None, made.due_on.isoformat()]}
    leave_trace([act.entry("product_visit_proposed", made, customer=card.pk, changes=changes)])
    return made, True
