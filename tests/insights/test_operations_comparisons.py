"""Keeping a sheet of R-VAL-01: who may, what is refused, who was first."""

from decimal import Decimal

import pytest
import time_machine
from tests.cast import MORNING

from guanxi.customers.models import Customer
from guanxi.insights.models import DeliveredValue
from guanxi.insights.operations.comparisons import ComparisonRefused, save_comparison
from guanxi.insights.rules.delivered import PARTS
from guanxi.merging.operations import MergeDraft, merge_cards, undo_merge
from guanxi.organization.models import AuditEntry
from guanxi.organization.refusals import StaleEdit

AMOUNTS = dict(zip(PARTS, (260, 80, 40, 40, 280, 30, 20, 15), strict=True))
RIVAL = dict(zip(PARTS, (250, 80, 30, 40, 300, 30, 15, 15), strict=True))
SHEET = {
    "offer": "雅阁", "rival": "凯美瑞", "unit": "CNY", "hour_value": None,
    **{f"our_{part}": Decimal(amount) for part, amount in AMOUNTS.items()},
    **{f"their_{part}": Decimal(amount) for part, amount in RIVAL.items()},
}  # fmt: skip


@pytest.fixture(autouse=True)
def _morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def card(cast, make_customer):
    return make_customer(cast.lin)


def save(act, card, pk=None, version=0, **changed):
    return save_comparison(act, card.pk, pk, version=version, values=SHEET | changed)


def test_r_val_01_is_kept_with_its_trace(cast, act, card):
    row = save(act(cast.lin), card)
    row.refresh_from_db()
    assert (row.lead, row.ours.delivered, row.on, row.by, row.version) == (
        35,
        75,
        MORNING.date(),
        cast.lin,
        1,
    )
    entry = AuditEntry.objects.get(action="delivered_value_saved")
    assert (entry.customer_key, entry.changes["our_money"]) == (card.pk, [0, "280"])
    again = save(act(cast.chen), card, row.pk, 1, our_money=Decimal(270))
    assert (again.lead, again.version, again.by) == (45, 2, cast.chen)
    # The same once more is no edit.
    assert save(act(cast.lin), card, row.pk, 2, our_money=Decimal(270)).version == 2


def test_r_val_01_hours_among_points_and_amounts_beyond_the_scale_are_refused(cast, act, card):
    for changed, field in (
        ({"unit": "POINTS", "hour_value": Decimal(50)}, "hour_value"),
        ({"unit": "POINTS", "their_money": Decimal(101)}, "our_product"),
        ({"their_energy": Decimal(-1)}, "their_energy"),
        ({"unit": "MILES"}, "unit"),
        ({"rival": ""}, "rival"),
    ):
        with pytest.raises(ComparisonRefused) as refused:
            save(act(cast.lin), card, **changed)
        assert refused.value.field == field
    assert not DeliveredValue.objects.exists()


def test_who_saved_first_and_who_is_outside(cast, act, card):
    row = save(act(cast.lin), card)
    save(act(cast.lin), card, row.pk, 1, our_money=Decimal(1))
    with pytest.raises(StaleEdit):
        save(act(cast.chen), card, row.pk, 1, our_money=Decimal(2))
    for who in (cast.wu, cast.zhao, cast.gao, cast.cs):
        with pytest.raises(Customer.DoesNotExist):
            save(act(who), card, row.pk, 2)
    assert DeliveredValue.objects.get().our_money == 1
    seen = [name for name, user in cast.users.items() if DeliveredValue.objects.visible_to(user).exists()]
    assert sorted(seen) == ["auditor", "chen", "cs", "lin", "ma", "proprietor"]


def test_a_sheet_of_another_card_is_not_found(cast, act, card, make_customer):
    row = save(act(cast.lin), card)
    other = make_customer(cast.lin, name="别人")
    with pytest.raises(DeliveredValue.DoesNotExist):
        save(act(cast.lin), other, row.pk, 1)


def test_comparisons_go_along_with_a_merge_and_back(cast, act, card, make_customer):
    other = make_customer(cast.lin, name="王芳")
    row = save(act(cast.lin), other)
    made = merge_cards(act(cast.lin), MergeDraft({card.pk: card.version, other.pk: other.version}))
    row.refresh_from_db()
    assert row.customer_id == made.kept_id
    undo_merge(act(cast.lin), made.pk)
    row.refresh_from_db()
    assert row.customer == other


def test_the_sheet_and_the_panel_say_who_is_ahead(cast, act, card, client_for):
    client = client_for(cast.lin)
    page = f"/customers/{card.pk}/comparisons/"
    typed = {name: "" if value is None else str(value) for name, value in SHEET.items()}
    assert client.post(page, typed | {"unit": "POINTS"}).status_code == 422
    assert client.post(page, typed).status_code == 303
    row = DeliveredValue.objects.get()
    panel = client.get(f"/customers/{card.pk}/value/").content.decode()
    assert "领先 35" in panel and "降低一成价格，让渡价值多 28" in panel
    shown = client.get(f"{page}{row.pk}/").content.decode()
    assert "产品价值提高一成，让渡价值多 26" in shown
    english = client.get(f"{page}{row.pk}/", headers={"accept-language": "en"}, follow=True)
    assert english.status_code == 200
    stale = client.post(f"{page}{row.pk}/", typed | {"version": "7", "our_money": "1"})
    assert stale.status_code == 409
    # A reader sees the verdict and no way to change it.
    read = client_for(cast.cs).get(f"/customers/{card.pk}/value/").content.decode()
    assert "领先 35" in read and "/comparisons/" not in read
    assert client_for(cast.wu).get(f"{page}{row.pk}/").status_code == 404
