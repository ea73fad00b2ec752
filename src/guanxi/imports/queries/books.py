"""The cards a chunk of rows meets, as the planner wants to know them."""

from collections.abc import Iterable

from guanxi.cadence.models import Interaction
from guanxi.catalogue.models import Product
from guanxi.customers.models import Customer, Intent, OwnedItem, Phone
from guanxi.customers.queries.cards import changeable
from guanxi.customers.rules.blanks import is_blank
from guanxi.imports.models import ImportBatch, ImportRow
from guanxi.imports.rules.fields import CUSTOMER_FIELDS
from guanxi.imports.rules.plans import CardState, product_key
from guanxi.imports.rules.rows import ReadRow
from guanxi.lib.names import normalize_text
from guanxi.organization.acts import Act
from guanxi.organization.models import User
from guanxi.organization.models.users import UserQuerySet

_NAMES = {
    block: [field.name for field in CUSTOMER_FIELDS if field.block == block] for block in ("intent", "owned")
}
_CARD = [
    field.name
    for field in CUSTOMER_FIELDS
    if field.block == "customer" and field.name not in {"name", "phone", "phone2", "consultant"}
] + ["source_detail"]


def cards_met(
    act: Act, rows: Iterable[ReadRow], *, batch: ImportBatch | None = None, lock: bool = False
) -> dict[str, CardState]:
    """Normalised number → card of the store, for the numbers of these rows; one query when there is none.

    With ``lock`` the cards stay locked until the transaction ends.
    """
    numbers = {number.normalized for row in rows for number in row.numbers}
    held = Phone.objects.filter(store=act.store, normalized__in=numbers)
    holders = dict(held.values_list("normalized", "customer_id"))
    if not holders:
        return {}
    states = _states(act, set(holders.values()), batch, lock)
    return {number: states[customer_id] for number, customer_id in holders.items()}


def product_keys(act: Act) -> set[str]:
    """The catalogue's names in the form the planner compares."""
    return {product_key(name) for name in Product.objects.of_store(act.store).values_list("name", flat=True)}


def consultants(act: Act) -> dict[str, User]:
    """Name and user name → colleague the actor may give customers to; a name two people bear names nobody."""
    return _by_name(_reached(act).active())


def sellers(act: Act) -> dict[str, User]:
    """The same for who sold: also colleagues who have left."""
    return _by_name(_reached(act))


def _reached(act: Act) -> UserQuerySet:
    if act.by is None:
        return User.objects.filter(store=act.store)
    return User.objects.within(act.by, act.by.write_reach)


def _by_name(people: Iterable[User]) -> dict[str, User]:
    found: dict[str, User | None] = {}
    for person in people:
        for text in {person.name, person.username}:
            found[text] = None if text in found else person
    return {text: person for text, person in found.items() if person is not None}


def _states(act: Act, ids: set[int], batch: ImportBatch | None, lock: bool) -> dict[int, CardState]:
    rows = Customer.objects.filter(pk__in=ids, store=act.store).order_by("pk")
    customers = list(rows.select_for_update(of=("self",)) if lock else rows)
    mine = changeable(act)
    editable = set(mine.filter(pk__in=ids).values_list("pk", flat=True))
    met = set(Interaction.objects.filter(customer__in=ids).values_list("customer_id", flat=True))
    fresh: set[int | None] = set()
    if batch is not None:
        made = batch.import_rows.filter(outcome=ImportRow.Outcome.CREATED, customer__in=ids)
        fresh = set(made.values_list("customer_id", flat=True))
    states = {
        row.pk: CardState(
            pk=row.pk, editable=row.pk in editable, fresh=row.pk in fresh, name=row.name, level=row.level,
            has_contact=row.pk in met,
            filled={name for name in _CARD if not is_blank(name, getattr(row, name))},
        )
        for row in customers
    }  # fmt: skip
    for intent in Intent.objects.filter(customer__in=ids):
        values = {
            name: getattr(intent, f"{name}_id" if name == "product" else name) for name in _NAMES["intent"]
        }
        states[intent.customer_id].filled |= {f"intent.{n}" for n, v in values.items() if not is_blank(n, v)}
    seen: set[int] = set()
    for item in OwnedItem.objects.filter(customer__in=ids).order_by("id"):
        if item.customer_id in seen:
            continue
        seen.add(item.customer_id)
        state = states[item.customer_id]
        # An intent colour may be read into the owned item of an owner sheet, so colour counts for both.
        names = [*_NAMES["owned"], "colour"]
        state.filled |= {f"owned.{n}" for n in names if not is_blank(n, getattr(item, n))} | {"owned.is_ours"}
        state.car = normalize_text(item.model)
    return states
