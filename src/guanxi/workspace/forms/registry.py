"""The printed forms: one tuple the menu, the route and the command read."""

from collections.abc import Callable
from dataclasses import dataclass

from guanxi.customers.models import Customer
from guanxi.organization.models import User
from guanxi.organization.rules.roles import READ, Role
from guanxi.paper.sheets import Document
from guanxi.playbooks.definitions import Label
from guanxi.workspace.forms.accounts import customer_chain, key_persons, plan_of_steps
from guanxi.workspace.forms.cards import Print, customer_card, owner_card
from guanxi.workspace.forms.screening import screening


@dataclass(frozen=True)
class PrintedForm:
    """A form of Annex F. ``needs`` names what it is about: "customer", "owner" for customers who own, "account" for
    organisations."""

    code: str
    label: Label
    roles: frozenset[Role]
    needs: str
    build: Callable[[Print], Document]
    shows_wechat: bool = False

    def fits(self, customer: Customer) -> bool:
        if self.needs == "owner":
            return bool(customer.owner_kind) or customer.owned_items.filter(is_ours=True).exists()
        if self.needs == "account":
            return customer.kind == Customer.Kind.ORG
        return True

    def offered_to(self, user: User) -> bool:
        return user.has_role(*self.roles)


READERS = frozenset(READ)
FORMS = (
    PrintedForm(
        "F-CARD-A",
        Label(zh="顾客信息卡", en="Customer card"),
        READERS,
        "customer",
        customer_card,
        shows_wechat=True,
    ),
    PrintedForm(
        "F-CARD-C", Label(zh="保有客户跟踪卡", en="Owner tracking card"), READERS, "owner", owner_card
    ),
    PrintedForm(
        "F-KEY-0", Label(zh="重点客户筛选表", en="Screening of accounts"), READERS, "account", screening
    ),
    PrintedForm("F-KEY-1", Label(zh="关键人分析表", en="Key persons"), READERS, "account", key_persons),
    PrintedForm("F-KEY-2", Label(zh="推进计划表", en="Plan of steps"), READERS, "account", plan_of_steps),
    PrintedForm(
        "F-CHN-1", Label(zh="客户链/重要环节表", en="Chain and key links"), READERS, "account", customer_chain
    ),
)
BY_CODE = {form.code: form for form in FORMS}


def forms_for(user: User, customer: Customer) -> list[PrintedForm]:
    """The forms ``user`` may print of ``customer``, in the order of the menu."""
    return [form for form in FORMS if form.offered_to(user) and form.fits(customer)]
