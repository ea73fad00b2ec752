"""The policy of every address: who is let in, by which methods, about what. A new route is one line here.

Persons are those of ``tests/cast.py``. Rows belong to Lin's card (team A of the first store), so Wu and Sun
stand for another team, Zhao for a peer, Gao for another store.
"""

from dataclasses import dataclass, field
from typing import Any

PERSONS = (
    "lin", "zhao", "chen", "wu", "sun", "ma", "gao", "cs", "finance", "desk", "legal", "proprietor", "auditor",
    "admin",
)  # fmt: skip
EVERYBODY = frozenset(PERSONS)
ANYBODY = EVERYBODY | {"anonymous", "deactivated"}

WRITERS = frozenset({"lin", "chen", "ma"})
READERS = WRITERS | {"cs", "auditor", "proprietor"}
IMPORTERS = frozenset({"lin", "ma"})
DECIDERS = frozenset({"chen", "ma"})
MANAGER = frozenset({"ma"})

READING = EVERYBODY - {"finance", "desk", "legal", "admin"}
WRITING = frozenset({"lin", "zhao", "chen", "wu", "sun", "ma", "gao"})
MANAGERS = frozenset({"ma", "gao"})
LEADING = frozenset({"chen", "sun", "ma", "gao"})
ADMIN = frozenset({"admin"})
OVERSEEING = LEADING | {"proprietor", "auditor"}
SELLING = WRITING | OVERSEEING


@dataclass(frozen=True)
class Policy:
    """``may`` are let in; ``of`` is the kind of row the address names ("" none), ``more`` other parts of it;
    ``query`` is asked with it;
    ``key``: a form sent twice acts once; ``elsewhere``: the others are led on instead of meeting a 404."""

    may: frozenset[str]
    methods: str = "GET"
    of: str = ""
    key: bool = False
    elsewhere: bool = False
    more: dict[str, Any] = field(default_factory=dict)
    query: str = ""


A_DAY = {"year": 2026, "month": 3, "day": 2}

PLANNING = LEADING | {"proprietor"}
OF_THE_STORE = READING - {"gao"}

ROUTES: dict[str, Policy] = {
    # Markets
    "segments": Policy(READING),
    "segment-form": Policy(READING, more={"format": "pdf"}),
    "segment-new": Policy(PLANNING, "GET POST", key=True),
    "segment": Policy(OF_THE_STORE, of="segment"),
    "segment-buyers": Policy(OF_THE_STORE, of="segment"),
    "segment-edit": Policy(PLANNING - {"gao"}, "GET POST", of="segment", key=True),
    "segment-choice": Policy(PLANNING - {"gao"}, "POST", of="segment", key=True),
    "market-levels": Policy(PLANNING - {"gao"}, "GET POST", of="segment", key=True),
    "market-plan": Policy(PLANNING - {"gao"}, "GET POST", of="segment", key=True),
    "campaigns": Policy(READING),
    "campaign-new": Policy(PLANNING, "GET POST", key=True),
    "campaign": Policy(OF_THE_STORE, of="campaign"),
    "campaign-edit": Policy(frozenset({"chen", "ma", "proprietor"}), "GET POST", of="campaign", key=True),
    "campaign-draw": Policy(frozenset({"chen", "ma", "proprietor"}), "GET POST", of="campaign", key=True),
    "campaign-draw-back": Policy(frozenset({"chen", "ma", "proprietor"}), "POST", of="campaign", key=True),
    "campaign-stop": Policy(frozenset({"chen", "ma", "proprietor"}), "POST", of="campaign", key=True),
    "campaign-evaluation": Policy(
        frozenset({"chen", "ma", "proprietor"}), "GET POST", of="campaign", key=True
    ),
    # Coming and going
    "sign-in": Policy(ANYBODY, "GET POST"),
    "sign-out": Policy(ANYBODY, "POST"),
    "language": Policy(ANYBODY, "POST"),
    "password": Policy(EVERYBODY, "GET POST"),
    "setup": Policy(frozenset(), "GET POST"),
    "set-up-link": Policy(frozenset(), "GET POST", more={"token": "unknown"}),
    # Places
    "home": Policy(EVERYBODY),
    "no-place": Policy(EVERYBODY),
    "today": Policy(READING, elsewhere=True),
    "today-further": Policy(OVERSEEING | {"cs"}),
    "today-reminders": Policy(READING),
    "search": Policy(READING),
    "record": Policy(WRITING),
    "customers": Policy(READING),
    # The month
    "month": Policy(READING),
    "month-closes": Policy(MANAGERS | {"auditor", "proprietor"}),
    "month-reopening": Policy(MANAGER, "POST", of="month_close", key=True),
    "month-closing": Policy(MANAGER, "POST", of="reopened_month", key=True),
    # Forms of a period
    "forms": Policy(READING | {"desk"}),
    "period-form": Policy(READING, more={"code": "F-MON-1", "format": "pdf"}),
    # The card
    "customer": Policy(READERS, of="customer"),
    "customer-day": Policy(READERS, of="customer", more={"day": "2026-03-02"}),
    "customer-history": Policy(READERS, of="customer", query="?before=2026-03-02T10:00:00%2B08:00~contact~1"),
    "customer-form": Policy(READERS, of="customer", more={"code": "F-CARD-A", "format": "pdf"}),
    "customer-new": Policy(WRITING, "GET POST", key=True),
    "customer-lookup": Policy(WRITING, "POST"),
    "customer-claim": Policy(WRITING, "POST", key=True),
    "customer-edit": Policy(WRITERS, "GET POST", of="customer", key=True),
    "customer-classification": Policy(WRITERS, "GET POST", of="customer", key=True),
    "customer-call": Policy(WRITERS, "POST", of="customer"),
    "customer-reveal": Policy(WRITERS, "POST", of="customer", more={"phone": "phone"}),
    "customer-account": Policy(WRITERS, "POST", of="customer", more={"name": "wechat"}),
    # Two cards of one customer
    "customer-merge": Policy(WRITERS, of="customer"),
    "customer-merge-with": Policy(WRITERS, "GET POST", of="customer", key=True, more={"other": "second"}),
    "merge-undo": Policy(WRITERS, "POST", of="merge", key=True),
    # Cadence
    "contact": Policy(WRITERS, "GET POST", of="customer", key=True),
    "contact-suggestion": Policy(WRITERS, of="customer"),
    "level": Policy(WRITERS, "GET POST", of="customer", key=True),
    "loss": Policy(WRITERS, "GET POST", of="customer", key=True),
    "loss-withdrawal": Policy(WRITERS, "POST", of="customer", key=True),
    "reactivation": Policy(WRITERS, "GET POST", of="defeated", key=True),
    "task-done": Policy(WRITERS, "POST", of="task", key=True),
    "task-reopen": Policy(WRITERS, "POST", of="done_task", key=True),
    "level-request-decision": Policy(DECIDERS, "POST", of="level_request", key=True),
    "downgrade-decision": Policy(DECIDERS, "POST", of="downgrade", key=True),
    "loss-decision": Policy(DECIDERS, "POST", of="loss", key=True),
    "collision-decision": Policy(MANAGER, "POST", of="collision", key=True),
    "hand-over": Policy(MANAGERS, "GET POST", key=True),
    "owned-item-new": Policy(WRITERS, "GET POST", of="customer", key=True),
    "owned-item": Policy(WRITERS, "GET POST", of="customer", key=True, more={"item": "owned_item"}),
    "contact-person-new": Policy(WRITERS, "GET POST", of="customer", key=True),
    "contact-person": Policy(WRITERS, "GET POST", of="customer", key=True, more={"person": "contact"}),
    "customer-source": Policy(MANAGER, "GET POST", of="customer", key=True),
    # Standings of products
    "standings": Policy(READING),
    "standings-entry": Policy(WRITING, "GET POST", key=True),
    "customer-products": Policy(READERS, of="customer"),
    "standing": Policy(WRITERS, "GET POST", of="customer", key=True, more={"product": "product"}),
    "product-visit": Policy(WRITERS, "POST", of="customer", key=True, more={"product": "product"}),
    # Deals
    "orders": Policy(READING | {"finance"}),
    "ledger": Policy(READING | {"finance"}),
    "ledger-file": Policy(OVERSEEING, more={"format": "csv"}),
    "deal-return": Policy(MANAGER | {"finance"}, "GET POST", of="deal", key=True),
    "deal-correction": Policy(MANAGER | {"finance"}, "GET POST", of="deal", key=True),
    "deal-taking-back": Policy(MANAGER | {"finance"}, "GET POST", of="deal", key=True),
    "order": Policy(WRITERS, "GET POST", of="customer", key=True),
    "deposit": Policy(WRITERS, "GET POST", of="customer", key=True),
    "order-cancellation": Policy(WRITERS, "GET POST", of="order", key=True),
    "contract-new": Policy(WRITERS, "GET POST", of="customer", key=True),
    "contract-renewal": Policy(WRITERS, "GET POST", of="contract", key=True),
    "contract-correction": Policy(WRITERS, "GET POST", of="contract", key=True),
    "contract-end": Policy(WRITERS, "GET POST", of="contract", key=True),
    "contract-taking-back": Policy(WRITERS, "GET POST", of="contract", key=True),
    "order-delivery": Policy(WRITERS, "GET POST", of="order", key=True),
    # What customers are worth
    "value": Policy(READING | {"finance"}),
    "value-calls": Policy(WRITING, "GET POST", key=True),
    "value-calls-undo": Policy(frozenset({"chen"}), "POST", of="asked_call", key=True),
    "customer-value": Policy(READERS, of="customer"),
    "customer-review": Policy(WRITERS, "GET POST", of="customer", key=True, more={"year": 2026}),
    "comparison-new": Policy(WRITERS, "GET POST", of="customer", key=True),
    "comparison": Policy(WRITERS, "GET POST", of="customer", key=True, more={"sheet": "comparison"}),
    # Insights
    "chances": Policy(READING, query="?of=opportunities"),
    "customer-chance": Policy(READERS, of="customer"),
    "customer-contracts": Policy(READERS, of="customer"),
    "opportunity-chance": Policy(READERS, of="opportunity"),
    # Opportunities
    "opportunities": Policy(READING),
    "opportunity-list": Policy(READING, query="?watch=slipped"),
    "opportunity-calendar": Policy(READING),
    "opportunity-reviews": Policy(READING),
    "forecast": Policy(READING),
    "forecast-target": Policy(MANAGERS, "GET POST", key=True, more={"year": 2026, "number": 1}),
    "opportunity-new": Policy(WRITERS, "GET POST", of="customer", key=True),
    "opportunity": Policy(READERS, of="opportunity"),
    "opportunity-edit": Policy(WRITERS, "GET POST", of="opportunity", key=True),
    "opportunity-progress": Policy(WRITERS, "GET POST", of="opportunity", key=True),
    "opportunity-evidence": Policy(WRITERS, "GET POST", of="opportunity", key=True),
    "evidence-file": Policy(READERS, of="opportunity", more={"item": "evidence"}),
    "opportunity-assessment": Policy(WRITERS, "GET POST", of="opportunity", key=True),
    "rival-new": Policy(WRITERS, "GET POST", of="opportunity", key=True),
    "rival": Policy(WRITERS, "GET POST", of="opportunity", key=True, more={"rival": "rival"}),
    "time-spent": Policy(WRITERS, "GET POST", of="opportunity", key=True),
    "bid-task": Policy(MANAGER, "GET POST", of="opportunity", key=True, more={"code": "TERMS"}),
    "opportunity-win": Policy(WRITERS, "GET POST", of="opportunity", key=True),
    "opportunity-win-undo": Policy(WRITERS, "GET POST", of="won_opportunity", key=True),
    "opportunity-loss": Policy(WRITERS, "GET POST", of="opportunity", key=True),
    "opportunity-loss-withdrawal": Policy(WRITERS, "POST", of="opportunity", key=True),
    "opportunity-reopening": Policy(WRITERS, "GET POST", of="lost_opportunity", key=True),
    "tender-items": Policy(frozenset({"legal"})),
    "tender-decision": Policy(frozenset({"legal"}), "POST", of="bid_task", key=True),
    "credit": Policy(MANAGERS | {"finance", "proprietor", "auditor"}),
    "credit-review": Policy(frozenset({"finance"}), "GET POST", of="customer", key=True),
    "bid-approval": Policy(WRITERS, "GET POST", of="opportunity", key=True),
    "bid-approval-decision": Policy(frozenset({"proprietor"}), "POST", of="bid_approval", key=True),
    # Key accounts
    "key-accounts": Policy(READING),
    "account-screening": Policy(READING),
    "account-plan": Policy(READERS, of="account"),
    "account-plan-edit": Policy(WRITERS, "GET POST", of="account", key=True),
    "account-review": Policy(READERS, of="account"),
    "account-member-new": Policy(WRITERS, "GET POST", of="account", key=True),
    "account-member": Policy(WRITERS, "GET POST", of="account", key=True, more={"member": "member"}),
    "account-member-removal": Policy(WRITERS, "POST", of="account", key=True, more={"member": "member"}),
    "key-account": Policy(READERS, of="account"),
    "map-layout": Policy(WRITERS, "POST", of="account"),
    "map-layout-undo": Policy(WRITERS, "POST", of="account", key=True),
    "key-person-new": Policy(WRITERS, "GET POST", of="account", key=True),
    "key-person-lines": Policy(WRITERS, "GET POST", of="account", key=True),
    "key-person": Policy(READERS, of="account", more={"person": "key_person"}),
    "key-person-marks": Policy(WRITERS, "GET POST", of="account", key=True, more={"person": "key_person"}),
    "key-person-departure": Policy(
        WRITERS, "GET POST", of="account", key=True, more={"person": "key_person"}
    ),
    "key-person-marks-undo": Policy(WRITERS, "POST", of="account", key=True, more={"person": "key_person"}),
    "key-person-removal": Policy(WRITERS, "POST", of="account", key=True, more={"person": "key_person"}),
    "tie-new": Policy(WRITERS, "GET POST", of="account", key=True, more={"person": "key_person"}),
    "tie": Policy(WRITERS, "GET POST", of="account", key=True, more={"person": "key_person", "tie": "tie"}),
    "map-line-new": Policy(WRITERS, "GET POST", of="account", key=True),
    "map-line-end": Policy(WRITERS, "POST", of="account", key=True, more={"line": "map_line"}),
    "circle-new": Policy(WRITERS, "GET POST", of="account", key=True),
    "circle": Policy(WRITERS, "GET POST", of="account", key=True, more={"circle": "circle"}),
    "circle-removal": Policy(WRITERS, "POST", of="account", key=True, more={"circle": "circle"}),
    "map-step-new": Policy(WRITERS, "GET POST", of="account", key=True),
    "map-step": Policy(WRITERS, "GET POST", of="account", key=True, more={"step": "map_step"}),
    "map-step-done": Policy(WRITERS, "GET POST", of="account", key=True, more={"step": "map_step"}),
    "map-step-reopening": Policy(WRITERS, "POST", of="account", key=True, more={"step": "done_step"}),
    "info-new": Policy(WRITERS, "GET POST", of="account", key=True),
    "info": Policy(WRITERS, "GET POST", of="account", key=True, more={"item": "info"}),
    "chart": Policy(WRITERS, "GET POST", of="account", key=True),
    "chart-preview": Policy(WRITERS, of="account", more={"chart": "chart"}),
    "chart-entry": Policy(WRITERS, "POST", of="account", key=True, more={"chart": "chart"}),
    "chart-undo": Policy(WRITERS, "POST", of="account", key=True, more={"chart": "entered_chart"}),
    # Reports
    "daily-report": Policy(SELLING, "GET POST", key=True),
    "daily-report-return": Policy(frozenset({"lin"}), "POST", of="daily_report", key=True),
    "daily-report-supplement": Policy(frozenset({"lin"}), "POST", of="daily_report", key=True),
    "daily-report-review": Policy(DECIDERS, "POST", of="daily_report", key=True),
    "daily-reports": Policy(OVERSEEING),
    "daily-report-of": Policy(
        frozenset({"zhao", "chen", "ma", "auditor", "proprietor"}), of="user", more={"day": "2026-03-02"}
    ),
    "targets": Policy(SELLING),
    "effectiveness": Policy(SELLING),
    "month-comment": Policy(frozenset({"chen", "ma"}), "GET POST", of="user", key=True),
    "target-grid": Policy(MANAGERS, "GET POST", key=True),
    "target-undo": Policy(MANAGERS, "POST", key=True),
    "target-measure": Policy(MANAGERS, "GET POST", key=True, query="?metric=ORDERS"),
    "backward-plan": Policy(OVERSEEING),
    "coaching": Policy(SELLING),
    "coaching-of": Policy(frozenset({"zhao", "chen", "ma", "auditor", "proprietor"}), of="user"),
    "assessment": Policy(frozenset({"zhao", "chen", "ma"}), "GET POST", of="user", key=True),
    "coaching-session-new": Policy(DECIDERS, "GET POST", of="user", key=True),
    "coaching-session": Policy(DECIDERS, "GET POST", of="coaching_session", key=True),
    "team-review": Policy(DECIDERS, "GET POST", of="team", key=True),
    "loss-analysis": Policy(SELLING),
    "evening": Policy(OVERSEEING),
    "instruction": Policy(DECIDERS, "POST", of="customer", key=True),
    "instruction-return": Policy(frozenset({"chen"}), "POST", of="instruction", key=True),
    # Registers
    "reception": Policy(WRITING | {"desk"}),
    "arrival": Policy(WRITING | {"desk"}, "GET POST", key=True),
    "event-contact": Policy(WRITING | {"desk"}, "GET POST", key=True),
    "phone-in": Policy(WRITING | {"desk"}, "GET POST", key=True),
    "visit": Policy(WRITERS | {"desk"}, "GET POST", of="visit", key=True),
    "visit-consultant": Policy(DECIDERS | {"desk"}, "GET POST", of="visit", key=True),
    "visit-departure": Policy(WRITERS | {"desk"}, "POST", of="visit", key=True),
    "registers": Policy(READING | {"desk"}),
    "register-statistics": Policy(READING - {"cs"} | {"desk"}),
    "register-day": Policy(LEADING | {"desk"}, "GET POST", key=True, more=A_DAY),
    "register-lock": Policy(MANAGERS | {"desk"}, "GET POST", key=True, more=A_DAY),
    "register-confirmation": Policy(LEADING, "POST", key=True, more=A_DAY),
    "register-reopening": Policy(MANAGERS, "GET POST", key=True, more=A_DAY),
    # Names and recommendations
    "names": Policy(READING),
    "names-new": Policy(WRITING, "GET POST", key=True),
    "names-hand-over": Policy(MANAGERS, "GET POST", key=True),
    "name": Policy(READERS, of="name"),
    "name-edit": Policy(WRITERS, "GET POST", of="name", key=True),
    "name-warmth": Policy(WRITERS, "GET POST", of="name", key=True),
    "name-result": Policy(WRITERS, "GET POST", of="name", key=True),
    "name-card": Policy(WRITERS, "GET POST", of="name", key=True),
    "name-call": Policy(WRITERS, "POST", of="name"),
    "referrals": Policy(READING),
    "customer-referrals": Policy(READERS, of="customer"),
    "referral-request": Policy(WRITERS, "GET POST", of="customer", key=True),
    "influence": Policy(WRITERS, "GET POST", of="customer", key=True),
    # Imports
    "imports": Policy(WRITING, "GET POST", key=True),
    "import-detail": Policy(IMPORTERS, of="import"),
    "import-progress": Policy(IMPORTERS, of="import"),
    "import-failed": Policy(IMPORTERS, of="import"),
    "import-sheet": Policy(IMPORTERS, "POST", of="import"),
    "import-mapping": Policy(IMPORTERS, "POST", of="import"),
    "import-start": Policy(IMPORTERS, "POST", of="import"),
    "import-undo": Policy(IMPORTERS, "POST", of="import"),
    "import-next": Policy(IMPORTERS, "POST", of="import", key=True),
    # Settings
    "settings": Policy(EVERYBODY),
    "users": Policy(ADMIN),
    "user-new": Policy(ADMIN, "GET POST", key=True),
    "user": Policy(ADMIN, "GET POST", of="user", key=True),
    "user-password": Policy(ADMIN, "GET POST", of="user", key=True),
    "user-deactivation": Policy(ADMIN, "GET POST", of="user"),
    "user-reactivation": Policy(ADMIN, "POST", of="user"),
    "user-unlocking": Policy(ADMIN, "POST", of="user"),
    "stores": Policy(ADMIN),
    "store-new": Policy(ADMIN, "GET POST", key=True),
    "store": Policy(ADMIN, "GET POST", of="store", key=True),
    "team-new": Policy(ADMIN, "GET POST", of="store", key=True),
    "team": Policy(ADMIN, "GET POST", of="team", key=True),
    "playbook": Policy(ADMIN | MANAGERS),
    "playbook-lists": Policy(ADMIN | MANAGERS),
    "playbook-setting": Policy(ADMIN, "GET POST", key=True, more={"key": "cadence.interval"}),
    "calendar": Policy(ADMIN | MANAGERS),
    "calendar-day": Policy(ADMIN | MANAGERS, "GET POST", key=True, more={"year": 2026, "month": 5, "day": 1}),
    "products": Policy(ADMIN | MANAGERS),
    "product-structure": Policy(READING),
    "product-page": Policy(OF_THE_STORE | ADMIN | {"finance"}, of="product"),
    "rival-price": Policy((WRITING | {"proprietor", "admin"}) - {"gao"}, "GET POST", of="product", key=True),
    "rival-price-removal": Policy(
        MANAGER | ADMIN | {"proprietor", "lin"}, "POST", of="rival_price", key=True
    ),
    "scheme-new": Policy(ADMIN | MANAGERS | {"proprietor"}, "GET POST", key=True),
    "scheme": Policy(ADMIN | MANAGER | {"proprietor"}, "GET POST", of="scheme", key=True),
    "product-new": Policy(ADMIN | MANAGERS, "GET POST", key=True),
    "product": Policy(MANAGER | ADMIN, "GET POST", of="product", key=True),
    "tokens": Policy(EVERYBODY, "GET POST"),
    "token-revocation": Policy(frozenset({"lin"}), "POST", of="token"),
    "audit": Policy(MANAGERS | {"auditor", "proprietor"}),
    "styleguide": Policy(ADMIN),
}

# Management commands of ours, run by whoever holds the machine: what they touch.
COMMANDS = {
    "audit": "reads the audit trail",
    "card": "reads one card, masked unless asked",
    "demo": "fills an empty installation",
    "form": "reads one form",
    "import": "writes through the import",
    "init": "fills an empty installation, else gives its admin a link",
    "insight": "measures a file of purchases, opens no database",
    "network": "measures an edge list, opens no database",
    "night": "carries out nightly runs",
    "openapi": "prints the description of the API",
    "reindex": "writes search tokens anew",
    "search": "finds cards, masked unless asked",
    "serve": "runs web and worker",
    "suggest-level": "reckons, reads nothing",
    "today": "reads one worklist",
    "token": "makes a key for the API",
    "user": "adds users, issues passwords",
    "work": "runs the worker",
    "worth": "reckons a store's customers",
}
