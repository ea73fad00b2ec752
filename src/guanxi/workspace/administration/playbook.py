"""The store's playbook: every value with its default, and what a change would do before it does (J7)."""

from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from guanxi.cadence.operations.rescheduling import apply_setting
from guanxi.organization.guards import only_for
from guanxi.organization.labels import language
from guanxi.organization.middleware import act_of
from guanxi.organization.models import Store
from guanxi.organization.once import once_per_key
from guanxi.organization.operations.playbooks import SettingRefused, playbook_if
from guanxi.organization.refusals import StaleEdit
from guanxi.organization.refused_forms import show_refusal
from guanxi.organization.rules.roles import Role
from guanxi.playbooks.definitions import SettingText
from guanxi.playbooks.loader import load_pack
from guanxi.ui.forms import posted
from guanxi.ui.responses import say, see_other
from guanxi.workspace.administration.effects import effect_of
from guanxi.workspace.administration.setting_values import GROUPS, SettingForm, shown

LISTS = ("levels", "evidence", "sources", "channels", "task_templates", "care_steps", "outcomes", "reasons")


@require_safe
@only_for(Role.ADMIN, Role.MANAGER)
def playbook(request: HttpRequest) -> HttpResponse:
    store: Store = request.user.store  # type: ignore[union-attr, assignment]
    book = store.playbook
    values, defaults = book.default_values(), load_pack(store.pack).default_values()
    rows = [
        {
            "text": text,
            "label": text.label.text(language()),
            "help": text.help.text(language()),
            "value": shown(text.key, values[text.key], book),
            "default": shown(text.key, defaults[text.key], book),
            "is_changed": values[text.key] != defaults[text.key],
        }
        for text in sorted(book.setting_texts, key=lambda text: list(GROUPS).index(text.group))
    ]
    grouped = [
        (GROUPS[name], list(found)) for name, found in groupby(rows, key=lambda row: row["text"].group)
    ]  # type: ignore[attr-defined]
    context = {
        "groups": grouped,
        "pack": book.label.text(language()),
        "changed": sum(bool(row["is_changed"]) for row in rows),
        "may_change": request.user.has_role(Role.ADMIN),  # type: ignore[union-attr]
    }
    return render(request, "workspace/administration/playbook.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(Role.ADMIN)
@once_per_key
def setting(request: HttpRequest, key: str) -> HttpResponse:
    """Enter a value, see what it would change, then apply it or go back. ``?default=1`` starts at the pack's."""
    act = act_of(request)
    store, book = act.store, act.store.playbook
    text = next((text for text in book.setting_texts if text.key == key), None)
    if text is None:
        raise Http404
    current, default = book.default_values()[key], load_pack(store.pack).default_values()[key]
    form = SettingForm(key, default if request.GET.get("default") else current, book, posted(request))
    context: dict[str, Any] = _words(text) | {
        "form": form,
        "key": key,
        "value": shown(key, current, book),
        "default": shown(key, default, book),
        "is_changed": current != default,
        "version": _version(store, key),
    }
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            entered = form.value()
            if request.POST.get("step") == "apply":
                moved = apply_setting(act, key, entered, _given_version(request))
                return _applied(request, moved)
            then = playbook_if(store, key, entered)
            status = 200
            context["effect"] = effect_of(request.user, store, key, then, act.on)  # type: ignore[arg-type]
            context["entered"] = shown(key, then.default_values()[key], book)
            context["is_same"] = then.default_values()[key] == current
        except StaleEdit as stale:
            show_refusal(form, stale, lambda row: SettingForm(key, current, book))
            status = form.answer_status
        except SettingRefused as refused:
            show_refusal(form, refused)
    return render(request, "workspace/administration/setting.html", context, status=status)


@require_safe
@only_for(Role.ADMIN, Role.MANAGER)
def lists(request: HttpRequest) -> HttpResponse:
    """The pack's codes in both languages, to read."""
    book = request.user.store.playbook  # type: ignore[union-attr]
    names = {
        "levels": _("Levels"), "evidence": _("Evidence"), "sources": _("Sources"), "channels": _("Channels"),
        "task_templates": _("Tasks"), "care_steps": _("Owner care"), "outcomes": _("Outcomes"),
        "reasons": _("Reasons"),
    }  # fmt: skip
    tables = [
        {"title": names[name], "items": [(item, _extra(item)) for item in getattr(book, name)]}
        for name in LISTS
    ]
    return render(request, "workspace/administration/lists.html", {"tables": tables})


def _applied(request: HttpRequest, moved: int) -> HttpResponse:
    words = _("Saved.")
    if moved:
        words = ngettext("Saved. %(count)s date moved.", "Saved. %(count)s dates moved.", moved) % {
            "count": moved
        }
    say(request, words)
    return see_other(request, reverse("playbook"))


def _words(text: SettingText) -> dict[str, str]:
    return {"label": text.label.text(language()), "help": text.help.text(language()), "rule": text.rule}


def _extra(item: Any) -> str:
    """What a list says beside code and label: the level, the quadrant, or days from the anchor."""
    if hasattr(item, "offset_days"):
        return f"{item.anchor} {item.offset_days:+d}"
    if hasattr(item, "due_days"):
        return f"{item.group} {item.due_days:+d}"
    return str(getattr(item, "level", "") or getattr(item, "quadrant", "") or "")


def _version(store: Store, key: str) -> int:
    return store.overrides.filter(key=key).values_list("version", flat=True).first() or 0


def _given_version(request: HttpRequest) -> int:
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 10 else -1
