"""Orders, the ledger of what was sold, contracts with a term."""

from guanxi.deals.models.contracts import Contract, ContractQuerySet
from guanxi.deals.models.ledger import Deal, DealQuerySet, sent_back
from guanxi.deals.models.orders import Deposit, Order, OrderQuerySet

__all__ = [
    "Contract",
    "ContractQuerySet",
    "Deal",
    "DealQuerySet",
    "Deposit",
    "Order",
    "OrderQuerySet",
    "sent_back",
]
