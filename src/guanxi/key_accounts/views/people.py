"""A person of the map: their page, and the sheets that change what is known of them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.customers.models import Contact, Customer
from guanxi.key_accounts.forms import DepartureForm, LinesForm, MarksForm, NewPersonForm
from guanxi.key_accounts.forms_relations import TieForm
from guanxi.key_accounts.models import ChainRole, KeyPerson, OurTie
from guanxi.key_accounts.operations.people import add_people, note_departure, save_person, take_back_marks
from guanxi.key_accounts.operations.relations import save_tie
from guanxi.key_accounts.operations.removals import is_removable, remove_person
from guanxi.key_accounts.queries.maps import map_of
from guanxi.key_accounts.queries.people import history_of, namesakes, slip_of
from guanxi.key_accounts.views.places import account, editable_account, map_url, sheet
from guanxi.key_accounts.words import COACH_USES, STYLES
from guanxi.lib.keys import parse_key
from guanxi.organization.middleware import act_of
from guanxi.organization.once import once_per_key
from guanxi.organization.refusals import Refused
from guanxi.ui.forms import posted
from guanxi.ui.responses import say, see_other


def person_url(pk: int, person: int) -> str:
    return reverse("key-person", args=[pk, person])


@require_safe
def key_person(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    """Everything known of one person, and how every mark came about."""
    card = account(request, pk)
    act = act_of(request)
    on = act.on
    found = map_of(card, on)
    one = next((one for one in [*found.people, *found.gone] if one.pk == person), None)
    if one is None:
        raise Http404
    names = found.by_key
    style = STYLES.get(one.marks["style"])
    editable = Customer.objects.editable_by(request.user).filter(pk=pk).exists()  # type: ignore[arg-type]
    context = {
        "customer": card,
        "person": one,
        "row": one.row,
        "boss": names.get(one.boss or 0),
        "reports": [other for other in found.people if other.boss == one.pk],
        "influences": [(line, names[line.target_id]) for line in found.lines if line.source_id == one.pk],
        "influenced_by": [(line, names[line.source_id]) for line in found.lines if line.target_id == one.pk],
        "ties": [tie for tie in found.ties if tie.person_id == one.pk],
        "history": history_of(found.changes, one.pk),
        "namesakes": namesakes(request.user, one.contact),  # type: ignore[arg-type]
        "style": style,
        "coach_uses": COACH_USES if one.marks["attitude"] == "*" else (),
        "on": on,
        "editable": editable,
        "version": 0 if one.row._state.adding else one.row.version,
        "slip": editable and slip_of(one.pk, request.user, act.store, on),  # type: ignore[arg-type]
        "removable": editable and is_removable(one.pk),
        "works_here": editable and one.row.left_on is None,
        "chain_roles": [str(label) for code, label in ChainRole.choices if code in one.row.chain_roles],
    }
    return render(request, "key_accounts/person.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def new_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Put one person on the map; ``?name=`` is whose name the card bears."""
    card = editable_account(request, pk)
    act = act_of(request)
    form = NewPersonForm(
        card, posted(request), initial={"seen_on": act.on, "name": request.GET.get("name", "")[:40]}
    )
    return sheet(
        request, card, form, _("Add a person"), lambda: add_people(act, pk, [form.draft()]),
        template="key_accounts/marks.html",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def people_lines(request: HttpRequest, pk: int) -> HttpResponse:
    """Put several people on the map in its own notation."""
    card = editable_account(request, pk)
    act = act_of(request)
    form = LinesForm(posted(request), initial={"seen_on": act.on})
    count = len(form.cleaned_data["lines"]) if form.is_valid() else 0
    return sheet(
        request, card, form, _("Write people in a line each"), lambda: add_people(act, pk, form.drafts()),
        message=ngettext("%(count)s person added.", "%(count)s people added.", count) % {"count": count},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def person_marks(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    """Change what the map says of a person; a changed mark needs evidence."""
    card = editable_account(request, pk)
    act = act_of(request)
    contact = get_object_or_404(card.contacts, pk=person)
    row = KeyPerson.of(contact, act.on)
    form = MarksForm(card, posted(request), instance=row)
    return sheet(
        request,
        card,
        form,
        contact.name,
        lambda: save_person(
            act, pk, person, form.values(), version=form.cleaned_data["version"], seen=form.seen()
        ),
        stored=lambda current: MarksForm(card, instance=current),
        template="key_accounts/marks.html",
        back=person_url(pk, person),
        more={"person": contact},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def departure(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    """A person left the company, or is back."""
    card = editable_account(request, pk)
    act = act_of(request)
    contact = get_object_or_404(card.contacts, pk=person)
    row = KeyPerson.of(contact, act.on)
    version = 0 if row._state.adding else row.version
    form = DepartureForm(
        posted(request), initial={"version": version, "left_on": None if row.left_on else act.on}
    )
    heading = _("%(name)s is back") if row.left_on else _("%(name)s left the company")
    return sheet(
        request, card, form, heading % {"name": contact.name},
        lambda: note_departure(act, pk, person, form.cleaned_data["left_on"], version=form.cleaned_data["version"]),
    )  # fmt: skip


@require_POST
@once_per_key
def marks_undo(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    """Take back the marks one set last, on the same day."""
    editable_account(request, pk)
    try:
        take_back_marks(act_of(request), pk, person, version=parse_key(request.POST.get("version", "")) or 0)
        say(request, _("The marks stand as before."))
    except Contact.DoesNotExist as error:
        raise Http404 from error
    except Refused as refused:
        say(request, refused.message)
    return see_other(request, person_url(pk, person))


@require_POST
@once_per_key
def person_removal(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    """Take somebody off the map whom nobody worked with."""
    card = editable_account(request, pk)
    contact = get_object_or_404(card.contacts, pk=person)
    try:
        remove_person(act_of(request), pk, person, version=parse_key(request.POST.get("version", "")) or 0)
        say(request, _("%(name)s is off the map.") % {"name": contact.name})
    except Refused as refused:
        say(request, refused.message)
        return see_other(request, person_url(pk, person))
    return see_other(request, map_url(pk))


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def tie(request: HttpRequest, pk: int, person: int, tie: int | None = None) -> HttpResponse:
    """How well one of us stands with a person."""
    card = editable_account(request, pk)
    act = act_of(request)
    contact = get_object_or_404(card.contacts, pk=person)
    row = get_object_or_404(contact.our_ties, pk=tie) if tie else OurTie(person=contact)
    initial = {} if tie else {"user": request.user.pk, "on": act.on}
    form = TieForm(card, posted(request), instance=row, initial=initial)

    def save() -> OurTie:
        values = form.values()
        return save_tie(act, pk, person, values.pop("user").pk, values, version=form.shown_version)

    return sheet(
        request, card, form, _("Who of us knows %(name)s") % {"name": contact.name}, save,
        stored=lambda current: TieForm(card, instance=current), back=person_url(pk, person),
    )  # fmt: skip
