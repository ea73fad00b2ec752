"""How the tests of merging merge."""

from django.apps import apps

from guanxi.customers.models import (
    Customer,
)
from guanxi.merging.operations import MergeDraft, merge_cards

# What an undo leaves behind on purpose: the memory of both steps, versions, and the ledger of levels.
REMEMBERED = {"customers_cardmerge", "cadence_levelchange"}


def merged(act, one, other, **asked):
    cards = Customer.objects.in_bulk([one.pk, other.pk])
    return merge_cards(act, MergeDraft({pk: card.version for pk, card in cards.items()}, **asked))


def state():
    """Every table as it stands, but for what an undo leaves behind on purpose."""
    found = {}
    for model in apps.get_models():
        table = model._meta.db_table
        if not model.__module__.startswith("guanxi.") or table in REMEMBERED or "audit" in table:
            continue
        names = [field.attname for field in model._meta.concrete_fields if field.attname != "version"]
        found[table] = sorted(map(repr, model.objects.values_list(*names)))
    return found
