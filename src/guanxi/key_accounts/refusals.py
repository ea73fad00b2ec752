"""What operations of this domain refuse, in words."""

from django.utils.translation import gettext as _

from guanxi.key_accounts.rules.charts import ChartRefused
from guanxi.key_accounts.rules.marks import VALID, MarkRefused
from guanxi.organization.refusals import Refused
from guanxi.ui.punctuation import listed


class MapRefused(Refused):
    """The map cannot be changed this way."""


def mark_words(refused: MarkRefused) -> str:
    """What cannot be read, and the list of marks that can."""
    if refused.kind == "name":
        return _("Begin the line with the name: Wang Fang: A service K director + /0")
    if refused.kind == "line":
        return _("Write role, department, style, title, attitude and contact: A service K director + /0")
    kinds = {
        "role": _("role"), "style": _("social style"), "attitude": _("attitude"), "contact": _("degree of contact"),
    }  # fmt: skip
    return _("%(text)s is no mark of %(kind)s. Valid marks: %(marks)s") % {
        "text": refused.text or "—", "kind": kinds[refused.kind], "marks": listed(VALID[refused.kind]),
    }  # fmt: skip


def chart_words(refused: ChartRefused, names: dict[object, str]) -> str:
    """Why somebody cannot report to somebody, with the names of the circle."""
    if refused.code == "SELF":
        return _("Nobody reports to themselves.")
    who = " → ".join(names.get(one, str(one)) for one in (*refused.path, refused.path[0]))
    return _("They would report in a circle: %(who)s. Change one of the lines first.") % {"who": who}
