"""Who calls, and the words and settings of the store's playbook."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router

from guanxi.organization.api.callers import acting, caller
from guanxi.organization.api.schemas import Told
from guanxi.organization.labels import language
from guanxi.playbooks.definitions import Coded, Evidence, Level

router = Router(tags=["organization"])

LISTS = (
    "levels",
    "evidence",
    "sources",
    "channels",
    "methods",
    "purposes",
    "task_templates",
    "care_steps",
    "outcomes",
    "reasons",
    "use_types",
    "purchase_kinds",
    "payments",
    "owner_kinds",
    "arrival_modes",
    "visit_types",
    "visit_purposes",
    "call_natures",
    "weathers",
    "stages",
    "relations",
    "name_conditions",
    "ic_traits",
    "warm_levels",
    "warm_methods",
    "name_triggers",
    "ask_moments",
    "name_results",
    "income_bands",
)


class Place(Told):
    id: int
    name: str


class Rights(Told):
    """How far each right reaches: NONE, OWN, TEAM, STORE or ALL."""

    read: str
    write: str
    reveal: str
    export: bool


class TokenTold(Told):
    name: str
    read_only: bool
    expires_at: datetime | None


class Me(Told):
    id: int
    username: str
    name: str
    language: str
    roles: list[str]
    rights: Rights
    store: Place | None
    team: Place | None
    on: date | None
    token: TokenTold | None


@router.get("/me", response=Me)
def me(request: HttpRequest) -> Any:
    """Who calls, with which rights; ``on`` is the store's business date."""
    user = caller(request)
    token = getattr(request, "token", None)
    return Me(
        id=user.pk,
        username=user.username,
        name=user.name,
        language=user.language,
        roles=sorted(user.roles),
        rights=Rights(
            read=user.read_reach, write=user.write_reach, reveal=user.reveal_reach, export=user.may_export
        ),
        store=Place.copied(user.store) if user.store else None,
        team=Place.copied(user.team) if user.team else None,
        on=acting(request).on if user.store else None,
        token=token and TokenTold.copied(token),
    )


class Code(Told):
    """A code of the playbook with its label in the caller's language. ``level`` is set for evidence."""

    code: str
    label: str
    state: str = ""
    level: str = ""
    ask: str = ""


class PlaybookTold(Told):
    code: str
    label: str
    lists: dict[str, list[Code]]
    settings: dict[str, Any]


@router.get("/playbook", response=PlaybookTold)
def playbook(request: HttpRequest) -> Any:
    """Codes with their labels, and the settings in force in the caller's store."""
    pack = acting(request).store.playbook
    return PlaybookTold(
        code=pack.code,
        label=pack.label.text(language()),
        lists={name: [_code(item) for item in getattr(pack, name)] for name in LISTS},
        settings=pack.default_values(),
    )


def _code(item: Coded) -> Code:
    told = Code(code=item.code, label=item.label.text(language()))
    if isinstance(item, Level):
        told.state = item.state
    if isinstance(item, Evidence):
        told.level, told.ask = item.level, item.ask.text(language())
    return told
