"""The plan of an account, its review, and the ranking of accounts."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.customers.models import Customer
from guanxi.key_accounts.forms_plans import MemberForm, PlanForm
from guanxi.key_accounts.models import AccountMember, AccountPlan, StrategicTrait
from guanxi.key_accounts.operations.account_plans import remove_member, save_member, save_plan
from guanxi.key_accounts.queries.account_plans import PlanTold, plan_of, plan_told
from guanxi.key_accounts.queries.screening import screening_page, to_screen
from guanxi.key_accounts.rules.growth import AWARENESS, CARE, PAIRS
from guanxi.key_accounts.templatetags.key_accounts import exactly
from guanxi.key_accounts.views.places import account, account_tabs, editable_account, sheet
from guanxi.key_accounts.words import METHOD
from guanxi.key_accounts.words_plans import (
    SECTIONS,
    department_words,
    means_words,
    pair_words,
    question_words,
    risk_words,
)
from guanxi.lib.keys import parse_key
from guanxi.lib.money import format_ratio
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.once import once_per_key
from guanxi.organization.refusals import Refused
from guanxi.organization.rules.roles import Reach
from guanxi.ui.forms import posted
from guanxi.ui.responses import say, see_other


@require_safe
def account_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan with what is reckoned from it; a fixed number of queries."""
    return render(request, "key_accounts/plan.html", _context(request, pk, "plan"))


@require_safe
def account_review(request: HttpRequest, pk: int) -> HttpResponse:
    """What a director reads in two minutes and prints."""
    context = _context(request, pk, "review")
    told: PlanTold = context["told"]
    figures = {
        "met": format_ratio(exactly(told.told.support.coverage)),
        "met_well": format_ratio(exactly(told.told.support.key_coverage)),
        "pairs_text": f"{len(told.pairs)}/{len(PAIRS)}",
        "risks": risk_words(told),
    }
    return render(request, "key_accounts/review.html", context | figures)


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def plan_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the plan."""
    card = editable_account(request, pk)
    form = PlanForm(posted(request), instance=plan_of(card))
    return sheet(
        request, card, form, _("Account plan"),
        lambda: save_plan(act_of(request), pk, form.values(), version=form.shown_version, seen=form.seen()),
        stored=lambda current: PlanForm(instance=current),
        template="key_accounts/plan_sheet.html", back=plan_url(pk),
        more={"sections": [(SECTIONS[code], fields) for code, fields in form.sections]},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def member(request: HttpRequest, pk: int, member: int | None = None) -> HttpResponse:
    """Put one of us into the team, or change it."""
    card = editable_account(request, pk)
    rows = AccountMember.objects.filter(customer=card)
    row = get_object_or_404(rows, pk=member) if member else AccountMember(customer=card)
    form = MemberForm(card, posted(request), instance=row)
    return sheet(
        request, card, form, _("Account team"),
        lambda: save_member(act_of(request), pk, member, form.values(), version=form.shown_version),
        stored=lambda current: MemberForm(card, instance=current), back=plan_url(pk),
    )  # fmt: skip


@require_POST
@once_per_key
def member_removal(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """Take one of us out of the team."""
    card = editable_account(request, pk)
    row = get_object_or_404(AccountMember, customer=card, pk=member)
    try:
        remove_member(act_of(request), pk, row.pk, version=parse_key(request.POST.get("version", "")) or 0)
        say(request, _("They are out of the team."))
    except Refused as refused:
        say(request, refused.message)
    return see_other(request, plan_url(pk))


@require_safe
def screening(request: HttpRequest) -> HttpResponse:
    """Organisations by their points; ``?open=1`` those that lack a rating; thirty at a time."""
    user: User = request.user  # type: ignore[assignment]
    if user.read_reach == Reach.NONE:
        raise Http404
    is_open = request.GET.get("open") == "1"
    given = request.GET.get("after", "")
    keys = [parse_key(part) for part in given.split("~")] if given else []
    if given and (None in keys or len(keys) != (1 if is_open else 2)):
        raise Http404
    context: dict[str, Any] = {
        "views": [
            {"url": request.path, "label": _("Ranked"), "active": not is_open},
            {"url": f"{request.path}?open=1", "label": _("To be screened"), "active": is_open},
        ],
        "is_open": is_open,
    }
    if is_open:
        context["cards"], last = to_screen(user, keys[0] if keys else None)
        more = f"{request.path}?open=1&after={last}" if last else ""
    else:
        page = screening_page(user, (keys[0], keys[1]) if keys else None)  # type: ignore[arg-type]
        context["rows"] = page.rows
        more = f"{request.path}?after={page.after[0]}~{page.after[1]}" if page.after else ""
    context["page"] = {"next_url": more, "previous_url": ""}
    return render(request, "key_accounts/screening.html", context)


def plan_url(pk: int) -> str:
    return reverse("account-plan", args=[pk])


def _context(request: HttpRequest, pk: int, here: str) -> dict[str, Any]:
    card = account(request, pk)
    act = act_of(request)
    told = plan_told(card, act.on)
    user: User = request.user  # type: ignore[assignment]
    return {
        "customer": card,
        "tabs": account_tabs(pk, here),
        "on": act.on,
        "told": told,
        "plan": told.plan,
        "editable": Customer.objects.editable_by(user).filter(pk=pk).exists(),
        "pairs": pair_words(told),
        "supporting": [one for one in told.members if one.function == AccountMember.Function.SUPPORT],
        "departments": department_words(told),
        "grown_by": [
            (_("Ways to become known:"), means_words(told, AWARENESS)),
            (_("Care:"), means_words(told, CARE)),
        ],
        "questions": question_words(told),
        "step": told.told.step,
        "method": METHOD[told.told.step.code],
        "growth": AccountPlan.Growth.choices,
        "traits": _traits(told.plan.strategic_traits),
    }


def _traits(codes: list[str]) -> list[tuple[str, bool]]:
    return [(str(trait.label), trait.value in codes) for trait in StrategicTrait]
