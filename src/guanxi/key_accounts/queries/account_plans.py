"""The plan of an account with everything that is reckoned from it, and its map."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from guanxi.cadence.models import Task
from guanxi.customers.models import Customer
from guanxi.key_accounts.models import CREATE, SCREENED, AccountMember, AccountPlan, InfoItem, PlannedStep
from guanxi.key_accounts.queries.insights import Insights, insights_of
from guanxi.key_accounts.queries.maps import AccountMap, map_of
from guanxi.key_accounts.rules.alerts import Alert
from guanxi.key_accounts.rules.growth import (
    Create,
    Member,
    Reached,
    create_of,
    departments_covered,
    pairs_covered,
    rolls_done,
    strength,
)
from guanxi.key_accounts.rules.reviews import (
    PlanRisk,
    Standing,
    missing_dimensions,
    plan_risks,
    questions,
    three_risks,
)
from guanxi.key_accounts.rules.screening import proposed_hours, screening_score
from guanxi.key_accounts.rules.support import missing_roles

CHEAP_EFFORT = 2
NEXT_STEPS = 6


@dataclass(frozen=True)
class PlanTold:
    """Everything the plan, its API and the review say. ``used`` counts the steps done by their means;
    ``questions`` the things to find out, ``risks`` at most three."""

    plan: AccountPlan
    members: list[AccountMember]
    found: AccountMap
    told: Insights
    strength: Fraction | None
    pairs: frozenset[str]
    rolls: int
    departments: frozenset[str]
    used: dict[str, int]
    create: Create
    score: int | None
    proposed: int | None
    missing: list[str]
    questions: list[str]
    steps: list[PlannedStep]
    risks: list[Alert | PlanRisk]

    @property
    def hours(self) -> int | None:
        """Hours a month: those agreed, else those the points are worth."""
        return self.proposed if self.plan.planned_hours is None else self.plan.planned_hours


def plan_of(customer: Customer) -> AccountPlan:
    """The row, or an empty one of version 0; one query."""
    found = AccountPlan.objects.filter(customer=customer).first()
    return found or AccountPlan(customer=customer, version=0)


def plan_told(customer: Customer, on: date) -> PlanTold:
    """The plan as it stands today beside the map of ``on``; five queries and those of the map. The card is the
    caller's, fetched with access."""
    plan, found = plan_of(customer), map_of(customer, on)
    told = insights_of(found, customer.store.playbook)
    members = list(AccountMember.objects.filter(customer=customer).select_related("user", "counterpart"))
    degrees = {one.pk: one.marks["degree"] for one in found.people}
    pairs = pairs_covered(Member(one.function, degrees.get(one.counterpart_id or 0, "")) for one in members)
    verified = set(
        InfoItem.objects.filter(customer=customer, verified_on__lte=on).values_list("dimension", flat=True)
    )
    steps = list(
        PlannedStep.objects.filter(customer=customer, task__status=Task.Status.OPEN)
        .select_related("task__owner", "person")
        .order_by("task__due_on", "id")
    )
    done = PlannedStep.objects.filter(customer=customer, task__status=Task.Status.DONE).exclude(means="")
    used = Counter(done.values_list("means", flat=True))
    days = [step.task.due_on for step in steps if step.task is not None]
    how_strong = strength(plan.trust, plan.benefit, plan.emotion)
    stands = Standing(
        growth_stage=plan.growth_stage,
        strength=how_strong,
        pairs=len(pairs),
        rival_hold=plan.rival_hold,
        has_strategy=bool(plan.strategy),
        is_cheap_to_leave=plan.switch_cost_effort is not None and plan.switch_cost_effort <= CHEAP_EFFORT,
        open_steps=len(steps),
        late_steps=sum(day < on for day in days),
    )
    score = screening_score(*(getattr(plan, name) for name in SCREENED))
    return PlanTold(
        plan=plan,
        members=members,
        found=found,
        told=told,
        strength=how_strong,
        pairs=pairs,
        rolls=rolls_done(pairs),
        departments=departments_covered(
            Reached(
                one.marks["degree"],
                one.contact.department,
                one.marks["role"],
                one.row.area,
                tuple(one.row.chain_roles),
            )
            for one in found.people
        ),
        used=dict(used),
        create=create_of([getattr(plan, name) for name in CREATE]),
        score=score,
        proposed=proposed_hours(score),
        missing=missing_dimensions(verified),
        questions=questions(missing_roles(found.marked), verified),
        steps=steps[:NEXT_STEPS],
        risks=three_risks(told.alerts, plan_risks(stands)),
    )
