"""Puts an operation's refusal where the person can mend it: beside the field it is about."""

from collections.abc import Iterator
from contextlib import contextmanager

from guanxi.organization.refusals import Refused, StaleEdit
from guanxi.ui.forms import PageForm


@contextmanager
def refusals_on(form: PageForm) -> Iterator[None]:
    """Around an operation and the answer to its success: a refusal ends the block and is shown on the form."""
    try:
        yield
    except Refused as refused:
        show_refusal(form, refused)


def show_refusal(form: PageForm, refused: Refused) -> None:
    """Add the refusal to the form, to the whole of it when the field is not shown there. After a stale edit the
    form carries the version that stands now: saving again is then meant."""
    field = refused.field if refused.field in form.fields else None
    form.add_error(field, refused.message)
    if isinstance(refused, StaleEdit):
        form.retype("version", str(refused.current.version))
