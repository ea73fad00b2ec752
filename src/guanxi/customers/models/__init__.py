from guanxi.customers.models.blocks import Intent, OwnedItem
from guanxi.customers.models.collisions import Collision, Transfer
from guanxi.customers.models.customers import Customer, cards_within, late_on
from guanxi.customers.models.merges import CardMerge
from guanxi.customers.models.numbers import NumberSequence
from guanxi.customers.models.reach import Contact, Phone
from guanxi.customers.models.search import SearchEntry

__all__ = [
    "CardMerge",
    "Collision",
    "Contact",
    "Customer",
    "Intent",
    "NumberSequence",
    "OwnedItem",
    "Phone",
    "SearchEntry",
    "Transfer",
    "cards_within",
    "late_on",
]
