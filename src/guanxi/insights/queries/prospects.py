"""Every prospect of a store, open or ended, as a case: from the judgement that opens the intent to order or loss."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from guanxi.cadence.models import EvidenceTick, LevelChange
from guanxi.customers.models import Customer
from guanxi.insights.queries.histories import changes_of, contacts_of
from guanxi.insights.rules.nights import REMEMBERED
from guanxi.insights.rules.readings import History, Prospect
from guanxi.organization.models import Store

LIVE = frozenset("HABC")
WON, LOST = frozenset("OD"), frozenset({"F1", "F2", "L"})
# Recommended, or known to the base: the sources with somebody behind them.
RECOMMENDED = frozenset("RB")
SILENCE = timedelta(days=90)


def prospects(store: Store, at: datetime) -> list[Prospect]:
    """The cases known at ``at``; five queries and one for each thousand cards."""
    since = at - REMEMBERED
    changed = LevelChange.objects.filter(customer=OuterRef("pk"), at__gte=since)
    cards = Customer.objects.filter(store=store, merged_into__isnull=True)
    cards = cards.filter(Q(level__in=LIVE) | Exists(changed)).order_by()
    found = _episodes(cards, at)
    contacts, evidence = contacts_of(cards, since - SILENCE), _evidence(cards)
    sources = {
        key: (code in RECOMMENDED, created)
        for key, code, created in cards.values_list("pk", "source_code", "created_at")
    }
    set_right = {
        card: when for _action, card, _thing, when, _changes in changes_of(sources.keys(), ["source_changed"])
    }
    for case in found:
        case.contacts = contacts.get(case.customer, case.contacts)
        case.evidence = evidence.get(case.customer, case.evidence)
        case.is_recommended, created = sources[case.customer]
        case.source_set_at = set_right.get(case.customer, created)
    return found


def _episodes(cards: QuerySet[Customer], at: datetime) -> list[Prospect]:
    """An order, a loss or a judgement that takes the card off the levels ends a case; coming back begins the next."""
    changes = LevelChange.objects.filter(customer__in=cards.values("pk"), state=LevelChange.State.IN_FORCE)
    rows: dict[int, list[tuple[datetime, int, str, str]]] = defaultdict(list)
    told = changes.order_by().values_list("customer_id", "pk", "at", "decided_at", "kind", "to_level")
    for key, pk, asked, decided, kind, to in told.iterator(chunk_size=5000):
        # What waited for a decision was in force from the decision on.
        if (when := decided or asked) <= at:
            rows[key].append((when, pk, kind, to))
    found = []
    for key, moves in rows.items():
        case: Prospect | None = None
        standings: list[tuple[datetime, str]] = []
        for when, _pk, _kind, to in sorted(moves):
            if to in LIVE:
                if case is None:
                    case, standings = Prospect(key, None, when), []
                    found.append(case)
                standings.append((when, to))
                case.standings = History(standings)
            elif case is not None:
                case.ended_at = when
                case.won = True if to in WON else False if to in LOST else None
                case = None
    return found


def _evidence(cards: QuerySet[Customer]) -> dict[int, History[tuple[str, bool]]]:
    found: dict[int, list[tuple[datetime, tuple[str, bool]]]] = defaultdict(list)
    ticks = EvidenceTick.objects.filter(customer__in=cards.values("pk")).order_by()
    for key, code, when, withdrawn in ticks.values_list("customer_id", "code", "at", "withdrawn_at"):
        found[key].append((when, (code, True)))
        if withdrawn is not None:
            found[key].append((withdrawn, (code, False)))
    return {key: History(items) for key, items in found.items()}
