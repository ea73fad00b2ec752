"""What was just done, said once, with the way back."""

from django.template import Context, Library
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from guanxi.ui.responses import UNDO

register = Library()


@register.simple_tag(takes_context=True)
def toast(context: Context) -> SafeString:
    """The region where messages appear: Django's now, and those that htmx answers bring later."""
    shown = []
    for message in context.get("messages") or ():
        tags = (message.extra_tags or "").split()
        undo = next((tag.removeprefix(UNDO) for tag in tags if tag.startswith(UNDO)), "")
        shown.append({"text": message, "tone": message.level_tag, "undo": undo})
    return render_to_string("ui/toasts.html", {"shown": shown, "csrf_token": context.get("csrf_token", "")})
