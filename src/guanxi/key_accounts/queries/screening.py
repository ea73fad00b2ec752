"""F-KEY-0: organisations by what they are worth."""

from dataclasses import dataclass
from typing import Any

from django.db.models import ExpressionWrapper, F, IntegerField, Q, QuerySet, Window
from django.db.models.functions import Rank

from guanxi.customers.models import Customer
from guanxi.key_accounts.models import AccountPlan
from guanxi.key_accounts.rules.screening import HIGHEST, proposed_hours
from guanxi.organization.models import User

PAGE = 30
POINTS = ExpressionWrapper(
    F("potential") + F("margin") + F("fit") + F("access") + HIGHEST - F("rival_hold"), output_field=IntegerField()
)  # fmt: skip
PLACE = Window(Rank(), order_by=F("points").desc(nulls_last=True))


@dataclass(frozen=True)
class Screened:
    """One organisation of the ranking; ``rank`` and ``score`` None while a rating is missing."""

    plan: AccountPlan
    rank: int | None
    score: int | None

    @property
    def customer(self) -> Customer:
        return self.plan.customer

    @property
    def proposed(self) -> int | None:
        return proposed_hours(self.score)

    @property
    def hours(self) -> int | None:
        """Hours a month: those agreed, else those the points are worth."""
        return self.proposed if self.plan.planned_hours is None else self.plan.planned_hours


@dataclass(frozen=True)
class ScreeningPage:
    """``after`` opens the next page: place and card of the last row, None on the last page."""

    rows: list[Screened]
    after: tuple[int, int] | None


def screening_page(actor: User, after: tuple[int, int] | None = None) -> ScreeningPage:
    """Visible organisations with all five ratings, the highest first, thirty at a time; one query."""
    rows = _scored(AccountPlan.objects.filter(customer__in=Customer.objects.visible_to(actor)))
    if after is not None:
        place, card = after
        rows = rows.filter(Q(place__gt=place) | Q(place=place, customer__lt=card))
    found = list(rows.order_by("place", "-customer")[: PAGE + 1])
    shown = found[:PAGE]
    more = (shown[-1].place, shown[-1].pk) if len(found) > PAGE else None
    return ScreeningPage([Screened(plan, plan.place, plan.points) for plan in shown], more)


def to_screen(actor: User, after: int | None = None) -> tuple[list[Customer], int | None]:
    """Visible organisations that lack a rating, the newest card first, and the key of the next page; one query."""
    scored = _scored(AccountPlan.objects.all()).values("customer")
    rows = Customer.objects.visible_to(actor).filter(kind=Customer.Kind.ORG).exclude(pk__in=scored)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.select_related("owner").order_by("-pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def ranking_of(plans: QuerySet[AccountPlan]) -> list[Screened]:
    """All of ``plans``, ranked among each other, those without a rating last; one query."""
    rows = _pointed(plans).order_by(F("points").desc(nulls_last=True), "-customer")
    return [Screened(plan, None if plan.points is None else plan.place, plan.points) for plan in rows]


def _pointed(plans: QuerySet[AccountPlan]) -> Any:
    """``plans`` with their points, None while a rating is missing, and their place: equal points share one and the
    next is left out (1 2 2 4)."""
    return (
        plans.filter(customer__kind=Customer.Kind.ORG)
        .select_related("customer__owner")
        .annotate(points=POINTS, place=PLACE)
    )


def _scored(plans: QuerySet[AccountPlan]) -> Any:
    return _pointed(plans).filter(points__isnull=False)
