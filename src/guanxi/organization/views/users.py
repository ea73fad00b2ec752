"""The users page of the admin."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.organization.forms.users import IssuePasswordForm, NewUserForm, UserForm
from guanxi.organization.guards import only_for
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.once import once_per_key
from guanxi.organization.operations.passwords import issue_password
from guanxi.organization.operations.users import (
    UserDraft,
    create_user,
    edit_user,
    reactivate_user,
    unlock_user,
)
from guanxi.organization.queries.users import everybody, locked_names
from guanxi.organization.refused_forms import refusals_on
from guanxi.organization.role_names import role_names
from guanxi.organization.rules.roles import Role
from guanxi.ui.forms import posted
from guanxi.ui.punctuation import listed
from guanxi.ui.responses import say, see_other


@require_safe
@only_for(Role.ADMIN)
def users(request: HttpRequest) -> HttpResponse:
    locked = locked_names(request.at)  # type: ignore[attr-defined]
    rows = [
        {"user": user, "roles": listed(role_names(user)), "is_locked": user.username in locked}
        for user in everybody()
    ]
    return render(request, "organization/users.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(Role.ADMIN)
@once_per_key
def new_user(request: HttpRequest) -> HttpResponse:
    initial = {"store": request.user.store, "language": "zh-hans"}  # type: ignore[union-attr]
    form = NewUserForm(posted(request), initial=initial)
    if form.is_valid():
        with refusals_on(form):
            draft = _draft(form, form.cleaned_data["language"])
            user = create_user(act_of(request), draft, form.cleaned_data["password"])
            say(request, _("%(name)s can sign in now.") % {"name": user})
            return see_other(request, reverse("users"))
    return render(request, "organization/user.html", {"form": form}, status=form.answer_status)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(Role.ADMIN)
@once_per_key
def user(request: HttpRequest, pk: int) -> HttpResponse:
    person = _person(pk)
    form = UserForm.of(person, posted(request))
    if form.is_valid():
        with refusals_on(form, UserForm.of):
            edit_user(act_of(request), pk, form.cleaned_data["version"] or 0, _draft(form, person.language))
            say(request, _("Saved."))
            return see_other(request, reverse("users"))
    context = {
        "form": form,
        "person": person,
        "is_locked": person.username in locked_names(request.at),  # type: ignore[attr-defined]
    }
    return render(request, "organization/user.html", context, status=form.answer_status)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(Role.ADMIN)
@once_per_key
def user_password(request: HttpRequest, pk: int) -> HttpResponse:
    person = _person(pk)
    form = IssuePasswordForm(posted(request), owner=person)
    if form.is_valid():
        issue_password(act_of(request), person, form.cleaned_data["password"])
        say(request, _("%(name)s has a temporary password; their sessions have ended.") % {"name": person})
        return see_other(request, reverse("user", args=[pk]))
    context = {"form": form, "person": person}
    return render(request, "organization/user_password.html", context, status=form.answer_status)


@require_POST
@only_for(Role.ADMIN)
def user_reactivation(request: HttpRequest, pk: int) -> HttpResponse:
    person = reactivate_user(act_of(request), _person(pk).pk)
    say(request, _("%(name)s can sign in again.") % {"name": person})
    return see_other(request, reverse("user", args=[pk]))


@require_POST
@only_for(Role.ADMIN)
def user_unlocking(request: HttpRequest, pk: int) -> HttpResponse:
    person = _person(pk)
    unlock_user(act_of(request), person)
    say(request, _("%(name)s may try again at once.") % {"name": person})
    return see_other(request, reverse("user", args=[pk]))


def _person(pk: int) -> User:
    return get_object_or_404(everybody(), pk=pk)


def _draft(form: UserForm, language: str) -> UserDraft:
    given = form.cleaned_data
    return UserDraft(
        given["username"], given["name"], given["store"], given["team"], given["roles"], language
    )
