"""Keeping yearly reviews (R-VAL-09 to R-VAL-12): who may, what is proposed, what is refused."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from tests.cadence.desk import call
from tests.cast import MORNING, SHANGHAI
from tests.insights.ledger import UNTIL, sell

from guanxi.cadence.models import Interaction
from guanxi.cadence.operations.contacts import record_contact
from guanxi.customers.models import Customer
from guanxi.insights.models import CustomerReview, CustomerValue, ValueRun
from guanxi.insights.operations.reviews import ReviewRefused, save_review
from guanxi.insights.operations.value_runs import make_run
from guanxi.insights.queries.reviews import choice_due, counted_visits
from guanxi.insights.rules.goodness import ITEMS
from guanxi.merging.operations import MergeDraft, merge_cards, undo_merge
from guanxi.organization.models import AuditEntry
from guanxi.organization.refusals import StaleEdit

GOOD, POOR = (2, 2, 1, 1, 2, 2, 1, 1), (1, 0, 1, 1, 1, 1, 1, 1)


@pytest.fixture(autouse=True)
def _morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def card(cast, make_customer):
    return make_customer(cast.lin)


def save(act, card, given=GOOD, year=2026, version=0, **changed):
    values = {
        "marks": dict(zip(ITEMS, given, strict=True)),
        "visits": 6,
        "minutes": 45,
        "gifts": Decimal(120),
    }
    return save_review(act, card.pk, year, version=version, values=values | changed)


def test_r_val_10_and_12_are_kept_with_their_trace(cast, act, card):
    row = save(act(cast.lin), card, notes={"PAYS": " 拖过一次 ", "NEED": ""})
    row.refresh_from_db()
    # The hour costs 100 in the store's playbook: 450 and 120.
    assert (row.score, row.service.cost, row.notes, row.by, row.version) == (
        12, 570, {"PAYS": "拖过一次"}, cast.lin, 1,
    )  # fmt: skip
    assert AuditEntry.objects.get(action="customer_reviewed").customer_key == card.pk
    assert save(act(cast.chen), card, version=1, notes={"PAYS": "拖过一次"}).version == 1


def test_r_val_09_the_income_is_the_ledgers_unless_somebody_who_sees_margins_says_another(cast, act, card):
    for days in (100, 60):
        sell(card, UNTIL - timedelta(days=days), Decimal(300))
    make_run(act(None, store=cast.store), UNTIL)
    assert ValueRun.objects.exists() and CustomerValue.objects.get(customer=card).margin_year == 600
    row = save(act(cast.lin), card, income=Decimal(1))
    assert (row.income, row.pays_off) == (600, True)
    row = save(act(cast.ma), card, version=1, income=Decimal(500))
    assert (row.income, row.pays_off) == (500, False)
    assert save(act(cast.lin), card, version=2, income=Decimal(9), visits=1).income == 500


def test_r_val_11_a_choice_needs_two_poor_years_and_ends_with_a_better_one(cast, act, card):
    lin = act(cast.lin)
    with pytest.raises(ReviewRefused) as refused:
        save(lin, card, POOR, choice="LET_GO")
    assert refused.value.field == "choice" and not CustomerReview.objects.exists()
    save(lin, card, POOR, 2025)
    row = save(lin, card, POOR, choice="REDUCE")
    assert (row.choice, choice_due(card, 2026)) == ("REDUCE", True)
    with pytest.raises(ReviewRefused):
        save(lin, card, GOOD, version=1, choice="REDUCE")
    assert save(lin, card, GOOD, version=1, choice="").choice == ""
    assert not choice_due(card, 2026)


def test_what_cannot_be_reviewed_is_refused_by_its_field(cast, act, card):
    for field, asked in (
        ("year", {"year": 2024}), ("year", {"year": 2027}), ("mark_NEED", {"given": (3, *GOOD[1:])}),
        ("gifts", {"gifts": Decimal(-1)}), ("choice", {"choice": "FORGET"}),
    ):  # fmt: skip
        with pytest.raises(ReviewRefused) as refused:
            save(act(cast.lin), card, **asked)
        assert refused.value.field == field
    assert not CustomerReview.objects.exists()


def test_who_saved_first_and_who_is_outside(cast, act, card):
    save(act(cast.lin), card)
    for version in (0, 7):
        with pytest.raises(StaleEdit):
            save(act(cast.chen), card, POOR, version=version)
    for who in (cast.wu, cast.zhao, cast.gao, cast.cs):
        with pytest.raises(Customer.DoesNotExist):
            save(act(who), card, version=1)
    seen = [name for name, user in cast.users.items() if CustomerReview.objects.visible_to(user).exists()]
    assert sorted(seen) == ["auditor", "chen", "cs", "lin", "ma", "proprietor"]


def test_visits_of_twelve_months_are_counted(cast, act, card):
    record_contact(act(cast.lin), call(card))
    for on in (MORNING, MORNING - timedelta(days=364), MORNING - timedelta(days=365)):
        Interaction.objects.create(
            customer=card, store=cast.store, at=on, on=on.date(), method="VISIT", purpose="PUSH", is_valid=True,
            recorded_at=on,
        )  # fmt: skip
    assert counted_visits(card, MORNING.date()) == 2


def test_a_merge_takes_along_the_years_the_kept_card_has_none_of(cast, act, make_customer):
    early = datetime(2026, 2, 20, 10, tzinfo=SHANGHAI)
    older, newer = make_customer(cast.lin, at=early), make_customer(cast.lin)
    lin = act(cast.lin)
    save(lin, older)
    both = [save(lin, newer, POOR), save(lin, newer, POOR, 2025)]
    made = merge_cards(lin, MergeDraft({older.pk: older.version, newer.pk: newer.version}))
    assert made.kept_id == older.pk
    found = CustomerReview.objects.filter(customer=older).values_list("year", "score")
    assert list(found) == [(2026, 12), (2025, 7)]
    undo_merge(lin, made.pk)
    assert set(CustomerReview.objects.filter(customer=newer)) == set(both)


def test_the_sheet_and_the_panel_say_how_good_they_are(cast, act, card, client_for):
    client = client_for(cast.lin)
    page = f"/customers/{card.pk}/reviews/2026/"
    typed = {f"mark_{item}": str(mark) for item, mark in zip(ITEMS, POOR, strict=True)}
    typed |= {"visits": "6", "minutes": "45", "gifts": "120", "version": "0"}
    assert 'name="income"' not in client.get(page).content.decode()
    assert 'name="income"' in client_for(cast.ma).get(page).content.decode()
    assert client.post(page, typed | {"mark_NEED": "5"}).status_code == 422
    # R-VAL-12: the visits of that year's 12 months are proposed, of this year's and of the last one's.
    for on in (MORNING, MORNING - timedelta(days=90), MORNING - timedelta(days=100)):
        Interaction.objects.create(
            customer=card, store=cast.store, at=on, on=on.date(), method="VISIT", purpose="PUSH", is_valid=True,
            recorded_at=on,
        )  # fmt: skip
    for year, proposed in (("2026", 3), ("2025", 2)):
        sheet = client.get(page.replace("2026", year)).content.decode()
        assert f'name="visits" value="{proposed}"' in sheet
    assert client.post(page, typed).status_code == 303
    assert client.post(page, typed | {"visits": "9"}).status_code == 409
    save(act(cast.lin), card, POOR, 2025)
    panel = client.get(f"/customers/{card.pk}/value/").content.decode()
    assert "差客户" in panel and "连续两年评为差客户" in panel
    assert 'name="choice"' in client.get(page).content.decode()
    for version, chosen, kept in (("1", "RAISE", "RAISE"), ("2", "OPEN", "")):
        assert client.post(page, typed | {"version": version, "choice": chosen}).status_code == 303
        assert CustomerReview.objects.get(year=2026).choice == kept
    english = client.get(f"/customers/{card.pk}/value/", headers={"accept-language": "en"}).content.decode()
    assert "2026" in english
    assert client.get(f"/customers/{card.pk}/reviews/2024/").status_code == 404
    assert client_for(cast.wu).get(page).status_code == 404
