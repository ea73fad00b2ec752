"""Opening, editing, moving and assessing an opportunity (handbook 8.2 to 8.5, 8.8)."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.pipeline.desk import AGAINST, SEEN, TODAY, in_days, later, mapped, moved, opened, stored

from guanxi.catalogue.models import Product
from guanxi.customers.models import Customer
from guanxi.key_accounts.models import KeyPerson
from guanxi.organization.models import AuditEntry, PlaybookOverride
from guanxi.organization.refusals import StaleEdit
from guanxi.pipeline.drafts import EvidenceDraft, LineDraft, Progress
from guanxi.pipeline.models import EvidenceItem, Opportunity, StageMove
from guanxi.pipeline.operations.assessments import assess
from guanxi.pipeline.operations.files import folder, shown_name
from guanxi.pipeline.operations.moves import add_evidence, move_opportunity
from guanxi.pipeline.operations.opportunities import OpportunityRefused, edit_opportunity


@pytest.fixture
def card(cast, make_customer):
    return make_customer(cast.lin, name="宁波甬锐模具", kind="ORG", org_name="甬锐模具", level="B")


def refused(field, work, *args, **asked):
    with pytest.raises(OpportunityRefused) as caught:
        work(*args, **asked)
    assert caught.value.field == field, caught.value.message


def test_it_opens_at_the_first_stage_with_its_probability(cast, act, card):
    row = opened(act(cast.lin), card)
    assert (row.stage, row.probability, row.cycle_no, row.stage_since) == ("QUALIFIED", 10, 1, TODAY)
    assert row.number == f"{card.customer_no}-1"
    assert opened(act(cast.lin), card).number == f"{card.customer_no}-2"
    move = row.moves.get()
    assert (move.kind, move.from_stage, move.to_stage, move.amount) == ("OPENED", "", "QUALIFIED", 300_000)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"amount": Decimal(0)}, "amount"), ({"amount": Decimal(-5)}, "amount"), ({"amount": None}, "amount"),
        ({"expected_close_on": in_days(-1)}, "expected_close_on"), ({"title": "  "}, "title"),
        ({"stage": "WON"}, "stage"), ({"probability": 21}, "probability_reason"),
        ({"probability": 101, "probability_reason": "x"}, "probability"),
        ({"values": {"opportunity_cost": Decimal(-1)}}, "opportunity_cost"),
    ],
)  # fmt: skip
def test_8_8_what_cannot_be_is_refused_and_nothing_kept(cast, act, card, asked, field):
    refused(field, opened, act(cast.lin), card, **asked)
    assert not Opportunity.objects.exists()


def test_today_is_not_past_and_ten_points_need_no_reason(cast, act, card):
    row = opened(act(cast.lin), card, expected_close_on=TODAY, probability=20)
    assert row.probability == 20
    assert opened(act(cast.lin), card, probability=60, probability_reason="指定供应商").probability == 60


def test_products_make_the_amount(cast, act, card):
    van, bus = (Product.objects.create(store=cast.store, name=name) for name in ("商务车", "中巴"))
    lines = [LineDraft(van, 3, Decimal(561_000)), LineDraft(bus, 1, Decimal(400_000))]
    row = opened(act(cast.lin), card, lines=lines, amount=Decimal(1))
    assert row.amount == 961_000
    row = edit_opportunity(act(cast.lin), row.pk, version=1, values={"title": "车队"}, lines=lines[:1])
    assert (row.amount, row.lines.count()) == (561_000, 1)
    # Products left alone stay, and so does their sum; what changes nothing is no edit.
    row = edit_opportunity(act(cast.lin), row.pk, version=2, values={"amount": Decimal(5)}, lines=lines[:1])
    assert (row.amount, row.version) == (561_000, 2)
    assert AuditEntry.objects.filter(action="opportunity_edited").count() == 1


def test_products_that_cannot_be(cast, act, card):
    ours = Product.objects.create(store=cast.store, name="商务车")
    theirs = Product.objects.create(store=cast.other_store, name="商务车")
    for lines in (
        [LineDraft(theirs, 1, Decimal(1))], [LineDraft(ours, 0, Decimal(1))], [LineDraft(ours, 1, Decimal(0))],
        [LineDraft(ours, 1, Decimal(1))] * 2, [LineDraft(ours, 2**31, Decimal(1))],
    ):  # fmt: skip
        refused("lines", opened, act(cast.lin), card, lines=lines)
    refused("amount", opened, act(cast.lin), card, lines=[LineDraft(ours, 1, Decimal(10**13))])


def test_strangers_open_and_change_nothing(cast, act, card):
    row = opened(act(cast.lin), card)
    for name in ("wu", "zhao", "sun", "gao", "cs", "auditor", "proprietor", "finance", "desk", "admin"):
        with pytest.raises(Customer.DoesNotExist):
            opened(act(cast.users[name]), card)
        with pytest.raises(Opportunity.DoesNotExist):
            edit_opportunity(act(cast.users[name]), row.pk, version=1, values={"title": "x"})
    assert stored(row).title == "公务车五台"


def test_it_follows_its_card(cast, act, card):
    row = opened(act(cast.lin), card)
    Customer.objects.filter(pk=card.pk).update(owner=cast.zhao)
    assert Opportunity.objects.visible_to(cast.zhao).get() == row
    assert not Opportunity.objects.visible_to(cast.lin).exists()


def test_an_edit_on_an_old_version_is_refused(cast, act, card):
    row = opened(act(cast.lin), card)
    edit_opportunity(act(cast.lin), row.pk, version=1, values={"title": "公务车六台"})
    with pytest.raises(StaleEdit):
        edit_opportunity(act(cast.chen), row.pk, version=1, values={"title": "x"})


def test_a_changed_amount_or_date_is_remembered(cast, act, card):
    row = opened(act(cast.lin), card)
    edit_opportunity(act(cast.lin), row.pk, version=1, values={"expected_close_on": in_days(90)})
    edit_opportunity(act(cast.lin), row.pk, version=2, values={"criteria": "三年总成本"})
    assert [move.kind for move in row.moves.all()] == ["REVISED", "OPENED"]
    entry = AuditEntry.objects.filter(action="opportunity_edited").order_by("pk").first()
    assert entry.changes["expected_close_on"] == [str(in_days(60)), str(in_days(90))]


def test_r_opp_01_a_move_keeps_answers_and_evidence(cast, act, card):
    row = moved(act(cast.lin, later(9)), opened(act(cast.lin), card), "DISCOVERY")
    assert (row.stage, row.probability, row.stage_since, row.version) == ("DISCOVERY", 25, in_days(9), 2)
    assert (row.current_action, row.next_plan, row.reviewed_on) == ("约见总经理", "下周递方案", in_days(9))
    move = row.moves.first()
    assert (move.kind, move.days, move.finished) == ("MOVED", 9, "做完这一步")
    assert [item.text for item in move.evidence.all()] == ["客户来函确认立项"]
    assert AuditEntry.objects.get(action="opportunity_moved").changes["stage"] == ["QUALIFIED", "DISCOVERY"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"finished": " "}, "finished"), ({"evidence": ()}, "evidence"), ({"evidence": AGAINST}, "evidence"),
        ({"stage": "NOWHERE"}, "stage"), ({"probability": 36}, "probability_reason"),
        ({"expected_close_on": in_days(-1)}, "expected_close_on"),
        ({"evidence": (EvidenceDraft(" "),)}, "evidence"), ({"evidence": (EvidenceDraft("长" * 301),)}, "evidence"),
    ],
)  # fmt: skip
def test_r_opp_01_without_words_and_evidence_nothing_moves(cast, act, card, asked, field):
    row = opened(act(cast.lin), card)
    refused(field, moved, act(cast.lin), row, **{"stage": "DISCOVERY"} | asked)
    assert (stored(row).stage, EvidenceItem.objects.count(), row.moves.count()) == ("QUALIFIED", 0, 1)


def test_r_opp_01_counter_evidence_moves_back(cast, act, card):
    row = moved(act(cast.lin), opened(act(cast.lin), card), "DISCOVERY")
    refused("counter", moved, act(cast.lin), row, "QUALIFIED", evidence=SEEN)
    row = moved(act(cast.lin), row, "QUALIFIED", evidence=AGAINST)
    assert (row.stage, row.probability) == ("QUALIFIED", 10)
    assert EvidenceItem.objects.filter(is_counter=True).count() == 1


def test_a_review_keeps_stage_and_probability(cast, act, card):
    row = opened(act(cast.lin), card, probability=15)
    row = moved(act(cast.lin, later(7)), row, "", finished="", evidence=(), plan="", action="等批文")
    assert (row.stage, row.probability, row.stage_since) == ("QUALIFIED", 15, TODAY)
    assert (row.current_action, row.moves.first().kind) == ("等批文", "REVIEWED")


def test_8_8_a_closing_in_the_past_must_be_moved_first(cast, act, card):
    row = opened(act(cast.lin), card, expected_close_on=in_days(5))
    refused("expected_close_on", moved, act(cast.lin, later(6)), row, "DISCOVERY")
    row = moved(act(cast.lin, later(6)), row, "DISCOVERY", expected_close_on=in_days(30))
    assert row.expected_close_on == in_days(30)


def test_r_key_02_past_the_proposal_only_with_the_map(cast, act, card):
    row = moved(act(cast.lin), opened(act(cast.lin), card), "PROPOSAL")
    refused("stage", moved, act(cast.lin), row, "NEGOTIATION")
    # Up to the proposal nobody asks, and the way back is always open.
    assert moved(act(cast.lin), row, "DISCOVERY", evidence=AGAINST).stage == "DISCOVERY"
    mapped(card)
    KeyPerson.objects.filter(role="A").update(role="U")
    refused("stage", moved, act(cast.lin), row, "NEGOTIATION")
    KeyPerson.objects.filter(role="U").update(role="A")
    assert moved(act(cast.lin), row, "NEGOTIATION").stage == "NEGOTIATION"


def test_a_private_person_decides_without_a_map(cast, act, make_customer):
    row = opened(act(cast.lin), make_customer(cast.lin, level="B"))
    assert moved(act(cast.lin), row, "NEGOTIATION").stage == "NEGOTIATION"


def test_probability_follows_the_stores_own_numbers(cast, act, card):
    own = {"QUALIFIED": 5, "DISCOVERY": 15, "PROPOSAL": 40, "NEGOTIATION": 70}
    PlaybookOverride.objects.create(store=cast.store, key="stage.probability", value=own)
    cast.lin.refresh_from_db()
    assert opened(act(cast.lin), card).probability == 5


PDF = b"%PDF-1.7\n%\xe2\xe3"


def file(name, content=PDF):
    return SimpleUploadedFile(name, content)


def test_a_file_shows_the_evidence(cast, act, card):
    row = opened(act(cast.lin), card)
    item = add_evidence(act(cast.lin), row.pk, [EvidenceDraft(file=file("会议纪要.pdf"))])[0]
    assert (item.text, item.filename, item.size) == ("会议纪要.pdf", "会议纪要.pdf", len(PDF))
    path = folder() / item.stored_as
    assert path.read_bytes() == PDF
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("virus.exe", b"MZ"), ("page.html", b"<script>"), ("picture.svg", b"<svg onload=alert(1)>"), ("none", PDF),
        ("invoice.pdf", b"MZ\x90"), ("photo.png", b"\xff\xd8\xff"), ("note.txt", b"a\x00b"), ("empty.pdf", b""),
        ("big.pdf", PDF + b"0" * (10 * 1024 * 1024)),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)  # fmt: skip
def test_a_file_that_is_not_taken_leaves_nothing(cast, act, card, name, content):
    row = opened(act(cast.lin), card)
    before = sorted(folder().glob("*"))
    refused("file", add_evidence, act(cast.lin), row.pk, [EvidenceDraft("x", file=file(name, content))])
    assert sorted(folder().glob("*")) == before
    assert not EvidenceItem.objects.exists()


def test_a_file_goes_when_the_move_is_refused(cast, act, card):
    row = opened(act(cast.lin), card)
    before = sorted(folder().glob("*"))
    evidence = (EvidenceDraft("看见", file=file("a.pdf")), EvidenceDraft(" "))
    refused("evidence", moved, act(cast.lin), row, "DISCOVERY", evidence=evidence)
    assert sorted(folder().glob("*")) == before


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"), ("C:\\temp\\合同.pdf", "合同.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
        ("\u202efdp.exe.pdf", "fdp.exe.pdf"), ('"; filename="x.pdf', "filename=x.pdf"), ("", "file"), ("...", "file"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
    ],
)  # fmt: skip
def test_hostile_names_are_only_names(given, kept):
    assert shown_name(given) == kept


def test_an_assessment_is_kept_with_its_audit_row(cast, act, card):
    row = opened(act(cast.lin), card)
    bi = {"personal": {"yes": True, "who": "李总", "by": "2026-06-30"}, "time_limited": {"yes": False}}
    row = assess(act(cast.lin), row.pk, version=1, given={"bi": bi, "four": {"PROJECT": "+"}})
    assert stored(row).bi["personal"] == {"yes": True, "who": "李总", "by": "2026-06-30"}
    assert stored(row).four["PROJECT"] == "+"
    assert stored(row).ucv == {}
    assert AuditEntry.objects.get(action="opportunity_assessed").changes.keys() == {"bi", "four"}
    assert assess(act(cast.lin), row.pk, version=2, given={"four": {"PROJECT": "＋"}}).version == 2
    with pytest.raises(StaleEdit):
        assess(act(cast.lin), row.pk, version=1, given={"four": {"PROJECT": "-"}})
    refused("four__PROJECT", assess, act(cast.lin), row.pk, version=2, given={"four": {"PROJECT": "·"}})
    refused(
        "bi__personal__who",
        assess,
        act(cast.lin),
        row.pk,
        version=2,
        given={"bi": {"personal": {"yes": True}}},
    )


def test_moves_are_never_edited_by_reviews(cast, act, card):
    row = opened(act(cast.lin), card)
    said = Progress(action="x")
    move_opportunity(act(cast.lin), row.pk, version=1, progress=said)
    with pytest.raises(StaleEdit):
        move_opportunity(act(cast.lin), row.pk, version=1, progress=said)
    assert StageMove.objects.count() == 2
