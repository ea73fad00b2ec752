"""F-CARD-A, the customer card with front and back, and F-CARD-C, the owner's tracking card (handbook 1.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from guanxi.cadence.models import Interaction, Task
from guanxi.customers.models import Customer, Intent, OwnedItem
from guanxi.organization.models import User
from guanxi.paper.sheets import Block, CellLike, Column, Document, Field, Fields, PageBreak, Sheet, Table
from guanxi.workspace.forms.past import Outcome, PastCard
from guanxi.workspace.forms.wording import Wording

LOG_ROWS = 20
CARE_ROWS = 10
# Millimetres: the front is filled in by hand too, and fills its page.
FRONT_ROW = 8.5


@dataclass(frozen=True)
class Print:
    """One print: of what, by whom (None: the system), on which day, with which numbers, in which words."""

    card: PastCard
    printer: User | None
    printed_on: date
    numbers: Sequence[str]
    wechat: str
    full: bool
    words: Wording

    @property
    def customer(self) -> Customer:
        return self.card.customer

    def document(self, *sheets: Sheet) -> Document:
        return Document(sheets, "en" if self.words.language.startswith("en") else "zh")

    def sheet(self, code: str, title: str, blocks: tuple[Block, ...]) -> Sheet:
        say = self.words
        notes = []
        past = self.card.on < self.printed_on
        if past:
            notes.append(
                say(
                    f"级别、顾问、接触记录和结果为截至 {self.card.on} 的内容；个人资料、拟购和车辆资料为打印时的内容",
                    f"Level, consultant, contacts and outcome are as of {self.card.on}; "
                    "identity, intent and car are as of printing",
                )
            )
        if self.full:
            notes.append(say("含完整号码，请妥善保管", "Shows full numbers: keep it safe"))
        subtitle = say(f"截至 {self.card.on}", f"As of {self.card.on}") if past else ""
        return Sheet(code, title, blocks, say.footer(self.printer, self.printed_on, notes), subtitle=subtitle)

    def number(self, place: int) -> str:
        return self.numbers[place] if place < len(self.numbers) else ""

    def name(self) -> str:
        card = self.customer
        return f"{card.name}（{card.org_name}）" if card.org_name else card.name


def customer_card(wanted: Print) -> Document:
    """F-CARD-A: the profile, and overleaf the contact log with at least 20 rows."""
    say = wanted.words
    front = (_card_block(wanted), _identity(wanted), _work(wanted), _family(wanted), _current_items(wanted),
             *_intent(wanted))  # fmt: skip
    blocks = (*front, PageBreak(), _log(wanted), _ending(wanted))
    return wanted.document(wanted.sheet("F-CARD-A", say("顾客信息卡", "Customer card"), blocks))


def owner_card(wanted: Print) -> Document:
    """F-CARD-C: one sheet for each car we sold, one blank sheet when none is known."""
    say = wanted.words
    items = [item for item in wanted.customer.owned_items.all() if item.is_ours] or [OwnedItem()]
    title = say("保有客户跟踪卡", "Owner tracking card")
    return wanted.document(*(wanted.sheet("F-CARD-C", title, _owner_blocks(wanted, item)) for item in items))


def _card_block(wanted: Print) -> Fields:
    say, card = wanted.words, wanted.customer
    created = card.store.local_date(card.card_created_at) if card.card_created_at else None
    return Fields(
        (
            Field(say("卡号", "Card no."), card.card_no),
            Field(say("建卡日期", "Card opened"), created),
            Field(say("销售顾问", "Consultant"), str(wanted.card.owner or "")),
            Field(say("来源代码", "Source"), f"{card.source_code} {say.code('sources', card.source_code)}"),
            Field(say("现级别", "Level now"), say.level(wanted.card.level), span=2),
        ),
        columns=3,
        row_height=FRONT_ROW,
    )


def _identity(wanted: Print) -> Fields:
    say, card = wanted.words, wanted.customer
    gender = {"M": say("男", "Male"), "F": say("女", "Female")}.get(card.gender, "")
    return Fields(
        (
            Field(say("姓名", "Name"), wanted.name()),
            Field(say("性别", "Gender"), gender),
            Field(say("生日", "Birthday"), card.birth_date),
            Field(say("电话1", "Phone 1"), wanted.number(0)),
            Field(say("电话2", "Phone 2"), wanted.number(1)),
            Field(say("微信", "WeChat"), wanted.wechat),
            Field(say("地址", "Address"), f"{card.region} {card.address}".strip(), span=2),
            Field(say("邮编", "Postcode"), card.postcode),
        ),
        columns=3,
        row_height=FRONT_ROW,
    )


def _work(wanted: Print) -> Fields:
    say, card = wanted.words, wanted.customer
    return Fields(
        (
            Field(say("单位", "Employer"), card.employer or card.org_name),
            Field(say("职务", "Job title"), card.title or card.occupation),
            Field(say("行业", "Industry"), card.industry),
            Field(say("收入", "Income"), card.income_band),
            Field(say("学历", "Education"), card.education),
            Field(say("爱好", "Hobbies"), card.dimensions.get("HOBBY", "")),
        ),
        columns=3,
        row_height=FRONT_ROW,
    )


def _family(wanted: Print) -> Table:
    say = wanted.words
    columns = (
        Column(say("姓名", "Name"), 40),
        Column(say("关系", "Relation"), 30),
        Column(say("生日", "Birthday"), 35),
        Column(say("职业", "Occupation"), 60),
    )
    rows = tuple(
        tuple(str(member.get(name) or "") for name in ("name", "relation", "birth_date", "occupation"))
        for member in wanted.customer.family
    )
    return Table(columns, rows, min_rows=4, title=say("家庭成员", "Family"), row_height=FRONT_ROW)


def _current_items(wanted: Print) -> Table:
    say = wanted.words
    columns = (
        Column(say("厂牌", "Brand"), 30),
        Column(say("车型", "Model"), 40),
        Column(say("牌照", "Plate"), 28),
        Column(say("购买日", "Bought on"), 26),
        Column(say("里程", "Mileage"), 24, "right"),
        Column(say("保险到期", "Insurance until"), 30),
    )
    rows = tuple(
        (item.brand, item.model, item.plate_no, item.bought_on, item.mileage, item.insurance_expires_on)
        for item in wanted.customer.owned_items.all()
    )
    return Table(columns, rows, min_rows=1, title=say("现有车", "Cars now"), row_height=FRONT_ROW)


def _intent(wanted: Print) -> tuple[Fields, Fields]:
    say, card = wanted.words, wanted.customer
    intent = getattr(card, "intent", None) or Intent()
    bought = Fields(
        (
            Field(say("车型", "Model"), str(intent.product or "")),
            Field(say("颜色", "Colour"), intent.colour),
            Field(say("配置", "Configuration"), intent.configuration),
            Field(say("用途", "Use"), say.code("use_types", intent.use_type)),
            Field(say("购买性质", "Purchase"), say.code("purchase_kinds", intent.purchase_kind)),
            Field(say("预算", "Budget"), _between(intent.budget_min, intent.budget_max)),
            Field(say("付款方式", "Payment"), say.code("payments", intent.payment)),
            Field(say("预计日期", "Expected on"), intent.expected_close_on),
            Field(say("旧车处理", "Old car"), say("置换", "Trades in") if intent.trade_in else ""),
        ),
        columns=3,
        row_height=FRONT_ROW,
        title=say("拟购", "Means to buy"),
    )
    weighed = Fields(
        (
            Field(say("竞品比较", "Competitors"), intent.competitors, span=2),
            Field(say("关注重点", "Concerns"), intent.key_concerns, span=2),
            Field(
                say("决策人", "Decides"), intent.decision_maker or card.dimensions.get("DECISION_MAKER", "")
            ),
            Field(say("推介人", "Referred by"), _referrer(wanted)),
        ),
        columns=2,
        row_height=FRONT_ROW,
    )
    return bought, weighed


def _referrer(wanted: Print) -> str:
    """The name only when the printer may see that card: a colleague's customer stays unnamed."""
    referrer = wanted.customer.referrer
    if referrer is None:
        return ""
    if wanted.printer and not Customer.objects.visible_to(wanted.printer).filter(pk=referrer.pk).exists():
        return referrer.customer_no
    return f"{referrer.name} {referrer.customer_no}"


def _between(least: Decimal | None, most: Decimal | None) -> str:
    ends = [f"{amount:,.0f}" for amount in dict.fromkeys((least, most)) if amount is not None]
    return "–".join(ends)


def _log(wanted: Print) -> Table:
    say = wanted.words
    columns = (
        Column(say("序号", "No."), 10, "center"),
        Column(say("日期", "Date"), 21),
        Column(say("方式", "How"), 14),
        Column(say("目的", "Purpose"), 17),
        Column(say("接触经过", "What was said"), 56),
        Column(say("原级别", "Before"), 13, "center"),
        Column(say("现级别", "After"), 13, "center"),
        Column(say("下次预定日", "Next on"), 21),
        Column(say("主管批示", "Supervisor"), 22),
    )
    rows = tuple(_log_row(say, number, contact) for number, contact in enumerate(wanted.card.contacts, 1))
    return Table(columns, rows, min_rows=LOG_ROWS, title=say("接触记录", "Contact log"), row_height=9)


def _log_row(say: Wording, number: int, contact: Interaction) -> tuple[CellLike, ...]:
    missed = "" if contact.is_valid else say("（未接通）", "(not reached)")
    return (
        number,
        contact.on,
        say.code("methods", contact.method),
        say.code("purposes", contact.purpose),
        f"{missed}{contact.content}",
        contact.level_before,
        contact.level_after,
        contact.next_due_on,
        contact.supervisor_note,
    )


def _ending(wanted: Print) -> Fields:
    say, ending = wanted.words, wanted.card.outcome
    signed = ending.signed_by.name if ending and ending.signed_by else ""
    return Fields(
        (
            Field(say("结果", "Outcome"), _outcome_words(say, ending)),
            Field(say("原因", "Reason"), say.code("reasons", ending.reason) if ending else ""),
            Field(say("日期", "Date"), ending.on if ending else None),
            Field(say("主管签名", "Supervisor"), signed),
        ),
        columns=4,
        row_height=9,
    )


def _outcome_words(say: Wording, ending: Outcome | None) -> str:
    if ending is None:
        return ""
    spoken = {"WON": say("成交交车", "Won, delivered"), "ORDERED": say("已订车", "Ordered")}
    return f"{spoken.get(ending.code) or say.code('levels', ending.code)} {ending.order_no}".strip()


def _owner_blocks(wanted: Print, item: OwnedItem) -> tuple[Block, ...]:
    say, card = wanted.words, wanted.customer
    intent = getattr(card, "intent", None)
    begun = item.delivered_on or item.bought_on
    care = [contact for contact in wanted.card.contacts if contact.purpose == "CARE"]
    if begun:
        care = [contact for contact in care if contact.on >= begun]
    return (
        Fields(
            (
                Field(say("姓名", "Name"), wanted.name()),
                Field(say("电话", "Phone"), wanted.number(0)),
                Field(say("地址", "Address"), f"{card.region} {card.address}".strip(), span=2),
                Field(say("购买日期", "Bought on"), item.bought_on),
                Field(say("用途", "Use"), say.code("use_types", intent.use_type) if intent else ""),
            ),
            columns=2,
        ),
        Fields(
            (
                Field(say("车型", "Model"), f"{item.brand} {item.model}".strip()),
                Field(say("颜色", "Colour"), item.colour),
                Field(say("发动机号", "Engine no."), item.engine_no),
                Field("VIN", item.vin),
            ),
            columns=2,
        ),
        Fields((Field(say("一周回访", "One-week call"), _care(wanted, item, "WEEK")),), columns=1),
        _care_log(wanted, care),
        Fields(
            (
                Field(say("纪念日回访", "Anniversary"), _care(wanted, item, "ANNIVERSARY")),
                Field(say("首保提醒", "Service reminder"), _care(wanted, item, "FIRST_SERVICE")),
                Field(say("首保时间", "First service"), _first_service(say, item)),
            ),
            columns=1,
        ),
        Fields(
            (
                Field(say("制表人", "Made by"), str(wanted.printer or "")),
                Field(say("主管", "Supervisor")),
                Field(say("日期", "Date"), wanted.card.on),
            ),
            columns=3,
            row_height=9,
        ),
    )


def _care_log(wanted: Print, contacts: Sequence[Interaction]) -> Table:
    say = wanted.words
    columns = (
        Column(say("日期", "Date"), 24),
        Column(say("方式", "How"), 20),
        Column(say("回访内容", "What was said"), 108),
        Column(say("下次预定日", "Next on"), 24),
    )
    rows = tuple(
        (contact.on, say.code("methods", contact.method), contact.content, contact.next_due_on)
        for contact in contacts
    )
    return Table(columns, rows, min_rows=CARE_ROWS, title=say("定期回访记录", "Regular calls"), row_height=9)


def _care(wanted: Print, item: OwnedItem, step: str) -> str:
    """What became of the latest care call of a step by the day of the form: done, or due."""
    tasks = Task.objects.filter(customer=wanted.customer, kind=Task.Kind.CARE, item=step)
    tasks = tasks.filter(origin__startswith=f"{item.pk} ").exclude(status=Task.Status.CANCELLED)
    task = tasks.select_related("done_interaction").order_by("-due_on").first() if item.pk else None
    if task is None:
        return ""
    say = wanted.words
    if task.done_on is None or task.done_on > wanted.card.on:
        return say(f"应于 {task.due_on}", f"due {task.due_on}")
    said = task.done_interaction.content if task.done_interaction else say("已完成", "done")
    return f"{task.done_on} {said}"


def _first_service(say: Wording, item: OwnedItem) -> str:
    kilometres = say(f"或 {item.first_service_due_km} 公里", f"or {item.first_service_due_km} km")
    parts = [str(item.first_service_due_on or ""), kilometres if item.first_service_due_km else ""]
    return " ".join(part for part in parts if part)
