"""An account as the tests of this folder know it: the seed map of handbook 9.2, and lines between its people."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from guanxi.customers.models import Customer
from guanxi.key_accounts.models import SCREENED, Influence, KeyPerson
from guanxi.key_accounts.operations.account_plans import save_member, save_plan
from guanxi.key_accounts.operations.people import add_people, save_person
from guanxi.key_accounts.operations.relations import draw_lines, save_circle, save_tie
from guanxi.key_accounts.operations.steps import finish_step, plan_step, save_info
from guanxi.key_accounts.rules.drafts import LineDraft, PersonDraft, Seen, StepDraft
from guanxi.key_accounts.rules.marks import parse_line
from guanxi.organization.acts import Act

SEED = (
    "总监：A 服务 总监 + /0", "销售经理：U 销售 K 经理 = /1", "营销经理：U 营销 A 经理 − /0",
    "系统经理：U 系统 E 经理 * /N", "运维经理：E 运维 A 经理 + /F",
)  # fmt: skip


def drafts(lines: tuple[str, ...] = SEED, on: date | None = None) -> list[PersonDraft]:
    """People to add, from the notation."""
    found = []
    for name, box in map(parse_line, lines):
        marks = {"role": box.role, "style": box.style, "attitude": box.attitude, "degree": box.contact}
        found.append(PersonDraft(name, box.department, box.title, marks=marks, seen=Seen("首次拜访纪要", on)))
    return found


def organisation(make_customer: Callable[..., Customer], owner: Any, **values: Any) -> Customer:
    """A card of an organisation."""
    return make_customer(
        owner, **{"name": "甬锐模具", "kind": "ORG", "org_name": "宁波甬锐模具有限公司"} | values
    )


def seed_map(act: Act, card: Customer) -> dict[str, KeyPerson]:
    """The five people of the seed, all reporting to the director. Name → person."""
    people = {one.contact.name: one for one in add_people(act, card.pk, drafts())}
    for name, one in people.items():
        if name != "总监":
            one.reports_to = people["总监"].contact
            one.save()
    return people


def line(
    act: Act, card: Customer, one: KeyPerson, other: KeyPerson, strength: str = "0.5", **more: Any
) -> Influence:
    """One informal line."""
    return draw_lines(act, card.pk, [LineDraft(one.pk, other.pk, strength=Decimal(strength), **more)])[0]


def grow_map(act: Act, card: Customer) -> None:
    """More of everything that a map shows."""
    one, other = add_people(act, card.pk, drafts((SEED[1], SEED[3])))
    line(act, card, one, other)
    circle = save_circle(act, card.pk, None, {"name": f"圈{one.pk}"})
    values = {"circle": circle.pk, "reports_to": other.pk}
    save_person(act, card.pk, one.pk, values, version=1)
    save_tie(act, card.pk, one.pk, act.by.pk, {"current": 2, "evidence": "一起开过会"})
    step = plan_step(act, card.pk, StepDraft("认识批准者", "拜访", act.on, person=one.pk))
    finish_step(act, card.pk, step.pk, version=1)
    plan_step(act, card.pk, StepDraft("认识批准者", "再拜访", act.on, person=other.pk))
    save_info(act, card.pk, None, {"dimension": "PRICE", "fact": "预算", "source": "何伟"})
    save_member(act, card.pk, None, {"user": act.by.pk, "function": "SERVICE", "counterpart": one.pk})


def ranked_account(
    act: Act, make_customer: Callable[..., Customer], *ratings: int, **values: Any
) -> Customer:
    """An organisation with the five ratings of F-KEY-0; left out, 4 3 3 2 1 (16 points)."""
    card = organisation(make_customer, act.by, **values)
    save_plan(act, card.pk, dict(zip(SCREENED, ratings or (4, 3, 3, 2, 1), strict=True)), version=0)
    return card
