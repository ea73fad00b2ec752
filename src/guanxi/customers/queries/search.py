"""The search box: characters, parts of a number, pinyin, initials; only what the asker may find."""

from collections.abc import Iterator
from dataclasses import dataclass

from guanxi.customers.models import Customer
from guanxi.customers.models.customers import CustomerQuerySet
from guanxi.customers.models.token_index import Alternatives, Candidate, newest_candidates
from guanxi.customers.rules.highlights import Part, marked_parts
from guanxi.customers.rules.search_scope import number_asked, number_token, owner_token, store_token
from guanxi.lib.names import normalize_text
from guanxi.lib.phones import PhoneRefused, mask_phone, parse_phone
from guanxi.lib.search_tokens import GRAM, matches, query_tokens
from guanxi.organization.models import User
from guanxi.organization.rules.roles import ORDER, Reach

# Tokens bring few rows too many, so a first look for ten more than are wanted nearly always suffices. What
# lies behind the second look is found only by a longer query; without an end, digits in the wrong order
# would read the whole store.
SPARE = 10
SECOND_LOOK = 2_000


@dataclass(frozen=True)
class Hit:
    """A card found: its name and, when it was found by another text, that text, cut where to highlight;
    ``phone`` is the number that was found, else the primary one, masked."""

    customer: Customer
    name: list[Part]
    text: list[Part]
    phone: str

    @property
    def found_text(self) -> str:
        """The text beside the name by which the card was found, as far as it is shown; "" for the name itself."""
        return "".join(part for part, _is_marked in self.text)

    @property
    def organisation(self) -> str:
        """Where the people of the card belong, unless name or text say it already."""
        named = self.customer.org_name
        return "" if named in (self.customer.name, self.found_text) else named


@dataclass(frozen=True)
class _Scope:
    """What a reach means to the index: tokens of which a card holds one (None: any card)."""

    tokens: list[str] | None
    store_id: int | None = None
    owner_ids: frozenset[int] | None = None

    def holds(self, card: Candidate) -> bool:
        if self.tokens is None:
            return True
        if not self.tokens or card.store_id != self.store_id:
            return False
        return self.owner_ids is None or card.owner_id in self.owner_ids

    def narrowed(self, groups: list[list[str]]) -> Alternatives:
        if not groups or self.tokens == []:
            return []
        return [groups if self.tokens is None else [*groups, self.tokens]]


def search_customers(actor: User, query: str, limit: int = 20, *, whole_number: bool = False) -> list[Hit]:
    """Cards ``actor`` may see and ``query`` finds, newest first; the same on both engines.

    Every word must be found: in name, organisation, people or employer, or as the customer number. Parts of
    phone numbers find only cards whose number the actor may reveal (promise P8). ``whole_number`` lets a
    complete number find any visible card; ``operations.look_ups.find_customers`` grants and logs it.
    At most five queries, whatever the size of the store; never raises for what was typed.
    """
    read = _scope_of(actor, actor.read_reach)
    if read.tokens == []:
        return []
    reveal = read if actor.reveal_reach == actor.read_reach else _scope_of(actor, actor.reveal_reach)
    number = whole_phone(query) if whole_number else ""
    sift = actor.read_reach != Reach.OWN
    return _search(Customer.objects.visible_to(actor), query, limit, read, reveal, number, sift)


def search_as_system(query: str, limit: int = 20, *, store_id: int | None = None) -> list[Hit]:
    """What ``query`` finds in a store, or in all of them, for whoever holds the machine; numbers masked."""
    everything = _Scope([store_token(store_id)], store_id) if store_id else _Scope(None)
    return _search(Customer.objects.all(), query, limit, everything, everything, "", sift=True)


def _search(
    cards: CustomerQuerySet, query: str, limit: int, read: _Scope, reveal: _Scope, number: str, sift: bool
) -> list[Hit]:
    wanted = _wanted(query, read, read if number else reveal)
    found: list[Candidate] = []
    before = None
    for count in (limit + SPARE, SECOND_LOOK) if wanted else ():
        look = newest_candidates(wanted, sift=sift, store_id=read.store_id, before=before, count=count)
        found += [card for card in look if _is_found(card, query, read, reveal, number)]
        if len(found) >= limit or len(look) < count:
            break
        before = look[-1].customer_id
    return list(_hits(cards, query, found[:limit], read if number else reveal))


def whole_phone(query: str) -> str:
    """The normalised number, without extension, that ``query`` is as a whole; else ""."""
    try:
        return parse_phone(query[:40]).normalized.partition("x")[0]
    except PhoneRefused:
        return ""


def reads_beyond_reveal(actor: User) -> bool:
    """Whether the actor sees cards whose numbers they may not reveal."""
    return ORDER.index(actor.read_reach) > ORDER.index(actor.reveal_reach)


def _scope_of(actor: User, reach: Reach) -> _Scope:
    """The reach of ``CustomerQuerySet.within`` in tokens; one query for a team, none otherwise."""
    if not actor.is_active or reach == Reach.NONE:
        return _Scope([])
    if reach == Reach.ALL:
        return _Scope(None)
    store_id = actor.store_id
    if store_id is None:
        return _Scope([])
    if reach == Reach.STORE:
        return _Scope([store_token(store_id)], store_id)
    people = [actor.pk]
    if reach == Reach.TEAM:
        people = list(User.objects.within(actor, reach).order_by("pk").values_list("pk", flat=True))
    return _Scope([owner_token(store_id, pk) for pk in people], store_id, frozenset(people))


def _wanted(query: str, read: _Scope, numbers: _Scope) -> Alternatives:
    """Texts in all that may be read, parts of numbers in what may be revealed, customer number anywhere."""
    wanted = numbers.narrowed(query_tokens(query, with_phone=True))
    if numbers != read:
        wanted += read.narrowed(query_tokens(query, with_phone=False))
    if customer_no := number_asked(query):
        wanted += read.narrowed([[number_token(customer_no)]])
    return wanted


def _is_found(card: Candidate, query: str, read: _Scope, reveal: _Scope, number: str) -> bool:
    if not read.holds(card):
        return False
    numbers = card.numbers.split("\n")
    if number and number in (one.partition("x")[0] for one in numbers):
        return True
    if card.customer_no == number_asked(query):
        return True
    return matches(query, card.texts.split("\n"), numbers, with_phone=reveal.holds(card))


def _hits(cards: CustomerQuerySet, query: str, found: list[Candidate], numbers: _Scope) -> Iterator[Hit]:
    rows = cards.filter(pk__in=[card.customer_id for card in found])
    customers = {customer.pk: customer for customer in rows.select_related("owner")}
    asked = _digits_asked(query)
    for card in found:
        # Missing when a colleague took it over this very moment.
        if customer := customers.get(card.customer_id):
            texts = [marked_parts(text, query) for text in card.texts.split("\n")]
            others = (parts for parts in texts[1:] if any(is_marked for _part, is_marked in parts))
            lines = card.numbers.split("\n")
            # Which of two masked numbers is shown tells digits of it.
            known = lines if numbers.holds(card) else []
            phone = next((line for line in known if any(digits in line for digits in asked)), lines[0])
            yield Hit(customer, texts[0], next(others, []), mask_phone(phone))


def _digits_asked(query: str) -> list[str]:
    whole = whole_phone(query)
    words = normalize_text(query).split()
    return [whole] if whole else [word for word in words if len(word) >= GRAM and word.isdigit()]
