"""The customer page: who they are, at which level and why, what was said, what comes next."""

from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from guanxi.cadence.models import LevelChange, LossReport, Task
from guanxi.cadence.queries.facts import level_facts
from guanxi.cadence.queries.timeline import Mark, timeline
from guanxi.cadence.rules.follow_ups import interval
from guanxi.cadence.rules.levels import suggest_level
from guanxi.cadence.rules.purposes import missing_evidence, purpose_of
from guanxi.customers.models import Customer
from guanxi.customers.queries.cards import get_customer
from guanxi.deals.models import Order
from guanxi.markets.queries.campaigns import held_back
from guanxi.merging.queries import kept_in_place_of, standing_merges
from guanxi.organization.labels import language
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.rules.roles import Role
from guanxi.performance.rules.periods import start_of
from guanxi.ui.responses import fragment_or_page
from guanxi.workspace.forms.registry import forms_for
from guanxi.workspace.sentences import task_words

OPPORTUNITIES_SHOWN = 10
# Panels other domains show on this page, loaded after it: id, name of the address, and what the link to it says.
PANELS = (
    ("value", "customer-value", pgettext_lazy("page", "Value")),
    ("chance", "customer-chance", gettext_lazy("Chance")),
    ("contracts", "customer-contracts", gettext_lazy("Contracts")),
    ("products", "customer-products", gettext_lazy("Products: buys now, could buy")),
    ("referrals", "customer-referrals", gettext_lazy("Referrals")),
)


def _get(request: HttpRequest, pk: int) -> Customer:
    try:
        return get_customer(request.user, pk)  # type: ignore[arg-type]
    except Customer.DoesNotExist as error:
        raise Http404 from error


@require_safe
def customer(request: HttpRequest, pk: int) -> HttpResponse:
    """One card with its panels; a fixed number of queries."""
    user: User = request.user  # type: ignore[assignment]
    try:
        card = get_customer(user, pk)
    except Customer.DoesNotExist as error:
        # A link or a bookmark of a card that was merged leads to the card it went into.
        kept = kept_in_place_of(pk)
        if kept is None or not Customer.objects.visible_to(user).filter(pk=kept).exists():
            raise Http404 from error
        return redirect("customer", kept)
    on, playbook = act_of(request).on, card.store.playbook
    editable = Customer.objects.editable_by(user).filter(pk=pk).exists()
    tasks = list(card.tasks.open().select_related("given_by").order_by("due_on", "id"))
    follow_up = next((task for task in tasks if task.kind == Task.Kind.FOLLOW_UP), None)
    facts = level_facts(card)
    suggestion = suggest_level(facts, on, playbook) if card.is_open else None
    aim = purpose_of(card.level, facts.ticked, playbook)
    events, older = timeline(card)
    orders = list(
        Order.objects.visible_to(user)
        .filter(customer=card)
        .select_related("product", "item")
        .prefetch_related("deposits")
    )
    context = {
        "customer": card,
        "record_url": reverse("contact", args=[pk]) if editable else "",
        "on": on,
        "editable": editable,
        "revealable": Customer.objects.revealable_by(user).filter(pk=pk).exists() if not editable else True,
        "phones": list(card.phones.all()),
        "contacts": list(card.contacts.all()),
        "intent": getattr(card, "intent", None),
        "owned": list(card.owned_items.all()),
        "follow_up": follow_up,
        "late": follow_up.overdue_days(on) if follow_up else 0,
        "tasks": [
            {"task": task, "words": task_words(task, playbook), "late": task.overdue_days(on)}
            for task in tasks
            if task.kind != Task.Kind.FOLLOW_UP
        ],
        "suggestion": suggestion,
        "evidence": [item.label.text(language()) for item in playbook.evidence if item.code in facts.ticked],
        # Above H stands only O, which an order makes and no evidence.
        "missing": missing_evidence(card.level, facts.ticked, playbook)
        if card.level in "ABCN" and card.level
        else [],
        "aim": aim.aim.text(language()) if aim else "",
        "words": aim.words.text(language()) if aim and aim.words else "",
        "interval": interval(card.level, playbook) if card.is_open else None,
        "pending_change": LevelChange.objects.filter(
            customer=card, state__in=[LevelChange.State.REQUESTED, LevelChange.State.PROPOSED]
        ).first(),
        "pending_loss": LossReport.objects.pending().of_cards().filter(customer=card).first(),
        "held_back": held_back(card, on),
        "merges": standing_merges(act_of(request), card),
        "orders": orders,
        "opportunities": list(card.opportunities.select_related("loss")[:OPPORTUNITIES_SHOWN]),
        "open_order": next((order for order in orders if order.state == Order.State.OPEN), None),
        "events": events,
        "older": str(Mark.of(events[-1])) if older else "",
        "panels": [(name, reverse(address, args=[pk]), label) for name, address, label in PANELS],
        "dimensions": _dimensions(card),
        "forms": [(form.code, form.label.text(language())) for form in forms_for(user, card)],
        "may_export": user.may_export,
        "language": language(),
        "hand_over_url": f"{reverse('hand-over')}?customer={pk}"
        if editable and user.has_role(Role.MANAGER)
        else "",
        "may_change_source": editable and user.has_role(Role.MANAGER),
    }
    return render(request, "workspace/customer.html", context)


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Older events of the timeline, twenty at a time."""
    card = _get(request, pk)
    try:
        # A plus sign that nobody escaped arrives as a blank.
        before = Mark.parse(request.GET.get("before", "").replace(" ", "+"))
    except ValueError as error:
        raise Http404 from error
    events, older = timeline(card, before=before)
    context = {
        "customer": card,
        "on": act_of(request).on,
        "events": events,
        "older": str(Mark.of(events[-1])) if older else "",
    }
    return render(request, "workspace/customer_history.html", context)


@require_safe
def customer_day(request: HttpRequest, pk: int, day: str) -> HttpResponse:
    """What was done about one customer on one day: what a cell of the month sheet stands for."""
    card = _get(request, pk)
    try:
        on = date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
    today = act_of(request).on
    if not date(2000, 1, 1) <= on <= today:
        raise Http404
    zone = card.store.timezone
    events, _older = timeline(
        card, within=(start_of(on, zone), start_of(on + timedelta(days=1), zone)), limit=50
    )
    context = {"customer": card, "on": today, "day": on, "events": events}
    return fragment_or_page(request, "workspace/customer_day.html", context, partial="sheet")


def _dimensions(card: Customer) -> list[tuple[str, str]]:
    """The ten or nine dimensions that are filled, by label (handbook 1.3)."""
    playbook = card.store.playbook
    kind = "org_dimensions" if card.kind == Customer.Kind.ORG else "person_dimensions"
    labels = playbook.labels(kind)
    return [
        (label.text(language()), card.dimensions[code])
        for code, label in labels.items()
        if card.dimensions.get(code)
    ]
