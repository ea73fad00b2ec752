"""The marks between words that differ with the language: entries of the catalogue like any other text."""

from collections.abc import Iterable

from django.utils.translation import pgettext


def listed(parts: Iterable[object]) -> str:
    """甲、乙、丙; in English a, b, c."""
    return pgettext("between the parts of a list", ", ").join(str(part) for part in parts)


def in_clauses(parts: Iterable[object]) -> str:
    """One sentence of several clauses, without its full stop."""
    return pgettext("between the clauses of a sentence", "; ").join(str(part) for part in parts)


def said_of(subject: object, words: object) -> str:
    """林晓：太太喜欢黑色; in English with a colon and a space."""
    return f"{subject}{pgettext('before what is said', ': ')}{words}"
