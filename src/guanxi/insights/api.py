"""What customers are worth, whom to call because of it, and what the night's run says of the store."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from guanxi.catalogue.models import sees_margins
from guanxi.customers.queries.cards import get_customer
from guanxi.insights.models import CustomerValue, ValueRun
from guanxi.insights.operations.calls import AT_ONCE, ask_calls
from guanxi.insights.queries.calls import calls
from guanxi.insights.queries.values import latest_run, sees_store, standing, value_of
from guanxi.insights.value_words import ADVISED, advice_of, explanation
from guanxi.lib.money import exact
from guanxi.organization.api.callers import acting, caller
from guanxi.organization.api.schemas import Amount, Asked, Id, Limit, Told

router = Router(tags=["values"])

# Yuan that are margins: told to those who see margins, null to all others.
MONEY = ("margin_year", "expected_value", "at_risk")


class ValueTold(Told):
    """As of ``on``. Classes A, B, C, LOSS or ""; ``alive`` is the chance, 0 to 1, that they are still a customer;
    ``half_on`` the day from which they are rather gone than not; ``expected_purchases`` and ``expected_value`` are of
    the run's horizon, ``at_risk`` is the part of it that may go. The four dimensions and ``score`` are 0 to 100. What
    no model told is null; yuan are margins, null for who does not see margins."""

    customer: int
    on: date
    purchases: int
    last_on: date
    past_class: str
    next_class: str
    group: str
    square: str
    churn_risk: str
    moved: int
    alive: float | None
    half_on: date | None
    expected_purchases: float | None
    margin_year: Amount | None
    expected_value: Amount | None
    at_risk: Amount | None
    profit: int
    influence: int
    loyalty: int | None
    potential: int
    score: Decimal | None
    why: str
    advice: str

    @classmethod
    def of(cls, row: CustomerValue, run: ValueRun, on: date, *, money: bool) -> "ValueTold":
        """``why`` and ``advice`` in the caller's language, as of ``on``."""
        code = advice_of(row, run, on)
        secret = {} if money else dict.fromkeys(MONEY)
        return cls.copied(
            row,
            customer=row.customer_id,
            on=run.on,
            why=explanation(row, on),
            advice=str(ADVISED[code]),
            **secret,
        )


class CustomerValueTold(Told):
    """``value`` is null for who never bought, and before the first run."""

    customer: int
    value: ValueTold | None


class CallTold(ValueTold):
    """``asked``: a call stands in a Today already."""

    name: str
    asked: bool


class CallsTold(Told):
    """``on`` is null before the first run."""

    on: date | None
    items: list[CallTold]


class CallsAsked(Asked):
    customers: Annotated[list[Id], Field(min_length=1, max_length=AT_ONCE)]


class CallsMade(Told):
    """``tasks`` were opened; ``waiting`` had a call already, ``left`` are left in peace."""

    tasks: list[int]
    waiting: int
    left: int


class TallyTold(Told):
    """Yuan are null for who does not see margins, and where nothing is told."""

    count: int
    margin: Amount | None
    expected: Amount | None
    at_risk: Amount | None


class RunTold(Told):
    """The newest run of the store: how many customers bought, by which model (PNBD, MBGNBD, NONE with its ``refusal``),
    how many weeks ahead it looks. ``top_5`` and ``top_20`` are shares of the margin of 12 months, ``bring_80`` how many
    customers bring 80 % of it, ``retention`` the share of those active who came back (R-LOY-03). The tallies count the
    customers the caller sees."""

    on: date
    customers: int
    model: str
    refusal: str
    spend_refusal: str
    horizon_weeks: int
    top_5: Decimal | None
    top_20: Decimal | None
    bring_80: int | None
    retention: Decimal | None
    visible: TallyTold
    groups: dict[str, TallyTold]
    squares: dict[str, TallyTold]
    risks: dict[str, TallyTold]


@router.get("/customers/{id}/value", response=CustomerValueTold)
def read_value(request: HttpRequest, id: Id) -> Any:
    """What one customer is worth, by the newest run."""
    user = caller(request)
    card = get_customer(user, id)
    on = card.store.local_date(request.at)  # type: ignore[attr-defined]
    row = value_of(card, on)
    told = None if row is None else ValueTold.of(row, row.run, on, money=sees_margins(user))
    return CustomerValueTold(customer=card.pk, value=told)


class Wanted(Asked):
    limit: Limit = 50


@router.get("/values/calls", response=CallsTold)
def list_calls(request: HttpRequest, asked: Query[Wanted]) -> Any:
    """Whom the caller may have called, most value at risk first."""
    act, user = acting(request), caller(request)
    run = latest_run(act.store)
    if run is None:
        return CallsTold(on=None, items=[])
    money = sees_margins(user)
    items = [
        CallTold(
            **ValueTold.of(row.value, run, act.on, money=money).model_dump(),
            name=row.value.customer.name,
            asked=row.asked is not None,
        )
        for row in calls(user, run, act.on, asked.limit)
    ]
    return CallsTold(on=run.on, items=items)


@router.post("/values/calls", response={201: CallsMade})
def ask_for_calls(request: HttpRequest, body: CallsAsked) -> Any:
    """A call to each customer stands in the Today of the card's consultant, on the next open day; all or none."""
    made = ask_calls(acting(request), body.customers)
    return Status(
        201, CallsMade(tasks=[task.pk for task in made.tasks], waiting=made.waiting, left=made.left)
    )


@router.get("/values/run", response=RunTold)
def read_run(request: HttpRequest) -> Any:
    """The newest run, for who sees the totals of the store (21.1)."""
    act, user = acting(request), caller(request)
    run = latest_run(act.store) if sees_store(user) else None
    if run is None:
        raise Http404
    found, money = standing(user, run, act.on), sees_margins(user)
    pareto, bucket = run.facts.get("pareto", {}), run.facts.get("bucket", {})

    def tallies(of: dict[str, Any]) -> dict[str, TallyTold]:
        return {code: _tally(tally, money=money) for code, tally in of.items() if code}

    return RunTold.copied(
        run, top_5=exact(pareto.get("top_5")), top_20=exact(pareto.get("top_20")), bring_80=pareto.get("bring_80"),
        retention=exact(bucket.get("retention")), visible=_tally(found.whole, money=money),
        groups=tallies(found.groups), squares=tallies(found.squares), risks=tallies(found.risks),
    )  # fmt: skip


def _tally(tally: Any, *, money: bool) -> TallyTold:
    return TallyTold.copied(tally, **({} if money else dict.fromkeys(("margin", "expected", "at_risk"))))
