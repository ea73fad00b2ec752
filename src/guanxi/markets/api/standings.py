"""What customers buy and could buy, over the API: read, judged, and turned into visits."""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from guanxi.customers.models import Customer
from guanxi.markets.models import ProductStanding
from guanxi.markets.operations.standings import judge, propose_visit
from guanxi.markets.queries.purchases import suggestions_for
from guanxi.markets.queries.standings import ProductRow, Shown, judged_rows, product_rows, shown
from guanxi.markets.rules.composite import Judgement
from guanxi.organization.api.callers import acting, caller
from guanxi.organization.api.schemas import Asked, Id, Limit, Told, Whole
from guanxi.organization.api.versions import IfMatch, edited_version

router = Router(tags=["standings"])
Grade = Annotated[int, Field(strict=True, ge=0, le=4)]
Potential = Literal["0", "1", "2", "3", "4", "N"]


class StandingTold(Told):
    """``current`` is what they buy now, from the purchases of the last 12 months unless ``is_locked``. ``potential`` ""
    and ``version`` 0 where nobody judged. ``tag`` is GROW, EXPLORE, MAINTAIN, NOTHING or POTENTIAL_BELOW_CURRENT."""

    product: int
    name: str
    current: int
    is_locked: bool
    potential: str
    gap: int | None
    tag: str
    version: int

    @classmethod
    def of(cls, row: ProductRow) -> "StandingTold":
        return cls(
            product=row.product.pk, name=row.product.name, current=row.current, is_locked=row.is_locked,
            potential=row.standing.potential if row.standing else "", gap=row.pair.gap if row.pair else None,
            tag=row.pair.tag if row.pair else "", version=row.standing.version if row.standing else 0,
        )  # fmt: skip


class JudgedTold(Told):
    """A judgement as it is stored; ``current`` null is read from the purchases."""

    product: int
    potential: str
    current: int | None
    version: int

    @classmethod
    def of(cls, row: ProductStanding) -> "JudgedTold":
        return cls.copied(row, product=row.product_id)


class JudgementAsked(Asked):
    """``current`` locks what they buy now; null leaves it to the purchases, "N" counts as 0. ``version`` 0 where nobody
    judged yet."""

    product: Id
    potential: Potential
    current: Grade | Literal["N"] | None = None
    version: Whole | None = None


class VisitAsked(Asked):
    product: Id


class VisitPlanned(Told):
    """``is_new`` is false when it stood in Today already."""

    task: int
    due_on: date
    note: str
    is_new: bool


class TargetTold(Told):
    """Whom to visit about what. ``gap`` is null for a potential N; ``days`` since the last contact."""

    customer: int
    customer_name: str
    tier: int | None
    product: int
    name: str
    current: int
    potential: str
    gap: int | None
    days: int | None
    is_asked: bool

    @classmethod
    def of(cls, row: Shown) -> "TargetTold":
        return cls(
            customer=row.customer.pk, customer_name=row.customer.name, tier=row.customer.tier, product=row.product.pk,
            name=row.product.name, current=row.pair.current, potential=row.pair.potential, gap=row.pair.gap,
            days=row.days, is_asked=row.is_asked,
        )  # fmt: skip


class TargetFilters(Asked):
    product: Id | None = None
    limit: Limit = 50


class SuggestedTold(Told):
    """``both`` of ``buyers`` other customers who bought ``because`` also bought ``product``."""

    product: int
    because: int
    both: int
    buyers: int


class SuggestionsTold(Told):
    rows: list[SuggestedTold]
    too_few: bool


@router.get("/standings/targets", response=list[TargetTold])
def list_targets(request: HttpRequest, asked: Query[TargetFilters]) -> Any:
    """Gaps and unknown potentials of the cards the caller may read, in the order of R-CMP-02."""
    act, user = acting(request), caller(request)
    rows = judged_rows(user, act.store, act.on, product=asked.product, could_be_targets=True)
    targets = [row for row in rows if row.pair.is_target][: asked.limit]
    return [TargetTold.of(row) for row in shown(user, targets, act.on)]


@router.get("/customers/{id}/standings", response=list[StandingTold])
def list_standings(request: HttpRequest, id: Id) -> Any:
    """The products of the store for one customer: what they buy now and could buy."""
    return [StandingTold.of(row) for row in product_rows(_card(request, id), acting(request).on)]


@router.put("/customers/{id}/standings", response=JudgedTold)
def judge_product(request: HttpRequest, id: Id, body: JudgementAsked, if_match: IfMatch) -> Any:
    """Judge one product (2.3); a potential below what they buy is kept and tagged (R-CMP-03)."""
    current = 0 if body.current == "N" else body.current
    version = edited_version(if_match, body.version)
    return JudgedTold.of(
        judge(acting(request), Judgement(id, body.product, body.potential, current, version))
    )


@router.post("/customers/{id}/product-visits", response={201: VisitPlanned})
def plan_product_visit(request: HttpRequest, id: Id, body: VisitAsked) -> Any:
    """Put a visit about a gap into Today (R-CMP-02); an open one is answered again."""
    task, is_new = propose_visit(acting(request), id, body.product)
    return Status(201, VisitPlanned(task=task.pk, due_on=task.due_on, note=task.note, is_new=is_new))


@router.get("/customers/{id}/next-products", response=SuggestionsTold)
def list_next_products(request: HttpRequest, id: Id) -> Any:
    """What other customers who bought the same also bought; counts only, nobody is named."""
    card, on = _card(request, id), acting(request).on
    names = {row.product.pk: row.product.name for row in product_rows(card, on) if row.product.is_active}
    found = suggestions_for([card], names, on)[card.pk]
    return SuggestionsTold(rows=[SuggestedTold.copied(row) for row in found.rows], too_few=found.too_few)


def _card(request: HttpRequest, id: int) -> Customer:
    return Customer.objects.visible_to(caller(request)).select_related("store").get(pk=id)
