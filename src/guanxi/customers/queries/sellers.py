"""Whom a list of customers or sales can be narrowed to."""

from django.db.models import Exists, OuterRef, QuerySet

from guanxi.customers.models import Customer
from guanxi.organization.models import RoleGrant, User
from guanxi.organization.rules.roles import Role


def who_keeps_cards(actor: User) -> QuerySet[User]:
    """The people ``actor`` may choose from who sell or have customers; one query."""
    people = User.objects.colleagues_of(actor).active()
    return people.filter(is_seller() | Exists(Customer.objects.filter(owner=OuterRef("pk")).order_by()))


def is_seller() -> Exists:
    """Of a person: whether their role sells."""
    return Exists(RoleGrant.objects.filter(user=OuterRef("pk"), role=Role.CONSULTANT))
