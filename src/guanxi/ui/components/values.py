"""Values as people read them: level, money, rate, day, lateness, phone, figures."""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.template import Context, Library
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from guanxi.lib.money import NONE_SHOWN, format_large, format_money, format_ratio
from guanxi.lib.phones import mask_phone
from guanxi.ui.components.parts import attributes, one_of
from guanxi.ui.days import absolute, relative

register = Library()

LEVELS = ("O", "H", "A", "B", "C", "N", "F0", "F1", "F2", "L", "D", "M")
FIGURE_TONES = ("", "good", "warning", "bad")


@register.simple_tag
def level(code: str | None, size: str = "", title: Any = "") -> SafeString:
    """The letter of a level in its colour; a card without a level shows a dash."""
    one_of("size", size, ("", "sm", "lg"))
    known = code if code in LEVELS else "none"
    words = title or (_("Level %(code)s") % {"code": code} if code else _("No level"))
    css = f"level level-{known}" + (f" level-{size}" if size else "")
    return _mark(css, words, code or NONE_SHOWN)


# Hundreds of rows show the same few. Typed: text that is safe and text that is not are equal, but written apart.
@lru_cache(maxsize=256, typed=True)
def _mark(css: str, words: Any, shown: str) -> SafeString:
    return format_html(
        '<span class="{}" role="img" aria-label="{}" title="{}">{}</span>', css, words, words, shown
    )


@register.simple_tag
def money(value: Decimal | int | None, large: bool = False) -> SafeString:
    """``¥12,345``; with ``large`` a rough ``¥12.3万``; a dash for None."""
    if value is None:
        return SafeString(NONE_SHOWN)
    write = format_large if large else format_money
    return format_html('<span class="money">{}</span>', write(Decimal(value), get_language() or "zh-hans"))


@register.simple_tag
def ratio(value: Decimal | None) -> str:
    """``70.6%``; a dash for None, which is what a zero denominator gives."""
    return format_ratio(value)


@register.simple_tag
def day(value: date | datetime | None, today: date | None = None, time: bool = False) -> SafeString:
    """A date relative near today; the full date on hover and in print."""
    if value is None:
        return SafeString(NONE_SHOWN)
    clock = ""
    if isinstance(value, datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
        clock = f" {value:%H:%M}" if time else ""
        on = value.date()
    else:
        on = value
    full = absolute(on) + clock
    return format_html(
        '<time class="day" datetime="{}" title="{}" data-on="{}"><span>{}{}</span></time>',
        value.isoformat(timespec="minutes") if isinstance(value, datetime) else on.isoformat(),
        full,
        full,
        relative(on, today or timezone.localdate()),
        clock,
    )


@register.simple_tag
def late(days: int | None) -> SafeString:
    """How late something is, in words; nothing when it is not late."""
    if not days or days < 0:
        return SafeString("")
    words = ngettext("%(days)d day late", "%(days)d days late", days) % {"days": days}
    return format_html('<strong class="late">{}</strong>', words)


@register.simple_tag(takes_context=True)
def phone_masked(context: Context, number: str, call_url: str = "", reveal_url: str = "") -> SafeString:
    """A masked number, with call and reveal when their addresses are given."""
    shown = number if "*" in number or not number else mask_phone(number)
    facts = {"number": shown or NONE_SHOWN, "call_url": call_url, "reveal_url": reveal_url}
    return render_to_string("ui/phone.html", facts | {"csrf_token": context.get("csrf_token", "")})


@register.simple_tag
def stat(label: Any, value: Any, hint: Any = "", url: str = "", tone: str = "") -> SafeString:
    """A figure with its name; a link when there are records behind it."""
    one_of("tone", tone, FIGURE_TONES)
    tag = "a" if url else "div"
    small = format_html('<span class="figure-hint">{}</span>', hint) if hint else ""
    return format_html(
        '<{}{}><span class="figure-label">{}</span><span class="figure-value">{}</span>{}</{}>',
        SafeString(tag),
        attributes(class_=f"figure {'figure-' + tone if tone else ''}".strip(), href=url),
        label,
        value,
        small,
        SafeString(tag),
    )


@register.simple_tag
def progress(value: int | float, max: int | float = 100, label: Any = "", thin: bool = False) -> SafeString:
    """How far along; ``label`` is read out. ``max`` 0 counts as nothing to do."""
    css = "meter meter-thin" if thin else "meter"
    return format_html(
        '<progress class="{}" value="{}" max="{}" aria-label="{}"></progress>', css, value, max or 1, label
    )
