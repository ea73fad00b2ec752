"""Components that hold other markup: card, badge, empty state, page head, timeline item."""

from typing import Any

from django.template import Context, Library
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from guanxi.ui.components.parts import attributes, one_of, trimmed
from guanxi.ui.components.values import level as level_mark
from guanxi.ui.icons import icon_html

register = Library()

TONES = ("neutral", "accent", "good", "warning", "bad", "outline")


@register.simple_block_tag
def card(
    content: str, title: Any = "", subtitle: Any = "", flush: bool = False, id: str = "", level: int = 2
) -> SafeString:
    """A bordered box. ``flush`` drops the padding, for tables and lists that reach the border."""
    head: str = ""
    if title:
        small = format_html('<p class="muted">{}</p>', subtitle) if subtitle else ""
        head = format_html('<div class="panel-head"><h{}>{}</h{}>{}</div>', level, title, level, small)
    css = "panel panel-flush" if flush else "panel"
    return format_html("<section{}>{}{}</section>", attributes(class_=css, id=id), head, content)


@register.simple_block_tag
def badge(content: str, tone: str = "neutral", icon: str = "", title: str = "") -> SafeString:
    """A small word in a box."""
    one_of("tone", tone, TONES)
    drawing = icon_html(icon) if icon else ""
    return format_html(
        "<span{}>{}{}</span>", attributes(class_=f"tag tag-{tone}", title=title), drawing, trimmed(content)
    )


@register.simple_block_tag
def notice(content: str, tone: str = "neutral", title: str = "", icon: str = "") -> SafeString:
    """A sentence that stands out: what happened, what was kept, what to do."""
    one_of("tone", tone, TONES)
    icons = {"good": "circle-check", "warning": "alert-triangle", "bad": "alert-triangle"}
    drawing = icon_html(icon or icons.get(tone, "info-circle"))
    head = format_html("<strong>{}</strong>", title) if title else ""
    role = "alert" if tone == "bad" else "status"
    css = f"notice notice-{tone}"
    return format_html('<div class="{}" role="{}">{}<div>{}{}</div></div>', css, role, drawing, head, content)


@register.simple_block_tag
def empty(content: str, icon: str = "circle-check", title: Any = "") -> SafeString:
    """What stands where a list would be: a sentence and the next step."""
    return format_html(
        '<div class="empty">{}<p class="empty-title">{}</p><div class="empty-body">{}</div></div>',
        icon_html(icon),
        title,
        content,
    )


@register.simple_block_tag(takes_context=True)
def page_head(
    context: Context, content: str, title: Any = "", subtitle: Any = "", back: str = "", search: bool = True
) -> SafeString:
    """The page's h1 with its actions; on a phone it is the bar at the top."""
    return render_to_string(
        "ui/page_head.html",
        {
            "title": title,
            "subtitle": subtitle,
            "back": back,
            "search": search and not context.get("no_search"),
            "actions": trimmed(content),
        },
    )


@register.simple_block_tag
def sheet_head(content: str, title: Any = "", subtitle: Any = "", level: str = "") -> SafeString:
    """The head of what opens in the dialog: a level's letter, the title, small actions."""
    small = format_html('<p class="muted">{}</p>', subtitle) if subtitle else ""
    return format_html(
        '<header class="sheet-head">{}<div class="sheet-title"><h2>{}</h2>{}</div>{}</header>',
        level_mark(level) if level else "",
        title,
        small,
        trimmed(content),
    )


@register.simple_block_tag
def timeline_item(
    content: str,
    icon: str = "notes",
    title: Any = "",
    when: Any = "",
    who: Any = "",
    tone: str = "neutral",
    id: str = "",
) -> SafeString:
    """One entry of an ``<ol class="history">``; ``when`` is usually the output of ``{% day %}``."""
    one_of("tone", tone, TONES)
    return format_html(
        '<li{}><span class="history-mark">{}</span><div class="history-body">'
        '<p class="history-head"><strong>{}</strong><span class="muted">{} {}</span></p>{}</div></li>',
        attributes(class_=f"history-item history-{tone}", id=id),
        icon_html(icon),
        title,
        when,
        who,
        content,
    )
