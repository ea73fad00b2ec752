"""One row of the register: arrival, call, filling, hand-over, departure."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from guanxi.customers.models import Customer
from guanxi.organization.acts import Act
from guanxi.organization.guards import only_for
from guanxi.organization.local_urls import local_url
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.once import once_per_key
from guanxi.organization.refusals import Refused
from guanxi.organization.refused_forms import refusals_on
from guanxi.organization.rules.roles import Reach, widest
from guanxi.prospecting.forms import ArrivalForm, CallForm, EventForm, ReceiverForm, VisitForm
from guanxi.prospecting.models import RegisterDay, Visit
from guanxi.prospecting.operations.days import day_of, is_signed_off, may_complete
from guanxi.prospecting.operations.visits import (
    RECEIVERS,
    WARNINGS,
    Arrival,
    Saved,
    complete_visit,
    give_to,
    note_departure,
    receive_party,
)
from guanxi.prospecting.queries.reception import Place, turns
from guanxi.prospecting.rules.access import WRITE_REGISTERS
from guanxi.ui.forms import posted
from guanxi.ui.responses import form_sheet, fragment_or_page, say, see_other


def gives_to_others(user: User) -> bool:
    """Whether the person chooses who receives a party; others write their own."""
    return widest(user.roles, WRITE_REGISTERS) not in (Reach.NONE, Reach.OWN)


def home_of(user: User) -> str:
    """Where a person goes on after writing a row."""
    return reverse("reception") if gives_to_others(user) else reverse("registers")


def receivers(user: User, places: list[Place]) -> list[tuple[str, str]]:
    """Who may be chosen, in the order of the rotation, with how many parties and why they are passed over."""
    if not gives_to_others(user):
        return [(str(user.pk), user.name)]
    return [(str(place.person.pk), f"{place.person.name} · {place_words(place)}") for place in places]


def place_words(place: Place) -> str:
    """Parties today, and every reason for passing the consultant over."""
    words = {
        "OVERDUE": _("%(count)s overdue") % {"count": place.overdue},
        "OPEN_GUEST": _("has a party"),
        "ABSENT": _("away"),
    }
    said = [
        ngettext("%(count)s party", "%(count)s parties", place.guests) % {"count": place.guests},
        *(words[reason] for reason in place.turn.reasons),
    ]
    return " · ".join(said)


def arrival_form(request: HttpRequest, act: Act, places: list[Place]) -> ArrivalForm:
    user: User = request.user  # type: ignore[assignment]
    first = next((str(place.person.pk) for place in places if place.proposed), "")
    own = not gives_to_others(user)
    return ArrivalForm(
        act,
        receivers(user, places),
        posted(request),
        initial={"consultant": str(user.pk) if own else first},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(*RECEIVERS)
@once_per_key
def arrival(request: HttpRequest) -> HttpResponse:
    """One party arrived."""
    user: User = request.user  # type: ignore[assignment]
    act = act_of(request)
    if request.method != "POST" and (closed := locked_page(request, act, act.on, _("A party arrived"))):
        return closed
    form = arrival_form(request, act, turns(act.store, act.on))
    if form.is_valid():
        given = form.cleaned_data
        values = {name: given[name] for name in ("arrival_mode", "purpose", "name")}
        with refusals_on(form):
            saved = receive_party(act, Arrival(
                Visit.Kind.WALKIN, int(given["party_size"]), form.consultant_id,
                phone=given["phone"], values=values,
            ))  # fmt: skip
            person = saved.visit.consultant
            words = _("Party of %(count)s received.") % {"count": saved.visit.party_size}
            say(request, f"{words} {person.name}" if person else words)
            tell(request, saved)
            return see_other(request, home_of(user))
    return form_sheet(request, "prospecting/arrival.html", form, {"back": home_of(user)})


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(*RECEIVERS)
@once_per_key
def phone_in(request: HttpRequest) -> HttpResponse:
    """Somebody called. Whoever sells goes on to fill the row; the front desk goes back."""
    user: User = request.user  # type: ignore[assignment]
    act = act_of(request)
    if request.method != "POST" and (closed := locked_page(request, act, act.on, _("A call came in"))):
        return closed
    people = receivers(user, turns(act.store, act.on))
    own = not gives_to_others(user)
    form = CallForm(act, people, posted(request), initial={"consultant": str(user.pk) if own else ""})
    if form.is_valid():
        given = dict(form.cleaned_data)
        consultant, phone = form.consultant_id, given.pop("phone")
        del given["consultant"]
        with refusals_on(form):
            saved = receive_party(
                act,
                Arrival(Visit.Kind.PHONEIN, 1, consultant, phone=phone, values=given | {"left_at": act.at}),
            )
            say(request, _("Call noted."))
            if own:
                return see_other(request, reverse("visit", args=[saved.visit.pk]))
            return see_other(request, home_of(user))
    return form_sheet(request, "prospecting/call.html", form, {"back": home_of(user)})


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(*RECEIVERS)
@once_per_key
def event_contact(request: HttpRequest) -> HttpResponse:
    """Somebody was met at an event (R-REG-03), today or on an earlier day; who sells goes on to fill the row."""
    user: User = request.user  # type: ignore[assignment]
    act = act_of(request)
    own = not gives_to_others(user)
    people = receivers(user, turns(act.store, act.on))
    form = EventForm(act, people, posted(request), initial={"consultant": str(user.pk) if own else ""})
    back = f"{reverse('registers')}?kind={Visit.Kind.EVENT}"
    if form.is_valid():
        given, met_at = form.cleaned_data, form.met_at()
        values = {name: given[name] for name in ("name", "product", "channel", "course")}
        with refusals_on(form):
            saved = receive_party(act, Arrival(
                Visit.Kind.EVENT, given["party_size"], form.consultant_id, met_at, given["phone"],
                values | {"left_at": met_at},
            ))  # fmt: skip
            say(request, _("Contact at an event noted."))
            tell(request, saved)
            if own:
                return see_other(request, reverse("visit", args=[saved.visit.pk]))
            return see_other(request, f"{back}&on={saved.visit.on}")
    return form_sheet(request, "prospecting/event.html", form, {"back": back})


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Fill the row; with a number it opens the card or joins the one there is."""
    act, row = act_of(request), editable_visit(request, pk)
    day = day_of(act.store, row.on)
    if request.method != "POST" and not may_complete(act, row, day):
        return _read_only(request, row, day)
    form = VisitForm(act, posted(request), instance=row, signed=is_signed_off(act, day))
    if form.is_valid():
        with refusals_on(form, lambda current: VisitForm.stored(act, current)):
            saved = complete_visit(
                act, pk, version=form.cleaned_data["version"], values=form.values(), judged=form.judged()
            )
            say(request, _("Row saved."))
            tell(request, saved)
            return see_other(request, _back(request, row))
    if form.is_bound:
        # The form has written its values into the row it was given; the page shows the stored one.
        row = editable_visit(request, pk)
    user: User = request.user  # type: ignore[assignment]
    card = Customer.objects.visible_to(user).filter(visits=row).first()
    hours = timedelta(hours=act.store.playbook.settings.register_full_h)
    context = {
        "visit": row, "back": _back(request, row), "card": card, "signed": is_signed_off(act, day),
        "until": day.locked_at + hours if day.locked_at else None,
    }  # fmt: skip
    return form_sheet(request, "prospecting/visit.html", form, context)


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def consultant(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the party to another consultant."""
    act, row = act_of(request), editable_visit(request, pk)
    user: User = request.user  # type: ignore[assignment]
    if not gives_to_others(user):
        raise Http404
    if request.method != "POST" and (closed := locked_page(request, act, row.on, _("Hand the party over"))):
        return closed
    places = turns(act.store, act.on)
    initial = {"consultant": str(row.consultant_id or "")}
    form = ReceiverForm(receivers(user, places), posted(request), initial=initial)
    if form.is_valid():
        with refusals_on(form):
            saved = give_to(act, pk, int(form.cleaned_data["consultant"]))
            say(request, _("Handed to %(name)s.") % {"name": saved.visit.consultant})
            tell(request, saved)
            return see_other(request, _back(request, row))
    return form_sheet(request, "prospecting/receiver.html", form, {"visit": row, "back": _back(request, row)})


@require_POST
@once_per_key
def departure(request: HttpRequest, pk: int) -> HttpResponse:
    """The party leaves now."""
    row = editable_visit(request, pk)
    try:
        tell(request, note_departure(act_of(request), pk))
        say(request, _("Departure noted."))
    except Refused as refused:
        messages.error(request, str(refused.message))
    return see_other(request, _back(request, row))


def locked_page(request: HttpRequest, act: Act, on: date, heading: str) -> HttpResponse | None:
    """What stands in the place of a form that the lock of the day would refuse; None while it would not."""
    day = day_of(act.store, on)
    if not is_signed_off(act, day):
        return None
    back = f"{reverse('registers')}?on={on}"
    context = {"heading": heading, "day": day, "back": back}
    return fragment_or_page(request, "prospecting/locked.html", context, partial="sheet")


def _read_only(request: HttpRequest, row: Visit, day: RegisterDay) -> HttpResponse:
    context = {"heading": "", "visit": row, "day": day, "back": _back(request, row)}
    return fragment_or_page(request, "prospecting/locked.html", context, partial="sheet")


def editable_visit(request: HttpRequest, pk: int) -> Visit:
    """The row if the user may write it, else 404 as for one that is absent."""
    rows = Visit.objects.editable_by(request.user).select_related(  # type: ignore[arg-type]
        "store", "consultant", "customer", "product"
    )
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def tell(request: HttpRequest, saved: Saved) -> None:
    """Say what goes with a row that was kept."""
    said: list[Any] = [WARNINGS[code] for code in saved.warnings]
    if saved.waits:
        said.append(
            _("The level waits for your supervisor; until then the card stands where the evidence puts it.")
        )
    if saved.claimed:
        said.append(
            _("A colleague keeps this customer. Your manager decides; nothing was written on the card.")
        )
    for words in said:
        messages.warning(request, words)


def _back(request: HttpRequest, row: Visit) -> str:
    return local_url(request, f"{reverse('registers')}?on={row.on}&kind={row.kind}")
