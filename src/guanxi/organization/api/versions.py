"""Edits name the version they were made on (promise P5)."""

import re
from typing import Annotated

from django.utils.translation import gettext as _
from ninja import Header

from guanxi.organization.api.problems import Problem

IfMatch = Annotated[
    str | None,
    Header(None, alias="If-Match", description="The version edited, as in the ETag; or send ``version``."),
]


def edited_version(if_match: str | None, version: int | None) -> int:
    """The version the caller edited. Raises Problem when it is missing or the two ways disagree."""
    if if_match is not None:
        found = re.fullmatch(r'(?:W/)?"?([0-9]{1,9})"?', if_match.strip())
        if found is None or version not in (None, int(found[1])):
            raise Problem(
                412, "version_unclear", _("If-Match carries one version, as in the ETag."), "If-Match"
            )
        return int(found[1])
    if version is None:
        raise Problem(422, "version_needed", _("Send the version you edited."), "version")
    return version
