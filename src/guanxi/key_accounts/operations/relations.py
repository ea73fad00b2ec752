"""Circles, informal lines and our own ties."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from guanxi.customers.models import Customer
from guanxi.key_accounts.models import Circle, Influence, KeyPerson, OurTie
from guanxi.key_accounts.operations.people import lock_account, refuse_gone
from guanxi.key_accounts.refusals import MapRefused
from guanxi.key_accounts.rules.drafts import LineDraft
from guanxi.organization.acts import Act, changed_fields, leave_trace
from guanxi.organization.edits import refuse_stale
from guanxi.organization.models import User

MOST_CIRCLES = 12


@transaction.atomic
def save_circle(
    act: Act, customer_id: int, circle_id: int | None, values: dict[str, Any], *, version: int = 0
) -> Circle:
    """Draw a circle, or change the ``version`` that was shown. Raises Customer.DoesNotExist, Circle.DoesNotExist,
    StaleEdit, MapRefused for a name that another circle has."""
    customer = lock_account(act, customer_id)
    circle = customer.circles.get(pk=circle_id) if circle_id else Circle(customer=customer, version=0)
    refuse_stale(circle, version)
    others = Circle.objects.filter(customer=customer).exclude(pk=circle.pk)
    if others.filter(name=values.get("name", circle.name)).exists():
        raise MapRefused(_("There is a circle of this name already."), "name")
    if circle.pk is None and others.count() >= MOST_CIRCLES:
        raise MapRefused(_("A map holds at most %(count)s circles.") % {"count": MOST_CIRCLES})
    return _store(act, customer, circle, values, "circle_saved")


@transaction.atomic
def remove_circle(act: Act, customer_id: int, circle_id: int, *, version: int) -> None:
    """Take a circle off the map; its people stay. Raises Customer.DoesNotExist, Circle.DoesNotExist, StaleEdit."""
    customer = lock_account(act, customer_id)
    circle = customer.circles.get(pk=circle_id)
    refuse_stale(circle, version)
    KeyPerson.objects.filter(circle=circle).update(circle=None, is_core=False)
    leave_trace(
        [act.entry("circle_removed", circle, customer=customer.pk, changes={"name": [circle.name, None]})]
    )
    circle.delete()


@transaction.atomic
def draw_lines(act: Act, customer_id: int, drafts: list[LineDraft]) -> list[Influence]:
    """Draw informal lines between people of one account, all or none.

    Raises Customer.DoesNotExist, MapRefused for a line to oneself, to somebody of another account, drawn already, or
    a strength outside 0–1.
    """
    customer = lock_account(act, customer_id)
    known = set(customer.contacts.values_list("pk", flat=True))
    refuse_gone({key for draft in drafts for key in (draft.source, draft.target)} & known, "target")
    drawn = set(lines_of(customer).values_list("source_id", "target_id", "kind"))
    made = []
    for draft in drafts:
        if draft.source == draft.target:
            raise MapRefused(_("Nobody influences themselves: choose two people."), "target")
        if not {draft.source, draft.target} <= known:
            raise MapRefused(_("Choose somebody of this account."), "target")
        if not 0 < draft.strength <= 1:
            raise MapRefused(_("The strength lies above 0 and at most at 1."), "strength")
        if draft.since is not None and draft.since > act.on:
            raise MapRefused(_("The day lies in the future."), "since")
        key = (draft.source, draft.target, str(draft.kind))
        if key in drawn:
            raise MapRefused(_("This line is on the map already."), "target")
        drawn.add(key)
        made.append(
            Influence(
                source_id=draft.source, target_id=draft.target, kind=draft.kind, strength=draft.strength,
                is_indirect=draft.is_indirect, note=draft.note.strip()[:60], known_since=draft.since or act.on,
            )
        )  # fmt: skip
    Influence.objects.bulk_create(made)
    leave_trace(
        act.entry("line_drawn", line, customer=customer.pk, changes={"kind": [None, str(line.kind)]})
        for line in made
    )
    return made


@transaction.atomic
def end_line(act: Act, customer_id: int, line_id: int, *, version: int) -> Influence:
    """A line is no more; earlier days still show it. Raises Customer.DoesNotExist, Influence.DoesNotExist,
    StaleEdit."""
    customer = lock_account(act, customer_id)
    line = lines_of(customer).select_for_update(of=("self",)).get(pk=line_id)
    refuse_stale(line, version)
    line.ended_on = act.on
    line.version += 1
    line.save()
    changes = {"ended_on": [None, act.on.isoformat()]}
    leave_trace([act.entry("line_ended", line, customer=customer.pk, changes=changes)])
    return line


@transaction.atomic
def save_tie(
    act: Act, customer_id: int, contact_id: int, user_id: int, values: dict[str, Any], *, version: int = 0
) -> OurTie:
    """How well one of us stands with a person. Where they stand now moves on evidence of its own: other words than
    before or a later day, never an older one. ``on`` left out is the day of the act.

    Raises Customer.DoesNotExist, Contact.DoesNotExist, StaleEdit, MapRefused without evidence, for a colleague of
    another store, or a day that cannot be.
    """
    customer = lock_account(act, customer_id)
    contact = customer.contacts.get(pk=contact_id)
    refuse_gone([contact.pk])
    user = User.objects.active().filter(store_id=customer.store_id, pk=user_id).first()
    if user is None:
        raise MapRefused(_("This colleague does not work in the store."), "user")
    tie = OurTie.objects.filter(person=contact, user=user).first() or OurTie(
        person=contact, user=user, version=0
    )
    refuse_stale(tie, version)
    moves = tie.pk is None or values.get("current", tie.current) != tie.current
    if moves:
        values = {"on": act.on} | values
    evidence, on = values.get("evidence", tie.evidence).strip(), values.get("on", tie.on)
    is_old = tie.pk is not None and (evidence, on) == (tie.evidence, tie.on)
    if not evidence or (moves and ("evidence" not in values or is_old)):
        raise MapRefused(_("Say what shows it: a mark without evidence is only an opinion."), "evidence")
    if on > act.on:
        raise MapRefused(_("The evidence cannot lie in the future."), "on")
    if moves and tie.pk is not None and on < tie.on:
        raise MapRefused(_("There is newer evidence of %(day)s.") % {"day": tie.on.isoformat()}, "on")
    return _store(act, customer, tie, values, "tie_saved")


def lines_of(customer: Customer) -> Any:
    """The lines of an account that still are."""
    return Influence.objects.filter(source__customer=customer, ended_on__isnull=True)


def _store(act: Act, customer: Customer, row: Any, values: dict[str, Any], action: str) -> Any:
    changes = changed_fields(row, values)
    if changes or row.pk is None:
        for name in changes:
            setattr(row, name, values[name])
        row.version += 1
        row.save()
        leave_trace([act.entry(action, row, customer=customer.pk, changes=changes)])
    return row
