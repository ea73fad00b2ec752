"""Finding cards, with access in the same breath."""

from django.db.models import QuerySet

from guanxi.customers.models import Customer, Phone
from guanxi.lib.phones import PhoneNumber
from guanxi.organization.acts import Act
from guanxi.organization.models import Store, User


def get_customer(actor: User, customer_id: int) -> Customer:
    """The card, or Customer.DoesNotExist alike for one that is absent and one that is not visible."""
    rows = Customer.objects.visible_to(actor).select_related(
        "owner__team", "intent__product", "store", "referrer"
    )
    return rows.get(pk=customer_id)


def changeable(act: Act) -> QuerySet[Customer]:
    """The cards an act may change: its actor's, or for a run of the system itself (no actor) its store's."""
    if act.by is None:
        return Customer.objects.filter(store=act.store, merged_into__isnull=True)
    return Customer.objects.editable_by(act.by)


def lock_card(act: Act, customer_id: int) -> Customer:
    """The card for change, locked until the transaction ends. Raises Customer.DoesNotExist unless the
    actor may change it; a run of the system itself (no actor) stays within the act's store."""
    return changeable(act).select_for_update(of=("self",)).select_related("store").get(pk=customer_id)


def holders_of(store: Store, numbers: list[PhoneNumber]) -> dict[str, Customer]:
    """Normalised number → the card of ``store`` that holds it, of whoever it is. For duplicate checks only:
    what may be told about a card that is not visible is decided by ``queries.duplicates``."""
    rows = Phone.objects.filter(store=store, normalized__in={number.normalized for number in numbers})
    return {phone.normalized: phone.customer for phone in rows.select_related("customer__owner")}
