"""Codes and columns of an import in words; a field is called as on the card unless a sheet needs it said."""

from django.utils.translation import gettext_lazy as _

from guanxi.customers.models import Customer, Intent, OwnedItem
from guanxi.deals.models import Deal
from guanxi.organization.labels import field_words

REASONS = {
    "no_name": _("The name is missing"),
    "no_phone": _("The phone number is missing"),
    "bad_phone": _("This is not a phone number that can be called"),
    "bad_level": _("This level is not known (O, H, A, B, C, N)"),
    "bad_date": _("This date cannot be read or lies ahead"),
    "no_customer": _("Customer number, phone and name are missing"),
    "unknown_customer": _(
        "No customer of yours has this number or name: correct it, or enter the customer first"
    ),
    "two_customers": _("Several customers fit; add the customer number"),
    "no_deal_date": _("The date is missing"),
    "bad_deal_date": _("This date cannot be read, lies ahead or before 1990: write it as 2026-05-31"),
    "bad_quantity": _("This is no quantity: write a whole number, 1 or more, or -1 for a return"),
    "many_pieces": _("More than 100,000 pieces in one row: check the quantity"),
    "no_amount": _("The amount is missing"),
    "bad_amount": _("This is no amount in yuan, or 0: write 1280 or 1280.50"),
    "large_amount": _("More than ¥9,999,999,999 in one row: check the amount, in yuan and not in fen"),
    "long_number": _("An order number has at most 30 characters"),
    "number_taken": _("Under this order number something was sold to another customer"),
}

WARNINGS = {
    "name_differs": _("The number already stands under another name, in this file or on a card"),
    "taken": _("The number belongs to a colleague's customer; the manager decides"),
    "number_elsewhere": _("One of the numbers belongs to another card"),
    "bad_second_phone": _("The second number cannot be read and is left out"),
    "bad_optional_date": _("A date cannot be right and is left out"),
    "future_contact": _("A last contact that lies ahead is left out"),
    "unknown_source": _("Unknown source, entered as X"),
    "unknown_channel": _("Unknown channel, left out"),
    "unknown_gender": _("Unknown gender, left out"),
    "unknown_use_type": _("Unknown use, left out"),
    "unknown_purchase_kind": _("Unknown kind of purchase, left out"),
    "unknown_payment": _("Unknown payment, left out"),
    "unknown_owner_kind": _("Unknown kind of owner"),
    "owner_kind_assumed": _("Kind of owner not said, taken as our own sale"),
    "unknown_consultant": _("Unknown consultant; goes to the person chosen"),
    "new_product": _("New product, added to the catalogue"),
    "other_car": _("A second car is not entered"),
    "too_long": _("Too long, cut off"),
    "sold_twice": _("The same sale stands above or in the ledger already; not entered again"),
    "sold_already": _("This order stands in the ledger already; not entered again"),
    "line_twice": _("The same line stands twice under this order number; both count"),
    "came_back": _("A return: entered below zero"),
    "came_back_already": _(
        "This return was recorded in the ledger already, on a day nearby; not entered again"
    ),
    "margin_gained": _("A return with a margin above zero: entered so, check the sign"),
    "other_name": _("The customer found is called otherwise"),
    "unknown_seller": _("Unknown consultant; the sale has none"),
    "bad_margin": _("A margin cannot be read and is left out"),
}

CUSTOMER_WORDS = field_words(Customer, Intent, OwnedItem) | {
    "phone": _("Phone"),
    "phone2": _("Second phone"),
    "level": _("Level"),
    "last_contact_on": _("Last contact"),
    "product": _("Intended model"),
    "owner_kind": _("Kind of owner"),
    "model": _("Car bought"),
    "consultant": _("Consultant"),
}

DEAL_WORDS = field_words(Deal, Customer) | {
    "customer_no": _("Customer number"),
    "phone": _("Phone"),
    "seller": _("Consultant"),
}
