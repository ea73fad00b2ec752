"""Where boxes were put by hand."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from guanxi.key_accounts.models import MapLayout
from guanxi.key_accounts.operations.people import lock_account
from guanxi.key_accounts.refusals import MapRefused
from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.edits import refuse_stale

FARTHEST = 60_000


@transaction.atomic
def place_boxes(
    act: Act, customer_id: int, places: Mapping[int, tuple[int, int]] | None, *, version: int
) -> MapLayout:
    """Keep where boxes were put (contact → x, y in units of the drawing); None gives all back to the automatic layout.

    Raises Customer.DoesNotExist, StaleEdit, MapRefused for places off the paper or somebody else's people.
    """
    customer = lock_account(act, customer_id)
    layout = MapLayout.objects.select_for_update().filter(customer=customer).first()
    layout = layout or MapLayout(customer=customer)
    refuse_stale(layout, version)
    then = {}
    if places is not None:
        if not set(places) <= set(customer.contacts.values_list("pk", flat=True)):
            raise MapRefused(_("Choose somebody of this account."))
        if any(not 0 <= part <= FARTHEST for place in places.values() for part in place):
            raise MapRefused(_("The box would lie off the map."))
        then = layout.places | {str(person): list(place) for person, place in places.items()}
    return _keep(act, layout, then)


@transaction.atomic
def undo_placing(act: Act, customer_id: int, *, version: int) -> MapLayout:
    """Bring back the places before the last change; a second undo brings them forth again.

    Raises Customer.DoesNotExist, MapLayout.DoesNotExist, StaleEdit.
    """
    customer = lock_account(act, customer_id)
    layout = MapLayout.objects.select_for_update().get(customer=customer, former__isnull=False)
    refuse_stale(layout, version)
    return _keep(act, layout, layout.former or {})


def _keep(act: Act, layout: MapLayout, places: dict[str, list[int]]) -> MapLayout:
    layout.former, layout.places = layout.places, places
    layout.version = layout.version if layout._state.adding else layout.version + 1
    layout.save()
    leave_trace([act.entry("map_arranged", layout, customer=layout.customer_id)])
    return layout
