"""Things to press: icons, buttons, sorted headings, tabs, pages."""

from typing import Any

from django.http import HttpRequest
from django.template import Context, Library
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from guanxi.ui.components.parts import attributes, one_of, read
from guanxi.ui.icons import icon_html

register = Library()

KINDS = {
    "primary": "btn-primary",
    "outline": "btn-plain",
    "ghost": "btn-ghost",
    "danger": "btn-danger",
    "link": "btn-text",
}
SIZES = {"sm": "btn-sm", "md": "", "lg": "btn-lg"}
PAGE_KEYS = ("after", "before", "page")


@register.simple_tag
def icon(name: str, label: str = "", size: str = "md") -> SafeString:
    """One inline drawing; give a ``label`` only when no word stands beside it."""
    drawing = icon_html(name, f"icon icon-{one_of('size', size, ('sm', 'md', 'lg'))}")
    return format_html('<span role="img" aria-label="{}">{}</span>', label, drawing) if label else drawing


def button_css(kind: str, size: str, block: bool = False, square: bool = False) -> str:
    """The classes of a button; raises TypeError for an unknown kind or size."""
    parts = ["btn", KINDS[one_of("kind", kind, KINDS)], SIZES[one_of("size", size, SIZES)]]
    return " ".join(
        [*filter(None, parts), *(["btn-block"] if block else []), *(["btn-square"] if square else [])]
    )


@register.simple_tag
def button(
    label: Any,
    href: str = "",
    kind: str = "outline",
    icon: str = "",
    size: str = "md",
    type: str = "submit",
    name: str = "",
    value: str = "",
    form: str = "",
    formaction: str = "",
    sheet: bool = False,
    get: str = "",
    post: str = "",
    target: str = "",
    swap: str = "",
    action: str = "",
    confirm: str = "",
    download: bool = False,
    block: bool = False,
    icon_only: bool = False,
    disabled: bool = False,
    id: str = "",
    title: str = "",
    key: str = "",
) -> SafeString:
    """A link when ``href`` is given, else a submit button. ``sheet`` opens the href in the dialog."""
    if sheet:
        get, target = get or href, target or "#sheet-body"
    shared = attributes(
        class_=button_css(kind, size, block, icon_only),
        id=id,
        title=title or (str(label) if icon_only else ""),
        aria_label=str(label) if icon_only else "",
        aria_haspopup="dialog" if sheet else "",
        aria_keyshortcuts=key,
        hx_get=get,
        hx_post=post,
        hx_target=target,
        hx_swap=swap,
        hx_confirm=confirm,
        data_action=action,
        data_key=key,
    )
    inside = format_html("{}{}", icon_html(icon) if icon else "", "" if icon_only else label)
    if href and disabled:
        return format_html('<span{} role="link" aria-disabled="true">{}</span>', shared, inside)
    if href:
        return format_html("<a{}{}>{}</a>", shared, attributes(href=href, download=download), inside)
    own = attributes(type=type, name=name, value=value, form=form, formaction=formaction, disabled=disabled)
    return format_html("<button{}{}>{}</button>", shared, own, inside)


@register.simple_tag(takes_context=True)
def call_button(
    context: Context,
    url: str,
    label: Any = "",
    kind: str = "outline",
    size: str = "md",
    block: bool = False,
    icon_only: bool = False,
) -> SafeString:
    """Posts to ``url`` and dials the number that comes back; without JavaScript the server redirects."""
    words = label or _("Call")
    shared = attributes(
        class_=button_css(kind, size, block, icon_only), aria_label=words if icon_only else ""
    )
    return format_html(
        '<form method="post" action="{}" data-controller="call" data-action="call#dial"{}>'
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}"><button{}>{}{}</button></form>',
        url,
        attributes(class_="block-form" if block else "inline-form"),
        context.get("csrf_token", ""),
        shared,
        icon_html("phone"),
        "" if icon_only else words,
    )


@register.simple_tag
def qs(request: HttpRequest, **changes: Any) -> str:
    """The query string of this request with ``changes``; None removes a key. Starts with "?"."""
    query = request.GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def sort_header(
    context: Context, label: Any, key: str, current: str = "", numeric: bool = False, first: str = "asc"
) -> SafeString:
    """A th whose link sorts by ``key``; pressed again it turns round. ``first`` is the first direction."""
    one_of("first", first, ("asc", "desc"))
    rising, falling = current == key, current == f"-{key}"
    following = key if falling or (not rising and first == "asc") else f"-{key}"
    link = qs(context["request"], sort=following, **dict.fromkeys(PAGE_KEYS))
    state = "ascending" if rising else "descending" if falling else ""
    mark = icon_html("arrow-up" if rising else "arrow-down" if falling else "arrows-sort")
    return format_html(
        '<th scope="col"{}><a class="sort" href="{}">{}{}</a></th>',
        attributes(class_="numeric" if numeric else "", aria_sort=state),
        link,
        label,
        mark,
    )


@register.simple_tag
def tabs_nav(items: list[Any], label: Any = "", size: str = "md") -> SafeString:
    """Links side by side, one of them current. Items have ``url``, ``label``, ``active`` and ``count``."""
    one_of("size", size, ("sm", "md"))
    links = format_html_join(
        "",
        "<a{}>{}{}</a>",
        (
            (
                attributes(
                    href=read(item, "url"), aria_current="page" if read(item, "active", False) else ""
                ),
                read(item, "label"),
                format_html(' <span class="count">{}</span>', read(item, "count"))
                if read(item, "count", None) not in (None, "")
                else "",
            )
            for item in items
        ),
    )
    return format_html(
        "<nav{}>{}</nav>", attributes(class_=f"segments segments-{size}", aria_label=label), links
    )


@register.simple_tag
def pager(page: Any, label: Any = "") -> SafeString:
    """Earlier and later pages: ``page.previous_url`` and ``page.next_url``; nothing when both are empty."""
    back, onward = read(page, "previous_url"), read(page, "next_url")
    if not back and not onward:
        return SafeString("")
    return format_html(
        '<nav class="pager" aria-label="{}">{}{}</nav>',
        label or _("Pages"),
        button(_("Previous page"), href=back or "#", icon="chevron-left", size="sm", disabled=not back),
        button(_("Next page"), href=onward or "#", icon="chevron-right", size="sm", disabled=not onward),
    )
