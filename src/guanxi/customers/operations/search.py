"""Keeps the search index in step with the cards."""

from collections.abc import Iterator, Sequence

from django.db import transaction

from guanxi.customers.models import Contact, Customer, Phone
from guanxi.customers.models.token_index import EntryRow, write_entries
from guanxi.customers.rules.search_scope import card_tokens
from guanxi.lib.search_tokens import index_tokens

BATCH = 200


def index_cards(customer_ids: Sequence[int]) -> None:
    """Write the search entries of these cards anew, inside the caller's transaction.

    Up to 200 cards take three reads and two writes. An id without a card is passed over: the entry of a
    deleted card went with it. A card merged into another has none.
    """
    for start in range(0, len(customer_ids), BATCH):
        write_entries(list(_entries(customer_ids[start : start + BATCH])))


def reindex_all() -> int:
    """Write every search entry anew, in transactions of 200 cards; returns how many. Safe at any time."""
    done, last = 0, 0
    while ids := _reindex_after(last):
        done, last = done + len(ids), ids[-1]
    return done


@transaction.atomic
def _reindex_after(last: int) -> list[int]:
    # Locked, or an edit that commits between reading and writing would be overwritten with the old name.
    cards = Customer.objects.select_for_update().filter(pk__gt=last).order_by("pk")
    ids = list(cards.values_list("pk", flat=True)[:BATCH])
    index_cards(ids)
    return ids


def _entries(customer_ids: Sequence[int]) -> Iterator[EntryRow]:
    contacts: dict[int, list[str]] = {}
    numbers: dict[int, list[str]] = {}
    # The card's primary number comes first: the results show it.
    phones = Phone.objects.filter(customer__in=customer_ids).order_by("-is_primary", "id")
    for customer_id, number in phones.values_list("customer_id", "normalized"):
        numbers.setdefault(customer_id, []).append(number)
    people = Contact.objects.filter(customer__in=customer_ids).order_by("-is_primary", "id")
    for customer_id, name, number in people.values_list("customer_id", "name", "phone_normalized"):
        contacts.setdefault(customer_id, []).append(name)
        if number:
            numbers.setdefault(customer_id, []).append(number)
    cards = Customer.objects.filter(pk__in=customer_ids, merged_into__isnull=True).order_by("pk")
    for pk, store_id, owner_id, customer_no, name, org_name, employer in cards.values_list(
        "pk", "store_id", "owner_id", "customer_no", "name", "org_name", "employer"
    ):
        texts = _lines([name, org_name, *contacts.get(pk, ()), employer])
        tokens = index_tokens(texts, numbers.get(pk, ()), card_tokens(store_id, owner_id, customer_no))
        yield EntryRow(
            pk, store_id, owner_id, "\n".join(texts), "\n".join(numbers.get(pk, ())), " ".join(tokens)
        )


def _lines(texts: Sequence[str]) -> list[str]:
    """Each text on one line, the name first, none twice."""
    return list(dict.fromkeys(" ".join(text.replace("\0", "").split()) for text in texts if text.strip()))
