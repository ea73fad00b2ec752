"""Some three hundred cards of every consultant of the cast, with names that are hard to read aloud."""

from collections.abc import Callable
from random import Random
from typing import Any

from tests.cast import Cast

from guanxi.customers.models import Customer
from guanxi.customers.operations.cards import CardDraft, open_cards
from guanxi.lib.phones import parse_phone
from guanxi.organization.acts import Act

SURNAMES = [*"张王李赵单解曾仇查盖朴区翟覃乐任", "尉迟", "欧阳"]
GIVEN = "伟芳娜敏静磊洋勇艳杰涛明超霞平刚桂英志远晓行长"
COMPANIES = ["智能科技有限公司", "华东物流集团", "Acme 汽车服务", "8821 工作室", "老张修理厂"]
SIZE = 300


def people(cast: Cast) -> list[Any]:
    return [cast.lin, cast.zhao, cast.wu, cast.chen, cast.gao]


def populate(cast: Cast, act: Callable[..., Act], size: int = SIZE, seed: int = 7) -> list[Customer]:
    """Cards in turn for every consultant; the same seed gives the same cards."""
    chance = Random(seed)
    made = []
    for owner in people(cast):
        drafts = [_draft(chance, owner) for _place in range(size // 5)]
        made += open_cards(act(owner), drafts)
    return made


def _draft(chance: Random, owner: Any) -> CardDraft:
    name = chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, chance.choice([1, 2, 2])))
    phones = [parse_phone(_mobile(chance))]
    values: dict[str, Any] = {}
    contacts: list[dict[str, Any]] = []
    if chance.random() < 0.25:
        values = {"kind": "ORG", "org_name": chance.choice(COMPANIES)}
        contacts = [{"name": f"{chance.choice(SURNAMES)}经理", "phone_normalized": _mobile(chance)}]
    elif chance.random() < 0.2:
        values = {"employer": chance.choice(COMPANIES)}
    if chance.random() < 0.2:
        phones.append(parse_phone(f"021-6{chance.randrange(1000000):07}-80{chance.randrange(10)}"))
    return CardDraft(name, phones, owner, values, contacts=contacts)


def _mobile(chance: Random) -> str:
    return f"1{chance.choice('3578')}9{chance.randrange(100):02}{chance.randrange(1000000):06}"
