"""The registers of the last months, written from what the demo's cards and contacts tell: every party that opened a
card or came again has its row, and beside them stand those who left nothing."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from guanxi.cadence.models import Interaction, LevelChange
from guanxi.customers.models import Customer, Transfer
from guanxi.demo import cars, names
from guanxi.demo.world import World
from guanxi.organization.models import User
from guanxi.prospecting.models import RegisterDay, Visit
from guanxi.prospecting.rules.visits import clocks

DAYS = 150
SEED = 20260303
# Minutes after midnight between which parties come, by how many of a hundred.
HOURS = {(9 * 60, 11 * 60): 26, (11 * 60, 13 * 60): 15, (13 * 60, 15 * 60): 21, (15 * 60, 17 * 60): 27,
         (17 * 60, 18 * 60 + 20): 11}  # fmt: skip
MODES = {"DRIVE": 62, "TAXI": 17, "TRANSIT": 12, "FOOT": 9}
WEATHER = {"SUNNY": 44, "CLOUDY": 34, "RAIN": 20, "HAZE": 2}
ERRANDS = {"SERVICE": 52, "DELIVERY": 20, "PAPERWORK": 22, "OTHER": 6}
OTHER_CALLS = {"RETURN_CALL": 30, "PARTS": 25, "AFTER_SALES": 45}
LOOKED = (
    "看了{model}，比较关注空间和油耗，约好周末带家人再来",
    "坐进{model}试了后排，觉得价格偏高，给了报价单",
    "路过进来看看，{model}介绍了十分钟，没有留电话",
    "在看{rival}，顺便对比{model}，留了彩页",
)
PLAIN = ("随便看看，不愿留资料", "陪朋友来的，没有购车计划", "问了价格就走，说还要再比较")
ASKED = (
    "问{model}现车和优惠",
    "问{model}置换补贴怎么算",
    "问{model}贷款首付",
    "问地址和营业时间，想周末过来",
)


@dataclass
class Desk:
    """What is drawn from: a chance of its own, so that the rest of the demo stays as it was."""

    world: World
    rng: Random
    first: date

    def arrival(self, on: date) -> datetime:
        earliest, latest = self.rng.choices(list(HOURS), list(HOURS.values()))[0]
        return self.world.at(on, self.rng.randint(earliest, latest))

    def pick(self, weights: dict[str, int]) -> str:
        return self.rng.choices(list(weights), list(weights.values()))[0]


def write_registers(world: World) -> None:
    """Write the rows of the last ``DAYS`` days, and of today as far as it has come."""
    desk = Desk(world, Random(SEED), max(world.last - timedelta(days=DAYS - 1), _opened(world)))
    opened = _of_cards(desk)
    walked = {row.customer_id for row in opened if row.kind == Visit.Kind.WALKIN}
    rows = [*opened, *_of_returns(desk, walked), *_of_strangers(desk)]
    rows.sort(key=lambda row: row.arrived_at)
    Visit.objects.bulk_create([_kept(desk, row) for row in rows], batch_size=200)
    _days(desk)
    _today(desk)


def _opened(world: World) -> date:
    return world.store.local_date(world.store.created_at)


def _row(desk: Desk, on: date, at: datetime, kind: str = "WALKIN", **given: Any) -> Visit:
    rng, world = desk.rng, desk.world
    call = kind == Visit.Kind.PHONEIN
    stay = rng.randint(2, 11) if call else rng.randint(12, 95)
    basic = stay + (rng.randint(1, 4) if rng.random() < 0.83 else rng.randint(6, 50))
    return Visit(
        store=world.store, on=on, kind=kind, arrived_at=at, hour=at.astimezone(world.zone).hour,
        left_at=at + timedelta(minutes=stay), basic_at=at + timedelta(minutes=basic),
        party_size=1 if call else rng.choices([1, 2, 3, 4, 5], [26, 41, 20, 10, 3])[0],
        arrival_mode="" if call else desk.pick(MODES), created_by=world.users["han"], created_at=at, given_at=at,
        **given,
    )  # fmt: skip


def _kept(desk: Desk, row: Visit) -> Visit:
    """Stamp the row: complete with its basic data when it owes no more, and in time or not."""
    settings = desk.world.store.playbook.settings
    owes = row.filed and row.visit_type not in {"NON_INTENT"} and not row.level_confirmed
    row.completed_at = None if owes else max(row.completed_at or row.basic_at, row.basic_at)  # type: ignore[type-var]
    late = clocks(
        row.left_at, row.basic_at, row.completed_at, desk.world.now,
        basic_min=settings.register_basic_min, full_h=settings.register_full_h,
    )  # fmt: skip
    row.in_time = False if late.basic_late or late.full_late else True if row.completed_at else None
    return row


def _of_cards(desk: Desk) -> list[Visit]:
    """The parties and callers whose cards were opened: the source says whether they came or called."""
    world, rng = desk.world, desk.rng
    cards = (
        Customer.objects.filter(
            store=world.store, card_created_at__gte=world.at(desk.first, 0), created_by=world.users["han"],
            source_code__in=["S", "T", "P", "R", "B"], intent__isnull=False,
        )
        .select_related("intent__product").prefetch_related("phones").order_by("pk")
    )  # fmt: skip
    received = _received_by(world)
    levels = _first_levels(world, desk.first)
    rows = []
    for card in cards:
        on = world.store.local_date(card.card_created_at)  # type: ignore[arg-type]
        walked = rng.random() < {"S": 0.72, "T": 0.0, "P": 0.1}.get(card.source_code, 0.85)
        kind = (
            Visit.Kind.WALKIN
            if walked
            else Visit.Kind.EVENT
            if card.source_code == "P"
            else Visit.Kind.PHONEIN
        )
        intent = card.intent  # type: ignore[attr-defined]
        first, confirmed, confirmed_at = levels.get(card.pk, ("N", "", None))
        model = intent.product.name if intent.product else ""
        row = _row(
            desk, on, min(desk.arrival(on), world.at(on, 17 * 60 + 30)), kind,
            visit_type="FIRST_FILED", customer=card, consultant_id=received.get(card.pk, card.owner_id),
            name=card.name, gender=card.gender, phone_normalized=card.phones.all()[0].normalized, filed=True,
            region=card.region, product=intent.product, colour=intent.colour, competitor=intent.competitors[:80],
            channel=card.channel, level_first=first, level_confirmed=confirmed, completed_at=confirmed_at,
        )  # fmt: skip
        if kind == Visit.Kind.PHONEIN:
            row.nature, row.course = "FIRST", rng.choice(ASKED).format(model=model)
            if rng.random() < 0.55:
                row.invited_on = on + timedelta(days=rng.randint(1, 6))
                rows += _came(desk, row, card)
        else:
            row.purpose, row.wechat_added = "LOOK", rng.random() < 0.6
            row.test_drive, row.quoted = rng.random() < 0.36, rng.random() < 0.55
            row.licence_checked = row.test_drive and rng.random() < 0.96
            row.course = rng.choice(LOOKED[:2]).format(model=model)
        rows.append(row)
    return rows


def _came(desk: Desk, call: Visit, card: Customer) -> list[Visit]:
    """The visit of a caller who was invited; four in ten keep the day."""
    world, on = desk.world, call.invited_on
    if on is None or on > world.last or world.store.calendar.is_closed(on) or desk.rng.random() > 0.4:
        return []
    return [_row(
        desk, on, desk.arrival(on), visit_type="FIRST_WITH_CARD", purpose="LOOK", customer=card, filed=True,
        consultant_id=call.consultant_id, name=card.name, gender=card.gender, phone_normalized=call.phone_normalized,
        region=card.region, product=call.product, colour=call.colour, channel=card.channel,
        level_first=call.level_confirmed or call.level_first, level_confirmed=call.level_confirmed,
        course=desk.rng.choice(LOOKED[:2]).format(model=call.product.name if call.product else ""),
        quoted=desk.rng.random() < 0.6,
    )]  # fmt: skip


def _received_by(world: World) -> dict[int, int]:
    """Card → who had it before it was handed on."""
    moves = Transfer.objects.filter(customer__store=world.store, from_owner__isnull=False).order_by("-at")
    return {pk: owner for pk, owner in moves.values_list("customer_id", "from_owner_id") if owner is not None}


def _first_levels(world: World, first: date) -> dict[int, tuple[str, str, datetime | None]]:
    """Card → the first level, the one judged second, and when that was."""
    changes = LevelChange.objects.filter(
        customer__store=world.store, state=LevelChange.State.IN_FORCE, on__gte=first,
        kind__in=[LevelChange.Kind.FIRST, LevelChange.Kind.CONFIRM, LevelChange.Kind.ORDER],
    ).order_by("at", "pk")  # fmt: skip
    found: dict[int, tuple[str, str, datetime | None]] = {}
    for pk, kind, level, at in changes.values_list("customer_id", "kind", "to_level", "at"):
        if kind == LevelChange.Kind.FIRST:
            found[pk] = (level, "", None)
        elif pk in found and not found[pk][1]:
            found[pk] = (found[pk][0], level, at)
    return found


def _of_returns(desk: Desk, walked: set[int | None]) -> list[Visit]:
    """Every contact in the showroom is a party that came again, or for the first time with its card."""
    world, rng = desk.world, desk.rng
    contacts = (
        Interaction.objects.filter(
            store=world.store, method="SHOWROOM", is_valid=True, on__gte=desk.first, by__in=world.consultants
        )
        .select_related("customer__intent__product").prefetch_related("customer__phones").order_by("at", "pk")
    )  # fmt: skip
    before = Interaction.objects.filter(store=world.store, method="SHOWROOM", on__lt=desk.first)
    seen: dict[int | None, date] = dict.fromkeys(
        walked | set(before.values_list("customer_id", flat=True)), date.min
    )
    rows = []
    for contact in contacts:
        card = contact.customer
        if seen.get(card.pk) == contact.on:
            continue
        opened = world.store.local_date(card.card_created_at) if card.card_created_at else contact.on
        been = card.pk in seen or (card.source_code in {"S", "R", "B"} and opened < desk.first)
        seen[card.pk] = contact.on
        if opened == contact.on:
            continue
        intent = getattr(card, "intent", None)
        # What the customer was then, not what became of them: who bought later came to look.
        errand = contact.level_before not in set("HABCN")
        came_for = "LOOK" if not errand else "PAPERWORK" if contact.level_before == "O" else "SERVICE"
        rows.append(_row(
            desk, contact.on, min(contact.at - timedelta(minutes=20), world.at(contact.on, 18 * 60)),
            visit_type="NON_INTENT" if errand else "RETURN" if been else "FIRST_WITH_CARD",
            purpose=came_for, customer=card, consultant=contact.by, name=card.name,
            gender=card.gender, phone_normalized=card.phones.all()[0].normalized, filed=True, region=card.region,
            product=intent.product if intent else None, colour=intent.colour if intent else "",
            channel=card.channel, level_first="" if errand else contact.level_before or contact.level_after,
            level_confirmed="" if errand else contact.level_after, course=contact.content, interaction=contact,
            test_drive=(drove := not errand and rng.random() < 0.3), licence_checked=drove,
            quoted=not errand and rng.random() < 0.5,
        ))  # fmt: skip
    return rows


def _of_strangers(desk: Desk) -> list[Visit]:
    """Those who left nothing, and those who came or called for something else."""
    world, rng = desk.world, desk.rng
    rows = []
    products = list(world.products.values())
    for offset in range((world.last - desk.first).days + 1):
        on = desk.first + timedelta(days=offset)
        if world.store.calendar.is_closed(on):
            continue
        busy = 1.7 if on.isoweekday() >= 6 else 0.8
        for _ in range(round(rng.uniform(0.6, 1.6) * busy)):
            rows.append(_stranger(desk, on, rng.choice(world.consultants), rng.choice(products)))
        for _ in range(round(rng.uniform(0.5, 1.8) * busy)):
            rows.append(_row(
                desk, on, desk.arrival(on), visit_type="NON_INTENT", purpose=desk.pick(ERRANDS),
                consultant=rng.choice(world.consultants),
            ))  # fmt: skip
        for _ in range(rng.choice([0, 1, 1, 2])):
            rows.append(_row(
                desk, on, desk.arrival(on), Visit.Kind.PHONEIN, visit_type="NON_INTENT",
                nature=desk.pick(OTHER_CALLS), consultant=rng.choice(world.consultants),
            ))  # fmt: skip
        if rng.random() < 0.4:
            product = rng.choice(products)
            rows.append(_row(
                desk, on, desk.arrival(on), Visit.Kind.PHONEIN, visit_type="FIRST_NOT_FILED", nature="FIRST",
                consultant=rng.choice(world.consultants), product=product, channel=str(rng.choice([6, 11, 13])),
                course=rng.choice(ASKED).format(model=product.name),
            ))  # fmt: skip
    return rows


def _stranger(desk: Desk, on: date, consultant: User, product: Any) -> Visit:
    rng = desk.rng
    gender = rng.choice("MF")
    said = rng.choice(PLAIN) if rng.random() < 0.5 else rng.choice(LOOKED[2:])
    named = (
        names.person_name(rng, gender)[0] + ("先生" if gender == "M" else "女士")
        if rng.random() < 0.6
        else ""
    )
    return _row(
        desk, on, desk.arrival(on), visit_type="FIRST_NOT_FILED", purpose="LOOK", consultant=consultant,
        name=named, gender=gender, product=product, channel=str(rng.choice([13, 13, 6, 11, 9])),
        level_first=rng.choice(["", "C", "C"]), quoted=rng.random() < 0.2,
        course=said.format(model=product.name, rival=rng.choice(cars.RIVALS)),
    )  # fmt: skip


def _days(desk: Desk) -> None:
    """Weather of every day; all days are locked, the last two wait for the leaders."""
    world, users = desk.world, desk.world.users
    leaders = [users[name] for name in ("chen", "sun", "guo")]
    days = []
    for offset in range((world.last - desk.first).days + 1):
        on = desk.first + timedelta(days=offset)
        if world.store.calendar.is_closed(on):
            continue
        day = RegisterDay(store=world.store, on=on, weather=desk.pick(WEATHER), locked_by=users["han"],
                          locked_at=world.at(on, 18 * 60 + desk.rng.randint(25, 50)))  # fmt: skip
        if world.days_left(on) >= 2:
            evening = world.at(on, 19 * 60)
            day.supervisor, day.supervisor_at = desk.rng.choice(leaders), evening
            day.manager, day.manager_at = users["ma"], evening + timedelta(minutes=20)
        days.append(day)
    RegisterDay.objects.bulk_create(days, batch_size=200)


def _today(desk: Desk) -> None:
    """The day on which the demo is opened, as far as it has come: parties in the store, one just gone."""
    world, rng = desk.world, desk.rng
    on, now = world.store.local_date(world.now), world.now
    minutes = int((now - world.at(on, 9 * 60)).total_seconds() // 60)
    if minutes < 10 or world.store.calendar.is_closed(on) or now > world.at(on, 20 * 60):
        return
    people = rng.sample(world.consultants, 5)
    rows = []
    for ago, gone, person in ((95, 30, people[0]), (70, 3, people[1]), (41, None, people[2]), (17, None, people[3]),
                              (6, None, people[4])):  # fmt: skip
        if ago >= minutes:
            continue
        row = _row(desk, on, now - timedelta(minutes=ago), consultant=person)
        row.left_at = now - timedelta(minutes=gone) if gone is not None else None
        row.basic_at = None
        rows.append(row)
    if rows and rows[0].left_at is not None:
        rows[0].basic_at, rows[0].visit_type, rows[0].purpose = rows[0].left_at, "NON_INTENT", "SERVICE"
        rows[0].completed_at, rows[0].in_time = rows[0].left_at, True
    Visit.objects.bulk_create(rows)
    busy = {row.consultant_id for row in rows}
    away = [person.pk for person in world.consultants if person.pk not in busy][-1:]
    RegisterDay.objects.create(store=world.store, on=on, weather="SUNNY", absent=away)
