"""How somebody's yes or no arrives from a page."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from guanxi.organization.middleware import act_of
from guanxi.organization.refusals import Refused
from guanxi.pipeline.forms.belongings import DecisionForm
from guanxi.ui.responses import say


def take_decision(request: HttpRequest, decide: Callable[..., object], pk: int) -> None:
    """Let ``decide`` do what was answered, and say what came of it. Raises Http404 for what is no answer, and for what
    the actor may not decide."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        raise Http404
    given = form.cleaned_data
    approve = given["answer"] == "yes"
    try:
        decide(act_of(request), pk, version=given["version"], approve=approve, note=given["note"])
        say(request, _("Approved.") if approve else _("Refused."))
    except ObjectDoesNotExist as error:
        raise Http404 from error
    except Refused as refused:
        messages.error(request, str(refused.message))
