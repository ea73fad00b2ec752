"""Today: whom to contact, why and with what words; for leaders, who is behind and what waits for a decision."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guanxi.cadence.models import Task
from guanxi.cadence.queries.decisions import (
    collisions_to_decide,
    downgrade_proposals,
    level_requests,
    losses_to_decide,
    unconfirmed_cards,
)
from guanxi.cadence.queries.due import DueItem, releasable, who_is_behind, worklist
from guanxi.customers.models import Customer, Transfer, cards_within
from guanxi.deals.operations.contracts import RENEWAL
from guanxi.insights.queries.calls import CALL
from guanxi.insights.queries.values import values_of
from guanxi.insights.value_words import call_script
from guanxi.markets.models import Campaign
from guanxi.organization.labels import language
from guanxi.organization.middleware import act_of
from guanxi.organization.models import Store, User
from guanxi.organization.rules.roles import LEADERS, Reach, Role
from guanxi.performance.queries.coaching import coaching_due
from guanxi.performance.queries.daily_reports import missing_reports, own_reports
from guanxi.pipeline.models import BidApproval
from guanxi.playbooks.definitions import Playbook
from guanxi.prospecting.queries.alerts import rows_to_fill
from guanxi.ui.responses import fragment_or_page
from guanxi.workspace.sentences import purpose, reason, task_words

SHORT = 10
# Beyond this a number says nothing more than "many", and counting would walk every card of the store.
COUNTED = 100
FIRST, ALL = 15, 200
OWED = 5


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Where a person starts: Today for those who read customers, else the first place their role has."""
    user: User = request.user  # type: ignore[assignment]
    if user.read_reach != Reach.NONE:
        return redirect("today")
    if user.has_role(Role.FRONT_DESK):
        return redirect("reception")
    if user.has_role(Role.FINANCE):
        return redirect("orders")
    if user.has_role(Role.LEGAL):
        return redirect("tender-items")
    return redirect("settings" if user.has_role(Role.ADMIN) else "no-place")


@require_safe
def no_place(request: HttpRequest) -> HttpResponse:
    """For roles whose pages come with other parts of the method."""
    return render(request, "workspace/no_place.html")


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """One's own list; leaders and readers start at the team's."""
    user: User = request.user  # type: ignore[assignment]
    if user.read_reach == Reach.NONE:
        return redirect("home")
    whose = request.GET.get("whose") or ("mine" if user.has_role(Role.CONSULTANT) else "team")
    if whose == "team" and user.read_reach in (Reach.TEAM, Reach.STORE, Reach.ALL):
        return _team(request, user)
    return _mine(request, user)


def _views(user: User, active: str) -> list[dict[str, object]]:
    if not user.has_role(Role.CONSULTANT) or user.read_reach == Reach.OWN:
        return []
    url = reverse("today")
    return [
        {"url": f"{url}?whose=mine", "label": _("Mine"), "active": active == "mine"},
        {"url": f"{url}?whose=team", "label": _("Team"), "active": active == "team"},
    ]


def _mine(request: HttpRequest, user: User) -> HttpResponse:
    act = act_of(request)
    store, on = act.store, act.on
    ahead = request.GET.get("day") == "tomorrow"
    day = on + timedelta(days=1) if ahead else on
    whole = request.GET.get("all") == "1"
    found = worklist(user, store, day, limit=ALL if whole else FIRST)
    url = reverse("today")
    context = {
        "on": on,
        "day": day,
        "ahead": ahead,
        "work": found,
        "rows": _with_value(shown_items(found.items, store.playbook, day), store, day),
        "total": found.due + found.done,
        "rest": max(found.due - len(found.items), 0),
        "levels": _my_levels(user),
        "views": _views(user, "mine"),
        "owed": [] if ahead else list(rows_to_fill(user, store, act.at)[:OWED]),
        "days": [
            {"url": url, "label": _("Today"), "active": not ahead},
            {"url": f"{url}?day=tomorrow", "label": _("Tomorrow"), "active": ahead},
        ],
        "reports": own_reports(user, store, act.at) if user.has_role(Role.CONSULTANT) else None,
        "quiet": _quiet(user, store, on) if not found.items else [],
    }
    return render(request, "workspace/today.html", context)


def shown_items(items: list[DueItem], playbook: Playbook, on: date) -> list[dict[str, Any]]:
    """What a row says about each item due on ``on``, which is tomorrow when one looks ahead."""
    rows = []
    for item in items:
        aim = purpose(item, playbook)
        rows.append(
            {
                "item": item,
                "customer": item.customer,
                "reason": reason(item, playbook, on),
                "aim": aim.aim.text(language()) if aim else "",
                "words": aim.words.text(language()) if aim and aim.words else "",
                "tasks": [
                    {"task": task, "words": task_words(task, playbook), "url": _ask_url(task)}
                    for task in item.tasks
                    # A contact acknowledges an instruction; it stands in the reason.
                    if task.kind != Task.Kind.INSTRUCTION
                ],
                "late": item.days_late,
                "record_url": _record_url(item),
            }
        )
    return rows


def _with_value(rows: list[dict[str, Any]], store: Store, on: date) -> list[dict[str, Any]]:
    """Beside each item what its customer is worth, and the words for a call asked for its value and for a renewal.
    Value alone pushes nobody forward: a call that somebody asked for does."""
    values = values_of(store, [row["customer"].pk for row in rows])
    told = []
    for row in rows:
        value = values.get(row["customer"].pk)
        asked = any(task.item == CALL for task in row["item"].tasks)
        call = call_script(value, store.playbook, on) if asked else ("", "")
        renews = any(task.item == RENEWAL for task in row["item"].tasks)
        renewal = store.playbook.renewal_words.text(language()) if renews else ""
        told.append(
            row | {"value": value, "call_aim": call[0], "call_words": call[1], "renewal_words": renewal}
        )
    return told


def _record_url(item: DueItem) -> str:
    """The record form; where only a task is due, saving a contact finishes it."""
    url = f"{reverse('contact', args=[item.customer.pk])}?back={reverse('today')}"
    return url if item.follow_up or not item.tasks else f"{url}&task={item.tasks[0].pk}"


def _ask_url(task: Task) -> str:
    """Where what came of a request for a recommendation is told; "" for other tasks."""
    if task.kind != Task.Kind.ASK:
        return ""
    return f"{reverse('referral-request', args=[task.customer_id])}?moment={task.item}"


def _my_levels(user: User) -> list[tuple[str, int]]:
    counts: dict[str, int] = dict(
        Customer.objects.visible_to(user).filter(owner=user)
        .live().order_by().values_list("level").annotate(count=Count("pk"))
    )  # fmt: skip
    return [(level, counts.get(level, 0)) for level in "OHABCN"]


def _quiet(user: User, store: Store, on: date) -> list[Customer]:
    """Base customers longest without a contact, for a day with nothing due (R-CUS-07)."""
    since = on - timedelta(days=store.playbook.settings.cadence_base_days)
    rows = Customer.objects.visible_to(user).filter(
        owner=user, level__in=["", "D", "M"], last_contact_on__lt=since
    )
    return list(rows.order_by("last_contact_on", "id")[:8])


def _first(waiting: dict[str, QuerySet[Any]], shown: int) -> dict[str, object]:
    """What waits for the leader, ``shown`` of each kind, and in ``more`` the kinds of which more wait."""
    found = {kind: list(rows[: shown + 1]) for kind, rows in waiting.items()}
    return {
        **{kind: rows[:shown] for kind, rows in found.items()},
        "more": {kind: len(rows) > shown for kind, rows in found.items()},
    }


def _shown(request: HttpRequest) -> int:
    return ALL if request.GET.get("all") == "1" else SHORT


def _team(request: HttpRequest, user: User) -> HttpResponse:
    act = act_of(request)
    behind = who_is_behind(user, act.on)
    leads = user.has_role(*LEADERS)
    missing_on, missing = missing_reports(user, act.store, act.at) if leads else (None, [])
    waiting = {
        "requests": level_requests(user),
        "losses": losses_to_decide(user),
        "collisions": collisions_to_decide(user),
        "bids": BidApproval.objects.decidable_by(user).select_related("opportunity__customer", "asked_by"),
    }
    context = {
        "on": act.on,
        "missing_on": missing_on,
        "missing": missing,
        "coaching": coaching_due(user, act.on) if leads else [],
        "campaigns": list(Campaign.objects.editable_by(user).to_evaluate(act.on)),
        "behind": behind,
        "open": sum(row.open for row in behind),
        "late": sum(row.late for row in behind),
        "done": sum(row.done_today for row in behind),
        **_first(waiting, _shown(request)),
        "may_decide": leads,
        "may_hand_over": user.has_role(Role.MANAGER),
        "views": _views(user, "team"),
    }
    return render(request, "workspace/team.html", context)


@require_safe
def further(request: HttpRequest) -> HttpResponse:
    """What waits without hurry, below the leaders' Today: to confirm, to reassign, downgrades, hand-overs."""
    user: User = request.user  # type: ignore[assignment]
    if user.read_reach not in (Reach.TEAM, Reach.STORE, Reach.ALL):
        raise Http404
    act = act_of(request)
    unconfirmed = unconfirmed_cards(user)
    release = (
        releasable(user, act.store.playbook, act.on) if user.has_role(*LEADERS) else Customer.objects.none()
    )
    since = act.at - timedelta(days=7)
    transfers = Transfer.objects.filter(cards_within(user, user.read_reach, "customer__"), at__gte=since)
    context = {
        "on": act.on,
        "unconfirmed": unconfirmed[:SHORT],
        "unconfirmed_count": unconfirmed[:COUNTED].count(),
        "releasable": release[:SHORT],
        "releasable_count": release[:COUNTED].count(),
        **_first({"downgrades": downgrade_proposals(user)}, _shown(request)),
        "transfers": transfers.select_related("customer", "from_owner", "to_owner").order_by("-at")[:10],
        "may_hand_over": user.has_role(Role.MANAGER),
        "may_intervene": user.has_role(Role.MANAGER),
    }
    return fragment_or_page(request, "workspace/further.html", context, partial="further")
