"""Fleet customers buy, wait or are lost: opportunities of the last year, and those that are open now."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from guanxi.cadence.operations.losses import LossDraft, decide_loss
from guanxi.customers.models import Contact, Customer
from guanxi.demo import cars, fleet, pipeline
from guanxi.demo.world import World
from guanxi.key_accounts.operations.people import save_person
from guanxi.key_accounts.rules.drafts import Seen
from guanxi.organization.acts import Act
from guanxi.pipeline.drafts import EvidenceDraft, LineDraft, OpportunityDraft, Progress
from guanxi.pipeline.models import Opportunity
from guanxi.pipeline.operations.assessments import assess
from guanxi.pipeline.operations.bids import report_bid_task
from guanxi.pipeline.operations.endings import Win, lose_opportunity, win_opportunity
from guanxi.pipeline.operations.moves import move_opportunity
from guanxi.pipeline.operations.opportunities import ENDED, edit_opportunity, open_opportunity
from guanxi.pipeline.operations.rivals import save_competitor, spend_time
from guanxi.pipeline.operations.targets import set_forecast_target

MORNING, LATER = 9 * 60 + 20, 16 * 60
STAGES = ("DISCOVERY", "PROPOSAL", "NEGOTIATION")
# Of those old enough to be closed by now, two in five are still open.
CLOSED_AFTER = 75
TARGET = Decimal(3_000_000)


def open_opportunities(world: World) -> None:
    """Play the opportunities of every firm the store knows, and of the key account."""
    firms = Customer.objects.filter(
        store=world.store, kind="ORG", owner__isnull=False, merged_into__isnull=True
    )
    for place, card in enumerate(firms.select_related("owner").order_by("pk")):
        if card.org_name == fleet.ORG:
            _key_account(world, card)
        else:
            _Way(world, card, place).walk()
    manager = world.users["ma"]
    for quarter in (world.last, world.last + timedelta(days=92)):
        set_forecast_target(world.act(manager, world.last, MORNING), quarter, TARGET, version=0)


class _Way:
    """One opportunity from its first day to where it stands."""

    def __init__(self, world: World, card: Customer, place: int) -> None:
        self.world, self.card, self.place, self.rng = world, card, place, world.rng
        assert card.owner is not None
        self.owner = card.owner
        self.day = min(world.store.local_date(card.created_at) + timedelta(days=3), world.last)

    def act(self, minutes: int = LATER) -> Act:
        return self.world.act(self.owner, self.day, minutes + self.place % 50)

    def row(self) -> Opportunity:
        return Opportunity.objects.get(pk=self.pk)

    def left(self) -> int:
        return (self.world.last - self.day).days

    def walk(self) -> None:
        old = self.left() >= CLOSED_AFTER
        ends = old and self.place % 5 < 3
        if self.card.intent_status in ENDED or (not ends and not self.card.is_open):
            return
        steps = 3 if ends else self.place % 4
        self._open(ends)
        for stage in STAGES[: steps if not ends or self.place % 2 else self.rng.randint(0, 2)]:
            if not self._later(6, 18):
                return
            self._move(stage)
        self._invest()
        if ends and self._later(6, 14):
            self._end(won=self.row().stage == "NEGOTIATION" and self.rng.random() < 0.72)
        elif not ends:
            self._linger()

    def _later(self, least: int, most: int) -> bool:
        """Go on some days; False when the demo ends first."""
        days = self.rng.randint(least, most)
        if days > self.left():
            return False
        self.day += timedelta(days=days)
        return True

    def _open(self, ends: bool) -> None:
        model = self.rng.choice(list(cars.MODELS))
        count = self.rng.randint(2, 8)
        line = LineDraft(self.world.products[model], count, cars.price_of(model) * count * Decimal("0.95"))
        title = self.rng.choice(pipeline.TITLES).format(count=count)
        if not ends and self.left() > 45:
            # What is open now was not opened long ago.
            self.day = self.world.last - timedelta(days=self.rng.randint(20, 45))
        close = self.day + timedelta(days=self.rng.randint(40, 80))
        self.pk = open_opportunity(
            self.act(MORNING), self.card.pk, OpportunityDraft(title, close, lines=[line])
        ).pk

    def _move(self, stage: str) -> None:
        if stage == "NEGOTIATION":
            self._map()
        finished, seen, action, plan = self.rng.choice(pipeline.STEPS[stage])
        base = self.world.store.playbook.settings.stage_probability[stage]
        # Some people hope, some fear.
        stated = base + (self.place % 3 - 1) * 10
        row = self.row()
        close = max(row.expected_close_on, self.day + timedelta(days=self.rng.randint(12, 40)))
        progress = Progress(stage, finished, action, plan, [EvidenceDraft(seen)], stated, "", close)
        move_opportunity(self.act(), self.pk, version=row.version, progress=progress)

    def _map(self) -> None:
        people = list(Contact.objects.filter(customer=self.card).order_by("-pk")[:2])
        for contact, role in zip(people, "AD", strict=False):
            values = {"role": role, "attitude": "+" if role == "D" else "=", "degree": "1"}
            save_person(
                self.act(MORNING),
                self.card.pk,
                contact.pk,
                values,
                version=0,
                seen=Seen("汇报会上确认由他定"),
            )
        if len(people) < 2:
            raise AssertionError("a firm of the demo has two people")

    def _invest(self) -> None:
        for _ in range(self.place % 3):
            minutes, cash = (
                self.rng.choice((60, 90, 180)),
                self.rng.choice((None, Decimal(200), Decimal(600))),
            )
            spend_time(self.act(), self.pk, on=self.day, minutes=minutes, cash=cash, note="拜访和方案")
        if self.place % 2:
            name, strategy, note = pipeline.RIVALS[self.place % 3]
            values = {"name": name, "strategy": strategy, "threat": 1 + self.place % 3, "note": note}
            save_competitor(self.act(), self.pk, None, values=values)

    def _end(self, *, won: bool) -> None:
        row = self.row()
        if won:
            finished, seen = self.rng.choice(pipeline.WON)
            win = Win(f"HT-{self.day:%y%m}-{row.pk:03d}", finished, [EvidenceDraft(seen)])
            win_opportunity(self.act(), self.pk, version=row.version, win=win)
            return
        draft = LossDraft(**pipeline.LOSSES[self.place % len(pipeline.LOSSES)])
        waiting = lose_opportunity(self.act(), self.pk, version=row.version, draft=draft)
        assert waiting.loss is not None
        decided = self.world.act(self.world.users["ma"], self.day, 18 * 60 + 10)
        decide_loss(decided, waiting.loss.pk, approve=True, called_back=True, note="回访属实")

    def _linger(self) -> None:
        """Reviewed, put off, set back, or left alone."""
        row = self.row()
        if self.place % 4 == 1 and self._later(3, 8):
            seen = EvidenceDraft(self.rng.choice(pipeline.AGAINST), is_counter=True)
            close = row.expected_close_on + timedelta(days=30)
            progress = Progress(
                action=self.rng.choice(pipeline.REVIEWS), evidence=[seen], expected_close_on=close
            )
            move_opportunity(self.act(), self.pk, version=row.version, progress=progress)
        elif self.place % 4 == 2:
            self.day = max(self.day, self.world.last - timedelta(days=self.place % 5))
            progress = Progress(action=self.rng.choice(pipeline.REVIEWS), plan="下周回访")
            move_opportunity(self.act(), self.pk, version=row.version, progress=progress)


def _key_account(world: World, card: Customer) -> None:
    """A bid played by the book: every rating evidenced, the tender item put to the legal role."""
    owner, manager = world.users["lin"], world.users["ma"]

    def day(ago: int) -> date:
        return max(world.last - timedelta(days=ago), world.store.local_date(card.created_at))

    def act(ago: int, minutes: int = LATER) -> Act:
        return world.act(owner, day(ago), minutes)

    deal = pipeline.FLEET
    values = {"criteria": deal.criteria, "process": Opportunity.Process.TRUST}
    draft = OpportunityDraft(deal.title, world.last + timedelta(days=38), deal.amount, values=values)
    row = open_opportunity(act(52), card.pk, draft)

    def version() -> int:
        return Opportunity.objects.get(pk=row.pk).version

    for ago, stage, told in ((36, "DISCOVERY", 1), (12, "PROPOSAL", 2)):
        finished, seen, action, plan = pipeline.STEPS[stage][told]
        progress = Progress(stage, finished, action, plan, [EvidenceDraft(seen)])
        move_opportunity(act(ago), row.pk, version=version(), progress=progress)
    for ago, minutes, cash, note in ((50, 180, None, "首次拜访"), (34, 240, Decimal(860), "陪同试驾两天"),
                                     (14, 300, None, "方案和测算")):  # fmt: skip
        spend_time(act(ago), row.pk, on=day(ago), minutes=minutes, cash=cash, note=note)
    for place, (name, strategy, note) in enumerate(pipeline.RIVALS[:2]):
        values = {"name": name, "strategy": strategy, "threat": 3 - place, "note": note}
        save_competitor(act(30), row.pk, None, values=values)
    limit = (world.last + timedelta(days=60)).isoformat()
    given: dict[str, dict[str, Any]] = {
        "bi": {name: part | {"by": limit} for name, part in pipeline.BURNING.items()},
        "ucv": {name: {"score": score, "text": text} for name, (score, text) in pipeline.UNIQUE.items()},
        "four": dict.fromkeys(pipeline.PLUS, "+") | dict.fromkeys(pipeline.OPEN, "?") | {"RISK": "-"},
    }
    assess(act(10), row.pk, version=version(), given=given)
    edit_opportunity(act(9), row.pk, version=version(), values={"process": Opportunity.Process.SHORTLIST})
    for code, evidence in pipeline.BID.items():
        report_bid_task(act(6), row.pk, code, version=0, evidence=evidence)
    asked = world.act(manager, day(2), LATER)
    report_bid_task(asked, row.pk, "TERMS", version=0, evidence=pipeline.TENDER)
