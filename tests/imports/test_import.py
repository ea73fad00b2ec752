"""What an import does to the store: handbook 1.5, 2.6, 3.1 and the counts that always add up."""

from datetime import date

import pytest
from tests.imports.sheets import (
    OWNERS,
    PROSPECTS,
    check,
    counts,
    failures,
    gb_csv,
    prospects,
    run,
    upload,
    warned,
    workbook,
)  # fmt: skip

from guanxi.cadence.models import Interaction, LevelChange, Task
from guanxi.catalogue.models import Product
from guanxi.customers.models import Collision, Customer, OwnedItem, Phone, SearchEntry
from guanxi.imports.models import ColumnMemory, ImportBatch
from guanxi.imports.operations.files import ImportRefused
from guanxi.imports.operations.uploads import choose_sheet, continue_with, match_fields, take_upload
from guanxi.organization.models import AuditEntry

pytestmark = pytest.mark.django_db


def test_a_messy_sheet_is_read_like_a_clean_one(cast, act, tmp_path):
    path = workbook(
        tmp_path / "messy.xlsx",
        {
            "说明": [["请勿修改"]],
            "意向客户": [
                ["城东店 意向客户一览表(2026年2月)"],
                ["制表:前台", None, None, "单位:组"],
                [],
                PROSPECTS,
                ["王芳", "１３９１２３４５６７８", "女", "艾力绅", "Ａ", "来店", "2026-02-20", "天津", "+1"],
                ["李强", "+86 139-1234-5679", "男", "艾力绅", "b级", "展示会", "2026/2/21", None, "=1+1"],
                [],
                ["赵敏", 13912345670, "先生", "思域", "h", "基盘推介", "2026.2.22", None, None],
                ["钱进", "0086 13912345671", None, "思域", None, "来电", "2026年2月23日", None, "-"],
                ["孙丽", "13912345672", None, None, "C", "内部情报", 46077, None, None],
                ["周全", "13912345673", None, None, "O", "VIP推荐", date(2026, 2, 24), None, None],
                ["合计", 6],
            ],
        },
    )
    batch = run(act(cast.lin), path)
    assert counts(batch) == (6, 6, 0, 0, 0)
    assert batch.sheet == "意向客户"
    assert [row.row_no for row in batch.import_rows.all()] == [5, 6, 8, 9, 10, 11]
    cards = {card.name: card for card in Customer.objects.all()}
    assert {name: card.level for name, card in cards.items()} == {
        "王芳": "A", "李强": "B", "赵敏": "H", "钱进": "N", "孙丽": "C", "周全": "O",
    }  # fmt: skip
    assert {card.owner for card in cards.values()} == {cast.lin}
    assert not any(card.level_confirmed for card in cards.values())
    days = [cards[name].last_contact_on.day for name in ("王芳", "李强", "赵敏", "钱进", "孙丽", "周全")]
    assert days == [20, 21, 22, 23, 24, 24]
    assert (cards["李强"].remark, cards["王芳"].remark, cards["钱进"].remark) == ("=1+1", "+1", "-")
    assert warned(batch) == [(5, "new_product"), (8, "new_product")]
    assert set(Product.objects.values_list("name", flat=True)) == {"艾力绅", "思域"}
    assert SearchEntry.objects.count() == 6


def test_an_imported_level_is_unconfirmed_evidence_and_the_contact_a_valid_interaction(cast, act, tmp_path):
    run(
        act(cast.lin),
        prospects(tmp_path / "a.xlsx", ["王芳", "13912345678", "", "", "A", "", "2026-02-20", "", ""]),
    )
    card = Customer.objects.get()
    change = LevelChange.objects.get()
    assert (change.kind, change.evidence, change.to_level) == ("IMPORTED", ["IMPORTED"], "A")
    assert (card.level_confirmed, card.intent_status, card.card_type) == (False, "INTENT", "INTENT")
    contact = Interaction.objects.get()
    assert (contact.method, contact.is_valid, contact.on, contact.by) == (
        "IMPORTED", True, date(2026, 2, 20), cast.lin,
    )  # fmt: skip
    assert card.last_contact_on == date(2026, 2, 20)
    assert Task.objects.follow_ups().open().count() == 1


def test_owners_enter_the_base_with_their_car(cast, act, tmp_path):
    path = workbook(
        tmp_path / "o.xlsx",
        {
            "保有客户": [
                OWNERS,
                ["王芳", "13912345678", "艾力绅", "2024.5.1", "自销", "1985年3月2日"],
                ["李强", "13912345679", "思域", "2023/5/1", "他厂牌", None],
                ["赵敏", "13912345670", "思域", "去年", "自销", None],
            ]
        },
    )
    batch = run(act(cast.lin), path)
    assert counts(batch) == (3, 2, 0, 0, 1)
    assert failures(batch) == [(4, "bad_date")]
    own, other = Customer.objects.order_by("pk")
    assert (own.base_class, own.owner_kind, own.card_type, own.level, own.birth_date) == (
        "BASE", "OWN_SALE", "OWNER", "", date(1985, 3, 2),
    )  # fmt: skip
    item = OwnedItem.objects.get(customer=own)
    assert (item.is_ours, item.model, item.bought_on) == (True, "艾力绅", date(2024, 5, 1))
    assert not OwnedItem.objects.get(customer=other).is_ours


def test_one_mobile_is_one_customer_and_later_rows_fill_empty_fields_only(cast, act, tmp_path):
    path = prospects(
        tmp_path / "d.xlsx",
        ["王芳", "13912345678", "", "艾力绅", "", "来店", "", "天津", ""],
        ["王女士", "139 1234 5678", "女", "思域", "B", "展示会", "2026-02-20", "上海", "周末来"],
        ["王芳", "+8613912345678", "男", "", "A", "", "2026-02-25", "", "别的"],
    )
    batch = run(act(cast.lin), path)
    assert counts(batch) == (3, 1, 1, 1, 0)
    card = Customer.objects.get()
    assert (card.name, card.gender, card.address, card.remark, card.source_code) == (
        "王芳",
        "F",
        "天津",
        "周末来",
        "S",
    )
    assert card.intent.product.name == "艾力绅"
    assert card.level == "B"
    assert Interaction.objects.get().on == date(2026, 2, 20)
    assert warned(batch) == [(2, "new_product"), (3, "name_differs")]
    assert Task.objects.follow_ups().open().count() == 1


def test_an_existing_card_is_completed_never_overwritten(cast, act, make_customer, tmp_path):
    card = make_customer(cast.lin, phone="13912345678", level="H", address="天津")
    path = prospects(
        tmp_path / "e.xlsx",
        ["王芳", "13912345678", "女", "艾力绅", "C", "展示会", "2026-01-05", "上海", "备"],
    )
    batch = run(act(cast.lin), path)
    assert counts(batch) == (1, 0, 1, 0, 0)
    card.refresh_from_db()
    assert (card.level, card.address, card.gender, card.remark, card.source_code) == (
        "H",
        "天津",
        "F",
        "备",
        "X",
    )
    assert card.owner == cast.lin
    entry = AuditEntry.objects.get(action="card_completed")
    assert set(entry.changes) == {"gender", "remark", "product"}


def test_the_same_file_again_changes_nothing(cast, act, tmp_path):
    path = prospects(
        tmp_path / "s.xlsx",
        ["王芳", "13912345678/13812345678", "", "艾力绅", "A", "来店", "2026-02-20", "", ""],
        ["王芳", "13912345678", "女", "", "", "", "", "天津", ""],
        ["李强", "021-88889999", "", "", "B", "没听过", "", "", ""],
        ["无", "无"],
    )
    first = run(act(cast.lin), path)
    assert counts(first) == (4, 2, 1, 0, 1)
    before = list(Customer.objects.values()), Phone.objects.count(), Interaction.objects.count()
    second = run(act(cast.lin), path)
    assert counts(second) == (4, 0, 0, 3, 1)
    assert (list(Customer.objects.values()), Phone.objects.count(), Interaction.objects.count()) == before


def test_a_colleagues_number_is_skipped_and_reveals_nothing(cast, act, make_customer, tmp_path):
    card = make_customer(cast.wu, name="王芳", phone="13912345678", level="")
    before = Customer.objects.filter(pk=card.pk).values().get()
    path = prospects(
        tmp_path / "t.xlsx", ["别名", "13912345678", "女", "", "A", "来店", "2026-02-20", "上海", "备"]
    )
    batch = upload(act(cast.lin), path)
    assert AuditEntry.objects.filter(action="taken_number_asked", actor=cast.lin).count() == 1
    assert not Collision.objects.exists()
    batch = run(act(cast.lin), path)
    assert counts(batch) == (1, 0, 0, 1, 0)
    assert warned(batch) == [(2, "taken")]
    assert batch.import_rows.get().customer_id is None
    assert Customer.objects.filter(pk=card.pk).values().get() == before
    collision = Collision.objects.get()
    assert (collision.claimant, collision.customer_id) == (cast.lin, card.pk)


def test_a_file_of_colleagues_numbers_is_no_oracle(cast, act, make_customer, tmp_path, monkeypatch):
    monkeypatch.setattr("guanxi.imports.operations.customer_sheets.ASKED_PER_DAY", 2)
    numbers = [f"1391234567{digit}" for digit in range(3)]
    for number in numbers:
        make_customer(cast.wu, phone=number)
    batch = upload(act(cast.lin), prospects(tmp_path / "q.xlsx", *[["某", number] for number in numbers]))
    assert batch.state == ImportBatch.State.REFUSED
    assert AuditEntry.objects.filter(action="taken_number_asked").count() == 0


def test_who_may_give_customers_to_whom(cast, act, tmp_path):
    """AZ-06, MA-03: the consultant column counts for leaders, within their reach; for others it is not there."""
    headers = ("姓名", "电话", "销售顾问", "创建人")
    rows = [
        ["甲", "13912345671", "赵磊", "x"],
        ["乙", "13912345672", "吴刚", "x"],
        ["丙", "13912345673", "谁", "x"],
    ]
    path = prospects(tmp_path / "w.xlsx", *rows, headers=headers)
    run(act(cast.lin), path)
    assert set(Customer.objects.values_list("owner__username", flat=True)) == {"lin"}
    Customer.objects.all().delete()
    batch = run(act(cast.chen), path)
    owners = dict(Customer.objects.values_list("name", "owner__username"))
    assert owners == {"甲": "zhao", "乙": "chen", "丙": "chen"}
    assert warned(batch) == [(3, "unknown_consultant"), (4, "unknown_consultant")]
    with pytest.raises(ImportRefused):
        upload(act(cast.lin), path, cast.wu)
    with pytest.raises(ImportRefused):
        upload(act(cast.chen), path, cast.wu)
    with pytest.raises(ImportRefused):
        upload(act(cast.auditor), path, cast.lin)
    with pytest.raises(ImportRefused):
        upload(act(cast.ma), path, cast.gao)


def test_gb18030_and_commas(cast, act, tmp_path):
    path = gb_csv(
        tmp_path / "来店.csv",
        [
            ("日期", "姓名", "电话", "拟购车型", "级别", "渠道"),
            ("20260220", "王芳", "139-1234-5678", "艾力绅", "h", "来电"),
        ],
    )
    batch = run(act(cast.lin), path)
    assert (batch.sheet, counts(batch)) == ("来店", (1, 1, 0, 0, 0))
    card = Customer.objects.get()
    assert (card.name, card.source_code, card.level, card.last_contact_on) == (
        "王芳",
        "S",
        "H",
        date(2026, 2, 20),
    )


def test_the_mapping_is_remembered_for_files_of_the_same_shape(cast, act, tmp_path):
    headers = ("称谓", "号码", "姓名", "电话")
    path = prospects(tmp_path / "m.xlsx", ["甲", "13912345678", "乙", "13812345678"], headers=headers)
    with path.open("rb") as stream:
        batch = take_upload(act(cast.lin), path.name, [stream.read()], cast.lin)
    assert batch.columns == {0: "gender", 2: "name", 3: "phone"}
    match_fields(act(cast.lin), batch, {0: "name", 1: "phone"}, cast.lin)
    with path.open("rb") as stream:
        again = take_upload(act(cast.zhao), path.name, [stream.read()], cast.zhao)
    assert again.columns == {0: "name", 1: "phone"}
    assert ColumnMemory.objects.get().store == cast.store


def test_another_sheet_and_another_header_row(cast, act, tmp_path):
    path = workbook(
        tmp_path / "z.xlsx",
        {
            "一": [PROSPECTS, ["王芳", "13912345678"]],
            "二": [["姓名", "电话"], ["旧表头", None], PROSPECTS, ["李强", "13912345679"]],
        },
    )
    me = act(cast.lin)
    with path.open("rb") as stream:
        batch = take_upload(me, path.name, [stream.read()], cast.lin)
    assert (batch.sheet, batch.other_sheets) == ("一", ["二"])
    batch = choose_sheet(me, batch, "二", 1)
    assert len(batch.columns) == 2
    batch = check(me, choose_sheet(me, batch, "二", 3))
    assert batch.rows == 1
    following = check(me, continue_with(me, batch, "一"))
    assert (following.sheet, following.rows) == ("一", 1)
    with pytest.raises(ImportRefused):
        continue_with(me, batch, "三")


def test_two_imports_at_once_are_enough(cast, act, tmp_path):
    """DOS-05: one person's queue is capped."""
    path = prospects(tmp_path / "c.xlsx", ["王芳", "13912345678"])
    for _time in range(2):
        with path.open("rb") as stream:
            batch = take_upload(act(cast.lin), path.name, [stream.read()], cast.lin)
        match_fields(act(cast.lin), batch, batch.columns, cast.lin)
    with path.open("rb") as stream, pytest.raises(ImportRefused):
        take_upload(act(cast.lin), path.name, [stream.read()], cast.lin)
    upload(act(cast.zhao), path)


def test_queries_do_not_grow_with_the_rows_of_a_chunk(cast, act, tmp_path, django_assert_max_num_queries):
    path = prospects(
        tmp_path / "n.xlsx", *[["王芳", str(13911100000 + n), "", "艾力绅", "A"] for n in range(200)]
    )
    with django_assert_max_num_queries(150):
        run(act(cast.lin), path)


@pytest.mark.parametrize("who", ["admin", "finance", "desk", "cs", "auditor", "proprietor", "gao"])
def test_customers_go_to_people_who_keep_customers(cast, act, tmp_path, client_for, who):
    """AZ-06: a card of somebody without customers would be on nobody's list."""
    path = prospects(tmp_path / "a.xlsx", ["王芳", "13912345678"])
    with pytest.raises(ImportRefused) as refused:
        upload(act(cast.ma), path, cast.users[who])
    assert refused.value.field == "owner" and not ImportBatch.objects.exists()
    offered = client_for(cast.ma).get("/imports/").context["form"].fields["owner"].queryset
    assert {user.username for user in offered} == {"lin", "zhao", "chen", "wu", "sun", "ma"}
