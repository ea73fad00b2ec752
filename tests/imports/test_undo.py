"""Undo of a whole import: everything as it was, except what somebody worked on since (promise P3)."""

from datetime import timedelta

import pytest
from django.apps import apps
from tests.cast import MORNING
from tests.imports.sheets import OWNERS, prospects, run, undo, workbook

from guanxi.cadence.models import Interaction, LevelChange, Task
from guanxi.cadence.operations.cards import hand_over_cards
from guanxi.catalogue.models import Product
from guanxi.customers.models import Collision, Customer
from guanxi.customers.operations.cards import edit_card
from guanxi.customers.operations.numbers import reveal_number
from guanxi.imports.models import ImportBatch
from guanxi.imports.operations.files import ImportRefused
from guanxi.imports.operations.undoing import start_undo

pytestmark = pytest.mark.django_db
LATER = MORNING + timedelta(hours=2)
# The trail only grows, numbers are not given out twice, and the import itself stays on record, as does that its
# levels came and went (7.3: they leave the month sheet as removed).
OUTSIDE = {
    "AuditEntry",
    "AuditSeal",
    "NumberSequence",
    "ImportBatch",
    "ImportRow",
    "ColumnMemory",
    "DBTaskResult",
    "WithdrawnLevel",
}


def digest() -> dict[str, list]:
    """Every row of every table of ours; only the version of a card may have gone on."""
    found = {}
    for model in apps.get_models():
        if (
            model._meta.app_label in {"customers", "cadence", "catalogue", "deals"}
            and model.__name__ not in OUTSIDE
        ):
            rows = model._default_manager.order_by("pk").values()
            found[model.__name__] = [
                {name: value for name, value in row.items() if name != "version"} for row in rows
            ]
    return found


def messy(path):
    return prospects(
        path,
        ["王芳", "13912345678", "女", "艾力绅", "A", "来店", "2026-02-20", "天津", "x"],
        ["王先生", "13912345678", "", "", "", "", "", "", "y"],
        ["旧客", "13912340000", "男", "思域", "B", "展示会", "2026-02-21", "上海", "z"],
        ["旧客", "13912340000/13912340009", "", "", "", "", "", "", ""],
        ["同事", "13912340001", "", "", "A", "", "", "", ""],
        ["坏", "12"],
    )


@pytest.fixture
def earlier(cast, make_customer):
    """Cards that stand before the import: one bare, one with a level, one of a colleague."""
    Product.objects.create(store=cast.store, name="雅阁")
    make_customer(cast.wu, name="同事", phone="13912340001")
    make_customer(cast.lin, name="定级", phone="13912340002", level="B")
    return make_customer(cast.lin, name="旧客", phone="13912340000", level="")


def test_undo_restores_everything(cast, act, earlier, tmp_path):
    before = digest()
    batch = run(act(cast.lin, LATER), messy(tmp_path / "u.xlsx"))
    assert (batch.created, batch.updated, batch.skipped, batch.failed) == (1, 2, 2, 1)
    assert digest() != before
    assert Collision.objects.count() == 1
    batch = undo(act(cast.lin, LATER + timedelta(hours=1)), batch)
    assert (batch.state, batch.kept_on_undo) == (ImportBatch.State.UNDONE, [])
    assert digest() == before


def test_undo_of_owners_and_of_an_unrated_card(cast, act, make_customer, tmp_path):
    make_customer(cast.lin, name="王芳", phone="13912345678", level="N")
    make_customer(
        cast.lin, name="李强", phone="13912345679", level="B", owned={"model": "思域", "is_ours": True}
    )
    before = digest()
    path = workbook(
        tmp_path / "o.xlsx",
        {
            "保有客户": [
                [*OWNERS, "级别"],
                ["王芳", "13912345678", "艾力绅", "2024.5.1", "自销", "1985-3-2", "H"],
                ["李强", "13912345679", "思域", "2023.5.1", "他销", None, "A"],
            ]
        },
    )
    batch = run(act(cast.lin, LATER), path)
    assert batch.updated == 2
    assert dict(Customer.objects.values_list("name", "level")) == {"王芳": "H", "李强": "B"}
    assert Task.objects.follow_ups().open().count() == 2
    undo(act(cast.lin, LATER + timedelta(hours=1)), batch)
    assert digest() == before


def test_undo_then_import_again_gives_the_same(cast, act, earlier, tmp_path):
    path = messy(tmp_path / "a.xlsx")
    first = run(act(cast.lin, LATER), path)
    undo(act(cast.lin, LATER), first)
    again = run(act(cast.lin, LATER + timedelta(minutes=1)), path)
    assert (again.created, again.updated, again.skipped, again.failed) == (1, 2, 2, 1)


def test_cards_worked_on_since_stay_and_are_listed(cast, act, earlier, tmp_path):
    path = prospects(
        tmp_path / "k.xlsx",
        ["改过", "13912345671", "", "艾力绅", "A"],
        ["交接", "13912345672", "", "", "A"],
        ["看过", "13912345673", "", "", "A"],
        ["没动", "13912345674", "", "雅阁", "A"],
        ["旧客", "13912340000", "男", "", "", "", "", "", ""],
    )
    batch = run(act(cast.lin, LATER), path)
    cards = {card.name: card for card in Customer.objects.all()}
    edit_card(act(cast.lin, LATER), cards["改过"].pk, version=cards["改过"].version, values={"address": "新"})
    hand_over_cards(act(cast.ma, LATER), [cards["交接"].pk], cast.zhao, reason="换人")
    reveal_number(act(cast.lin, LATER), cards["看过"].pk)
    old = cards["旧客"]
    edit_card(act(cast.lin, LATER), old.pk, version=old.version, values={"remark": "后来写的"})
    batch = undo(act(cast.lin, LATER + timedelta(hours=1)), batch)
    assert sorted(row_no for row_no, _card in batch.kept_on_undo) == [2, 3, 6]
    left = set(Customer.objects.values_list("name", flat=True))
    assert left == {"改过", "交接", "旧客", "定级", "同事"}
    old.refresh_from_db()
    assert (old.gender, old.remark) == ("M", "后来写的")
    assert Product.objects.filter(name="艾力绅").exists(), "a kept card still wants it"


def test_products_nobody_uses_go_too(cast, act, tmp_path):
    batch = run(act(cast.lin), prospects(tmp_path / "p.xlsx", ["甲", "13912345671", "", "艾力绅", "A"]))
    assert Product.objects.count() == 1
    undo(act(cast.lin, LATER), batch)
    assert not Product.objects.exists()
    assert not (Interaction.objects.exists() or LevelChange.objects.exists() or Task.objects.exists())


def test_undo_twice_is_refused(cast, act, tmp_path):
    batch = run(act(cast.lin), prospects(tmp_path / "t.xlsx", ["甲", "13912345671"]))
    undo(act(cast.lin, LATER), batch)
    with pytest.raises(ImportRefused):
        start_undo(act(cast.lin, LATER), batch)
