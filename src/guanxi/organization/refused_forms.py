"""Puts an operation's refusal where the person can mend it: beside the field it is about."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from guanxi.organization.refusals import Refused, StaleEdit
from guanxi.ui.forms import PageForm
from guanxi.ui.staleness import differences


@contextmanager
def refusals_on(form: PageForm, stored: Callable[[Any], PageForm] | None = None) -> Iterator[None]:
    """Around an operation and the answer to its success: a refusal ends the block and is shown on the form, a
    stale edit with what ``stored`` tells of the row that stands now."""
    try:
        yield
    except Refused as refused:
        show_refusal(form, refused, stored)


def show_refusal(form: PageForm, refused: Refused, stored: Callable[[Any], PageForm] | None = None) -> None:
    """Add the refusal to the form, to the whole of it when the field is not shown there.

    A stale edit (promise P5) is answered with 409. The form then carries the version that stands now, so that
    saving again is meant. ``stored`` makes the same form unbound from the row as it stands; where the two differ
    the page shows both.
    """
    field = refused.field if refused.field in form.fields else None
    form.add_error(field, refused.message)
    if isinstance(refused, StaleEdit):
        form.is_stale = True
        form.differing = differences(form, stored(refused.current)) if stored else None
        form.retype("version", str(refused.current.version if refused.current else 0))
