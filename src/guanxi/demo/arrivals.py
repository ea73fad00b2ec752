"""Customers who come: walk-ins, callers and firms, and the owners the store had before."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from guanxi.cadence.operations.cards import FirstJudgement
from guanxi.catalogue.models import Product
from guanxi.customers.operations.cards import CardDraft
from guanxi.demo import cars, names, words
from guanxi.demo.names import Numbers
from guanxi.lib.phones import PhoneNumber
from guanxi.organization.models import User

SOURCES = {"S": 46, "T": 20, "R": 9, "B": 9, "P": 7, "K": 4, "I": 3, "E": 1, "X": 1}
CHANNELS = {"13": 22, "6": 34, "11": 18, "9": 10, "1": 6, "2": 5, "14": 3, "4": 2}
BASE = {
    "base_class": "BASE",
    "base_help": True,
    "base_complete": True,
    "base_material": True,
    "base_plan": True,
}


def new_customer(
    rng: Random,
    numbers: Numbers,
    owner: User,
    products: dict[str, Product],
    on: date,
    closes_on: date | None,
    *,
    hasty: bool,
) -> tuple[CardDraft, str, PhoneNumber]:
    """A card with its intent block, the model it is about and its number; a ``hasty`` one lacks part of it."""
    phone, gender = numbers.fresh(), rng.choice("MMMFF")
    name, model = names.person_name(rng, gender), rng.choice(list(cars.MODELS))
    values = _front(rng, gender) | {
        "source_code": rng.choices(list(SOURCES), list(SOURCES.values()))[0],
        "channel": rng.choices(list(CHANNELS), list(CHANNELS.values()))[0],
    }
    contacts: tuple[dict[str, Any], ...] = ()
    if rng.random() < 0.06:
        values |= {"kind": "ORG", "org_name": names.firm_name(rng), "industry": rng.choice(names.INDUSTRIES)}
        contacts = (
            {"name": name, "title": "行政主管", "department": "行政部", "is_primary": True},
            {"name": names.person_name(rng, "M"), "title": "总经理"},
        )
    intent = _intent(rng, products[model], values.get("kind") == "ORG", on, closes_on)
    if hasty:
        del intent["use_type"], intent["payment"]
    owned = {}
    if intent["purchase_kind"] in {"REPLACE", "ADD"}:
        bought = on - timedelta(days=rng.randint(900, 3600))
        owned = {"brand": rng.choice(cars.RIVALS).split()[0], "plate_no": cars.plate(rng), "bought_on": bought,
                 "mileage": rng.randint(20, 160) * 1000}  # fmt: skip
    return CardDraft(name, [phone], owner, values, intent, owned, contacts), model, phone


def old_owner(rng: Random, numbers: Numbers, owner: User, on: date) -> tuple[CardDraft, FirstJudgement]:
    """An owner from before the store kept cards here: of our sale mostly, with what they drive."""
    gender, model = rng.choice("MMF"), rng.choice(list(cars.MODELS))
    ours = rng.random() < 0.8
    bought = on - timedelta(days=rng.randint(200, 1800))
    values = _front(rng, gender) | BASE | {
        "owner_kind": "OWN_SALE" if ours else rng.choice(["OTHER_SALE", "OTHER_BRAND"]),
        "source_code": "B", "tier": rng.choices([1, 2, 3, None], [10, 30, 40, 20])[0],
    }  # fmt: skip
    owned = {
        "is_ours": ours, "brand": "" if ours else rng.choice(cars.RIVALS).split()[0], "model": model if ours else "",
        "colour": rng.choice(cars.COLOURS), "plate_no": cars.plate(rng), "bought_on": bought,
    }  # fmt: skip
    if ours:
        owned |= {"delivered_on": bought + timedelta(days=7), "vin": cars.vin(rng), "price": cars.price_of(model),
                  "insurer": rng.choice(cars.INSURERS)}  # fmt: skip
        if rng.random() < 0.4:
            owned["insurance_expires_on"] = _next_anniversary(bought, on)
    draft = CardDraft(names.person_name(rng, gender), [numbers.fresh()], owner, values, {}, owned)
    return draft, FirstJudgement()


def stranger(rng: Random, numbers: Numbers, owner: User) -> tuple[CardDraft, FirstJudgement]:
    """Somebody met at a show who left a number and no intent."""
    gender = rng.choice("MF")
    values = {
        "gender": gender,
        "source_code": rng.choice("PKT"),
        "channel": "2",
        "region": rng.choice(names.DISTRICTS),
    }
    return CardDraft(names.person_name(rng, gender), [numbers.fresh()], owner, values), FirstJudgement()


def _front(rng: Random, gender: str) -> dict[str, Any]:
    values: dict[str, Any] = {"gender": gender, "region": rng.choice(names.DISTRICTS)}
    if rng.random() < 0.5:
        values |= {"occupation": rng.choice(names.OCCUPATIONS), "address": names.address(rng)}
    if rng.random() < 0.25:
        values["birth_date"] = date(rng.randint(1962, 2001), rng.randint(1, 12), rng.randint(1, 28))
    if rng.random() < 0.3:
        values["wechat"] = f"wx_{rng.randint(100000, 999999)}"
    if rng.random() < 0.2:
        values["dimensions"] = {
            "HOBBY": rng.choice(names.HOBBIES),
            "FAMILY": rng.choice(["三口之家", "二孩家庭", "与父母同住"]),
        }
        values["family"] = [
            {"relation": "配偶", "name": names.person_name(rng, "F" if gender == "M" else "M")}
        ]
    return values


def _intent(rng: Random, product: Product, is_firm: bool, on: date, closes_on: date | None) -> dict[str, Any]:
    list_price = product.list_price or Decimal(150000)
    intent: dict[str, Any] = {
        "product": product,
        "colour": rng.choice(cars.COLOURS),
        "use_type": "BUSINESS" if is_firm else "PERSONAL",
        "purchase_kind": rng.choices(["FIRST", "REPLACE", "ADD", "REFERRED"], [48, 28, 16, 8])[0],
        "payment": rng.choices(["CASH", "LOAN"], [55, 45])[0],
        "expected_close_on": closes_on,
        "competitors": rng.choice(cars.RIVALS),
        "key_concerns": "、".join(rng.sample(words.CONCERNS, 2)),
        "budget_min": list_price - 20000,
        "budget_max": list_price + 10000,
    }
    if rng.random() < 0.4:
        intent |= {
            "decision_maker": rng.choice(["本人", "爱人", "父母", "夫妻商量"]),
            "alternatives": rng.choice(list(cars.MODELS)),
        }
    return intent


def _next_anniversary(bought: date, on: date) -> date:
    year = on.year if (bought.month, min(bought.day, 28)) >= (on.month, on.day) else on.year + 1
    return date(year, bought.month, min(bought.day, 28))
