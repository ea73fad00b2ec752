"""Whom to call for the value at risk: the list, and taking calls back."""

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from guanxi.catalogue.models import sees_margins
from guanxi.insights.operations.calls import AT_ONCE, ask_calls, take_calls_back
from guanxi.insights.queries.calls import calls, rounds
from guanxi.insights.queries.values import latest_run
from guanxi.insights.views.values import told
from guanxi.lib.keys import parse_key
from guanxi.organization.guards import only_for
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.once import once_per_key
from guanxi.organization.refusals import Refused
from guanxi.organization.rules.roles import WRITE
from guanxi.ui.responses import say, see_other

LISTED, CHOSEN = AT_ONCE, 10


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(*WRITE)
@once_per_key
def value_calls(request: HttpRequest) -> HttpResponse:
    """Whom to call: the most value at risk first, ten of them ticked while none was asked for; posted, they stand in
    Today. Above them the calls asked for, with what came of each; those that wait
    are taken back there."""
    user: User = request.user  # type: ignore[assignment]
    act = act_of(request)
    refused = ""
    if request.method == "POST":
        keys = [key for key in map(parse_key, request.POST.getlist("customer")) if key is not None]
        try:
            asked = ask_calls(act, keys)
        except ObjectDoesNotExist as error:
            raise Http404 from error
        except Refused as error:
            refused = str(error.message)
        else:
            count = len(asked.tasks)
            words = ngettext("%(count)s call stands in Today.", "%(count)s calls stand in Today.", count)
            said = [words % {"count": count}]
            if asked.waiting:
                said.append(_("%(count)s stood there before.") % {"count": asked.waiting})
            if asked.left:
                said.append(_("%(count)s are left in peace.") % {"count": asked.left})
            undo = reverse("value-calls-undo", args=[asked.tasks[0].pk]) if asked.tasks else None
            say(request, " ".join(said), undo_url=undo)
            return see_other(request, reverse("value-calls"))
    run, asked_before = latest_run(act.store), rounds(user, act.on)
    waiting = any(one.waiting for one in asked_before)
    rows = []
    free = 0
    listed = calls(user, run, act.on, LISTED) if run else []
    for one in listed:
        may = one.asked is None and one.contacted_on is None
        free += may
        # Who has just asked for ten does not want the next ten ticked.
        ticked = may and not waiting and free <= CHOSEN
        rows.append(told(one.value, act.on, one.value.run) | {"one": one, "ticked": ticked})
    context = {
        "run": run, "on": act.on, "rows": rows, "rounds": asked_before, "money": sees_margins(user), "refused": refused,
        "most": AT_ONCE,
    }  # fmt: skip
    return render(request, "insights/calls.html", context, status=422 if refused else 200)


@require_POST
@only_for(*WRITE)
@once_per_key
def value_calls_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back the calls asked for together, or with ``alone`` this one of them."""
    try:
        count = take_calls_back(act_of(request), pk, alone=request.POST.get("alone") == "1")
    except ObjectDoesNotExist as error:
        raise Http404 from error
    say(
        request,
        ngettext("%(count)s call was taken back.", "%(count)s calls were taken back.", count)
        % {"count": count},
    )
    return see_other(request, reverse("value-calls"))
