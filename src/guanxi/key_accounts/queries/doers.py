"""Who may be given a step of an account's plan."""

from django.db.models import Q, QuerySet

from guanxi.customers.models import Customer
from guanxi.organization.models import User
from guanxi.organization.rules.roles import Role


def doers_of(customer: Customer) -> QuerySet[User]:
    """The people whose rights let them change the card: its owner, the supervisors of the owner's team, the managers
    of the store. A task in anybody else's Today would tell them of a customer they may not see."""
    leads = Q(grants__role=Role.MANAGER)
    if customer.owner is not None and customer.owner.team_id is not None:
        leads |= Q(grants__role=Role.SUPERVISOR, team_id=customer.owner.team_id)
    rows = User.objects.active().filter(store_id=customer.store_id)
    return rows.filter(leads | Q(pk=customer.owner_id)).distinct().order_by("pk")
