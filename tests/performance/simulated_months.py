"""Months played through the real operations, with a recount of their own: a diary of what was done and a look
at every card each evening. Nothing here reads level changes, tasks of the past or the rules under test."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from tests.cast import SHANGHAI, Cast

from guanxi.cadence.models import LevelChange, LossReport, Task
from guanxi.cadence.operations.cards import FirstJudgement, hand_over_cards, receive_customers
from guanxi.cadence.operations.contacts import ContactDraft, record_contacts
from guanxi.cadence.operations.imported import judge_from_sheet, remove_imported_cards, withdraw_judgements
from guanxi.cadence.operations.levels import (
    decide_level_request,
    propose_downgrades,
    set_level,
    take_due_downgrades,
)
from guanxi.cadence.operations.losses import LossDraft, apply_for_loss, decide_loss, reactivate
from guanxi.customers.models import Customer
from guanxi.customers.operations.cards import CardDraft
from guanxi.deals.models import Order
from guanxi.deals.operations.orders import OrderDraft, cancel_order, deliver, place_order
from guanxi.lib.phones import parse_phone
from guanxi.organization.acts import Act
from guanxi.organization.models import User

JUDGED, OPEN = set("HABC"), set("HABCN")


DAY = timedelta(days=1)


@dataclass(frozen=True)
class Evening:
    """A card at the end of a day."""

    level: str
    owner: int | None
    due_on: date | None
    retry_on: date | None


@dataclass
class Diary:
    """What was done, by day and card."""

    terms: dict[tuple[date, int | None], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    present: dict[date, set[tuple[int, int | None]]] = field(default_factory=lambda: defaultdict(set))
    began: set[tuple[date, int, int | None]] = field(default_factory=set)
    ended: dict[tuple[date, int, int | None], str] = field(default_factory=dict)
    reached: set[tuple[date, int]] = field(default_factory=set)
    tried: set[tuple[date, int]] = field(default_factory=set)
    judged: set[tuple[date, int]] = field(default_factory=set)
    touches: Counter[tuple[date, int]] = field(default_factory=Counter)
    # (day of the contact, card) → the day it was entered, when that was later.
    late: dict[tuple[date, int], date] = field(default_factory=dict)
    evenings: dict[date, dict[int, Evening]] = field(default_factory=dict)


class Play:
    """One store over some weeks. ``seen`` is the last level and owner of each card the diary knows."""

    def __init__(self, rng: Random, cast: Cast, first: date):
        self.rng, self.cast, self.on, self.minute = rng, cast, first, 0
        self.diary = Diary()
        self.counted: dict[int, bool] = {}
        self.comes_as: dict[int, str] = {}
        self.seen: dict[int, tuple[str, int | None]] = {}
        self.busy: dict[int, date] = {}
        self.imported: dict[int, date] = {}
        self.withdrawable: dict[int, Any] = {}
        self.phones = (str(number) for number in count(13500000001 + rng.randrange(9000) * 10_000))
        self.sellers = [cast.lin, cast.zhao, cast.wu]

    # The clock and the acts

    def now(self) -> datetime:
        self.minute += 3
        return datetime(self.on.year, self.on.month, self.on.day, 9, tzinfo=SHANGHAI) + timedelta(
            minutes=self.minute
        )

    def act(self, by: User | None, at: datetime | None = None) -> Act:
        return Act(by=by, at=at or self.now(), source="web", given_store=self.cast.store)

    def play_day(self) -> None:
        """A night, a random number of things, and the look in the evening."""
        self.minute = 0
        self.night()
        moves = [
            self.arrive, self.arrive, self.arrive, self.talk, self.talk, self.talk, self.talk, self.miss, self.miss,
            self.enter_late, self.judge, self.ask_for_more, self.decide_requests, self.apply, self.apply,
            self.decide_losses, self.decide_losses, self.order, self.order, self.settle, self.hand_over,
            self.come_back, self.bring_sheet, self.judge_by_sheet, self.undo,
        ]  # fmt: skip
        for _ in range(self.rng.randint(2, 7)):
            self.rng.choice(moves)()
        self.look()
        self.on += DAY

    def look(self) -> None:
        tasks = {
            task.customer_id: task for task in Task.objects.open().follow_ups().filter(store=self.cast.store)
        }
        cards = Customer.objects.filter(store=self.cast.store)
        self.diary.evenings[self.on] = {
            card.pk: Evening(
                card.level, card.owner_id, card.next_due_on,
                tasks[card.pk].retry_on if card.pk in tasks else None,
            )
            for card in cards
        }  # fmt: skip
        for pk, evening in self.diary.evenings[self.on].items():
            if evening.level in OPEN:
                self.diary.present[self.on].add((pk, evening.owner))

    # Choosing

    def free(self, *levels: str) -> Customer | None:
        """A card at one of the levels that nothing happened to today."""
        cards = Customer.objects.filter(store=self.cast.store, level__in=levels).order_by("pk")
        found = [card for card in cards if self.busy.get(card.pk) != self.on and card.pk not in self.imported]
        return self.rng.choice(found) if found else None

    # What the diary notes

    def note(self, pk: int, term: str = "", how: str = "") -> None:
        """Compare a card with how it was last seen, and write down where it came from and went to."""
        self.busy[pk] = self.on
        was, had = self.seen.get(pk, ("", None))
        card = Customer.objects.filter(pk=pk).first()
        level, owner = (card.level, card.owner_id) if card else ("", had)
        self.seen[pk] = (level, owner)
        self._stay(pk, was, had, level, owner, how)
        if how == "hand_over":
            if self.counted.get(pk):
                self.diary.terms[self.on, had]["transfer_out"] += 1
                self.diary.terms[self.on, owner]["transfer_in"] += 1
            return
        if level != was and level:
            self.diary.judged.add((self.on, pk))
        if was not in OPEN and level in OPEN:
            lost = was in {"F1", "F2", "L"}
            self.comes_as[pk] = "reactivated" if lost else "reopened_orders" if was == "O" else "new"
        enters = level in JUDGED or term in {"won", "lost", "frozen"}
        if enters and not self.counted.get(pk):
            self.diary.terms[self.on, owner][self.comes_as[pk]] += 1
            self.counted[pk] = True
        if term and (self.counted.get(pk) or term != "removed"):
            self.diary.terms[self.on, owner][term] += 1
        if level not in OPEN or term == "removed":
            self.counted[pk] = False
            self.comes_as[pk] = "new"

    def _stay(self, pk: int, was: str, had: int | None, level: str, owner: int | None, how: str) -> None:
        before, after = was in OPEN, level in OPEN
        if before:
            self.diary.present[self.on].add((pk, had))
        if after and (not before or owner != had):
            self.diary.began.add((self.on, pk, owner))
        if before and (not after or owner != had):
            self.diary.ended[self.on, pk, had] = "→" if how == "hand_over" else level

    # What people do

    def night(self) -> None:
        """R-LVL-04 by the operations of the night; levels fall without anybody's doing."""
        at = datetime(self.on.year, self.on.month, self.on.day, 2, tzinfo=SHANGHAI)
        night = self.act(None, at)
        take_due_downgrades(night)
        live = Customer.objects.filter(store=self.cast.store, level__in=OPEN).order_by("pk")
        propose_downgrades(night, list(live.values_list("pk", flat=True)))
        for pk, level in live.values_list("pk", "level"):
            was, owner = self.seen[pk]
            if level != was:
                self.diary.judged.add((self.on, pk))
                self.seen[pk] = (level, owner)
                self.imported.pop(pk, None)

    def _received(self, level: str, *, imported: bool = False) -> int:
        owner = self.rng.choice(self.sellers)
        draft = CardDraft(
            f"客户{next(self.phones)[-5:]}", [parse_phone(next(self.phones))], owner, {}, {}, {}
        )
        card = receive_customers(self.act(self.cast.ma), [(draft, FirstJudgement(level, imported=imported))])[
            0
        ]
        self.note(card.pk, how="imported")
        return card.pk

    def arrive(self) -> None:
        self._received(self.rng.choice("HABCCN"))

    def bring_sheet(self) -> None:
        pk = self._received(self.rng.choice("ABCNO"), imported=True)
        self.imported[pk] = self.on

    def undo(self) -> None:
        """Cards of an import nobody worked on go; so does a level a sheet gave to a card at N."""
        levels = {pk: self.seen[pk][0] for pk in self.imported}
        for pk, level in levels.items():
            card = Customer.objects.get(pk=pk)
            if card.level == level and not card.level_changes.filter(state="PROPOSED").exists():
                remove_imported_cards(self.act(self.cast.ma), [pk])
                self.note(pk, "removed" if level != "O" else "")
                self.diary.present[self.on].discard((pk, card.owner_id))
        self.imported = {}
        for pk, kept in list(self.withdrawable.items()):
            same = self.seen[pk][0] == kept[1] and self.busy[pk] == kept[2] != self.on
            pending = LevelChange.objects.filter(customer=pk, state="PROPOSED").exists()
            if same and not pending and kept[2].month == self.on.month:
                withdraw_judgements(self.act(self.cast.ma), [(pk, kept[0])])
                self.note(pk, "removed" if kept[1] in JUDGED else "")
                self._forget(pk, kept[2])
            del self.withdrawable[pk]

    def _forget(self, pk: int, since: date) -> None:
        """After an undo the card reads as if the sheet had never been; only its coming and going counts."""
        as_before = self.diary.evenings[since - DAY][pk]
        on = since
        while on < self.on:
            self.diary.evenings[on][pk] = as_before
            on += DAY
        self.diary.judged -= {(since, pk), (self.on, pk)}

    def judge_by_sheet(self) -> None:
        if card := self.free("N"):
            if self.counted.get(card.pk):
                return
            level = self.rng.choice("ABC")
            kept = judge_from_sheet(
                self.act(self.cast.ma), [(card.pk, FirstJudgement(level, imported=True))]
            )[0]
            self.note(card.pk)
            self.withdrawable[card.pk] = (kept, level, self.on)

    def _contact(self, card: Customer, by: User | None = None, **facts: Any) -> None:
        draft = {
            "customer_id": card.pk,
            "method": "PHONE",
            "reached": True,
            "content": "聊了配置和价格",
        } | facts
        record_contacts(self.act(by or card.owner), [ContactDraft(**draft)])

    def talk(self) -> None:
        if card := self.free("H", "A", "B", "C", "N"):
            level = self.rng.choice([None, None, *"HABCN"])
            self._contact(card, self.cast.ma, level=level, level_reason="当面谈过")
            self.diary.reached.add((self.on, card.pk))
            self.diary.touches[self.on, card.pk] += 1
            self.note(card.pk)

    def miss(self) -> None:
        if card := self.free("H", "A", "B", "C", "N"):
            self._contact(card, reached=False, content="")
            self.diary.tried.add((self.on, card.pk))
            self.diary.touches[self.on, card.pk] += 1
            self.note(card.pk)

    def enter_late(self) -> None:
        """Yesterday's contact typed in today, on a card nothing else happened to lately."""
        quiet = [self.on - DAY * days for days in range(5)]
        yesterday, before = (self.diary.evenings.get(day, {}) for day in quiet[1:3])
        for pk, evening in yesterday.items():
            old = before.get(pk)
            same = old and (old.level, old.owner) == (evening.level, evening.owner) == self.seen.get(pk)
            if not same or evening.level not in OPEN or pk in self.imported or pk in self.withdrawable:
                continue
            if any((day, pk) in self.diary.touches or (day, pk) in self.diary.judged for day in quiet):
                continue
            if self.busy.get(pk, quiet[-1]) in quiet[:4]:
                continue
            at = datetime(quiet[1].year, quiet[1].month, quiet[1].day, 17, tzinfo=SHANGHAI)
            self._contact(Customer.objects.get(pk=pk), at=at)
            self.diary.late[quiet[1], pk] = self.on
            self.diary.touches[quiet[1], pk] += 1
            self.note(pk)
            return

    def judge(self) -> None:
        if card := self.free("H", "A", "B", "C", "N"):
            set_level(self.act(self.cast.ma), card.pk, self.rng.choice("HABC"), reason="看过资料")
            changed = LevelChange.objects.filter(customer=card, on=self.on, kind__in=["SET", "CONFIRM"])
            self.note(card.pk)
            if changed.filter(state="IN_FORCE").exists():
                self.diary.judged.add((self.on, card.pk))

    def ask_for_more(self) -> None:
        """Two steps above the evidence: it waits for a leader, maybe into the next month."""
        if (card := self.free("C", "N")) and not card.level_changes.filter(state="REQUESTED").exists():
            set_level(self.act(card.owner), card.pk, "H", reason="客户很急")
            self.busy[card.pk] = self.on

    def decide_requests(self) -> None:
        for change in LevelChange.objects.filter(state="REQUESTED", customer__store=self.cast.store)[:2]:
            if self.busy.get(change.customer_id) != self.on:
                approve = self.rng.random() < 0.6
                decide_level_request(self.act(self.cast.ma), change.pk, approve=approve, note="已核实")
                self.note(change.customer_id)
                if approve:
                    self.diary.judged.add((self.on, change.customer_id))

    def apply(self) -> None:
        card = self.free("H", "A", "B", "C", "N")
        if card and not LossReport.objects.pending().filter(customer=card).exists():
            outcome = self.rng.choice(["PLAN_CANCELLED", "REFUSED", "SAME_BRAND_ELSEWHERE"])
            apply_for_loss(self.act(card.owner), card.pk, LossDraft(outcome, "FINANCE"))

    def decide_losses(self) -> None:
        for report in LossReport.objects.pending().order_by("pk")[:2]:
            if self.busy.get(report.customer_id) != self.on:
                approve = self.rng.random() < 0.7
                decide_loss(
                    self.act(self.cast.ma), report.pk, approve=approve, called_back=True, note="已回访"
                )
                self.note(
                    report.customer_id, ("frozen" if report.bucket == "F2" else "lost") if approve else ""
                )

    def order(self) -> None:
        if card := self.free("H", "A", "B", "C", "N"):
            place_order(self.act(card.owner), card.pk, OrderDraft())
            self.note(card.pk, "won")

    def settle(self) -> None:
        """The oldest order is delivered, or given back."""
        for order in Order.objects.filter(state=Order.State.OPEN).order_by("pk")[:2]:
            if self.busy.get(order.customer_id) == self.on:
                continue
            act = self.act(order.customer.owner)
            if self.rng.random() < 0.5:
                cancel_order(act, order.pk, version=order.version, reason="家人反对")
            else:
                deliver(act, order.pk, version=order.version, delivered_on=self.on, item={})
            self.note(order.customer_id)
            return

    def hand_over(self) -> None:
        if card := self.free("H", "A", "B", "C", "N", "O"):
            to = self.rng.choice([user for user in self.sellers if user.pk != card.owner_id])
            hand_over_cards(self.act(self.cast.ma), [card.pk], to, reason="换人")
            self.note(card.pk, how="hand_over")

    def come_back(self) -> None:
        if card := self.free("F1", "F2", "L", "D"):
            reactivate(self.act(card.owner), card.pk, level=self.rng.choice("HABCN"), reason="又来看车")
            self.note(card.pk)
