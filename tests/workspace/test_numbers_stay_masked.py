"""R-PRM-05, promise P8: no page carries a full number, whoever asks, in whichever form."""

import pytest
import time_machine
from tests.architecture.policies import PERSONS
from tests.cadence.desk import call
from tests.cast import MORNING

from guanxi.cadence.operations.contacts import record_contact
from guanxi.cadence.operations.losses import LossDraft, apply_for_loss
from guanxi.customers.models import Contact
from guanxi.customers.operations.collisions import claim_number
from guanxi.deals.operations.orders import OrderDraft, place_order
from guanxi.lib.phones import parse_phone

CANARIES = ["13944448888", "057187654321", "13955556666"]
PAGES = [
    "/today/", "/today/?day=tomorrow", "/today/?whose=team", "/customers/", "/customers/?sort=name",
    "/customers/{card}/", "/customers/{card}/edit/", "/customers/{card}/contacts/",
    "/customers/{card}/level/", "/customers/{card}/losses/",
    "/customers/{card}/classification/", "/customers/{card}/orders/", "/customers/{card}/deposits/",
    "/customers/{card}/history/?before=2027-01-01T00:00:00%2B00:00~transfer~1", "/customers/{card}/people/{person}/",
    "/customers/{ordered}/", "/orders/", "/orders/{order}/delivery/", "/orders/{order}/cancellation/", "/record/",
    "/record/?q=赵", "/search/?q=赵", "/search/?q=4444", "/search/?q=8888", "/hand-over/?from={lin}", "/customers/new/",
    "/settings/audit/",
]  # fmt: skip


@pytest.mark.parametrize("who", PERSONS)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "part"])
def test_no_page_carries_a_full_number(cast, act, make_customer, client_for, who, headers):
    with time_machine.travel(MORNING, tick=False):
        numbers = "/".join(CANARIES[:2])
        card = make_customer(cast.lin, name="赵四海", phone=numbers, level="B", kind="ORG", org_name="四海")
        person = Contact.objects.create(
            customer=card, name="周经理", phone_raw=CANARIES[2], phone_normalized=CANARIES[2]
        )
        record_contact(act(cast.lin), call(card))
        apply_for_loss(act(cast.lin), card.pk, LossDraft("PLAN_CANCELLED", "FINANCE"))
        claim_number(act(cast.wu), parse_phone(CANARIES[0]))
        ordered = make_customer(cast.lin, name="赵五湖", level="H")
        order = place_order(act(cast.lin), ordered.pk, OrderDraft())
        rows = {
            "card": card.pk,
            "person": person.pk,
            "ordered": ordered.pk,
            "order": order.pk,
            "lin": cast.lin.pk,
        }
        client = client_for(cast.users[who])
        shown = 0
        for path in PAGES:
            answer = client.get(path.format(**rows), headers=headers)
            body = answer.content.decode()
            shown += answer.status_code == 200
            for canary in CANARIES:
                assert canary not in body and canary[-8:] not in body, f"{path} shows {canary} to {who}"
        # Each sees some page, or the test would say nothing.
        assert shown or who in ("admin", "desk", "legal")


def test_a_refused_form_gives_back_what_was_typed_not_what_is_held(cast, make_customer, client_for):
    with time_machine.travel(MORNING, tick=False):
        card = make_customer(cast.lin, phone=CANARIES[0])
        client = client_for(cast.lin)
        given = {
            "version": card.version,
            "name": "",
            "phone1": "139****8888",
            "phone2": "5",
            "kind": "PERSON",
        }
        answer = client.post(f"/customers/{card.pk}/edit/", given)
        assert answer.status_code == 422
        assert "139****8888" in answer.content.decode() and CANARIES[0] not in answer.content.decode()
